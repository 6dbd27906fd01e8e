"""Download exactly a selection of events: CSV in the columns of UCDP GED and of ACLED, GeoJSON, JSON-LD, SPARQL."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyoxigraph as ox
from flask import Response, current_app, request, stream_with_context

from kg.graph.terms import CKG, FAMILY_OF, PROLOGUE
from kg.web import vocabulary
from kg.web.index.selection import Selection, events
from kg.web.pages.blueprint import base, blueprint, index
from kg.web.pages.gathering import EventLine, event_lines
from kg.web.pages.geojson import event_features
from kg.web.workers import Job

_BLOCK, _MOST = 500, 200_000
_TIME_PRECISION: dict[int | str, int] = {1: 1, 2: 2, 4: 3, 5: 3}
GED = ["id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob"]  # fmt: skip
ACLED = ["event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes", "fatalities", "tags", "timestamp"]  # fmt: skip


@blueprint.get("/events.<any(csv, geojson, jsonld, rq):suffix>")
def download(suffix: str) -> Response:
    """The events of a selection in a format; `?columns=acled` gives CSV in the columns of ACLED."""
    selection = Selection.read(request.args)
    if suffix == "rq":
        return _named(PROLOGUE + selection.sparql(base()) + "\n", "application/sparql-query", "events.rq")
    if suffix == "csv":
        acled = request.args.get("columns") == "acled"
        rows = _csv(ACLED if acled else GED, _acled if acled else _ged, _lines(selection))
        return _named(
            stream_with_context(rows), "text/csv; charset=utf-8", "events-acled.csv" if acled else "events-ged.csv"
        )
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


def _csv(
    columns: list[str], row_of: Callable[[EventLine], dict[str, Any]], lines: Iterable[EventLine]
) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="")
    writer.writeheader()
    for line in lines:
        writer.writerow({name: _cell(value) for name, value in row_of(line).items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any) -> Any:
    """A value that spreadsheets will not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _names(line: EventLine, role: str) -> str:
    return "; ".join(row["en"] for row in line.entities[role])


def _ged(line: EventLine) -> dict[str, Any]:
    """An event in the columns of UCDP GED; columns for which the graph knows nothing stay empty."""
    row, articles = line.row, _articles(line)
    specific = any(place["kind"] != "State" for place in line.entities["place"])
    return {
        "id": line.iri.rsplit("/", 1)[-1], "relid": line.iri, "year": (row["begin"] or "")[:4], "type_of_violence": _violence(line),
        "side_a": _names(line, "agent"), "side_b": _names(line, "target"), "number_of_sources": row["sources"],
        "source_article": "; ".join(a["url"] or a["iri"] for a in articles), "source_office": "; ".join(dict.fromkeys(a["publisher"] or "" for a in articles)),
        "source_date": "; ".join(a["issued"] or "" for a in articles), "source_headline": "; ".join(a["title"] or a["identifier"] for a in articles),
        "source_original": _names(line, "accordingTo"), "where_prec": (1 if specific else 6) if row["lat"] is not None else "",
        "where_coordinates": _names(line, "place"), "latitude": row["lat"], "longitude": row["long"],
        "geom_wkt": f"POINT ({row['long']} {row['lat']})" if row["lat"] is not None else "", "country": _names(line, "country"),
        "event_clarity": 1 if row["begin"] == row["end"] else 2, "date_prec": _precision(line), "date_start": row["begin"], "date_end": row["end"] or row["begin"],
        "deaths_unknown": row["best"], "best": row["best"], "high": row["high"], "low": row["low"],
    }  # fmt: skip


def _violence(line: EventLine) -> int | str:
    """GED's type of violence where the graph tells it: 1, state-based, for clashes with a state's side; else empty."""
    sides = [row["kind"] for role in ("agent", "target", "participant") for row in line.entities[role]]
    return 1 if "ArmedClash" in line.types and "State" in sides else ""


def _precision(line: EventLine) -> int | str:
    """GED's precision of dates: 1 a day, 2 up to six days, 4 up to a month, 5 longer."""
    from datetime import date

    try:
        days = (date.fromisoformat(line.row["end"] or line.row["begin"]) - date.fromisoformat(line.row["begin"])).days
    except (TypeError, ValueError):
        return ""
    return 1 if days <= 0 else 2 if days < 7 else 4 if days < 31 else 5


def _acled(line: EventLine) -> dict[str, Any]:
    """An event in the columns of ACLED, with the sub-event type that the ontology aligns its class to."""
    row, agents, targets = line.row, line.entities["agent"] or line.entities["participant"], line.entities["target"]
    place = line.places[0] if line.places else None
    country = line.entities["country"]
    return {
        "event_id_cnty": line.iri.rsplit("/", 1)[-1], "event_date": row["begin"], "year": (row["begin"] or "")[:4],
        "time_precision": _TIME_PRECISION.get(_precision(line), ""), "event_type": FAMILY_OF.get(row["type"], ""), "sub_event_type": _sub_event(row["type"]),
        "actor1": agents[0]["en"] if agents else "", "assoc_actor_1": "; ".join(a["en"] for a in agents[1:]),
        "actor2": targets[0]["en"] if targets else "", "assoc_actor_2": "; ".join(a["en"] for a in targets[1:]),
        "country": country[0]["en"] if country else "", "location": place["en"] if place else "", "latitude": row["lat"], "longitude": row["long"],
        "geo_precision": "" if row["lat"] is None or place is None else 3 if place["kind"] == "State" else 1, "source": "; ".join(dict.fromkeys(a["publisher"] or a["identifier"] for a in _articles(line))),
        "notes": line.dated_title, "fatalities": row["best"], "tags": "disputed" if row["disputed"] else "", "timestamp": row["last"],
    }  # fmt: skip


def _sub_event(kind: str) -> str:
    """The ACLED sub-event type that the ontology aligns a class to, as the last part of its IRI."""
    found = vocabulary.terms().get(kind)
    aligned = [iri for values in (found.links.values() if found else ()) for iri in values if "/scheme/acled/" in iri]
    return vocabulary.concept_label(aligned[0]) if aligned else ""


def _articles(line: EventLine) -> list[Any]:
    return index().rows(
        "SELECT DISTINCT a.* FROM report r JOIN article a ON a.id = r.article WHERE r.event = ? ORDER BY a.issued, a.id LIMIT 50",
        (line.row["id"],),
    )


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
