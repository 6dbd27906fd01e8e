"""Tables: events under this project's, UCDP GED's and ACLED's column names, claims, and tolls; as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import pyoxigraph as ox

from kg.exports.event_data import ACLED_COLUMNS, GED_COLUMNS, acled_rows, ged_rows, labels
from kg.graph.records import ClaimRecord, EventRecord, Records

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it holds, its columns, and its rows out of a store."""

    title: str
    columns: tuple[str, ...]
    rows: Callable[[Records], Iterator[Row]]


def _events(records: Records) -> Iterator[Row]:
    for event in records.events():
        yield event_row(event)


def event_row(event: EventRecord) -> Row:
    """An event as a row of the table ``events``."""
    place = event.places[0] if event.places else None
    return {
        "event": event.iri, "label": event.label, "type": event.type, "status": event.status, "begin": event.begin, "end": event.end,
        "place": labels(event.places), "country": place.country if place else "", "iso3": place.iso3 if place else "",
        "lat": place.latitude if place else "", "long": place.longitude if place else "",
        "agents": labels(event.agents), "targets": labels(event.targets),
        "lowest": event.lowest, "best": event.best, "highest": event.highest, "disputed": event.disputed,
        "reports": event.reports, "sources": event.sources,
    }  # fmt: skip


_EVENT_COLUMNS = (
    "event", "label", "type", "status", "begin", "end", "place", "country", "iso3", "lat", "long", "agents", "targets",
    "lowest", "best", "highest", "disputed", "reports", "sources",
)  # fmt: skip
_CLAIM_COLUMNS = (
    "report", "event", "type", "status", "begin", "end", "places", "agents", "targets", "participants", "mediators",
    "sources", "sentence", "confidence", "article", "publisher", "issued", "url",
)  # fmt: skip
_TOLL_COLUMNS = (
    "figure", "report", "event", "type", "harm", "low", "high", "victims", "sources", "passage", "status", "begin", "end",
    "places", "article", "publisher", "issued",
)  # fmt: skip


def _claims(records: Records) -> Iterator[Row]:
    for claim in records.claims():
        yield {
            "report": claim.iri, "event": claim.event, "type": claim.type, "status": claim.status, "begin": claim.begin,
            "end": claim.end, "places": labels(claim.places), "agents": labels(claim.agents), "targets": labels(claim.targets),
            "participants": labels(claim.participants), "mediators": labels(claim.mediators), "sources": labels(claim.sources),
            "sentence": claim.sentence, "confidence": claim.confidence, "article": claim.article.identifier,
            "publisher": claim.article.publisher, "issued": claim.article.issued, "url": claim.article.url,
        }  # fmt: skip


def _tolls(records: Records) -> Iterator[Row]:
    for claim in records.claims():
        yield from _tolls_of(claim)


def _tolls_of(claim: ClaimRecord) -> Iterator[Row]:
    for toll in claim.tolls:
        yield {
            "figure": toll.iri, "report": claim.iri, "event": claim.event, "type": claim.type, "harm": toll.harm,
            "low": "" if toll.low is None else str(toll.low), "high": "" if toll.high is None else str(toll.high),
            "victims": toll.victims, "sources": labels(toll.sources), "passage": toll.passage, "status": claim.status,
            "begin": claim.begin, "end": claim.end, "places": labels(claim.places), "article": claim.article.identifier,
            "publisher": claim.article.publisher, "issued": claim.article.issued,
        }  # fmt: skip


TABLES = {
    "events": Table("Consolidated events", _EVENT_COLUMNS, _events),
    "ged": Table("Violent events with deaths, under the column names of UCDP GED", GED_COLUMNS, ged_rows),
    "acled": Table("Events with an ACLED sub-event type, under the column names of ACLED", ACLED_COLUMNS, acled_rows),
    "claims": Table("What each article reports of each event, and according to whom", _CLAIM_COLUMNS, _claims),
    "tolls": Table("Every casualty figure with its source", _TOLL_COLUMNS, _tolls),
}


def write_csv(store: ox.Store, table: str, stream: IO[bytes]) -> None:
    """Write a table as RFC 4180 CSV in UTF-8, row by row; values that a spreadsheet would run are kept from it."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.DictWriter(text, TABLES[table].columns, lineterminator="\n")
    writer.writeheader()
    for row in TABLES[table].rows(Records(store)):
        writer.writerow({key: harmless(value) for key, value in row.items()})
    text.detach()


def harmless(value: str) -> str:
    """Keep a spreadsheet from taking a value for a formula; numbers stay numbers."""
    if value[:1] in ("=", "+", "@", "\t", "\r") or (value[:1] == "-" and not _is_number(value)):
        return "'" + value
    return value


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
