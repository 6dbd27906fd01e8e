"""Rows of the index put together for the pages: events with their places and actors, reports with their figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from sqlite3 import Row
from typing import Any

from flask_babel import gettext

from kg.web.pages.blueprint import index
from kg.web.pages.wording import day, listed, named, term

_CHUNK = 400


@dataclass(slots=True)
class EventLine:
    """An event for a list: its row, and by role the rows of its entities, most specific places first."""

    row: Row
    entities: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    types: list[str] = field(default_factory=list)

    @property
    def iri(self) -> str:
        """The event's IRI."""
        return str(self.row["iri"])

    @property
    def places(self) -> list[Row]:
        """Its places without those that only say where another of them lies."""
        found = self.entities["place"]
        return [p for p in found if p["kind"] != "State"] or found

    @property
    def title(self) -> str:
        """Kind and places, such as ``Airstrike — Barda``; kind and those concerned where no place is said."""
        kind = term(self.row["type"])
        kind = kind[:1].upper() + kind[1:]
        about = self.places or self.entities["target"] or self.entities["participant"] or self.entities["agent"]
        names = [named(row) for row in about[:2]]
        return gettext("%(kind)s — %(place)s", kind=kind, place=listed(names)) if names else kind

    @property
    def dated_title(self) -> str:
        """The title with the day."""
        return f"{self.title}, {day(self.row['begin'])}" if self.row["begin"] else self.title


def marks(values: Sequence[Any]) -> str:
    """As many question marks as values, for an IN clause."""
    return ", ".join("?" * len(values))


def event_lines(rows: Iterable[Row]) -> list[EventLine]:
    """Events with their entities, in the order given."""
    lines = {int(row["id"]): EventLine(row) for row in rows}
    ids = list(lines)
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        linked = index().rows(
            f"SELECT x.event, x.role, n.* FROM event_entity x JOIN entity n ON n.id = x.entity WHERE x.event IN ({marks(part)}) ORDER BY n.events, n.iri",
            tuple(part),
        )
        for row in linked:
            lines[row["event"]].entities[row["role"]].append(row)
        for row in index().rows(
            f"SELECT event, type FROM event_type WHERE event IN ({marks(part)}) ORDER BY type", tuple(part)
        ):
            lines[row["event"]].types.append(row["type"])
    return list(lines.values())


@dataclass(slots=True)
class Figure:
    """A casualty figure: its row and the rows of who gives it."""

    row: Row
    sources: list[Row] = field(default_factory=list)
    differs: bool = False


@dataclass(slots=True)
class Claim:
    """What one article reports of an event."""

    row: Row
    entities: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    figures: list[Figure] = field(default_factory=list)
    spans: list[Row] = field(default_factory=list)
    differs: set[str] = field(default_factory=set)

    @property
    def sources(self) -> list[Row]:
        """Who says so: of the report and of its figures, each once."""
        found = {row["id"]: row for row in self.entities["accordingTo"]}
        for given in self.figures:
            found |= {row["id"]: row for row in given.sources}
        return list(found.values())


_CLAIM = """SELECT r.*, e.iri AS event_iri, a.iri AS article_iri, a.title, a.identifier, a.issued, a.publisher, a.language, a.copy_of FROM report r
    LEFT JOIN article a ON a.id = r.article LEFT JOIN event e ON e.id = r.event"""


def claims(where: str, values: Sequence[Any], limit: int, offset: int = 0, order: str = "a.issued, a.id, r.sentence_begin, r.id") -> list[Claim]:  # fmt: skip
    """Reports that meet a condition on ``r`` (report) and ``a`` (article), with their entities, figures and mentions."""
    rows = index().rows(f"{_CLAIM} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*values, limit, offset))
    found = {int(row["id"]): Claim(row) for row in rows}
    ids = list(found)
    for start in range(0, len(ids), _CHUNK):
        _fill(found, ids[start : start + _CHUNK])
    for claim in found.values():
        row = claim.row
        if row["sentence"] and row["article"] is not None:
            claim.spans = spans(row["article"], row["sentence_begin"], row["sentence_begin"] + len(row["sentence"]))
    return list(found.values())


def _fill(found: dict[int, Claim], ids: list[int]) -> None:
    for row in index().rows(
        f"SELECT x.report, x.role, n.* FROM report_entity x JOIN entity n ON n.id = x.entity WHERE x.report IN ({marks(ids)}) ORDER BY n.iri",
        tuple(ids),
    ):
        found[row["report"]].entities[row["role"]].append(row)
    figures = {}
    for row in index().rows(f"SELECT * FROM figure WHERE report IN ({marks(ids)}) ORDER BY harm, low, id", tuple(ids)):
        figures[int(row["id"])] = Figure(row)
        found[row["report"]].figures.append(figures[int(row["id"])])
    for row in index().rows(
        f"SELECT s.figure, n.* FROM figure_source s JOIN figure f ON f.id = s.figure JOIN entity n ON n.id = s.entity WHERE f.report IN ({marks(ids)}) ORDER BY n.iri",
        tuple(ids),
    ):
        figures[int(row["figure"])].sources.append(row)


def spans(article: int, begin: int, end: int, most: int = 3000) -> list[Row]:
    """Mentions in a stretch of an article's text, with the IRI of what they mention: rows of begin, end, kind, iri, fr, en."""
    query = """SELECT m.begin, m.end, m.kind, COALESCE(n.iri, r.iri, f.iri) AS iri, n.fr, n.en FROM mention m
        LEFT JOIN entity n ON m.kind = 'entity' AND n.id = m.owner LEFT JOIN report r ON m.kind = 'report' AND r.id = m.owner
        LEFT JOIN figure f ON m.kind = 'figure' AND f.id = m.owner
        WHERE m.article = ? AND m.begin >= ? AND m.end <= ? ORDER BY m.begin, m.end DESC LIMIT ?"""
    return index().rows(query, (article, begin, end, most))
