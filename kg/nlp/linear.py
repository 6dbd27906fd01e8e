"""A linear model over named features: the runtime side of the small models in ``kg/<language>/models/``.

A model is a JSON file: a mapping from feature name to weight. The training side (`training/`) fits the
weights by maximum likelihood with an L2 penalty; here a score is a plain sum, so that a decision can be
explained by listing the features that spoke for it.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files


class LinearModel:
    """Weights by feature name; features that the model does not know weigh nothing."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)

    def score(self, features: Iterable[str]) -> float:
        """The sum of the weights of the features (log-odds)."""
        weights = self.weights
        return math.fsum(weights[name] for name in features if name in weights)

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
