"""A full dump in a folder: the graph, the tables and the linkset, under a Frictionless ``datapackage.json``.

`SHA256SUMS` is checked by ``sha256sum --check``. Nothing in the folder depends on the time at which it was written.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from kg import __version__
from kg.exports import ExportError, replacing, write
from kg.exports.tables import TABLES, write_csv
from kg.gazetteer import Gazetteer
from kg.graph.links import checked_links, write_linkset
from kg.graph.terms import BASE
from kg.graph.vocabulary import Ontology
from kg.stores.embedded import EmbeddedStore

_NUMBERS = {"lat", "long", "latitude", "longitude", "confidence"}
_COUNTS = {"lowest", "best", "highest", "high", "low", "reports", "sources", "fatalities", "deaths_civilians", "year"}
_PROFILE = "https://specs.frictionlessdata.io/schemas/data-package.json"


def export_package(store: EmbeddedStore, folder: Path, base: str = BASE) -> list[Path]:
    """Write the dump into a folder that is empty or not there yet; returns its files. Raises ExportError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f"{folder}: is there already, and is no empty folder")
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        resources = [_resource(unfinished, *content) for content in _contents(store, base)]
        (unfinished / "datapackage.json").write_text(_description(resources, len(store.ox)), encoding="utf-8")
        files = sorted(unfinished.iterdir())
        sums = "".join(f"{_sha256(file)}  {file.name}\n" for file in files)
        (unfinished / "SHA256SUMS").write_text(sums, encoding="utf-8")
        if folder.is_dir():
            folder.rmdir()
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return sorted(folder.iterdir())


def _contents(store: EmbeddedStore, base: str) -> list[tuple[str, str, str, Callable[[IO[bytes]], object]]]:
    """Name, title, media type and writer of each file."""
    out: list[tuple[str, str, str, Callable[[IO[bytes]], object]]] = [
        ("graph.nq.gz", "The whole graph", "application/n-quads", lambda stream: write(store, "nq", stream)),
        ("events.geojson", "Events on the map", "application/geo+json", lambda stream: write(store, "geojson", stream)),
        (
            "links.ttl",
            "Links to GeoNames and Wikidata, with their statistics",
            "text/turtle",
            lambda stream: stream.write(write_linkset(checked_links(store.ox, Gazetteer.open()), base)),
        ),
    ]
    for name, table in TABLES.items():
        out.append((f"{name}.csv", table.title, "text/csv", _table_writer(store, name)))
    return out


def _table_writer(store: EmbeddedStore, name: str) -> Callable[[IO[bytes]], object]:
    return lambda stream: write_csv(store.ox, name, stream)


def _resource(folder: Path, name: str, title: str, media: str, writer: Callable[[IO[bytes]], object]) -> dict[str, Any]:
    file = folder / name
    with replacing(file) as stream:
        writer(stream)
    plain = name.removesuffix(".gz")
    entry: dict[str, Any] = {
        "name": name.partition(".")[0] if plain.endswith(".csv") else plain.replace(".", "-"), "path": name, "title": title,
        "format": plain.rpartition(".")[2], "mediatype": media, "encoding": "utf-8", "bytes": file.stat().st_size,
        "hash": f"sha256:{_sha256(file)}",
    }  # fmt: skip
    if name.endswith(".gz"):
        entry["compression"] = "gz"
    if plain.endswith(".csv"):
        columns = TABLES[plain.removesuffix(".csv")].columns
        entry |= {"profile": "tabular-data-resource", "schema": {"fields": [_field(column) for column in columns]}}
    return entry


def _field(column: str) -> dict[str, str]:
    kind = "number" if column in _NUMBERS else "integer" if column in _COUNTS and column != "sources" else "string"
    return {"name": column, "type": kind}


def _description(resources: list[dict[str, Any]], quads: int) -> str:
    package = {
        "$schema": _PROFILE, "name": "conflict-kg", "title": "Conflict knowledge graph",
        "description": f"What news articles say of armed conflict: {quads} quads, and tables made from them.",
        "homepage": "https://w3id.org/conflict-kg/", "version": __version__,
        "conformsTo": f"https://w3id.org/conflict-kg/ontology/{Ontology().version}", "resources": resources,
    }  # fmt: skip
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
