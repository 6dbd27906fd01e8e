"""Real clients against a live server, and other servers that ask us through SERVICE."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, Unauthorized

from tests.conftest import free_port, start_server, stop_server
from tests.web.conftest import EX, make_store, numbered

TOKEN = "clients"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
COMUNICA = Path(__file__).parent / "node_modules" / "@comunica" / "query-sparql" / "bin" / "query.js"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = make_store(tmp_path_factory.mktemp("clients") / "store", numbered(500))
    process, address = start_server(store, "--writable", "--workers", "3", KG_TOKEN=TOKEN)
    yield address
    stop_server(process)


class TestSparqlWrapper:
    def wrapper(self, address: str, query: str, form: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(address + "/sparql")
        wrapper.setQuery(query)
        wrapper.setReturnFormat(form)
        return wrapper

    def test_rows(self, address: str) -> None:
        found = self.wrapper(address, COUNT, JSON).queryAndConvert()
        assert found["results"]["bindings"][0]["n"]["value"] == "500"
        assert self.wrapper(address, "SELECT ?s { ?s ?p ?o } LIMIT 3", CSV).queryAndConvert().count(b"\n") == 4
        assert self.wrapper(address, "ASK { ?s ?p ?o }", XML).queryAndConvert().getElementsByTagName("boolean")

    def test_graphs(self, address: str) -> None:
        turtle = self.wrapper(address, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", TURTLE).queryAndConvert()
        assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == 3

    def test_errors_are_its_own(self, address: str) -> None:
        with pytest.raises(QueryBadFormed):
            self.wrapper(address, "SELECT", JSON).query()

    def test_updates_with_the_token(self, address: str) -> None:
        wrapper = self.wrapper(address, "INSERT DATA { GRAPH <http://w/> { <a:a> <a:b> 1 } }", JSON)
        wrapper.setMethod(POST)
        with pytest.raises(Unauthorized):
            wrapper.query()
        wrapper.addCustomHttpHeader("Authorization", BEARER["Authorization"])
        wrapper.query()
        assert self.wrapper(address, "ASK { <a:a> <a:b> 1 }", JSON).queryAndConvert()["boolean"] is True
        wrapper.setQuery("DROP GRAPH <http://w/>")
        wrapper.query()


class TestRdflib:
    def test_store(self, address: str) -> None:
        graph = rdflib.Graph(SPARQLStore(address + "/sparql"), identifier=rdflib.URIRef(EX + "g/3"))
        assert len(graph) == 50
        subject = rdflib.URIRef(EX + "s/13")
        assert [str(value) for value in graph.objects(subject)] == ["label 13"]
        assert len(list(graph.query("SELECT * WHERE { ?s ?p ?o } LIMIT 7"))) == 7

    @pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
    def test_store_by_every_method(self, address: str, method: str) -> None:
        store = SPARQLStore(address + "/sparql", method=method)
        assert int(next(iter(rdflib.Graph(store).query(COUNT)))[0]) >= 500

    def test_update_store(self, address: str) -> None:
        store = SPARQLUpdateStore(address + "/sparql", address + "/sparql", headers=BEARER)
        graph = rdflib.Graph(store, identifier=rdflib.URIRef("http://rdflib/"))
        triple = (rdflib.URIRef("a:a"), rdflib.URIRef("a:b"), rdflib.Literal("été", lang="fr"))
        graph.add(triple)
        assert triple in graph
        graph.remove(triple)
        assert triple not in graph


def curl(*arguments: str) -> str:
    return subprocess.run(
        ["curl", "-sS", "--max-time", "30", *arguments], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
class TestCurl:
    def test_queries(self, address: str) -> None:
        form = curl("--data-urlencode", f"query={COUNT}", "-H", "Accept: text/csv", address + "/sparql")
        got = curl(
            "-G", "--data-urlencode", f"query={COUNT}", "-H", "Accept: text/csv", "--compressed", address + "/sparql"
        )
        assert form == got == "n\n500\n"

    def test_a_file_up_and_down(self, address: str, tmp_path: Path) -> None:
        (tmp_path / "data.ttl").write_text("<a:a> <a:b> 1 .\n" * 20_000)
        url, token = address + "/rdf-graph-store?graph=http://curl/", f"Authorization: Bearer {TOKEN}"
        kind = "Content-Type: text/turtle"
        status = curl("-T", str(tmp_path / "data.ttl"), "-H", kind, "-H", token, "-w", "%{http_code}", url)
        assert status == "201"
        assert "<a:b>" in curl("-H", "Accept: application/n-triples", url)
        assert curl("-X", "DELETE", "-H", token, "-w", "%{http_code}", url) == "204"
        assert curl("-o", "/dev/null", "-I", "-w", "%{http_code}", url) == "404"


@pytest.mark.skipif(not COMUNICA.is_file() or shutil.which("node") is None, reason="Comunica is not installed")
class TestComunica:
    def ask(self, *arguments: str) -> str:
        command = ["node", str(COMUNICA), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def test_a_source_that_it_recognises(self, address: str) -> None:
        """Without a hint it reads the service description to find out what we are."""
        query = f"SELECT ?o WHERE {{ <{EX}s/7> ?p ?o . FILTER (STRLEN(STR(?o)) > 3) }}"
        found = self.ask(address + "/sparql", query, "-t", "application/sparql-results+json")
        assert [row["o"]["value"] for row in json.loads(found)["results"]["bindings"]] == ["label 7"]

    def test_a_join_that_it_makes_itself(self, address: str) -> None:
        source = f"sparql@{address}/sparql"
        query = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s <{EX}p/3> ?o OPTIONAL {{ ?s <{EX}p/4> ?x }} }}"
        found = self.ask(source, source, query, "-t", "text/csv")
        assert found.split()[0] == "n"
        assert int(found.split()[1]) >= 71


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    port = free_port()
    program = str(Path(sys.executable).with_name("oxigraph"))
    yield from _served([program, "serve", "--bind", f"127.0.0.1:{port}"], f"http://127.0.0.1:{port}/query")


@pytest.fixture(scope="module")
def rdflib_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("rdflib-endpoint") / "data.ttl"
    data.write_text(f"<{EX}s/7> <{EX}mine> 1 .")
    port = free_port()
    program = str(Path(sys.executable).with_name("rdflib-endpoint"))
    yield from _served([program, "serve", str(data), "--port", str(port)], f"http://127.0.0.1:{port}/")


def _served(command: list[str], url: str) -> Iterator[str]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{url}?query={quote('ASK {}')}", timeout=5).read()
                break
            except OSError:
                assert process.poll() is None, "the other server did not start"
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("other", ["oxigraph", "rdflib_endpoint"])
def test_other_servers_ask_us(address: str, other: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(other)
    query = f"SELECT ?o WHERE {{ SERVICE <{address}/sparql> {{ <{EX}s/7> ?p ?o }} }}"
    asked = urllib.request.Request(f"{url}?query={quote(query)}", headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        found = list(ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON))
    assert [row["o"].value for row in found] == ["label 7"]
