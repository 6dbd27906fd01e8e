"""A SPARQL 1.1 server as a place to keep named graphs: Graph Store Protocol, Update and Query over HTTP.

Servers have one address for each protocol. Where one is given, the addresses of the others follow from the ways of
well-known servers (`ADDRESSES`), or are told by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import pyoxigraph as ox
import urllib3

# Endings of addresses: Graph Store, Update, Query.
ADDRESSES = (
    ("/rdf-graph-store", "/sparql", "/sparql"),  # kg serve
    ("/store", "/update", "/query"),  # Oxigraph
    ("/data", "/update", "/query"),  # Fuseki
    ("/rdf-graphs/service", "/statements", ""),  # RDF4J, GraphDB
    ("/sparql-graph-crud", "/sparql", "/sparql"),  # Virtuoso
)
_RETRIES = urllib3.Retry(
    total=4, backoff_factor=0.5, status_forcelist=(502, 503, 504), allowed_methods=None, raise_on_status=False
)


class ServerError(RuntimeError):
    """The server refused or cannot be reached; the message is one line."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to be let in: a bearer token, or a name with a password. What the address carries (user:password@) counts."""

    token: str | None = None
    user: str | None = None
    password: str | None = None

    def headers(self, url: str) -> dict[str, str]:
        """The Authorization header for an address, none where nothing is known."""
        parts = urlsplit(url)
        user, password = self.user, self.password
        if user is None and parts.username:
            user, password = unquote(parts.username), unquote(parts.password or "")
        if user is not None:
            made: dict[str, str] = urllib3.make_headers(
                basic_auth=f"{user}:{password or ''}".encode().decode("latin-1")
            )
            return {"Authorization": made["authorization"]}
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def query_address(url: str, by_update: bool) -> str | None:
    """The SPARQL query address that belongs to a Graph Store or Update address, None where it cannot be told."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    for store, update, query in ADDRESSES:
        ending = update if by_update else store
        if path.endswith(ending):
            return urlunsplit(parts._replace(path=path.removesuffix(ending) + query, query="", fragment=""))
    return None


class SparqlServer:
    """One server. Every method raises ServerError."""

    def __init__(
        self,
        store: str | None = None,
        update: str | None = None,
        query: str | None = None,
        access: Access | None = None,
    ) -> None:
        self._store, self._update, self._query = store, update, query
        self._access = access or Access()
        self._pool = urllib3.PoolManager(retries=_RETRIES, timeout=urllib3.Timeout(connect=10, read=600))

    def put(self, graph: str, triples: bytes) -> None:
        """Put N-Triples in place of what the server holds of a graph."""
        if self._store is not None:
            self._write("PUT", self._graph_url(graph), triples, "application/n-triples")
        else:
            self.send_update(f"DROP SILENT GRAPH <{graph}>")
            self.add(graph, triples)

    def add(self, graph: str, triples: bytes) -> None:
        """Add N-Triples to a graph."""
        if self._store is not None:
            self._write("POST", self._graph_url(graph), triples, "application/n-triples")
        else:
            self.send_update(f"INSERT DATA {{ GRAPH <{graph}> {{ {triples.decode()} }} }}")

    def drop(self, graph: str) -> None:
        """Take a graph away."""
        if self._store is not None:
            self._write("DELETE", self._graph_url(graph), b"", "application/n-triples")
        else:
            self.send_update(f"DROP SILENT GRAPH <{graph}>")

    def send_update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._write("POST", self._update or "", text.encode(), "application/sparql-update")

    def graph(self, graph: str) -> Iterator[bytes]:
        """The lines of a graph as N-Triples, as they come."""
        if self._query is not None:
            body = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}".encode()
            kind = {"Content-Type": "application/sparql-query", "Accept": "application/n-triples"}
            response = self._request("POST", self._query, body, kind, stream=True)
        else:
            accept = {"Accept": "application/n-triples"}
            response = self._request("GET", self._graph_url(graph), None, accept, (200, 204, 404), stream=True)
        if response.status != 200:
            response.release_conn()
            return
        yield from _lines(response)

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT as text."""
        kind = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        response = self._request("POST", self._query or "", query.encode(), kind)
        try:
            bindings = json.loads(response.data)["results"]["bindings"]
            return [{name: cell["value"] for name, cell in row.items()} for row in bindings]
        except (ValueError, KeyError, TypeError) as fault:
            raise ServerError(f"{shown(self._query)}: the answer is not what SPARQL endpoints give") from fault

    @property
    def can_be_asked(self) -> bool:
        """Whether there is a query address."""
        return self._query is not None

    def _graph_url(self, graph: str) -> str:
        store = self._store or ""
        return f"{store}{'&' if '?' in store else '?'}graph={quote(graph, safe='')}"

    def _write(self, method: str, url: str, body: bytes, kind: str) -> None:
        accepted = (200, 201, 202, 204, 404) if method == "DELETE" else (200, 201, 202, 204)
        self._request(method, url, body, {"Content-Type": kind}, accepted)

    def _request(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str], accepted: tuple[int, ...] = (200,),
        stream: bool = False,
    ) -> urllib3.BaseHTTPResponse:  # fmt: skip
        plain = _without_userinfo(url)
        try:
            response = self._pool.request(
                method, plain, body=body, headers={**self._access.headers(url), **headers}, preload_content=not stream
            )
            if response.status not in accepted:
                text = response.data[:300].decode("utf-8", "replace").strip().splitlines()
                hint = " (--token or --user?)" if response.status in (401, 403) else ""
                raise ServerError(f"{shown(url)}: {method} answered {response.status}{hint}: {text[0] if text else ''}")
        except urllib3.exceptions.HTTPError as fault:
            raise ServerError(f"{shown(url)} cannot be reached: {fault}".splitlines()[0]) from fault
        return response


def _lines(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    rest = b""
    try:
        for block in response.stream(1 << 16):
            pieces = (rest + block).split(b"\n")
            rest = pieces.pop()
            yield from (piece + b"\n" for piece in pieces if piece.strip())
    except urllib3.exceptions.HTTPError as fault:
        raise ServerError(f"the answer broke off: {fault}") from fault
    if rest.strip():
        yield rest + b"\n"


def triples_of(lines: Iterator[bytes]) -> Iterator[ox.Triple]:
    """N-Triples as a server wrote them, as triples."""
    for line in lines:
        for quad in ox.parse(line, format=ox.RdfFormat.N_TRIPLES):
            yield ox.Triple(quad.subject, quad.predicate, quad.object)


def _without_userinfo(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def shown(url: str | None) -> str:
    """An address for messages: without the password that it may carry."""
    return _without_userinfo(url or "")
