"""What is said of entities and between them, for the index: so that a page of an entity in a thousand graphs asks none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

from kg.web.index.asking import Described, Select, described, expanded

_LONGEST = 2000
_HIDDEN = {"ckg:mention", "ckg:position"}
_BETWEEN = ("memberOf", "coChairOf", "affiliatedWith", "within")


def write_facts(database: sqlite3.Connection, said_of: Mapping[str, Described], number_of: Mapping[str, int]) -> None:
    """Write every value that the entities have, without mentions and offices."""
    database.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?)", _facts(said_of, number_of))


def _facts(said_of: Mapping[str, Described], number_of: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    for iri, said in said_of.items():
        for prop, values in said.items():
            if prop not in _HIDDEN:
                for cell in values:
                    yield number_of[iri], expanded(prop), cell.value[:_LONGEST], cell.type, cell.datatype, cell.language


def write_relations(
    select: Select, database: sqlite3.Connection, said_of: Mapping[str, Described], number_of: Mapping[str, int]
) -> None:
    """Write the relations between entities, and the offices that they hold at each other."""
    rows: list[tuple[object, ...]] = [
        (number_of[iri], prop, number_of[cell.value], None, None, None)
        for iri, said in said_of.items()
        for prop in _BETWEEN
        for cell in said.get(f"ckg:{prop}", [])
        if cell.value in number_of
    ]
    offices = described(select, "ckg:Position")
    for iri, said in said_of.items():
        for cell in said.get("ckg:position", []):
            office = offices.get(cell.value, {})
            label, begin, end = (_first(office, prop) for prop in ("rdfs:label", "ckg:beginDate", "ckg:endDate"))
            for where in office.get("ckg:positionIn", []):
                if where.value in number_of:
                    rows.append((number_of[iri], "position", number_of[where.value], label, begin, end))
    database.executemany("INSERT INTO relation VALUES (?, ?, ?, ?, ?, ?)", rows)


def _first(said: Described, prop: str) -> str | None:
    values = said.get(prop)
    return values[0].value if values else None
