"""Events of a selection as rows of data sets: what the index knows of each, names in English."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Row

from kg.exports.event_data import DatasetEvent
from kg.graph.records import ArticleRecord, EntityRecord
from kg.web.pages.blueprint import index
from kg.web.pages.gathering import EventLine

_MOST_REPORTS = 50


def dataset_event(line: EventLine) -> DatasetEvent:
    """An event of the index, with its articles, sentences and killed civilians."""
    row = line.row
    places = sorted(line.entities["place"], key=lambda place: place["kind"] == "State")
    reports = index().rows(
        """SELECT r.sentence, a.iri, a.identifier, a.title, a.publisher, a.issued, a.url FROM report r JOIN article a ON a.id = r.article
        WHERE r.event = ? ORDER BY a.issued, a.id, r.sentence_begin LIMIT ?""",
        (row["id"], _MOST_REPORTS),
    )
    articles = {
        r["iri"]: ArticleRecord(*(r[k] or "" for k in ("iri", "identifier", "title", "publisher", "issued", "url")))
        for r in reports
    }
    return DatasetEvent(
        line.iri, tuple(dict.fromkeys((row["type"], *line.types))), row["begin"] or "", row["end"] or "", _entities(places),
        tuple(country["en"] for country in line.entities["country"]), _entities(line.entities["agent"]),
        _entities(line.entities["target"]), _entities(line.entities["participant"]),
        tuple(source["en"] for source in line.entities["accordingTo"]), tuple(articles.values()),
        tuple(dict.fromkeys(r["sentence"] for r in reports if r["sentence"])), _text(row["low"]), _text(row["best"]), _text(row["high"]),
        _civilians(row["id"]), _text(row["sources"]), bool(row["disputed"]),
    )  # fmt: skip


def _entities(rows: Iterable[Row]) -> tuple[EntityRecord, ...]:
    return tuple(
        EntityRecord(r["iri"], r["en"], frozenset({r["kind"], r["class"]}), "", r["iso3"] or "", _text(r["lat"]), _text(r["long"]))
        for r in rows
    )  # fmt: skip


def _civilians(event: int) -> int | None:
    row = index().row(
        "SELECT MAX(COALESCE(f.low, f.high)) AS n FROM figure f JOIN report r ON r.id = f.report WHERE r.event = ? AND f.harm = 'Killed' AND f.victims = 'Civilians'",
        (event,),
    )
    return None if row is None or row["n"] is None else int(row["n"])


def _text(value: float | None) -> str:
    return "" if value is None else str(value)
