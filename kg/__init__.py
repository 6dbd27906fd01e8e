"""Conflict knowledge graph: news articles in, an evidence-linked RDF graph out.

>>> import kg
>>> kg.build(["articles/"], "kg-store")          # doctest: +SKIP
>>> store = kg.open_store("kg-store")            # doctest: +SKIP
>>> store.query("tolls-by-source")               # doctest: +SKIP
>>> kg.extract("Une bombe a explosé à Kaboul.")  # doctest: +SKIP

What is imported here is loaded when it is first used, so that ``import kg`` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kg.api import Store, build, extract, open_store
    from kg.model import Article, CasualtyFigure, Entity, EventReport, Extraction, Mention, Relation
    from kg.pipeline import Summary
    from kg.stores.embedded import StoreError

_HOMES = {
    "kg.api": ("Store", "build", "extract", "open_store"),
    "kg.model": ("Article", "CasualtyFigure", "Entity", "EventReport", "Extraction", "Mention", "Relation"),
    "kg.pipeline": ("Summary",),
    "kg.stores.embedded": ("StoreError",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Article", "CasualtyFigure", "Entity", "EventReport", "Extraction", "Mention", "Relation", "Store", "StoreError",
    "Summary", "build", "extract", "open_store",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
