"""Small stores and live servers for the tests of the endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import urllib3

EX = "http://example.org/"
HTTP = urllib3.PoolManager(retries=False, timeout=60, maxsize=16)


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


def make_store(path: Path, quads: Iterable[ox.Quad]) -> Path:
    """A store of these quads, published."""
    from kg.stores.embedded import EmbeddedStore

    with EmbeddedStore.writing(path) as store:
        store.extend(list(quads))
    return path


def numbered(count: int, graphs: int = 10) -> Iterable[ox.Quad]:
    """Quads `…/s/N …/p/M "label N"@fr` spread over graphs."""
    for number in range(count):
        label = ox.Literal(f"label {number}", language="fr")
        yield ox.Quad(node(f"s/{number}"), node(f"p/{number % 7}"), label, node(f"g/{number % graphs}"))
