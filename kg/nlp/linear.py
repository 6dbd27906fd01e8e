"""A linear model over named features: the runtime side of the small models in ``kg/<language>/models/``.

A model is a JSON file: a mapping from feature name to weight. The training side (`training/`) fits the
weights by maximum likelihood with an L2 penalty; here a score is a plain sum, so that a decision can be
explained by listing the features that spoke for it.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

Crossed = Sequence[tuple[str, Sequence[str]]]
"""Features by prefix: ``("agent", ["kind=noun"])`` stands for the feature ``agent:kind=noun``. What several
alternatives share is so named once, and no string is made for any of them."""


def spelled(features: Crossed) -> list[str]:
    """Crossed features as the names that the model has them under."""
    return [f"{prefix}:{name}" for prefix, names in features for name in names]


class LinearModel:
    """Weights by feature name; features that the model does not know weigh nothing."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)
        self._under: dict[str, dict[str, float]] = {}

    def score(self, features: Iterable[str]) -> float:
        """The sum of the weights of the features (log-odds)."""
        return math.fsum(filter(None, map(self.weights.get, features)))

    def score_crossed(self, features: Crossed) -> float:
        """What `score` gives for the features spelled out."""
        found = [map(self._below(prefix).get, names) for prefix, names in features]
        return math.fsum(filter(None, itertools.chain.from_iterable(found)))

    def _below(self, prefix: str) -> dict[str, float]:
        """The weights of the features of a prefix, by the rest of their names."""
        if prefix not in self._under:
            start = f"{prefix}:"
            self._under[prefix] = {
                name[len(start) :]: weight for name, weight in self.weights.items() if name.startswith(start)
            }
        return self._under[prefix]

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


@functools.cache
def load_model(language: str, name: str) -> LinearModel:
    """Read ``kg/<language>/models/<name>.json``.

    Raises FileNotFoundError where the language pack has no such model.
    """
    text = (files("kg") / language / "models" / f"{name}.json").read_text(encoding="utf-8")
    return LinearModel(json.loads(text))
