"""Pushing against a server that fails, refuses, loses or wants to know who is there."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import parse_http_list, parse_keqv_list

import pyoxigraph as ox
import pytest

from kg.exports.lines import graph_lines
from kg.stores.embedded import EmbeddedStore
from kg.stores.push import PushError, graph_hash, push_graphs
from kg.stores.sparql_server import Access, ServerError, SparqlServer, query_address


class GraphStore(BaseHTTPRequestHandler):
    """A Graph Store in a dict, which can be told to misbehave."""

    protocol_version = "HTTP/1.1"
    graphs: dict[str, bytes]
    wanted: str | None
    refusals: int
    lose: bool
    log: list[str]

    def name(self) -> str:
        return parse_qs(urlsplit(self.path).query)["graph"][0]

    def reply(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_GET(self) -> None:
        body = self.graphs.get(self.name())
        self.reply(404 if body is None else 200, body or b"")

    def write(self, kept: bytes) -> None:
        body = self.body()
        type(self).log.append(self.command)
        if self.wanted and self.headers.get("Authorization") != self.wanted:
            self.reply(401, b"who are you?")
        elif type(self).refusals > 0:
            type(self).refusals -= 1
            self.reply(500, b"disk failure\nmore")
        else:
            lines = (kept + body).splitlines(keepends=True)
            self.graphs[self.name()] = b"".join(lines[1:] if self.lose else lines)
            self.reply(204)

    def do_PUT(self) -> None:
        self.write(b"")

    def do_POST(self) -> None:
        self.write(self.graphs.get(self.name(), b""))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def handler() -> type[GraphStore]:
    return GraphStore


@pytest.fixture
def server(handler: type[GraphStore]) -> Iterator[tuple[str, type[GraphStore]]]:
    attributes = {"graphs": {}, "wanted": None, "refusals": 0, "lose": False, "log": []}
    made = type("Handler", (handler,), attributes)
    running = ThreadingHTTPServer(("127.0.0.1", 0), made)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/graphs", made
    running.shutdown()
    running.server_close()


@pytest.fixture(scope="module")
def store(seed_store: Path) -> EmbeddedStore:
    return EmbeddedStore.reading(seed_store)


def test_without_a_query_address_graphs_are_compared_by_reading(
    store: EmbeddedStore, server: tuple[str, type[GraphStore]]
) -> None:
    url, handler = server
    first, second = (push_graphs(store, SparqlServer(url)) for _ in range(2))
    assert (first.moved, first.verified, second.moved) == (len(store.graphs()), len(store.graphs()), 0)
    name = store.graphs()[0]
    handler.graphs[name] = b"".join(handler.graphs[name].splitlines(keepends=True)[1:])
    assert push_graphs(store, SparqlServer(url)).moved == 1


def test_a_push_that_broke_off_goes_on_where_it_stopped(
    store: EmbeddedStore, server: tuple[str, type[GraphStore]]
) -> None:
    url, handler = server
    push_graphs(store, SparqlServer(url))
    last = store.graphs()[-1]
    del handler.graphs[last]
    handler.refusals = 1
    with pytest.raises(ServerError, match=r"PUT answered 500: disk failure$"):
        push_graphs(store, SparqlServer(url))
    handler.log.clear()
    assert push_graphs(store, SparqlServer(url)).moved == 1
    assert handler.log == ["PUT"]


def test_large_graphs_are_sent_in_pieces_with_the_hash_at_the_end(
    store: EmbeddedStore, server: tuple[str, type[GraphStore]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.stores.push._PIECE", 10_000)
    url, handler = server
    push_graphs(store, SparqlServer(url))
    assert "POST" in handler.log
    for name in store.graphs():
        *lines, stamp = handler.graphs[name].splitlines(keepends=True)
        assert lines == list(graph_lines(store.ox, ox.NamedNode(name)))
        assert hashlib.sha256(b"".join(lines)).hexdigest() == graph_hash(lines)
        assert graph_hash(lines).encode() in stamp


def test_what_a_server_lost_is_noticed(store: EmbeddedStore, server: tuple[str, type[GraphStore]]) -> None:
    url, handler = server
    handler.lose = True
    with pytest.raises(PushError, match=r"triples were sent, but the server holds \d+ triples"):
        push_graphs(store, SparqlServer(url))


@pytest.mark.parametrize(
    ("access", "in_url"),
    [(Access(token="t0ken"), ""), (Access(user="été", password="mot de passe"), ""), (Access(), "ana:s%40crete@")],
)
def test_who_is_there_is_told_in_each_way(
    store: EmbeddedStore, server: tuple[str, type[GraphStore]], access: Access, in_url: str
) -> None:
    url, handler = server
    words = "été:mot de passe" if access.user else "ana:s@crete"
    handler.wanted = (
        "Bearer t0ken" if access.token else "Basic " + base64.b64encode(words.encode("utf-8")).decode("ascii")
    )
    with pytest.raises(ServerError, match=r"401.*--token"):
        push_graphs(store, SparqlServer(url))
    assert push_graphs(store, SparqlServer(url.replace("//", f"//{in_url}"), access=access)).moved > 0


class GraphStoreWithDigest(GraphStore):
    """A Graph Store that lets nobody in but ana, by RFC 7616 with MD5, as Virtuoso does."""

    def write(self, kept: bytes) -> None:
        scheme, _, fields = self.headers.get("Authorization", "").partition(" ")
        given = parse_keqv_list(parse_http_list(fields)) if scheme == "Digest" else {}
        secret, what = (self.md5(text) for text in ("ana:kg:s@crete", f"{self.command}:{self.path}"))
        parts = [secret, *(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")), what]
        if given.get("response") == self.md5(":".join(parts)):
            super().write(kept)
            return
        self.body()
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Digest realm="kg", nonce="once", qop="auth", algorithm="MD5"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        type(self).log.append("asked")

    def md5(self, text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("handler", [GraphStoreWithDigest])
def test_digest_authentication_answers_the_challenge_once(
    store: EmbeddedStore, server: tuple[str, type[GraphStore]]
) -> None:
    url, handler = server
    with pytest.raises(ServerError, match=r"401 \(--user with --auth digest\?\): Unauthorized"):
        push_graphs(store, SparqlServer(url, access=Access(user="ana", password="s@crete")))
    handler.log.clear()
    access = Access(user="ana", password="s@crete", digest=True)
    outcome = push_graphs(store, SparqlServer(url, access=access))
    assert outcome.moved == outcome.verified == len(store.graphs())
    assert handler.log.count("asked") == 1


def test_a_password_in_the_address_is_never_shown() -> None:
    with pytest.raises(ServerError) as told:
        SparqlServer("http://ana:secret@127.0.0.1:9/data").put("http://x/g", b"")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "by_update", "query"),
    [
        ("http://h:3030/kg/data", False, "http://h:3030/kg/query"),
        ("http://h:3030/kg/update", True, "http://h:3030/kg/query"),
        ("http://h/store", False, "http://h/query"),
        ("http://h/rdf4j-server/repositories/kg/rdf-graphs/service", False, "http://h/rdf4j-server/repositories/kg"),
        ("http://h/repositories/kg/statements", True, "http://h/repositories/kg"),
        ("http://h/rdf-graph-store", False, "http://h/sparql"),
        ("http://h:8890/sparql-graph-crud-auth", False, "http://h:8890/sparql"),
        ("http://h:8890/sparql-auth", True, "http://h:8890/sparql"),
        ("http://h/somewhere", False, None),
    ],
)
def test_the_query_address_follows_from_the_other(url: str, by_update: bool, query: str | None) -> None:
    assert query_address(url, by_update) == query


class EmptyServer(SparqlServer):
    """A server that holds nothing and keeps what it is sent."""

    def __init__(self, store: str) -> None:
        super().__init__(store, None, "http://h/query")
        self.quads: list[bytes] = []
        self.graphs: list[str] = []

    def rows(self, query: str) -> list[dict[str, str]]:
        return []

    def add_quads(self, quads: bytes) -> None:
        self.quads.append(quads)

    def put(self, graph: str, triples: bytes) -> None:
        self.graphs.append(graph)


def test_new_graphs_go_together_where_the_server_takes_quads(store: EmbeddedStore) -> None:
    server = EmptyServer("http://h/store")
    push_graphs(store, server, verify=False)
    (body,) = server.quads
    sent = list(ox.parse(body, format=ox.RdfFormat.N_QUADS))
    assert {quad.graph_name.value for quad in sent} == set(store.graphs())
    assert len(sent) == len(list(store.quads())) + len(store.graphs())
    plain = EmptyServer("http://h/rdf-graphs/service")
    push_graphs(store, plain, verify=False)
    assert (plain.quads, plain.graphs) == ([], store.graphs())


def test_a_large_graph_goes_alone(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {name: sum(map(len, graph_lines(store.ox, ox.NamedNode(name)))) for name in store.graphs()}
    monkeypatch.setattr("kg.stores.push._PIECE", max(sizes.values()) - 1)
    monkeypatch.setattr(EmptyServer, "add", lambda *given: None)
    server = EmptyServer("http://h/store")
    push_graphs(store, server, verify=False)
    assert server.graphs == [max(sizes, key=lambda name: sizes[name])]
    assert all(len(body) < 2 * max(sizes.values()) for body in server.quads)
