"""Write the graph, or a part of it, to a file: the same content gives the same bytes, whatever order it came in.

RDF is sorted: graphs by name, triples by their N-Triples lines. Nothing holds the whole graph in memory.
"""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from kg.exports.lines import Graph, LineSorter, graph_lines, triples, union_lines
from kg.graph.terms import BASE, PREFIXES, Names
from kg.stores.embedded import EmbeddedStore, StoreError

RDF_FORMATS = {
    "nq": "N_QUADS", "trig": "TRIG", "ttl": "TURTLE", "nt": "N_TRIPLES", "rdfxml": "RDF_XML", "rdf": "RDF_XML",
    "xml": "RDF_XML", "jsonld": "JSON_LD",
}  # fmt: skip
FORMATS = (*RDF_FORMATS, "geojson", "csv")


class ExportError(ValueError):
    """The format or the part asked for is not known; the message says what is."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to export: articles by identifier, named graphs by IRI, what a CONSTRUCT query gives, or else everything.

    `table` is the table that CSV holds, see `kg.exports.tables.TABLES`.
    """

    articles: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    where: str | None = None
    table: str = "events"
    base: str = BASE

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.articles and not self.graphs and self.where is None


ALL = Selection()


def export_to(store: EmbeddedStore, file: Path, output: str | None, selection: Selection = ALL) -> None:
    """Write to `file` ('-': standard output), gzipped where its name ends in .gz.

    The format is `output`, or else by the file's ending. A file that is cut short leaves no trace.
    Raises ExportError.
    """
    name = file.name.removesuffix(".gz")
    kind = output or ("nq" if str(file) == "-" else name.rpartition(".")[2].lower())
    if kind not in FORMATS:
        raise ExportError(f"{file}: unknown format {kind!r}; known: {', '.join(FORMATS)}")
    if kind not in RDF_FORMATS and not selection.everything:
        raise ExportError(f"{kind} holds all events; parts (--article, --graph, --where) are exported as RDF")
    if str(file) == "-":
        write(store, kind, sys.stdout.buffer, selection)
        return
    with replacing(file) as stream:
        write(store, kind, stream, selection)


@contextmanager
def replacing(file: Path) -> Iterator[IO[bytes]]:
    """A new content for a file, that takes its place when all is written; gzipped where the name ends in .gz."""
    unfinished = file.with_name(file.name + ".part")
    try:
        stream: Any = unfinished.open("wb")
        with stream:
            if file.name.endswith(".gz"):
                with gzip.GzipFile("", "wb", 6, stream, mtime=0) as zipped:
                    yield cast(IO[bytes], zipped)
            else:
                yield stream
        os.replace(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)


def write(store: EmbeddedStore, kind: str, stream: IO[bytes], selection: Selection = ALL) -> None:
    """Write in a format to an open file. Raises ExportError."""
    if kind == "geojson":
        from kg.exports.geojson import write_geojson

        write_geojson(store.ox, stream)
    elif kind == "csv":
        from kg.exports.tables import write_csv

        write_csv(store.ox, selection.table, stream)
    elif selection.where is not None:
        _write_triples(constructed(store, selection.where), kind, stream)
    elif kind in ("nq", "trig", "jsonld"):
        _write_graphs(store.ox, selected_graphs(store, selection), kind, stream)
    else:
        _write_triples(union_lines(store.ox, selected_graphs(store, selection)), kind, stream)


def selected_graphs(store: EmbeddedStore, selection: Selection = ALL) -> list[Graph]:
    """The graphs of a selection, by name, the default graph last. Raises StoreError for one that is not there."""
    held = store.graphs()
    if selection.everything:
        return [*map(ox.NamedNode, held), ox.DefaultGraph()]
    names = Names(selection.base)
    wanted = {names.article_graph(identifier).value: f"article {identifier}" for identifier in selection.articles}
    wanted |= {graph: f"graph {graph}" for graph in selection.graphs}
    missing = [told for iri, told in wanted.items() if iri not in set(held)]
    if missing:
        raise StoreError(f"{missing[0]}: not in the store")
    return [ox.NamedNode(graph) for graph in held if graph in wanted]


def constructed(store: EmbeddedStore, query: str) -> Iterator[bytes]:
    """What a CONSTRUCT or DESCRIBE query gives, as sorted N-Triples lines. Raises ExportError."""
    try:
        results = store.query(query)
    except SyntaxError as fault:
        raise ExportError(f"the query is not SPARQL: {fault}") from fault
    if not isinstance(results, ox.QueryTriples):
        raise ExportError("a CONSTRUCT query is wanted")
    sorter = LineSorter()
    results.serialize(sorter.file, format=ox.RdfFormat.N_TRIPLES)
    return sorter.lines()


def nquads(store: ox.Store, graphs: Iterable[Graph]) -> Iterator[bytes]:
    """Graphs as N-Quads, in pieces of some hundred lines."""
    for graph in graphs:
        end = b"\n" if isinstance(graph, ox.DefaultGraph) else b" " + str(graph).encode() + b" .\n"
        for line in graph_lines(store, graph):
            yield line if end == b"\n" else line[:-3] + end


def _write_graphs(store: ox.Store, graphs: list[Graph], kind: str, stream: IO[bytes]) -> None:
    if kind == "nq":
        stream.writelines(nquads(store, graphs))
    elif kind == "jsonld":
        from kg.exports.jsonld import write_jsonld

        write_jsonld(store, graphs, stream)
    else:
        ox.serialize(_quads(store, graphs), stream, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)


def _quads(store: ox.Store, graphs: list[Graph]) -> Iterator[ox.Quad]:
    for graph in graphs:
        for triple in triples(graph_lines(store, graph)):
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _write_triples(lines: Iterator[bytes], kind: str, stream: IO[bytes]) -> None:
    if kind in ("nt", "nq"):
        stream.writelines(lines)
    elif kind == "jsonld":
        from kg.exports.jsonld import write_triples

        write_triples(lines, stream)
    else:
        output = getattr(ox.RdfFormat, RDF_FORMATS[kind])
        ox.serialize(triples(lines), stream, format=output, prefixes=PREFIXES)
