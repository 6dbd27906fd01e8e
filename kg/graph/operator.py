"""What an operator does to events: put them together, take them apart, take a decision back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.gazetteer import Gazetteer
from kg.graph.consolidation import Consolidation
from kg.graph.decisions import Decision
from kg.graph.terms import BASE, Names, term
from kg.stores.embedded import EmbeddedStore


class DecisionError(ValueError):
    """What was named does not exist, or is not as the decision needs it; the message is one line."""


def merge_events(path: Path, events: Sequence[str], reason: str | None = None, base: str = BASE) -> str:
    """Decide that events are one; returns the decision's IRI. Raises DecisionError, StoreError."""
    with EmbeddedStore.writing(path) as store, Consolidation(store, Gazetteer.open(), base) as consolidation:
        reports = sorted({report for event in events for report in _reports(store, consolidation.names, event)})
        decision = Decision(True, tuple(reports), reason=reason)
        consolidation.decide(decision)
        return decision.name(consolidation.names).value


def split_event(path: Path, event: str, apart: Sequence[str], reason: str | None = None, base: str = BASE) -> str:
    """Decide that some reports of an event are of another; returns the decision's IRI.

    `apart` holds reports, or identifiers of articles that stand for theirs. Raises DecisionError, StoreError.
    """
    with EmbeddedStore.writing(path) as store, Consolidation(store, Gazetteer.open(), base) as consolidation:
        names = consolidation.names
        reports = _reports(store, names, event)
        chosen: set[str] = set()
        for name in apart:
            article = names.article(name)
            matching = {
                iri for iri in reports if iri in (name, f"{base}report/{name}") or _article(store, iri) == article.value
            }
            if not matching:
                raise DecisionError(f"{name}: neither a report of {event} nor an article with one")
            chosen |= matching
        others = [iri for iri in reports if iri not in chosen]
        if not others:
            raise DecisionError(f"{event}: no report would be left")
        decision = Decision(False, tuple(sorted(chosen)), tuple(others), reason)
        consolidation.decide(decision)
        return decision.name(names).value


def take_back(path: Path, decisions: Sequence[str], base: str = BASE) -> int:
    """Take decisions (IRIs) back; returns how many there were. Raises DecisionError for one that does not exist."""
    with EmbeddedStore.writing(path) as store, Consolidation(store, Gazetteer.open(), base) as consolidation:
        for name in decisions:
            iri = name if name.startswith(base) else f"{base}decision/{name}"
            if not consolidation.take_back(iri):
                raise DecisionError(f"{name}: no such decision")
    return len(decisions)


def _reports(store: EmbeddedStore, names: Names, event: str) -> list[str]:
    node = ox.NamedNode(event if event.startswith(names.base) else f"{names.base}event/{event}")
    found = store.ox.quads_for_pattern(None, term("ckg:reportOf"), node, names.events_graph)
    reports = sorted(quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode))
    if not reports:
        raise DecisionError(f"{event}: no such event")
    return reports


def _article(store: EmbeddedStore, report: str) -> str | None:
    for quad in store.ox.quads_for_pattern(ox.NamedNode(report), term("ckg:article"), None, None):
        return getattr(quad.object, "value", None)
    return None
