"""Precision, recall and F1 of every slot, over articles; the composite is the mean F1 of seven of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.evaluation.matching import SLOTS, Coded, Named, event_pairs, paired

COMPOSITE = ("event", "date", "place", "actor", "source", "casualty", "entity")


@dataclass(frozen=True, slots=True)
class CodedArticle:
    """One article's events and entities, annotated or found."""

    id: str
    text: str
    events: tuple[Coded, ...]
    entities: tuple[Named, ...]


@dataclass(slots=True)
class Tally:
    """Counts of right items, annotated items and found items."""

    hit: int = 0
    gold: int = 0
    found: int = 0

    def add(self, hit: int, gold: int, found: int) -> None:
        """Add counts of one article."""
        self.hit, self.gold, self.found = self.hit + hit, self.gold + gold, self.found + found

    @property
    def precision(self) -> float:
        """Right among found, 0 where nothing was found."""
        return self.hit / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Right among annotated, 0 where nothing was annotated."""
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Result:
    """Tallies by slot and by event type, the errors as lines; (confidence, right) of reports and of casualty figures."""

    slots: dict[str, Tally] = field(default_factory=dict)
    types: dict[str, Tally] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    judged: list[tuple[float, bool]] = field(default_factory=list)
    judged_figures: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def composite(self) -> float:
        """Mean F1 of the seven slots."""
        return sum(self.slots[name].f1 for name in COMPOSITE if name in self.slots) / len(COMPOSITE)

    def slot(self, name: str) -> Tally:
        """The tally of a slot, made on first use."""
        return self.slots.setdefault(name, Tally())


def measure(pairs: Iterable[tuple[CodedArticle, CodedArticle]]) -> Result:
    """Compare annotated articles with found ones (gold first in each pair)."""
    result = Result()
    for gold, found in pairs:
        matched = event_pairs(gold.events, found.events, gold.text)
        _count_events(result, gold, found, matched)
        for name, (get, same) in SLOTS.items():
            hits = sum(paired(get(g), get(f), same) for g, f in matched)
            result.slot(name).add(hits, sum(len(get(g)) for g in gold.events), sum(len(get(f)) for f in found.events))
        figures = [f for e in gold.events for f in e.figures], [f for e in found.events for f in e.figures]
        result.slot("figure").add(paired(*figures, lambda a, b: a == b), len(figures[0]), len(figures[1]))
        hits = paired(gold.entities, found.entities, Named.same_listed)
        result.slot("entity").add(hits, len(gold.entities), len(found.entities))
        result.errors += _errors(gold, found, matched)
    return result


def _count_events(
    result: Result, gold: CodedArticle, found: CodedArticle, matched: Sequence[tuple[Coded, Coded]]
) -> None:
    right = [(g, f) for g, f in matched if g.type == f.type]
    result.slot("event").add(len(right), len(gold.events), len(found.events))
    result.slot("family").add(len(matched), len(gold.events), len(found.events))
    result.slot("status").add(sum(g.status == f.status for g, f in matched), len(matched), len(matched))
    for event in gold.events:
        result.types.setdefault(event.type, Tally()).add(0, 1, 0)
    for event in found.events:
        result.types.setdefault(event.type, Tally()).add(0, 0, 1)
    for event, _ in right:
        result.types[event.type].add(1, 0, 0)
    correct = {id(f) for _, f in right}
    result.judged += [(event.confidence, id(event) in correct) for event in found.events]
    partner = {id(f): g for g, f in matched}
    for event in found.events:
        left = list(partner[id(event)].figures) if id(event) in partner else []
        for figure, confidence in zip(event.figures, event.figure_confidences, strict=False):
            result.judged_figures.append((confidence, figure in left))
            if figure in left:
                left.remove(figure)


def _errors(gold: CodedArticle, found: CodedArticle, matched: Sequence[tuple[Coded, Coded]]) -> list[str]:
    lines = []
    for g, f in matched:
        if g.type != f.type:
            lines.append(f"{gold.id}: {g.trigger!r}: {f.type} should be {g.type}")
        if g.status != f.status:
            lines.append(f"{gold.id}: {g.type} {g.trigger!r}: status {f.status} should be {g.status}")
        for name, (get, same) in SLOTS.items():
            if not len(get(g)) == len(get(f)) == paired(get(g), get(f), same):
                lines.append(f"{gold.id}: {g.type} {g.trigger!r}: {name} {_shown(get(f))} should be {_shown(get(g))}")
    seen = {id(event) for pair in matched for event in pair}
    lines += [f"{gold.id}: missed {e.type} {e.trigger!r}" for e in gold.events if id(e) not in seen]
    lines += [f"{gold.id}: false {e.type} {e.trigger!r}" for e in found.events if id(e) not in seen]
    for title, here, there in (("missed", gold.entities, found.entities), ("false", found.entities, gold.entities)):
        lines += [f"{gold.id}: {title} {e.kind} {e.label!r}" for e in here if not any(e.same_listed(o) for o in there)]
    return lines


def _shown(items: Sequence[object]) -> str:
    def one(item: object) -> str:
        if isinstance(item, Named):
            return item.label
        if isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], Named):
            return f"{item[0]}={item[1].label}"
        return str(item)

    return "[" + ", ".join(one(item) for item in items) + "]"
