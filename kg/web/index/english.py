"""English names of states and organisations, where the graph has none: from the gazetteer's tables."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def _table(file: str, key: str) -> dict[str, str]:
    with (files("kg.gazetteer") / "data" / file).open(encoding="utf-8") as lines:
        return {row[key]: row["name_en"] for row in csv.DictReader(lines) if row[key] and row["name_en"]}


def english_name(iso3: str | None, same_as: list[str]) -> str | None:
    """The English name of a state by its ISO 3166 code, or of an organisation by its Wikidata address."""
    if iso3:
        return _table("countries.csv", "iso3").get(iso3)
    names = _table("organisations.csv", "wikidata")
    return next((names[iri.rsplit("/", 1)[-1]] for iri in same_as if iri.rsplit("/", 1)[-1] in names), None)
