"""How sure a report or a casualty figure is: a calibrated probability that it is right.

Two logistic regressions over a few numbers, in ``kg/<language>/models/confidence.json``, fitted by
`training/train_confidence.py` on articles whose triggers were found by models of other articles.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from kg.nlp.casualties import CasualtySpan
from kg.nlp.triggers import Trigger

LEAST = 0.3
"""Reports less sure than this are not made: event F1 is flat from here to 0.5, and slots of doubtful reports count too."""
FIRM, PLAIN, BRIEF = 0.75, 0.8, 6
"""An article of more than BRIEF sentences that tells of conflict has a report as sure as FIRM, or two triggers as sure as
PLAIN to name events, of whatever types ("113 drones ont été abattus"); one that only borrows its words, for football or
the weather, has neither."""
_EDGE = 0.001


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights by the name of a number, one table for reports and one for figures."""

    report: Mapping[str, float]
    figure: Mapping[str, float]

    @staticmethod
    @functools.cache
    def load(language: str) -> Calibration:
        """Read the weights of a language pack."""
        text = (files("kg") / language / "models" / "confidence.json").read_text(encoding="utf-8")
        return Calibration(**json.loads(text))

    def of_report(self, triggers: Sequence[Trigger], kind: str) -> float:
        """Probability that an event with these triggers happened in the article and is of this type."""
        return _logistic(self.report, report_numbers(triggers, kind))

    def lets_through(self, trigger: Trigger) -> bool:
        """Whether a report of this trigger alone would be sure enough to be made."""
        return self.of_report([trigger], trigger.type) >= LEAST

    def vouches(self, confidences: Sequence[float], triggers: Sequence[Trigger], sentences: int) -> bool:
        """Whether reports this sure, of these triggers, make a text of so many sentences one that tells of conflict."""
        if sentences <= BRIEF or max(confidences, default=0.0) >= FIRM:
            return True
        return sum(trigger.score >= PLAIN for trigger in triggers) > 1

    def of_figure(self, span: CasualtySpan, trigger: Trigger, report: float) -> float:
        """Probability that a figure is as said and belongs to the event; `report` is the event's own."""
        return _logistic(self.figure, figure_numbers(span, trigger, report))


def report_numbers(triggers: Sequence[Trigger], kind: str) -> dict[str, float]:
    """What speaks for a report: its surest trigger and type, how many triggers it has, how many agree."""
    own = [trigger for trigger in triggers if trigger.type == kind]
    return {
        "bias": 1.0,
        "trigger": logit(max(trigger.score for trigger in triggers)),
        "type": logit(max((trigger.type_score for trigger in own), default=0.5)),
        "triggers": math.log(len(triggers)),
        "agree": len(own) / len(triggers),
    }


def figure_numbers(span: CasualtySpan, trigger: Trigger, report: float) -> dict[str, float]:
    """What speaks for a figure: its report, how far off its event stands, the rule that found it."""
    return {
        "bias": 1.0,
        "report": logit(report),
        "distance": math.log1p(abs(span.predicate - trigger.root)),
        "own": float(trigger.start <= span.predicate < trigger.end),
        "part": float(span.part),
        "noun": float(span.rule == "noun"),
        "taken up": float(span.rule in ("taken up", "part", "toll")),
    }


def logit(probability: float) -> float:
    """Log-odds, kept within those of 0.001 and 0.999."""
    kept = min(1.0 - _EDGE, max(_EDGE, probability))
    return math.log(kept / (1.0 - kept))


def _logistic(weights: Mapping[str, float], numbers: Mapping[str, float]) -> float:
    return 1.0 / (1.0 + math.exp(-math.fsum(weights.get(name, 0.0) * value for name, value in numbers.items())))
