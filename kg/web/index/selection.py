"""A choice of events: read from an address, asked of the index, and written as the SPARQL query that means the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from sqlite3 import Row
from typing import Any

from kg.graph.terms import FAMILY_OF
from kg.web.index.following import PageIndex

STATUSES = ("Actual", "Alleged", "Planned", "Denied")
SORTS = {
    "-date": "e.begin IS NULL, e.begin DESC, e.id",
    "date": "e.begin IS NULL, e.begin, e.id",
    "-killed": "e.high IS NULL, e.high DESC, e.begin DESC, e.id",
    "-sources": "e.sources DESC, e.reports DESC, e.begin DESC, e.id",
}
_MANY = ("type", "status", "place", "country", "actor", "source")
_ROLE = {
    "place": ("place",),
    "country": ("country",),
    "actor": ("agent", "target", "participant", "mediator"),
    "source": ("accordingTo",),
}
_PATH = re.compile(r"[^\s<>\"{}|\\^`]{1,400}")
_MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events: values of one facet are alternatives, facets narrow each other.

    Entities are given by the path of their IRI below the base ("place/587057"); days are ISO dates, both included:
    an event is in when any of its days is.
    """

    type: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    begin: str = ""
    end: str = ""
    disputed: bool = False
    deadly: bool = False
    sort: str = "-date"

    @classmethod
    def read(cls, arguments: Mapping[str, Any]) -> Selection:
        """The selection of a request's arguments; what is not well-formed is left out."""
        getlist = arguments.getlist  # type: ignore[attr-defined]
        many = {name: tuple(dict.fromkeys(_well_formed(name, getlist(name))))[:_MOST_VALUES] for name in _MANY}
        sort = arguments.get("sort", "-date")
        return cls(
            **many, begin=_day(arguments.get("from", "")), end=_day(arguments.get("to", "")),
            disputed=arguments.get("disputed") == "1", deadly=arguments.get("deadly") == "1", sort=sort if sort in SORTS else "-date",
        )  # fmt: skip

    def arguments(self) -> list[tuple[str, str]]:
        """The address's arguments that read as this selection, always in the same order."""
        out = [(name, value) for name in _MANY for value in getattr(self, name)]
        out += [("from", self.begin)] if self.begin else []
        out += [("to", self.end)] if self.end else []
        out += [(name, "1") for name in ("disputed", "deadly") if getattr(self, name)]
        return out + ([("sort", self.sort)] if self.sort != "-date" else [])

    def without(self, facet: str) -> Selection:
        """The same without one facet."""
        return self._with(facet, ())

    def toggled(self, facet: str, value: str) -> Selection:
        """The same with a value of a facet put in, or taken out where it is in."""
        held = getattr(self, facet)
        return self._with(facet, tuple(v for v in held if v != value) if value in held else (*held, value))

    def _with(self, facet: str, held: tuple[str, ...]) -> Selection:
        changed: dict[str, Any] = {facet: held}
        return replace(self, **changed)

    @property
    def chosen(self) -> bool:
        """Whether anything narrows it."""
        return any(getattr(self, f.name) for f in fields(self) if f.name != "sort")

    def where(self, base: str) -> tuple[str, list[str]]:
        """The condition on the table `event` (as `e`) and its values."""
        parts: list[str] = ["1"]
        values: list[str] = []
        if self.type:
            parts.append(
                f"EXISTS (SELECT 1 FROM event_type t WHERE t.event = e.id AND t.type IN ({_marks(self.type)}))"
            )
            values += self.type
        if self.status:
            parts.append(f"e.status IN ({_marks(self.status)})")
            values += self.status
        for facet, roles in _ROLE.items():
            if chosen := getattr(self, facet):
                quoted = ", ".join(f"'{role}'" for role in roles)
                parts.append(
                    f"e.id IN (SELECT event FROM event_entity WHERE role IN ({quoted}) AND entity IN (SELECT id FROM entity WHERE iri IN ({_marks(chosen)})))"
                )
                values += [base + path for path in chosen]
        if self.begin:
            parts.append("COALESCE(e.end, e.begin) >= ?")
            values.append(self.begin)
        if self.end:
            parts.append("e.begin <= ?")
            values.append(self.end)
        if self.disputed:
            parts.append("e.disputed")
        if self.deadly:
            parts.append("e.high > 0")
        return " AND ".join(parts), values

    def sparql(self, base: str) -> str:
        """The SPARQL query (without its prologue) for the events of this selection."""
        lines = [
            "SELECT DISTINCT ?event ?label ?begin ?end ?status ?killed WHERE {",
            "  ?event a ckg:Event ; rdfs:label ?label ; ckg:status ?status .",
        ]
        lines.append('  FILTER (LANG(?label) = "fr")')
        if self.type:
            lines.append(f"  ?event a ?type . VALUES ?type {{ {' '.join(f'ckg:{name}' for name in self.type)} }}")
        if self.status:
            lines.append(f"  VALUES ?status {{ {' '.join(f'ckg:{name}' for name in self.status)} }}")
        for facet, pattern in _PATTERNS.items():
            if chosen := getattr(self, facet):
                lines.append(f"  {pattern} VALUES ?{facet} {{ {' '.join(f'<{base}{path}>' for path in chosen)} }}")
        needed = bool(self.begin or self.end)
        lines.append("  ?event ckg:beginDate ?begin ." if needed else "  OPTIONAL { ?event ckg:beginDate ?begin }")
        lines.append("  OPTIONAL { ?event ckg:endDate ?end }")
        if self.begin:
            lines.append(f'  FILTER (COALESCE(?end, ?begin) >= "{self.begin}"^^xsd:date)')
        if self.end:
            lines.append(f'  FILTER (?begin <= "{self.end}"^^xsd:date)')
        if self.disputed:
            lines.append("  ?event ckg:disputed true .")
        lines.append(
            "  ?event ckg:highestKilled ?killed . FILTER (?killed > 0)"
            if self.deadly
            else "  OPTIONAL { ?event ckg:highestKilled ?killed }"
        )
        order = {
            "-date": "DESC(?begin)",
            "date": "?begin",
            "-killed": "DESC(?killed) DESC(?begin)",
            "-sources": "DESC(?begin)",
        }[self.sort]
        return "\n".join([*lines, f"}} ORDER BY {order} ?event"])


_PATTERNS = {
    "place": "?event ckg:place ?place .",
    "country": "?event ckg:place ?at . { ?at ckg:country ?country } UNION { ?at a ckg:State BIND (?at AS ?country) }",
    "actor": "?event ckg:agent|ckg:target|ckg:participant|ckg:mediator ?actor .",
    "source": "?report ckg:reportOf ?event ; ckg:accordingTo|ckg:casualties/ckg:accordingTo ?source .",
}


def _well_formed(facet: str, given: Iterable[str]) -> Iterator[str]:
    for value in given:
        if (
            (facet == "type" and value in FAMILY_OF)
            or (facet == "status" and value in STATUSES)
            or (facet not in ("type", "status") and _PATH.fullmatch(value))
        ):
            yield value


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def count(index: PageIndex, selection: Selection, base: str) -> int:
    """How many events."""
    where, values = selection.where(base)
    row = index.row(f"SELECT COUNT(*) AS n FROM event e WHERE {where}", tuple(values))
    return int(row["n"]) if row else 0


def events(index: PageIndex, selection: Selection, base: str, limit: int, offset: int = 0) -> list[Row]:
    """The rows of `event` of a selection, in its order."""
    where, values = selection.where(base)
    query = f"SELECT e.* FROM event e WHERE {where} ORDER BY {SORTS[selection.sort]} LIMIT ? OFFSET ?"
    return index.rows(query, (*values, limit, offset))


def facet(index: PageIndex, selection: Selection, name: str, base: str, most: int) -> list[Row]:
    """Values of a facet with how many events each would give, most first: rows of `value`, `fr`, `en`, `n`.

    Other facets narrow the counts, the facet itself does not.
    """
    where, values = selection.without(name).where(base)
    if name == "type":
        query = f"SELECT x.type AS value, COUNT(*) AS n FROM event e JOIN event_type x ON x.event = e.id WHERE {where} GROUP BY x.type"
    elif name == "status":
        query = f"SELECT e.status AS value, COUNT(*) AS n FROM event e WHERE {where} GROUP BY e.status"
    else:
        roles = ", ".join(f"'{role}'" for role in _ROLE[name])
        counted = "COUNT(DISTINCT e.id)" if len(_ROLE[name]) > 1 else "COUNT(*)"
        query = (
            f"SELECT substr(n.iri, {len(base) + 1}) AS value, n.fr, n.en, t.n FROM (SELECT x.entity, {counted} AS n FROM event e JOIN event_entity x ON x.event = e.id AND x.role IN ({roles})"
            f" WHERE {where} GROUP BY x.entity ORDER BY n DESC LIMIT {most * 2}) t JOIN entity n ON n.id = t.entity"
        )
    return index.rows(f"{query} ORDER BY n DESC, value LIMIT ?", (*values, most))


def days(index: PageIndex, selection: Selection, base: str) -> list[Row]:
    """Events by day of beginning: rows of `day`, `n` and `killed` (the best toll), in order."""
    where, values = selection.where(base)
    query = f"SELECT e.begin AS day, COUNT(*) AS n, SUM(e.best) AS killed FROM event e WHERE {where} AND e.begin IS NOT NULL GROUP BY e.begin ORDER BY e.begin"
    return index.rows(query, tuple(values))


def points(index: PageIndex, selection: Selection, base: str, most: int = 500) -> list[Row]:
    """Places of a selection on the map: rows of `iri`, `fr`, `en`, `lat`, `long`, `n`, `killed`, most events first.

    An event stands at its most specific places.
    """
    where, values = selection.where(base)
    query = f"""SELECT n.iri, n.fr, n.en, n.lat, n.long, n.kind, COUNT(*) AS n, SUM(e.best) AS killed
        FROM event e JOIN event_entity x ON x.event = e.id AND x.role = 'place' JOIN entity n ON n.id = x.entity
        WHERE {where} AND n.lat IS NOT NULL AND (n.kind != 'State' OR e.lat = n.lat AND e.long = n.long)
        GROUP BY n.id ORDER BY n DESC, n.iri LIMIT ?"""
    return index.rows(query, (*values, most))
