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
from kg.exports.lines import graph_lines
from kg.graph.queries import SavedQuery, saved_queries
from kg.stores.embedded import EmbeddedStore
from kg.stores.endpoint import EndpointError, ask
from kg.stores.push import PushError, pull_graphs, push_graphs, stored_graphs
from kg.stores.sparql_server import SparqlServer, query_address
from tests.interop import servers
from tests.interop.foreign_parsers import JENA, java, needs_jena

QUERIES = saved_queries()
_MISSING = {
    "oxigraph": "" if (Path(sys.executable).parent / "oxigraph").exists() else "no oxigraph program here; make install-dev brings it",
    "rdflib_endpoint": "" if (Path(sys.executable).parent / "rdflib-endpoint").exists() else "no rdflib-endpoint here; make install-dev brings it",
    "fuseki": "" if JENA.is_file() and shutil.which("java") else "no Fuseki here; make triple-stores fetches it where Java and Maven are",
    "rdf4j": "" if servers.RDF4J.is_file() and shutil.which("java") else "no RDF4J here; make triple-stores fetches it where Java and Maven are",
    "virtuoso": "" if servers.VIRTUOSO and servers.ISQL else "no Virtuoso here (Debian: virtuoso-opensource)",
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
    server = SparqlServer(store, update, query, there.access)
    outcome = push_graphs(here, server)
    assert outcome.moved == outcome.verified == len(here.graphs())
    return server


def bag(results: Any) -> servers.Rows:
    """Rows as a bag; numbers by their value, whatever their type and how they are written."""
    names = [variable.value for variable in results.variables]
    return Counter(tuple(plain(row[name]) for name in names) for row in results)


def plain(term: Any) -> object:
    if isinstance(term, ox.Literal) and term.datatype.value.endswith(("#integer", "#decimal", "#double", "#float")):
        return round(float(term.value), 6)
    return None if term is None else str(term)


def rows_there(there: servers.Server, query: SavedQuery) -> servers.Rows | None:
    """The rows that a server answers; None where it refuses."""
    try:
        return bag(ask(there.address_for(query.text), query.filled({})))
    except EndpointError:
        return None


def assert_same_rows(there: servers.Server, here: EmbeddedStore) -> None:
    """Every saved query gives the same rows there and here, but for differences that are named, and no longer than they last."""
    differing = []
    for name, query in QUERIES.items():
        found, expected = rows_there(there, query), bag(here.query(query.filled({})))
        assert expected, name
        if found != expected:
            differing.append(name)
            rest = there.differences[name].rest if name in there.differences else None
            assert rest is None or (found is not None and rest(found) == rest(expected)), name
    assert sorted(differing) == sorted(there.differences)


def test_every_saved_query_gives_the_same_rows(
    there: servers.Server, pushed: SparqlServer, here: EmbeddedStore
) -> None:
    assert len(QUERIES) >= 40
    assert_same_rows(there, here)


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
    assert {name for name, held in stored_graphs(pushed).items() if held.stamp} == set(here.graphs())


def test_the_graph_comes_back_as_it_went(
    there: servers.Server, pushed: SparqlServer, here: EmbeddedStore, tmp_path: Path
) -> None:
    with EmbeddedStore.writing(tmp_path / "store") as store:
        if there.alters:
            with pytest.raises(PushError, match="what the server gives is not what was pushed"):
                pull_graphs(store, pushed)
            return
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


@pytest.mark.skipif(bool(_MISSING["virtuoso"]), reason=_MISSING["virtuoso"])
def test_virtuoso_loads_a_dump(here: EmbeddedStore, tmp_path: Path) -> None:
    export_to(here, tmp_path / "graph.nq", None)
    with servers.virtuoso(tmp_path) as server:
        servers.load_into_virtuoso(tmp_path, tmp_path / "graph.nq")
        held = stored_graphs(SparqlServer(query=server.ask))
        assert all(held[name].count == len(list(graph_lines(here.ox, ox.NamedNode(name)))) for name in here.graphs())
        assert_same_rows(server, here)
