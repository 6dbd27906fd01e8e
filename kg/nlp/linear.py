"""A linear model over named features: the runtime side of the small models in ``kg/<language>/models/``.

A model is a JSON file: a mapping from feature name to weight. The training side (`training/`) fits the
weights by maximum likelihood with an L2 penalty; here a score is a plain sum, so that a decision can be
explained by listing the features that spoke for it.
"""

from __future__ import annotations

import functools
import json
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from importlib.resources import files

Crossed = Sequence[tuple[str, Sequence[str]]]
"""Features by prefix: ``("agent", ["kind=noun"])`` stands for the feature ``agent:kind=noun``, and an empty prefix
for the names as they are. What several alternatives share is so named once, and no string is made for any of them."""

_REMEMBERED = 1 << 16
"""How many sums of tuples of names are kept: some 30 MB where all are other names."""


def spelled(features: Crossed) -> list[str]:
    """Crossed features as the names that the model has them under."""
    return [f"{prefix}:{name}" if prefix else name for prefix, names in features for name in names]


class LinearModel:
    """Weights by feature name; features that the model does not know weigh nothing."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)
        self._tables: dict[tuple[str, ...], dict[str, tuple[float, ...]]] = {}
        self._sums: defaultdict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
        self._summed = 0

    def score(self, features: Iterable[str]) -> float:
        """The sum of the weights of the features (log-odds)."""
        return math.fsum(filter(None, map(self.weights.get, features)))

    def score_alternatives(self, alternatives: Sequence[Crossed]) -> list[float]:
        """What `score` gives for the features of each alternative spelled out.

        A list of names that is one object in several alternatives is looked up once for all of them; a tuple, which
        is for names that come together again and again, once for all calls.
        """
        out = [0.0] * len(alternatives)
        uses: dict[int, list[tuple[int, str]]] = {}
        lists: dict[int, Sequence[str]] = {}
        for number, features in enumerate(alternatives):
            for prefix, names in features:
                if isinstance(names, tuple):
                    known = self._sums[prefix].get(names)
                    out[number] += self._sum(prefix, names) if known is None else known
                else:
                    uses.setdefault(id(names), []).append((number, prefix))
                    lists[id(names)] = names
        for key, used in uses.items():
            prefixes = tuple(dict.fromkeys(prefix for _, prefix in used))
            scores = dict(zip(prefixes, self._under_each(prefixes, lists[key]), strict=True))
            for number, prefix in used:
                out[number] += scores[prefix]
        return out

    def _sum(self, prefix: str, names: tuple[str, ...]) -> float:
        """The sum of the weights of the names under a prefix, kept for the next time."""
        if self._summed >= _REMEMBERED:
            self._sums.clear()
            self._summed = 0
        self._summed += 1
        self._sums[prefix][names] = out = self._under_each((prefix,), names)[0]
        return out

    def _under_each(self, prefixes: tuple[str, ...], names: Sequence[str]) -> list[float]:
        """The sum of the weights of the names under each of the prefixes."""
        below = self._below(prefixes)
        rows = list(filter(None, map(below.get, names)))
        return list(map(math.fsum, zip(*rows, strict=True))) if rows else [0.0] * len(prefixes)

    def _below(self, prefixes: tuple[str, ...]) -> dict[str, tuple[float, ...]]:
        """The weights under each of the prefixes, by the rest of the features' names."""
        if prefixes not in self._tables:
            each = [self._under(prefix) for prefix in prefixes]
            names = dict.fromkeys(name for table in each for name in table)
            self._tables[prefixes] = {name: tuple(table.get(name, 0.0) for table in each) for name in names}
        return self._tables[prefixes]

    def _under(self, prefix: str) -> dict[str, float]:
        if not prefix:
            return self.weights
        start = f"{prefix}:"
        rows = self._groups.get(start[: start.index(":")], ())
        return {name[len(start) :]: weight for name, weight in rows if name.startswith(start)}

    @functools.cached_property
    def _groups(self) -> dict[str, list[tuple[str, float]]]:
        """The weights by what stands before the first colon of their names: a model has dozens of prefixes."""
        out: dict[str, list[tuple[str, float]]] = {}
        for name, weight in self.weights.items():
            out.setdefault(name.split(":", 1)[0], []).append((name, weight))
        return out

    def probability(self, features: Iterable[str]) -> float:
        """The logistic function of the score, from 0 to 1."""
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, self.score(features)))))

    def explain(self, features: Iterable[str], most: int = 5) -> list[tuple[str, float]]:
        """The `most` features with the largest absolute weight, for messages and tests."""
        known = [(name, self.weights[name]) for name in features if name in self.weights]
        return sorted(known, key=lambda item: (-abs(item[1]), item[0]))[:most]


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities that sum to 1, in the order of the scores."""
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = math.fsum(powers)
    return [power / total for power in powers]


def likeliest(keys: Sequence[Hashable], chances: Sequence[float], least: float) -> tuple[int, float] | None:
    """Index and probability of the likeliest of several options, None where that is less than `least`.

    Options with one key are one answer found in several ways: their probabilities add up, and the best of them stands for all.
    """
    total: dict[Hashable, float] = {}
    for key, chance in zip(keys, chances, strict=True):
        total[key] = total.get(key, 0.0) + chance
    best = max(range(len(keys)), key=lambda i: (total[keys[i]], chances[i]), default=-1)
    return (best, total[keys[best]]) if best >= 0 and total[keys[best]] >= least else None


@functools.cache
def load_model(language: str, name: str) -> LinearModel:
    """Read ``kg/<language>/models/<name>.json``.

    Raises FileNotFoundError where the language pack has no such model.
    """
    text = (files("kg") / language / "models" / f"{name}.json").read_text(encoding="utf-8")
    return LinearModel(json.loads(text))
