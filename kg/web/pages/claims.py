"""Claims side by side: where they agree and where they differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from kg.web.pages.charts import Scale, scale
from kg.web.pages.gathering import Claim, Figure
from kg.web.pages.wording import local, named, term

_COLUMNS = ("agent", "target")


def compare(claims: Sequence[Claim]) -> list[str]:
    """Mark what differs between claims of one event; returns the columns in which any does.

    Figures differ where, for the same harm and victims, the range of one lies outside another's. A status differs
    where others than most claims give it; an agent or target, where two claims name wholly different ones.
    """
    by_event: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_event[claim.row["event_iri"] or claim.row["iri"]].append(claim)
    differing: set[str] = set()
    for group in by_event.values():
        _compare_statuses(group)
        _compare_actors(group)
        _compare_figures(group)
        differing |= {column for claim in group for column in claim.differs}
    return sorted(differing)


def _compare_statuses(group: Sequence[Claim]) -> None:
    counted = Counter(claim.row["status"] for claim in group)
    if len(counted) > 1:
        usual = min(counted, key=lambda status: (-counted[status], status != "Actual", status))
        for claim in group:
            if claim.row["status"] != usual:
                claim.differs.add("status")


def _compare_actors(group: Sequence[Claim]) -> None:
    for column in _COLUMNS:
        named_by = [
            (claim, {row["iri"] for row in claim.entities[column]}) for claim in group if claim.entities[column]
        ]
        for claim, ours in named_by:
            if any(not ours & theirs for _, theirs in named_by):
                claim.differs.add(column)


def _compare_figures(group: Sequence[Claim]) -> None:
    alike: dict[tuple[str, str], list[tuple[Claim, Figure]]] = defaultdict(list)
    for claim in group:
        for figure in claim.figures:
            alike[figure.row["harm"], figure.row["victims"] or ""].append((claim, figure))
    for figures in alike.values():
        for claim, figure in figures:
            if any(_apart(figure, other) for _, other in figures):
                figure.differs = True
                claim.differs.add("toll")


def _apart(a: Figure, b: Figure) -> bool:
    """Whether no number fits both ranges; a missing bound is open."""
    low_a, low_b = a.row["low"] or 0, b.row["low"] or 0
    high_a, high_b = a.row["high"], b.row["high"]
    return (high_b is not None and low_a > high_b) or (high_a is not None and low_b > high_a)


def scales(claims: Sequence[Claim], most: int = 30) -> list[Scale]:
    """The figures of claims on common scales, one for each harm that more than one figure is given for."""
    found: dict[str, list[tuple[str, str, int | None, int | None, bool, str]]] = defaultdict(list)
    for claim in claims:
        for figure in claim.figures:
            sources = figure.sources or claim.entities["accordingTo"]
            who = (
                ", ".join(named(row) for row in sources[:2]) or claim.row["publisher"] or claim.row["identifier"] or ""
            )
            victims = f" ({term(figure.row['victims'])})" if figure.row["victims"] else ""
            low, high = figure.row["low"], figure.row["high"]
            found[figure.row["harm"]].append(
                (who + victims, figure.row["words"] or "", low, high, figure.differs, local(claim.row["iri"]))
            )
    return [scale(harm, figures[:most]) for harm, figures in found.items() if len(figures) > 1]
