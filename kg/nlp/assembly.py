"""From triggers, arguments, dates, figures and sources to the event reports of one article."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from kg.model import CasualtyFigure, EventReport, Mention, Status
from kg.nlp.arguments import Argument
from kg.nlp.casualties import CasualtySpan
from kg.nlp.confidence import Calibration
from kg.nlp.date_attachment import Dating
from kg.nlp.event_coreference import Slots
from kg.nlp.place_attachment import Placing
from kg.nlp.triggers import Trigger

LEAST = 0.25
"""The least product of the probabilities of an event and of its date or place at which the event has it."""


@dataclass(slots=True)
class Reading:
    """All that was read of one mention of an event, before mentions are merged."""

    trigger: Trigger
    arguments: list[Argument] = field(default_factory=list)
    placing: Placing | None = None
    dating: Dating | None = None
    sources: list[str] = field(default_factory=list)
    status: Status = "Actual"
    status_rule: str = ""
    spans: list[CasualtySpan] = field(default_factory=list)
    figure_sources: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, role: str) -> list[str]:
        """The entities in a role, in text order, each once."""
        return list(dict.fromkeys(key for argument in self.arguments if argument.role == role for key in argument.keys))

    def sources_of(self, figure: CasualtySpan) -> tuple[str, ...]:
        """The entities that a figure stands under: its own sources, else those of the mention."""
        return self.figure_sources.get(figure.start, tuple(self.sources))

    def slots(self) -> Slots:
        """What event coreference compares."""
        days = (self.dating.days[0].isoformat(), self.dating.days[1].isoformat()) if self.dating else None
        return Slots(
            days,
            frozenset(self.placing.keys if self.placing else ()),
            frozenset(self.keys("agent") + self.keys("participant")),
            frozenset(self.keys("target")),
            frozenset(self.sources),
            frozenset((f.harm, f.low, f.high) for f in self.spans),
            self.status,
        )


def merge(
    readings: Sequence[Reading],
    mention: Callable[[int, int], Mention],
    sentence: Callable[[int], Mention],
    figure: Callable[[CasualtySpan, tuple[str, ...], float], CasualtyFigure],
    roles: Mapping[str, tuple[str, ...]],
    calibration: Calibration,
    confidence: float,
) -> EventReport:
    """One report from the readings of one event's mentions, in text order.

    `mention` turns a token span into a Mention of the article's own text; `sentence` gives the sentence of a
    token; `figure` makes a casualty figure with the sources of its mention and its confidence; `roles` are the actors
    by role and the sources under "source" (`kg.nlp.event_roles`). `confidence` is the probability that the
    report is right in its type. The type is the most probable one over all mentions; the date and the places are those
    that its mentions together speak for most, and none where event and slot are both doubtful.
    """
    kind = event_type(readings)
    best = max(readings, key=lambda reading: (reading.trigger.type == kind, reading.trigger.score))
    dating = _told_most([r.dating for r in readings if r.dating], lambda dating: dating.days, confidence)
    placing = _told_most([r.placing for r in readings if r.placing], lambda placing: placing.keys, confidence)
    status, status_rule = _status(readings)
    return EventReport(
        type=kind,
        status=status,
        mentions=tuple(mention(reading.trigger.start, reading.trigger.end) for reading in readings),
        begin=dating.days[0] if dating else None,
        end=dating.days[1] if dating else None,
        places=placing.keys if placing else (),
        agents=roles["agent"],
        targets=roles["target"],
        participants=roles["participant"],
        mediators=roles["mediator"],
        sources=roles["source"],
        casualties=_figures(
            readings, lambda r, f: figure(f, r.sources_of(f), calibration.of_figure(f, r.trigger, confidence))
        ),
        sentence=sentence(readings[0].trigger.root),
        rule=best.trigger.rule + (f"; {status_rule}" if status_rule else ""),
        confidence=round(confidence, 4),
    )


class _Scored(Protocol):
    @property
    def score(self) -> float: ...


S = TypeVar("S", bound=_Scored)


def _told_most(found: Sequence[S], key: Callable[[S], Hashable], confidence: float) -> S | None:
    """What the mentions of an event speak for most: what several of them say adds up."""
    total: dict[Hashable, float] = {}
    for one in found:
        total[key(one)] = total.get(key(one), 0.0) + one.score
    best = max(found, key=lambda one: (total[key(one)], one.score), default=None)
    return best if best is not None and best.score * confidence >= LEAST else None


def event_type(readings: Sequence[Reading]) -> str:
    """The most probable type over all mentions of an event."""
    votes: dict[str, float] = {}
    for reading in readings:
        votes[reading.trigger.type] = votes.get(reading.trigger.type, 0.0) + reading.trigger.score
    return max(votes, key=lambda kind: (votes[kind], -_first(readings, kind)))


def _first(readings: Sequence[Reading], kind: str) -> int:
    return next(i for i, reading in enumerate(readings) if reading.trigger.type == kind)


def _together(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for keys in lists for key in keys))


def _status(readings: Sequence[Reading]) -> tuple[Status, str]:
    """What any mention states as fact is fact; else the first reading that is not plain."""
    for status in ("Denied", "Actual", "Planned", "Alleged"):
        for reading in readings:
            if reading.status == status:
                return reading.status, reading.status_rule
    return "Actual", ""


def _figures(
    readings: Sequence[Reading], make: Callable[[Reading, CasualtySpan], CasualtyFigure]
) -> tuple[CasualtyFigure, ...]:
    """Each figure once: one that is repeated keeps its first mention, and has the sources of all its mentions."""
    kept: list[CasualtyFigure] = []
    for reading in readings:
        for span in reading.spans:
            figure = make(reading, span)
            known = next((i for i, other in enumerate(kept) if _repeats(figure, other)), None)
            if known is None:
                kept.append(figure)
            else:
                kept[known] = replace(kept[known], sources=_together([kept[known].sources, figure.sources]))
    return tuple(kept)


def _repeats(figure: CasualtyFigure, other: CasualtyFigure) -> bool:
    """One harm and number told twice, or told once with and once without "at least"."""
    same_people = figure.victims == other.victims or None in (figure.victims, other.victims)
    same_bounds = (figure.low, figure.high) == (other.low, other.high)
    return figure.harm == other.harm and same_people and same_bounds
