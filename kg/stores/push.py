"""Load a graph into another triple store, and fetch one back: named graph by named graph, only what differs.

Each graph that is sent carries ``<graph> ckg:graphHash "…"``: the SHA-256 of its sorted N-Triples lines without that
line (``grep -v graphHash | LC_ALL=C sort | sha256sum`` gives the same). It is sent last, so that a graph that broke off
has none and is sent again. Blank nodes are sent as they are; a graph with some is sent each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.exports.lines import LineSorter, graph_lines
from kg.graph.terms import CKG
from kg.stores.embedded import EmbeddedStore
from kg.stores.sparql_server import ServerError, SparqlServer, triples_of

STAMP = f"{CKG}graphHash"
_PIECE = 8 << 20
_MATCHED = (
    "SELECT ?graph (COUNT(?s) AS ?count) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph",
    f"SELECT ?graph ?hash WHERE {{ GRAPH ?graph {{ ?graph <{STAMP}> ?hash }} }}",
)


class PushError(RuntimeError):
    """What was sent is not what the server holds; the message is one line."""


@dataclass(slots=True)
class Outcome:
    """What a push or pull did: graphs sent or fetched, graphs already the same, graphs taken away, triples moved."""

    moved: int = 0
    same: int = 0
    dropped: int = 0
    triples: int = 0
    verified: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stored:
    """What a server holds of a graph: how many triples, and the hash that it was sent with."""

    count: int
    stamp: str | None


def graph_hash(lines: Iterable[bytes]) -> str:
    """SHA-256 of sorted N-Triples lines."""
    total = hashlib.sha256()
    for line in lines:
        total.update(line)
    return total.hexdigest()


def push_graphs(
    store: EmbeddedStore, server: SparqlServer, *, prune: bool = False, verify: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:  # fmt: skip
    """Send each named graph that the server holds otherwise or not at all.

    `prune` takes away graphs that were pushed before and that the store no longer holds. `verify` reads counts and
    hashes back. `progress` is told how many graphs of how many are done. Raises ServerError, PushError.
    """
    outcome = Outcome()
    held = stored_graphs(server) if server.can_be_asked else None
    names = store.graphs()
    sent: dict[str, Stored] = {}
    together = _Together(server)
    for done, name in enumerate(names):
        progress(done, len(names))
        lines = list(graph_lines(store.ox, ox.NamedNode(name)))
        stamp = graph_hash(lines)
        there = held.get(name) if held is not None else _by_reading(server, name)
        if there == Stored(len(lines) + 1, stamp):
            outcome.same += 1
            continue
        lines.append(_stamp_line(name, stamp))
        if not (held is not None and there is None and together.add(name, lines)):
            _send(server, name, lines)
        sent[name] = Stored(len(lines), stamp)
        outcome.moved += 1
        outcome.triples += len(lines) - 1
    together.send()
    progress(len(names), len(names))
    if prune:
        outcome.dropped = _prune(server, held, names)
    if verify and sent:
        outcome.verified = _verify(server, sent)
    return outcome


def stored_graphs(server: SparqlServer) -> dict[str, Stored]:
    """The named graphs of a server. Raises ServerError."""
    counts, stamps = (server.rows(query) for query in _MATCHED)
    by_graph = {row["graph"]: row["hash"] for row in stamps}
    return {row["graph"]: Stored(int(row["count"]), by_graph.get(row["graph"])) for row in counts if row.get("graph")}


def _by_reading(server: SparqlServer, name: str) -> Stored | None:
    """As `stored_graphs`, of one graph, for a server that has no query address."""
    count, stamp = 0, None
    start = [f"<{name}>".encode(), f"<{STAMP}>".encode()]
    for line in server.graph(name):
        count += 1
        if line.split(None, 2)[:2] == start:
            stamp = line.split(b'"')[1].decode()
    return Stored(count, stamp) if count else None


def _stamp_line(name: str, stamp: str) -> bytes:
    return f'<{name}> <{STAMP}> "{stamp}" .\n'.encode()


def _send(server: SparqlServer, name: str, lines: list[bytes]) -> None:
    """A graph in pieces that servers take, its hash at the very end."""
    first, start, size = True, 0, 0
    for end, line in enumerate(lines, 1):
        size += len(line)
        if size >= _PIECE or end == len(lines):
            (server.put if first else server.add)(name, b"".join(lines[start:end]))
            first, start, size = False, end, 0


class _Together:
    """Graphs that are new to a server, sent many at a time where it takes quads: each request costs it a transaction."""

    def __init__(self, server: SparqlServer) -> None:
        self._server = server
        self._waiting: list[bytes] = []
        self._size = 0

    def add(self, name: str, lines: list[bytes]) -> bool:
        """Take a graph, if that can be done; it is sent with others, its hash with it."""
        size = sum(map(len, lines))
        if not self._server.takes_quads or size >= _PIECE:
            return False
        if self._size + size > _PIECE:
            self.send()
        ending = f"<{name}> .\n".encode()
        self._waiting.append(b"".join(line[:-2] + ending for line in lines))
        self._size += size
        return True

    def send(self) -> None:
        """Send what waits, in one request."""
        if self._waiting:
            self._server.add_quads(b"".join(self._waiting))
            self._waiting, self._size = [], 0


def _prune(server: SparqlServer, held: dict[str, Stored] | None, names: list[str]) -> int:
    if held is None:
        raise PushError("to take graphs away, the server's graphs must be known: give its query address (--query)")
    gone = [name for name, there in held.items() if there.stamp is not None and name not in set(names)]
    for name in gone:
        server.drop(name)
    return len(gone)


def _verify(server: SparqlServer, sent: dict[str, Stored]) -> int:
    held = stored_graphs(server) if server.can_be_asked else {name: _by_reading(server, name) for name in sent}
    for name, wanted in sent.items():
        there = held.get(name)
        if there != wanted:
            found = "nothing" if there is None else f"{there.count} triples under the hash {there.stamp}"
            raise PushError(f"{name}: {wanted.count} triples were sent, but the server holds {found}")
    return len(sent)


def pull_graphs(
    store: EmbeddedStore, server: SparqlServer, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Outcome:
    """Fetch every named graph of a server that the store holds otherwise or not at all.

    A graph that was pushed is checked against its hash; a mismatch raises PushError, and leaves the store's graph as
    it is. Raises ServerError, StoreError.
    """
    outcome = Outcome()
    held = stored_graphs(server)
    local = set(store.graphs())
    for done, (name, there) in enumerate(sorted(held.items())):
        progress(done, len(held))
        node = ox.NamedNode(name)
        if name in local and there.stamp == graph_hash(graph_lines(store.ox, node)):
            outcome.same += 1
            continue
        triples = {triple for triple in triples_of(server.graph(name)) if triple.predicate.value != STAMP}
        if there.stamp is not None and graph_hash(_sorted(triples)) != there.stamp:
            raise PushError(f"{name}: what the server gives is not what was pushed (its hash differs)")
        store.replace_graph(node, [ox.Quad(t.subject, t.predicate, t.object, node) for t in triples])
        outcome.moved += 1
        outcome.triples += len(triples)
    progress(len(held), len(held))
    return outcome


def _sorted(triples: Iterable[ox.Triple]) -> Iterator[bytes]:
    sorter = LineSorter()
    ox.serialize(triples, sorter.file, format=ox.RdfFormat.N_TRIPLES)
    return sorter.lines()


__all__ = ["Outcome", "PushError", "ServerError", "graph_hash", "pull_graphs", "push_graphs", "stored_graphs"]
