"""The graph pushed into real other stores: every saved query gives the same rows there and here."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.exports import export_to
from kg.graph.queries import saved_queries
from kg.stores.embedded import EmbeddedStore
from kg.stores.endpoint import ask
from kg.stores.push import pull_graphs, push_graphs, stored_graphs
from kg.stores.sparql_server import SparqlServer, query_address
from tests.interop import servers
from tests.interop.foreign_parsers import JENA, java, needs_jena

QUERIES = saved_queries()
_MISSING = {
    "oxigraph": "" if (Path(sys.executable).parent / "oxigraph").exists() else "no oxigraph program here; make install-dev brings it",
    "rdflib_endpoint": "" if (Path(sys.executable).parent / "rdflib-endpoint").exists() else "no rdflib-endpoint here; make install-dev brings it",
    "fuseki": "" if JENA.is_file() and shutil.which("java") else "no Fuseki here; make triple-stores fetches it where Java and Maven are",
    "rdf4j": "" if servers.RDF4J.is_file() and shutil.which("java") else "no RDF4J here; make triple-stores fetches it where Java and Maven are",
}  # fmt: skip


@pytest.fixture(scope="module", params=list(_MISSING))
def there(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    if _MISSING[request.param]:
        pytest.skip(_MISSING[request.param])
    with getattr(servers, request.param)(tmp_path_factory.mktemp(request.param)) as server:
        yield server


@pytest.fixture(scope="module")
def here(answering_store: Path) -> EmbeddedStore:
    return EmbeddedStore.reading(answering_store)


@pytest.fixture(scope="module")
def pushed(there: servers.Server, here: EmbeddedStore) -> SparqlServer:
    query = query_address(there.push, there.by_update) if not there.by_update else there.ask
    store, update = (None, there.push) if there.by_update else (there.push, None)
    server = SparqlServer(store, update, query)
    outcome = push_graphs(here, server)
    assert outcome.moved == outcome.verified == len(here.graphs())
    return server


def bag(results: Any) -> Counter[tuple[object, ...]]:
    """Rows as a bag; numbers by their value, whatever their type and how they are written."""
    names = [variable.value for variable in results.variables]
    return Counter(tuple(plain(row[name]) for name in names) for row in results)


def plain(term: Any) -> object:
    if isinstance(term, ox.Literal) and term.datatype.value.endswith(("#integer", "#decimal", "#double", "#float")):
        return round(float(term.value), 6)
    return None if term is None else str(term)


def test_every_saved_query_gives_the_same_rows(
    there: servers.Server, pushed: SparqlServer, here: EmbeddedStore
) -> None:
    asked = {name: query for name, query in QUERIES.items() if not query.needs or query.needs in there.extras}
    assert len(asked) >= 40
    differing = [
        name
        for name, query in asked.items()
        if bag(ask(there.address_for(query.text), query.filled({}))) != bag(here.query(query.filled({})))
    ]
    assert differing == []


def test_a_second_push_sends_only_what_changed(
    there: servers.Server, pushed: SparqlServer, here: EmbeddedStore, tmp_path: Path
) -> None:
    again = push_graphs(here, pushed)
    assert (again.moved, again.same) == (0, len(here.graphs()))
    with EmbeddedStore.writing(tmp_path / "store") as changed:
        changed.extend(here.quads())
        changed.update("INSERT DATA { GRAPH <http://new/graph> { <http://x/s> <http://x/p> 'né en « 2020 »'@fr } }")
        changed.update("DELETE DATA { GRAPH <http://new/graph> { <http://x/s> <http://x/p> 1 } }")
        outcome = push_graphs(changed, pushed)
        assert (outcome.moved, outcome.verified) == (1, 1)
    outcome = push_graphs(here, pushed, prune=True)
    assert (outcome.moved, outcome.dropped) == (0, 1)
    assert set(stored_graphs(pushed)) == set(here.graphs())


def test_the_graph_comes_back_as_it_went(
    there: servers.Server, pushed: SparqlServer, here: EmbeddedStore, tmp_path: Path
) -> None:
    with EmbeddedStore.writing(tmp_path / "store") as store:
        pull_graphs(store, pushed)
        assert pull_graphs(store, pushed).moved == 0
    for opened, name in ((EmbeddedStore.reading(tmp_path / "store"), "a"), (here, "b")):
        export_to(opened, tmp_path / f"{name}.nq", None)
    assert (tmp_path / "a.nq").read_bytes() == (tmp_path / "b.nq").read_bytes()


@needs_jena
def test_tdb2_is_loaded_offline(here: EmbeddedStore, tmp_path: Path) -> None:
    export_to(here, tmp_path / "graph.nq", None)
    java("tdb2.tdbloader", "--loc", tmp_path / "tdb", tmp_path / "graph.nq")
    (tmp_path / "q.rq").write_text(QUERIES["tolls-by-source"].filled({}), encoding="utf-8")
    text = java(
        "tdb2.tdbquery", "--loc", tmp_path / "tdb", "--set", "tdb2:unionDefaultGraph=true", "--results", "CSV",
        "--query", tmp_path / "q.rq",
    )  # fmt: skip
    rows = [line for line in text.splitlines() if "ontology#" in line]
    assert len(rows) == sum(bag(here.query(QUERIES["tolls-by-source"].filled({}))).values())
