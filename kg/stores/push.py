"""Load a graph into another triple store, named graph by named graph; only what differs is sent."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pyoxigraph as ox
import urllib3

from kg.graph.terms import CKG
from kg.stores.embedded import EmbeddedStore

_TRIES = urllib3.Retry(
    total=4, backoff_factor=0.5, status_forcelist=(502, 503, 504), allowed_methods=None, raise_on_status=False
)
_BATCH = 5_000


class PushError(RuntimeError):
    """The other server refused or cannot be reached; the message is one line."""


def graph_hash(lines: list[str]) -> str:
    """SHA-256 of the sorted N-Triples lines of a graph."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def push_graphs(
    store: EmbeddedStore, url: str, *, by_update: bool = False, token: str | None = None
) -> tuple[int, int]:
    """Send each named graph to a Graph Store address (or, `by_update`, to a SPARQL Update address).

    Returns how many graphs were sent and how many were already there. Raises PushError.
    """
    target = _Target(url, token)
    sent = same = 0
    for name in store.graphs():
        triples = sorted(
            {
                ox.Triple(q.subject, q.predicate, q.object)
                for q in store.ox.quads_for_pattern(None, None, None, ox.NamedNode(name))
            },
            key=str,
        )
        body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        stamp = f'<{name}> <{CKG}graphHash> "{graph_hash(body.decode().splitlines())}" .\n'.encode()
        if not by_update and stamp.strip() in target.get(name).splitlines():
            same += 1
            continue
        if by_update:
            target.update(name, (body + stamp).decode())
        else:
            target.put(name, body + stamp)
        sent += 1
    return sent, same


class _Target:
    def __init__(self, url: str, token: str | None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._pool = urllib3.PoolManager(retries=_TRIES, timeout=urllib3.Timeout(connect=10, read=300))

    def _request(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str], accepted: tuple[int, ...]
    ) -> bytes:
        try:
            response = self._pool.request(method, url, body=body, headers={**self._headers, **headers})
        except urllib3.exceptions.HTTPError as fault:
            raise PushError(f"{self._url} cannot be reached: {fault}".splitlines()[0]) from fault
        if response.status not in accepted:
            text = response.data[:200].decode("utf-8", "replace").splitlines()
            raise PushError(f"{self._url}: {method} answered {response.status}: {text[0] if text else ''}")
        return response.data if response.status == 200 else b""

    def _graph(self, name: str) -> str:
        return f"{self._url}{'&' if '?' in self._url else '?'}graph={quote(name, safe='')}"

    def get(self, name: str) -> bytes:
        """The graph as the server holds it, in N-Triples; empty where there is none."""
        return self._request("GET", self._graph(name), None, {"Accept": "application/n-triples"}, (200, 404, 204))

    def put(self, name: str, body: bytes) -> None:
        """Put the graph in place of what the server holds."""
        self._request("PUT", self._graph(name), body, {"Content-Type": "application/n-triples"}, (200, 201, 204))

    def update(self, name: str, triples: str) -> None:
        """The same by SPARQL Update, in batches."""
        lines = triples.splitlines(keepends=True)
        for start in range(0, max(1, len(lines)), _BATCH):
            drop = f"DROP SILENT GRAPH <{name}> ; " if start == 0 else ""
            text = f"{drop}INSERT DATA {{ GRAPH <{name}> {{ {''.join(lines[start : start + _BATCH])} }} }}"
            self._request(
                "POST", self._url, text.encode(), {"Content-Type": "application/sparql-update"}, (200, 201, 204)
            )
