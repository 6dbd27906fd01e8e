"""The process that writes: it takes the writer's lock, carries one write out, publishes it, and may die of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from kg.stores.embedded import EmbeddedStore, StoreError
from kg.web.confinement import confine, end_after, give_way, without_network
from kg.web.jobs import Limits
from kg.web.negotiation import GRAPHS
from kg.web.query_process import explained, tell

_WAIT_FOR_LOCK = 0.1


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL Update, and the base of its relative IRIs."""

    text: str
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """Triples to put into a graph, or, with `replace`, in place of all it holds.

    `graph` None stands for the default graph; `parts` are pairs of a file and its media type.
    """

    graph: str | None
    parts: tuple[tuple[str, str], ...]
    base: str
    replace: bool


@dataclass(frozen=True, slots=True)
class Drop:
    """A graph to remove; None stands for the default graph."""

    graph: str | None


@dataclass(frozen=True, slots=True)
class Patch:
    """A SPARQL Update that concerns one graph, and its text as written for it."""

    graph: str | None
    update: Update


Write = Update | Load | Drop | Patch


class _RefusedError(Exception):
    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def run(path: str, write: Write, control: Connection, limits: Limits) -> None:
    """Carry a write out and tell how it went: ``committed``, then ``done`` with whether the graph was there before.

    Or ``error``: the message, the HTTP status and perhaps the line and column; the store is as before.
    """
    confine(limits.memory)
    without_network()
    give_way()
    end_after(limits.seconds)
    try:
        prepared = _prepared(write)
        with _opened(path, limits.seconds) as store:
            existed = _carry_out(store, write, prepared)
            tell(control, "committed")
            store.publish()
            store.changed = False
        tell(control, "done", existed)
    except SyntaxError as fault:
        message, position = explained(fault)
        tell(control, "error", message, 400, *(position or ()))
    except _RefusedError as fault:
        tell(control, "error", str(fault), fault.status)
    except StoreError as fault:
        tell(control, "error", str(fault), 503)
    except MemoryError:
        tell(control, "error", "the write needs more memory than this server gives", 507)
    except (ValueError, OSError, RuntimeError) as fault:
        tell(control, "error", explained(fault)[0], 400)


class _opened:  # noqa: N801  (a context manager used as a function)
    """The store for writing; waits for another writer to be done, at most `seconds`."""

    def __init__(self, path: str, seconds: float) -> None:
        self._path, self._until = Path(path), time.monotonic() + seconds / 2

    def __enter__(self) -> EmbeddedStore:
        while True:
            self._manager = EmbeddedStore.writing(self._path)
            try:
                store = self._manager.__enter__()
            except StoreError as fault:
                if "another process" not in str(fault) or time.monotonic() > self._until:
                    raise
                time.sleep(_WAIT_FOR_LOCK)
                continue
            store.changed = False
            return store

    def __exit__(self, *failure: object) -> None:
        self._manager.__exit__(*failure)  # type: ignore[arg-type]


def _prepared(write: Write) -> list[ox.Triple]:
    """The triples of a Load, parsed before the lock is taken."""
    return list(_triples(write)) if isinstance(write, Load) else []


def _carry_out(store: EmbeddedStore, write: Write, triples: list[ox.Triple]) -> bool:
    """One transaction; whether the graph that it concerns was there before."""
    if isinstance(write, Update):
        store.ox.update(write.text, base_iri=write.base)
        return True
    graph = ox.NamedNode(write.graph) if write.graph is not None else ox.DefaultGraph()
    existed = isinstance(graph, ox.DefaultGraph) or store.ox.contains_named_graph(graph)
    target = f"GRAPH {graph}" if isinstance(graph, ox.NamedNode) else "DEFAULT"
    if isinstance(write, Patch):
        store.ox.update(write.update.text, base_iri=write.update.base)
    elif isinstance(write, Drop):
        if not existed:
            raise _RefusedError("no such graph", 404)
        store.ox.update(f"DROP {target}")
    elif write.replace and existed:
        store.ox.update(f"DROP SILENT {target} ; {_insertion(graph, triples)}")
    elif triples:
        store.ox.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    elif not existed:
        store.ox.update(f"CREATE SILENT {target}")
    return existed


def _insertion(graph: ox.NamedNode | ox.DefaultGraph, triples: list[ox.Triple]) -> str:
    lines = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    if isinstance(graph, ox.DefaultGraph):
        return f"INSERT DATA {{ {lines} }}"
    return f"CREATE SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{ {lines} }} }}"


def _triples(load: Load) -> Iterator[ox.Triple]:
    for number, (file, media) in enumerate(load.parts, 1):
        form = GRAPHS[media]
        where = f"part {number}" if len(load.parts) > 1 else "the body"
        try:
            if form == ox.RdfFormat.RDF_XML:
                _refuse_entities(file)
            # Blank nodes of two parts are not the same, whatever their labels.
            for quad in ox.parse(path=file, format=form, base_iri=load.base, rename_blank_nodes=True):
                if not isinstance(quad.graph_name, ox.DefaultGraph):
                    raise _RefusedError(f"{where} names a graph; one graph is written to here", 400)
                yield ox.Triple(quad.subject, quad.predicate, quad.object)
        except SyntaxError as fault:
            message, position = explained(fault)
            if position is None and fault.lineno:
                message = f"line {fault.lineno}, column {fault.offset}: {message}"
            raise _RefusedError(f"{where} is not {media}: {message}", 400) from fault


def _refuse_entities(file: str) -> None:
    """Refuse a document that declares entities: a few lines of them expand to more than any memory holds."""

    def declared(*_: object) -> None:
        raise _RefusedError("XML entities are not taken; write their text instead", 400)

    reader = expat.ParserCreate()
    reader.EntityDeclHandler = declared
    reader.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        with open(file, "rb") as source:
            reader.ParseFile(source)
    except expat.ExpatError as fault:
        raise _RefusedError(f"the body is not XML: {fault}", 400) from fault
