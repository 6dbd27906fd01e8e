"""GeoJSON (RFC 7946) of places and events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from sqlite3 import Row
from typing import Any
from urllib.parse import urlencode

from kg.web.index.selection import Selection
from kg.web.pages.gathering import EventLine
from kg.web.pages.wording import local, named, path


def places_collection(rows: Iterable[Row | Mapping[str, Any]], selection: Selection | None = None) -> dict[str, Any]:
    """Places as points: how many events, the toll, the page and the address that narrows the selection to the place."""
    chosen = selection or Selection()
    features = []
    for row in rows:
        narrowed = urlencode(replace(chosen, place=(path(row["iri"]),)).arguments())
        properties = {
            "name": named(row),
            "events": row["n"],
            "killed": row["killed"],
            "page": local(row["iri"]),
            "list": f"/events?{narrowed}",
        }
        features.append(_feature(row["lat"], row["long"], properties, row["iri"]))
    return {"type": "FeatureCollection", "features": features}


def event_features(lines: Iterable[EventLine]) -> Iterable[dict[str, Any]]:
    """Events as points; those without a known place have no geometry."""
    for line in lines:
        row = line.row
        properties = {
            "title": line.dated_title,
            "types": line.types,
            "status": row["status"],
            "begin": row["begin"],
            "end": row["end"],
            "killed": {"low": row["low"], "best": row["best"], "high": row["high"]},
            "reports": row["reports"],
            "sources": row["sources"],
            "disputed": bool(row["disputed"]),
            **{role: [named(e) for e in line.entities[role]] for role in ("place", "country", "agent", "target", "participant", "mediator", "accordingTo")},
        }  # fmt: skip
        yield _feature(row["lat"], row["long"], properties, row["iri"])


def _feature(lat: float | None, long: float | None, properties: dict[str, Any], iri: str) -> dict[str, Any]:
    geometry = None if lat is None or long is None else {"type": "Point", "coordinates": [long, lat]}
    return {"type": "Feature", "id": iri, "geometry": geometry, "properties": properties}
