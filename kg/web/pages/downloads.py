"""Download exactly a selection of events: CSV in the columns of UCDP GED and of ACLED, GeoJSON, JSON-LD, SPARQL."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyoxigraph as ox
from flask import Response, current_app, request, stream_with_context

from kg.exports.event_data import ACLED_COLUMNS, GED_COLUMNS, DatasetEvent, Row, acled_row, ged_row
from kg.exports.tables import harmless
from kg.graph.terms import CKG, PROLOGUE
from kg.web.index.selection import Selection, events
from kg.web.pages.blueprint import base, blueprint, index
from kg.web.pages.columns import dataset_event
from kg.web.pages.gathering import EventLine, event_lines
from kg.web.pages.geojson import event_features
from kg.web.workers import Job

_BLOCK, _MOST = 500, 200_000


@blueprint.get("/events.<any(csv, geojson, jsonld, rq):suffix>")
def download(suffix: str) -> Response:
    """The events of a selection in a format; `?columns=acled` gives CSV in the columns of ACLED."""
    selection = Selection.read(request.args)
    if suffix == "rq":
        return _named(PROLOGUE + selection.sparql(base()) + "\n", "application/sparql-query", "events.rq")
    if suffix == "csv":
        like_acled = request.args.get("columns") == "acled"
        columns, row_of = (ACLED_COLUMNS, acled_row) if like_acled else (GED_COLUMNS, ged_row)
        rows = _csv(columns, row_of, _lines(selection))
        name = "events-acled.csv" if like_acled else "events-ged.csv"
        return _named(stream_with_context(rows), "text/csv; charset=utf-8", name)
    if suffix == "geojson":
        return _named(stream_with_context(_geojson(selection)), "application/geo+json", "events.geojson")
    return _named(_jsonld(selection), "application/ld+json", "events.jsonld")


def _named(body: Any, media: str, name: str) -> Response:
    return Response(body, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _lines(selection: Selection) -> Iterator[EventLine]:
    """All events of a selection, in blocks, so that memory does not grow with them."""
    for offset in range(0, _MOST, _BLOCK):
        rows = events(index(), selection, base(), _BLOCK, offset)
        yield from event_lines(rows)
        if len(rows) < _BLOCK:
            return


def _csv(columns: tuple[str, ...], row_of: Callable[[DatasetEvent], Row], lines: Iterable[EventLine]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns)
    writer.writeheader()
    for line in lines:
        writer.writerow({name: harmless(value) for name, value in row_of(dataset_event(line)).items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _geojson(selection: Selection) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": ['
    for number, feature in enumerate(event_features(_lines(selection))):
        yield (",\n" if number else "\n") + json.dumps(feature, ensure_ascii=False)
    yield "\n]}\n"


def _jsonld(selection: Selection) -> bytes:
    """All that the graph says of the selected events and their reports, at most the first 2000 events."""
    rows = events(index(), selection, base(), 2000)
    if not rows:
        return b"[]"
    pool = current_app.extensions["kg_workers"]
    triples: set[ox.Triple] = set()
    for start in range(0, len(rows), _BLOCK):
        nodes = " ".join(f"<{row['iri']}>" for row in rows[start : start + _BLOCK])
        query = f"{PROLOGUE}CONSTRUCT {{ ?e ?p ?o . ?r ?q ?v }} WHERE {{ VALUES ?e {{ {nodes} }} {{ ?e ?p ?o }} UNION {{ ?r <{CKG}reportOf> ?e ; ?q ?v }} }}"
        _, chunks = pool.run(Job(query, None, "application/n-triples"))
        parsed = ox.parse(b"".join(chunks), format=ox.RdfFormat.N_TRIPLES)
        triples |= {ox.Triple(q.subject, q.predicate, q.object) for q in parsed}
    return ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.JSON_LD) or b"[]"
