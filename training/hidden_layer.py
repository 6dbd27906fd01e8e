"""Fit a `kg.nlp.network.Network` that says which of several labels each row has.

Adam on mini-batches, with dropout on features, vector and hidden units, and weight decay. Several fits from
different seeds are laid side by side as one network whose scores are the mean of theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from kg.nlp.network import Network

Numbers = NDArray[np.float32]
_BATCH = 64
_WARM = 100
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Settings:
    """How to fit: hidden units of each of `seeds` fits, passes over the data, and what keeps them from learning by heart."""

    units: int = 64
    passes: int = 14
    rate: float = 2e-3
    decay: float = 3e-3
    feature_dropout: float = 0.5
    vector_dropout: float = 0.3
    unit_dropout: float = 0.5
    smoothing: float = 0.05
    rarest: int = 3
    seeds: int = 3


@dataclass(frozen=True)
class Labelled:
    """A row: its features, the labels that it may have, the right one, its weight, its vector."""

    features: Sequence[str]
    allowed: Sequence[str]
    right: str
    weight: float = 1.0
    vector: Numbers | None = None


class _Layers:
    """The weights while they are fitted."""

    def __init__(self, features: int, numbers: int, labels: int, settings: Settings, seed: int) -> None:
        self.draw, self.settings = np.random.default_rng(seed), settings
        units = settings.units
        normal = self.draw.normal
        self.weights: dict[str, Numbers] = {
            "hidden": normal(0, 0.05, (features, units)).astype(np.float32),
            "vector": normal(0, 0.3 / np.sqrt(max(1, numbers)), (numbers, units)).astype(np.float32),
            "bias": np.zeros(units, np.float32),
            "output": normal(0, 0.1, (units, labels)).astype(np.float32),
            "output_bias": np.zeros(labels, np.float32),
        }
        self.first = {name: np.zeros_like(table) for name, table in self.weights.items()}
        self.second = {name: np.zeros_like(table) for name, table in self.weights.items()}
        self.steps = 0

    def _kept(self, shape: tuple[int, ...], dropout: float) -> Numbers:
        return (self.draw.random(shape, np.float32) >= dropout).astype(np.float32) / np.float32(1 - dropout)

    def step(self, features: csr_matrix, vectors: Numbers, slope: Callable[[Numbers], Numbers], rate: float) -> None:
        """One step down; `slope` gives the derivative of the loss by the scores."""
        how, table = self.settings, self.weights
        features = features.copy()
        features.data = self._kept(features.data.shape, how.feature_dropout)
        vectors = vectors * self._kept(vectors.shape, how.vector_dropout)
        state = features @ table["hidden"] + vectors @ table["vector"] + table["bias"]
        mask = self._kept(state.shape, how.unit_dropout)
        active = np.maximum(state, 0) * mask
        down = slope(active @ table["output"] + table["output_bias"])
        below = (down @ table["output"].T) * mask * (state > 0)
        self._move(
            {
                "hidden": features.T @ below,
                "vector": vectors.T @ below,
                "bias": below.sum(0),
                "output": active.T @ down,
                "output_bias": down.sum(0),
            },
            rate,
        )

    def _move(self, slopes: dict[str, Numbers], rate: float) -> None:
        self.steps += 1
        for name, slope in slopes.items():
            first, second = self.first[name], self.second[name]
            first += (1 - _FIRST) * (slope - first)
            second += (1 - _SECOND) * (slope * slope - second)
            mean, spread = first / (1 - _FIRST**self.steps), second / (1 - _SECOND**self.steps)
            decay = 0.0 if "bias" in name else self.settings.decay
            self.weights[name] -= (rate * (mean / (np.sqrt(spread) + _TINY) + decay * self.weights[name])).astype(
                np.float32
            )

    def batches(self, size: int) -> Iterator[tuple[NDArray[np.intp], float]]:
        """Indexes of each batch of `size` examples, shuffled anew in each pass, and its rate, which falls to nothing."""
        number = self.settings.passes * -(-size // _BATCH)
        for _ in range(self.settings.passes):
            order = self.draw.permutation(size)
            for begin in range(0, size, _BATCH):
                done = self.steps / number
                yield (
                    order[begin : begin + _BATCH],
                    self.settings.rate * min(1.0, (self.steps + 1) / _WARM) * (1 - done),
                )


def fit_labels(rows: Sequence[Labelled], labels: Sequence[str], settings: Settings) -> Network:
    """A network that scores `labels`."""
    column = {label: i for i, label in enumerate(labels)}
    names, features = _matrix([row.features for row in rows], settings.rarest)
    vectors, mean, spread = _scaled([row.vector for row in rows])
    allowed = np.zeros((len(rows), len(labels)), np.float32)
    target = np.zeros_like(allowed)
    for i, row in enumerate(rows):
        allowed[i, [column[label] for label in row.allowed]] = 1
        target[i, column[row.right]] = 1
    target = (1 - settings.smoothing) * target + settings.smoothing * allowed / allowed.sum(1, keepdims=True)
    weight = np.array([row.weight for row in rows], np.float32)[:, None]
    fits = []
    for seed in range(settings.seeds):
        layers = _Layers(len(names), vectors.shape[1], len(labels), settings, seed)
        for batch, rate in layers.batches(len(rows)):

            def slope(scores: Numbers, batch: NDArray[np.intp] = batch) -> Numbers:
                scores = np.where(allowed[batch] > 0, scores, -np.inf)
                powers = np.exp(scores - scores.max(1, keepdims=True))
                return (powers / powers.sum(1, keepdims=True) - target[batch]) * weight[batch] / len(batch)

            layers.step(features[batch], vectors[batch], slope, rate)
        fits.append(layers)
    return _joined(fits, names, labels, mean, spread)


def _matrix(rows: Sequence[Sequence[str]], rarest: int) -> tuple[tuple[str, ...], csr_matrix]:
    """The features met in at least `rarest` rows, and a matrix of which row has which."""
    counts = Counter(name for names in rows for name in set(names))
    names = tuple(sorted(name for name, count in counts.items() if count >= rarest))
    column = {name: i for i, name in enumerate(names)}
    found = [[column[name] for name in set(row) if name in column] for row in rows]
    pointers = np.cumsum([0, *map(len, found)])
    indexes = np.array([i for row in found for i in sorted(row)], np.intp)
    return names, csr_matrix((np.ones(len(indexes), np.float32), indexes, pointers), shape=(len(rows), len(names)))


def _scaled(vectors: Sequence[Numbers | None]) -> tuple[Numbers, Numbers, Numbers]:
    """The vectors with mean 0 and deviation 1 in each number, and what they had."""
    table = np.array([() if vector is None else vector for vector in vectors], np.float32)
    mean, spread = table.mean(0), table.std(0) + np.float32(1e-6)
    return (table - mean) / spread, mean, spread


def _joined(
    fits: Sequence[_Layers], names: tuple[str, ...], labels: Sequence[str], mean: Numbers, spread: Numbers
) -> Network:
    """The fits side by side; the scaling of vectors goes into the weights."""
    tables = [fit.weights for fit in fits]
    joined = {name: np.concatenate([table[name] for table in tables], -1) for name in ("hidden", "vector", "bias")}
    vector = joined["vector"] / spread[:, None]
    return Network(
        names,
        tuple(labels),
        joined["hidden"],
        vector,
        joined["bias"] - mean @ vector,
        np.concatenate([table["output"] for table in tables]) / len(fits),
        np.mean([table["output_bias"] for table in tables], 0),
    )
