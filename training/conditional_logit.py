"""Fit a conditional logit: of several alternatives, each with named features, one is chosen.

A binary decision is the special case of one alternative beside "none", whose score is zero.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Choice:
    """Alternatives as feature lists, the index of the right one (None: none of them), and a weight."""

    alternatives: Sequence[Sequence[str]]
    right: int | None
    weight: float = 1.0


def fit(choices: Sequence[Choice], penalty: float = 1.0, rarest: int = 2) -> dict[str, float]:
    """Weights that maximise the penalised likelihood; features met in fewer than `rarest` choices are left out."""
    counts = Counter(name for choice in choices for name in {f for a in choice.alternatives for f in a})
    names = sorted(name for name, count in counts.items() if count >= rarest)
    column = {name: i for i, name in enumerate(names)}
    rows, columns, group, right = [], [], [], []
    for g, choice in enumerate(choices):
        for index, alternative in enumerate(choice.alternatives):
            kept = [column[f] for f in set(alternative) if f in column]
            rows += [len(group)] * len(kept)
            columns += kept
            group.append(g)
            right.append(1.0 if index == choice.right else 0.0)
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(group), len(names)))
    groups, target = np.array(group), np.array(right)
    weight = np.array([choice.weight for choice in choices])

    def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ w
        top = np.zeros(len(choices))
        np.maximum.at(top, groups, scores)
        powers = np.exp(scores - top[groups])
        total = np.exp(-top) + np.bincount(groups, powers, len(choices))
        chance = powers / total[groups]
        chosen = np.bincount(groups, target * (scores - top[groups]), len(choices))
        none = np.bincount(groups, target, len(choices)) == 0
        chosen[none] = -top[none]
        loss = float(np.sum(weight * (np.log(total) - chosen))) + 0.5 * penalty * float(w @ w)
        return loss, matrix.T @ (weight[groups] * (chance - target)) + penalty * w

    result = minimize(objective, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return {name: float(w) for name, w in zip(names, result.x, strict=True) if abs(w) > 1e-4}


def save(weights: dict[str, float], path: Path) -> None:
    """Write weights as sorted JSON, four digits, one a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rounded = {name: round(weights[name], 4) for name in sorted(weights)}
    path.write_text(json.dumps(rounded, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
