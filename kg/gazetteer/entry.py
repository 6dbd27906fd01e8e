"""What the gazetteer knows of one entity, and how a form of the text led to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.model import EntityKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One entity that the gazetteer knows.

    `key` is the path that becomes its IRI (``state/AZE``, ``place/587057``). `feature` says what sort of thing
    a place is (``capital``, ``city``, ``admin1``, ``region``, ``front``, ``sea`` …) or an organisation's kind.
    `country` is ISO 3166-1 alpha-3; `population` counts inhabitants, 0 where unknown.
    """

    key: str
    kind: EntityKind
    label: str
    names: tuple[str, ...] = ()
    subclass: str | None = None
    country: str | None = None
    geonames: int | None = None
    wikidata: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    feature: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a form may stand for.

    `match` tells how the form met the name; `ambiguous` that the form is also a common word, a given name or
    the name of something else, and needs context.
    """

    entry: Entry
    form: str
    match: Literal["exact", "folded", "transliterated"]
    ambiguous: bool = False
