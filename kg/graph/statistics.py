"""Counts of a graph."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from kg.graph.terms import PROLOGUE

_CLASSES = {
    "articles": "Article", "reports": "EventReport", "events": "Event", "casualty figures": "CasualtyFigure",
    "persons": "Person", "organisations": "Organisation", "states": "State", "places": "Place", "groups": "Group",
}  # fmt: skip


def counts(store: ox.Store) -> dict[str, int]:
    """Quads, named graphs, and individuals of the main classes, by name."""
    found = {"quads": len(store), "graphs": sum(1 for _ in store.named_graphs())}
    for name, kind in _CLASSES.items():
        query = PROLOGUE + f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a ckg:{kind} }}"
        rows: Any = store.query(query, use_default_graph_as_union=True)
        found[name] = int(next(iter(rows))["n"].value)
    return found
