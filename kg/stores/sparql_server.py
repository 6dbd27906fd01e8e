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
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

# Endings of addresses: Graph Store, Update, Query.
ADDRESSES = (
    ("/rdf-graph-store", "/sparql", "/sparql"),  # kg serve
    ("/store", "/update", "/query"),  # Oxigraph
    ("/data", "/update", "/query"),  # Fuseki
    ("/rdf-graphs/service", "/statements", ""),  # RDF4J, GraphDB
    ("/sparql-graph-crud", "/sparql", "/sparql"),  # Virtuoso
    ("/sparql-graph-crud-auth", "/sparql-auth", "/sparql"),  # Virtuoso, asking who is there
)
# Graph Store addresses that also take N-Quads of many graphs, in one transaction: Oxigraph, Fuseki.
_TAKE_QUADS = ("/store", "/data")
# To be connected, and between two pieces of an answer.
_SECONDS = (10, 600)
# A server that took a request and does not answer is not asked again: it may be at work on it, and hours would go by.
_RETRIES = urllib3.Retry(
    total=4, read=0, backoff_factor=0.5, status_forcelist=(502, 503, 504), allowed_methods=None, raise_on_status=False
)


class ServerError(RuntimeError):
    """The server refused or cannot be reached; the message is one line."""


class _Bearer(AuthBase):
    """RFC 6750."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass(frozen=True, slots=True)
class Access:
    """How to be let in: a bearer token, or a name with a password (RFC 7617, or RFC 7616 with `digest`).

    What the address carries (user:password@) counts where no name is given.
    """

    token: str | None = None
    user: str | None = None
    password: str | None = None
    digest: bool = False

    def by(self, url: str) -> AuthBase | None:
        """What answers for an address, None where nothing is known."""
        parts = urlsplit(url)
        user, password = self.user, self.password
        if user is None and parts.username:
            user, password = unquote(parts.username), unquote(parts.password or "")
        if user is not None and self.digest:
            return HTTPDigestAuth(user, password or "")
        if user is not None:
            return HTTPBasicAuth(user.encode(), (password or "").encode())
        return _Bearer(self.token) if self.token else None


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
        self._auth: dict[str, AuthBase | None] = {}
        self._session = requests.Session()
        # A .netrc must not speak for us in the place of what the caller gave.
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=_RETRIES))

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

    @property
    def takes_quads(self) -> bool:
        """Whether many graphs can be sent at once, which the Graph Store Protocol does not say and some servers do."""
        return self._store is not None and urlsplit(self._store).path.endswith(_TAKE_QUADS)

    def add_quads(self, quads: bytes) -> None:
        """Add N-Quads of any number of graphs, where the server `takes_quads`."""
        self._write("POST", self._store or "", quads, "application/n-quads")

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
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            accept = {"Accept": "application/n-triples"}
            response = self._request("POST", self._query, {"query": text}, accept, stream=True)
        else:
            accept = {"Accept": "application/n-triples"}
            response = self._request("GET", self._graph_url(graph), None, accept, (200, 204, 404), stream=True)
        with response:
            if response.status_code == 200:
                yield from _lines(response)

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT as text."""
        accept = {"Accept": "application/sparql-results+json"}
        response = self._request("POST", self._query or "", {"query": query}, accept)
        try:
            bindings = json.loads(response.content)["results"]["bindings"]
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
        self, method: str, url: str, body: bytes | dict[str, str] | None, headers: dict[str, str],
        accepted: tuple[int, ...] = (200,), stream: bool = False,
    ) -> requests.Response:  # fmt: skip
        """A body that is a dict is sent as a form: every server takes queries so, Virtuoso 7 in no other way."""
        plain = _without_userinfo(url)
        address = plain.partition("?")[0]
        # Kept between requests, since digest authentication goes on from the server's last challenge.
        auth = self._auth.setdefault(address, self._access.by(url))
        try:
            response = self._session.request(
                method, plain, data=body, headers=headers, auth=auth, stream=stream, timeout=_SECONDS
            )
            if response.status_code not in accepted:
                raise ServerError(f"{shown(url)}: {method} answered {_refusal(response)}")
        except (requests.RequestException, urllib3.exceptions.HTTPError) as fault:
            raise ServerError(f"{shown(url)} cannot be reached: {fault}".splitlines()[0]) from fault
        return response


def _refusal(response: requests.Response) -> str:
    """Status, what would help, and the first line of what the server says."""
    hint = ""
    if response.status_code in (401, 403):
        asked = response.headers.get("WWW-Authenticate", "").lower()
        hint = " (--user with --auth digest?)" if asked.startswith("digest") else " (--token or --user?)"
    text = response.content[:300].decode("utf-8", "replace").strip().splitlines()
    return f"{response.status_code}{hint}: {text[0] if text else response.reason}"


def _lines(response: requests.Response) -> Iterator[bytes]:
    rest = b""
    try:
        for block in response.iter_content(1 << 16):
            pieces = (rest + block).split(b"\n")
            rest = pieces.pop()
            yield from (piece + b"\n" for piece in pieces if piece.strip())
    except requests.RequestException as fault:
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
