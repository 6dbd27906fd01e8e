"""A network with one hidden layer over named features: the runtime side of ``kg/<language>/models/*.npz``.

Each row to be judged comes with the names of its features and, if the model has any, a vector of numbers. What features
mean together, which a linear model cannot learn, is left to the hidden layer. `training/hidden_layer.py` fits it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
_STORED = np.float16


@dataclass(frozen=True)
class Network:
    """Weights of a network.

    `names`: the features known; `hidden`: the hidden units' weights, a row for each feature; `vector`: those for each
    number of the vector (no rows where the model takes none); `bias`, `output` and `output_bias`: of hidden units and
    labels; `labels`: what the scores stand for, in order.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    hidden: Numbers
    vector: Numbers
    bias: Numbers
    output: Numbers
    output_bias: Numbers

    @functools.cached_property
    def rows(self) -> dict[str, int]:
        """The row of each feature in `hidden`."""
        return {name: i for i, name in enumerate(self.names)}

    @functools.cached_property
    def column(self) -> dict[str, int]:
        """The column of each label in what `scores` gives."""
        return {label: i for i, label in enumerate(self.labels)}

    def scores(self, features: Sequence[Sequence[str]], vectors: Numbers | None = None) -> Numbers:
        """Scores (unscaled log-probabilities) of every label for each list of features, a row each.

        A name that is given twice counts twice; one that the model does not know, not at all.
        """
        if not features:
            return np.zeros((0, len(self.labels)), np.float32)
        row = self.rows
        known = [[row[name] for name in names if name in row] for names in features]
        counts = np.fromiter(map(len, known), np.intp, len(known))
        total = np.fromiter(itertools.chain.from_iterable(known), np.intp, int(counts.sum()))
        state = np.tile(self.bias, (len(known), 1))
        filled = counts > 0
        starts = np.cumsum(counts) - counts
        state[filled] += np.add.reduceat(self.hidden[total], starts[filled], axis=0)
        if vectors is not None and len(self.vector):
            state += vectors @ self.vector
        scores: Numbers = np.maximum(state, 0.0) @ self.output + self.output_bias
        return scores

    def save(self, path: Path) -> None:
        """Write the network as uncompressed npz, weights in half precision."""
        path.parent.mkdir(parents=True, exist_ok=True)
        tables = {
            name: getattr(self, name).astype(_STORED) for name in ("hidden", "vector", "bias", "output", "output_bias")
        }
        np.savez(path, names=_packed(self.names), labels=_packed(self.labels), **tables)

    @classmethod
    def read(cls, path: Path) -> Network:
        """Read what `save` wrote.

        Raises FileNotFoundError where there is none, ValueError where it is no such file.
        """
        with np.load(path, allow_pickle=False) as data:
            tables = {
                name: data[name].astype(np.float32) for name in ("hidden", "vector", "bias", "output", "output_bias")
            }
            return cls(_unpacked(data["names"]), _unpacked(data["labels"]), **tables)


@functools.cache
def load_network(language: str, name: str) -> Network:
    """Read ``kg/<language>/models/<name>.npz``.

    Raises FileNotFoundError where the language pack has no such model.
    """
    with as_file(files("kg") / language / "models" / f"{name}.npz") as path:
        return Network.read(path)


def _packed(names: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\0".join(names).encode(), np.uint8)


def _unpacked(data: NDArray[np.uint8]) -> tuple[str, ...]:
    text = data.tobytes().decode()
    return tuple(text.split("\0")) if text else ()
