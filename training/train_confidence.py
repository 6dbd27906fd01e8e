"""Fit how sure reports and figures are (`kg.nlp.confidence`).

Writes confidence.json in kg/fr/models/. Extracts the annotated gold articles with trigger models of other folds, sees
which reports have the right type and which figures belong to their event, and prints the calibration error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from annotations import GOLD, OWN, Annotated, corpus
from marked_triggers import trigger_texts
from scipy.optimize import minimize
from train_triggers import models_in_turn

from kg.evaluation.matching import event_pairs
from kg.evaluation.readers import coded_extraction, coded_gold
from kg.evaluation.run import article_of_gold
from kg.nlp.casualties import CasualtySpan
from kg.nlp.confidence import Calibration, figure_numbers, report_numbers
from kg.nlp.extract import Extractor
from kg.nlp.triggers import Trigger

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models" / "confidence.json"
PENALTY = 1.0
Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Recording(Calibration):
    """A calibration that keeps what it is asked, in the order of the reports."""

    asked: list[Numbers] = field(default_factory=list)
    figures: list[tuple[int, CasualtySpan, Trigger]] = field(default_factory=list)

    def lets_through(self, trigger: Trigger) -> bool:
        """Let all through: what the least is worth is to be learnt."""
        return True

    def of_report(self, triggers: Sequence[Trigger], kind: str) -> float:
        """Keep the numbers of a report."""
        self.asked.append(report_numbers(triggers, kind))
        return 1.0

    def of_figure(self, span: CasualtySpan, trigger: Trigger, report: float) -> float:
        """Keep a figure with the number of its report."""
        self.figures.append((len(self.asked) - 1, span, trigger))
        return 1.0


@dataclass
class Judged:
    """The numbers of all reports, and whether each is right; the figures likewise, with their reports."""

    reports: list[Numbers] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    figures: list[tuple[int, CasualtySpan, Trigger]] = field(default_factory=list)
    figures_right: list[bool] = field(default_factory=list)


def judge(article: Annotated, extractor: Extractor, out: Judged) -> None:
    """Extract one article and compare it with its annotation."""
    record = extractor.calibration
    assert isinstance(record, Recording)
    record.asked.clear()
    record.figures.clear()
    found = coded_extraction(extractor.extract(article_of_gold(article.raw)))
    gold = coded_gold(article.raw)
    pairs = event_pairs(gold.events, found.events, gold.text)
    match = {id(f): g for g, f in pairs}
    first = len(out.reports)
    for numbers, event in zip(record.asked, found.events, strict=True):
        known = match.get(id(event))
        out.reports.append(numbers)
        out.right.append(known is not None and known.type == event.type)
    for number, span, trigger in record.figures:
        known = match.get(id(found.events[number]))
        out.figures.append((first + number, span, trigger))
        out.figures_right.append(known is not None and (span.harm, span.low, span.high) in known.figures)


def fit_logistic(rows: Sequence[Numbers], right: Sequence[bool]) -> dict[str, float]:
    """Weights of a logistic regression with an L2 penalty on all but the bias."""
    names = list(rows[0])
    x = np.array([[row[name] for name in names] for row in rows])
    y = np.array(right, dtype=float)
    held = np.array([0.0 if name == "bias" else PENALTY for name in names])

    def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        loss = float(np.sum(np.logaddexp(0.0, z) - y * z)) + 0.5 * float(np.sum(held * w * w))
        return loss, x.T @ (1.0 / (1.0 + np.exp(-z)) - y) + held * w

    result = minimize(objective, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return {name: round(float(w), 4) for name, w in zip(names, result.x, strict=True)}


def main() -> None:
    """Extract every fold, fit both regressions, write them."""
    gold = list(corpus(GOLD / "train"))
    more = [*corpus(OWN), *trigger_texts()]
    base, out = Extractor.load(), Judged()
    for model, indexes in models_in_turn(gold, more):
        extractor = Extractor(base.language, model, base.models, base.coreference, base.gazetteer, Recording({}, {}))
        for i in indexes:
            judge(gold[i], extractor, out)
    report = fit_logistic(out.reports, out.right)
    sure = Calibration(report, {})
    chances = [_chance(sure.report, numbers) for numbers in out.reports]
    figures = [figure_numbers(span, trigger, chances[number]) for number, span, trigger in out.figures]
    tables = {"report": report, "figure": fit_logistic(figures, out.figures_right)}
    print(
        f"{len(out.right)} reports, {np.mean(out.right):.3f} right; {len(figures)} figures, {np.mean(out.figures_right):.3f} right"
    )
    TARGET.write_text(json.dumps(tables, indent=1) + "\n", encoding="utf-8")


def _chance(weights: Numbers, numbers: Numbers) -> float:
    return float(1.0 / (1.0 + np.exp(-sum(weights[name] * value for name, value in numbers.items()))))


if __name__ == "__main__":
    main()
