"""Events as GeoJSON (RFC 7946): one feature each, one line each; without geometry where the place is not known."""

from __future__ import annotations

import json
from typing import IO

import pyoxigraph as ox

from kg.exports.tables import event_row
from kg.graph.records import Records


def write_geojson(store: ox.Store, stream: IO[bytes]) -> None:
    """Write all events as a FeatureCollection, event by event."""
    separator = b'{"type": "FeatureCollection", "features": [\n'
    for event in Records(store).events():
        row = event_row(event)
        lat, long = row.pop("lat"), row.pop("long")
        point = {"type": "Point", "coordinates": [float(long), float(lat)]} if lat and long else None
        feature = {"type": "Feature", "id": event.iri, "geometry": point, "properties": row}
        stream.write(separator + json.dumps(feature, ensure_ascii=False).encode())
        separator = b",\n"
    if separator != b",\n":
        stream.write(separator)
    stream.write(b"\n]}\n")
