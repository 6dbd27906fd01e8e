"""Write the whole graph to a file, in a stable order."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kg.graph.terms import PREFIXES, PROLOGUE
from kg.stores.embedded import EmbeddedStore

FORMATS = {
    "nq": "N_QUADS",
    "trig": "TRIG",
    "ttl": "TURTLE",
    "nt": "N_TRIPLES",
    "rdfxml": "RDF_XML",
    "rdf": "RDF_XML",
    "xml": "RDF_XML",
    "jsonld": "JSON_LD",
}
_WITH_GRAPHS = {"nq", "trig", "jsonld"}
_EVENTS = (
    PROLOGUE
    + """
SELECT ?event (SAMPLE(?l) AS ?label) (SAMPLE(?t) AS ?type) (SAMPLE(?s) AS ?status) (SAMPLE(?b) AS ?begin) (SAMPLE(?e) AS ?end)
  (SAMPLE(?pl) AS ?place) (SAMPLE(?la) AS ?lat) (SAMPLE(?lo) AS ?long) (SAMPLE(?low) AS ?lowest) (SAMPLE(?high) AS ?highest) (SAMPLE(?n) AS ?reports) WHERE {
  ?event a ckg:Event ; rdfs:label ?l ; ckg:status ?s ; ckg:reportCount ?n . FILTER (LANG(?l) = "fr")
  ?r ckg:reportOf ?event ; ckg:eventType ?t .
  OPTIONAL { ?event ckg:beginDate ?b ; ckg:endDate ?e }
  OPTIONAL { ?event ckg:place ?p . ?p rdfs:label ?pl . OPTIONAL { ?p wgs84:lat ?la ; wgs84:long ?lo } }
  OPTIONAL { ?event ckg:lowestKilled ?low ; ckg:highestKilled ?high }
} GROUP BY ?event ORDER BY ?event"""
)


class ExportError(ValueError):
    """The format is not known; the message says what is."""


def export_to(store: EmbeddedStore, file: Path, output: str | None) -> None:
    """Write the graph to `file`, gzipped where its name ends in .gz; a file that is cut short leaves no trace."""
    name = file.name.removesuffix(".gz")
    kind = output or name.rpartition(".")[2].lower()
    if str(file) == "-":
        kind = output or "nq"
    if kind not in FORMATS and kind not in ("geojson", "csv"):
        raise ExportError(f"{file}: unknown format {kind!r}; known: {', '.join([*FORMATS, 'geojson', 'csv'])}")
    if str(file) == "-":
        _write(store, kind, sys.stdout.buffer)
        return
    unfinished = file.with_name(file.name + ".part")
    try:
        with _open(unfinished, file.name.endswith(".gz")) as stream:
            _write(store, kind, stream)
        os.replace(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)


def _open(path: Path, zipped: bool) -> Any:
    if zipped:
        return gzip.GzipFile(path, "wb", mtime=0)
    return path.open("wb")


def _write(store: EmbeddedStore, kind: str, stream: IO[bytes]) -> None:
    if kind == "geojson":
        stream.write(_geojson(store).encode())
    elif kind == "csv":
        stream.write(_csv(store).encode())
    else:
        quads = sorted_quads(store)
        items: Iterator[Any] = (
            quads
            if kind in _WITH_GRAPHS
            else iter(sorted({ox.Triple(q.subject, q.predicate, q.object) for q in quads}, key=str))
        )
        prefixes = PREFIXES if kind in ("ttl", "trig", "rdfxml", "rdf", "xml", "jsonld") else None
        ox.serialize(items, stream, format=getattr(ox.RdfFormat, FORMATS[kind]), prefixes=prefixes)


def sorted_quads(store: EmbeddedStore) -> Iterator[ox.Quad]:
    """All quads, graph by graph in the order of their names, sorted within each."""
    for graph in store.graphs():
        node = ox.NamedNode(graph)
        yield from sorted(store.ox.quads_for_pattern(None, None, None, node), key=str)
    yield from sorted(store.ox.quads_for_pattern(None, None, None, ox.DefaultGraph()), key=str)


def event_rows(store: EmbeddedStore) -> Iterator[dict[str, str]]:
    """One row an event, values as text, empty where unknown."""
    results: Any = store.query(_EVENTS)
    names = [variable.value for variable in results.variables]
    for solution in results:
        yield {name: solution[name].value if solution[name] is not None else "" for name in names}


def _geojson(store: EmbeddedStore) -> str:
    features = []
    for row in event_rows(store):
        properties = {k: v for k, v in row.items() if k not in ("lat", "long")}
        point = (
            {"type": "Point", "coordinates": [float(row["long"]), float(row["lat"])]}
            if row["lat"] and row["long"]
            else None
        )
        features.append({"type": "Feature", "id": row["event"], "geometry": point, "properties": properties})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1) + "\n"


def _csv(store: EmbeddedStore) -> str:
    out = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in event_rows(store):
        if writer is None:
            writer = csv.DictWriter(out, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return out.getvalue()


def _harmless(value: str) -> str:
    """Keep a spreadsheet from taking a value for a formula."""
    return "'" + value if value[:1] in ("=", "+", "@", "\t", "\r") else value
