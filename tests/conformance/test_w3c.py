"""The W3C's SPARQL 1.1 tests of the protocol, the graph store protocol and the service description, on a live server.

The manifests are read where they stand (`../shared/w3c`), each test sends the requests its manifest lists, in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
import urllib3
from rdflib import RDF, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import Namespace

from tests.conftest import SHARED, start_server, stop_server

W3C = SHARED / "w3c"
pytestmark = pytest.mark.skipif(not W3C.is_dir(), reason="the W3C's manifests are not here")

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
HTTP = urllib3.PoolManager(retries=False, timeout=30)
TOKEN = "conformance"
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
# The names that RFC 9110 gives the classes and codes that the manifests use.
STATUS = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
TABULAR = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
GRAPHS = {"application/rdf+xml", "text/turtle", "application/n-triples", "application/xhtml+xml", "text/html"}


@dataclass(frozen=True)
class Case:
    """A test of a manifest: its node and the graph that describes it."""

    name: str
    node: rdflib.term.Node
    manifest: rdflib.Graph


def cases(*paths: str) -> list[object]:
    found = []
    for path in paths:
        if not (W3C / path).is_file():
            continue
        manifest = rdflib.Graph().parse(W3C / path, format="turtle", publicID=(W3C / path).as_uri())
        # By type: the manifest of direct identification leaves one of its tests out of its list.
        kinds = (MF.ProtocolTest, MF.GraphStoreProtocolTest)
        for node in sorted(node for kind in kinds for node in manifest.subjects(RDF.type, kind)):
            name = str(node).partition("#")[2]
            found.append(pytest.param(Case(name, node, manifest), id=name))
    return found


PROTOCOL = cases("protocol/manifest.ttl")
GRAPH_STORE = cases("graph-store-protocol/manifest-direct.ttl", "graph-store-protocol/manifest-indirect.ttl")


def test_the_manifests_hold_all_48_tests() -> None:
    assert (len(PROTOCOL), len(GRAPH_STORE)) == (34, 14)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from kg.stores.embedded import EmbeddedStore

    path = tmp_path_factory.mktemp("conformance") / "store"
    with EmbeddedStore.writing(path):
        pass
    process, address = start_server(path, "--writable", KG_TOKEN=TOKEN)
    yield address
    stop_server(process)


@pytest.mark.parametrize("case", [*PROTOCOL, *GRAPH_STORE])
def test_manifest(address: str, case: Case) -> None:
    _reset(address, case)
    graph = case.manifest
    action = next(graph.objects(case.node, MF.action))
    values: dict[str, str] = {}
    for request in Collection(graph, next(graph.objects(action, HT.requests))):
        answer = _send(address, graph, request, values)
        response = next(graph.objects(request, HT.resp))
        _compare(graph, response, answer)
        for template in graph.objects(response, MF.expectedLocation):
            assert answer.headers["Location"]
            values[str(template)] = answer.headers["Location"]


def _reset(address: str, case: Case) -> None:
    headers = {**AUTHORISED, "Content-Type": "application/sparql-update"}
    assert HTTP.request("POST", address + "/sparql", body="DROP ALL", headers=headers).status == 204
    for data in case.manifest.objects(case.node, UT.graphData):
        source = str(next(case.manifest.objects(data, UT.graph)))
        name = str(next(case.manifest.objects(data, rdflib.RDFS.label)))
        body = Path(source.removeprefix("file://")).read_bytes()
        put = HTTP.request(
            "PUT",
            f"{address}/rdf-graph-store?graph={name}",
            body=body,
            headers={**AUTHORISED, "Content-Type": "application/n-triples"},
        )
        assert put.status == 201


def _send(
    address: str, graph: rdflib.Graph, request: rdflib.term.Node, values: dict[str, str]
) -> urllib3.BaseHTTPResponse:
    path = str(next(graph.objects(request, HT.absolutePath)))
    for template, value in values.items():
        path = path.replace(template, value)
    path = path.replace("/sparql/", "/sparql", 1) if path.startswith("/sparql/") else path
    path = path.replace("/gsp", "/rdf-graph-store", 1) if path.startswith("/gsp") else path
    headers = dict(AUTHORISED)
    for fields in graph.objects(request, HT.headers):
        for field in Collection(graph, fields):
            name = str(next(graph.objects(field, HT.fieldName)))
            headers[name] = str(next(graph.objects(field, HT.fieldValue)))
    body = None
    for content in graph.objects(request, HT.body):
        encoding = str(next(graph.objects(content, CNT.characterEncoding)))
        body = str(next(graph.objects(content, CNT.chars))).encode(encoding)
    return HTTP.request(str(next(graph.objects(request, HT.methodName))), address + path, body=body, headers=headers)


def _compare(graph: rdflib.Graph, response: rdflib.term.Node, answer: urllib3.BaseHTTPResponse) -> None:
    expected = [str(status).partition("#")[2] for status in graph.objects(response, MF.expectedStatus)]
    allowed = [STATUS.get(name, name.removeprefix("StatusCode")) for name in expected]
    assert allowed
    assert any(str(answer.status) == code or code == f"{answer.status // 100}xx" for code in allowed), answer.data
    media = answer.headers.get("Content-Type", "").partition(";")[0]
    for kind in graph.objects(response, MF.expectedFormat):
        assert media in {"boolean": TABULAR, "tabular": TABULAR, "RDF": GRAPHS}[str(kind)]
    for truth in graph.objects(response, MF.expectedBoolean):
        assert answer.json()["boolean"] is truth.toPython()
    for fields in graph.objects(response, HT.headers):
        for field in Collection(graph, fields):
            name = str(next(graph.objects(field, HT.fieldName)))
            assert answer.headers[name] == str(next(graph.objects(field, HT.fieldValue)))
    for content in graph.objects(response, HT.body):
        wanted = rdflib.Graph().parse(data=str(next(graph.objects(content, CNT.chars))), format="turtle")
        assert isomorphic(rdflib.Graph().parse(data=answer.data, format="turtle"), wanted)


class TestServiceDescription:
    """The three service description tests, which their manifest states in words alone."""

    @pytest.mark.parametrize(
        ("media", "format_"),
        [("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/n-triples", "nt"), ("*/*", "turtle")],
    )
    def test_returns_rdf(self, address: str, media: str, format_: str) -> None:
        answer = HTTP.request("GET", address + "/sparql", headers={"Accept": media})
        assert answer.status == 200
        assert len(rdflib.Graph().parse(data=answer.data, format=format_)) > 10

    def test_has_endpoint_triple(self, address: str) -> None:
        described = self._description(address)
        assert list(described.objects(None, SD.endpoint)) == [URIRef(address + "/sparql")]

    def test_conforms_to_schema(self, address: str) -> None:
        described = self._description(address)
        services = set(described.subjects(RDF.type, SD.Service))
        assert len(services) == 1
        service = services.pop()
        used = {p for p in described.predicates(service) if str(p).startswith(str(SD))}
        known = {SD[name] for name in ("endpoint", "supportedLanguage", "feature", "resultFormat", "inputFormat", "defaultDataset", "availableGraphs", "defaultEntailmentRegime", "extensionFunction", "extensionAggregate", "languageExtension", "propertyFeature", "defaultSupportedEntailmentProfile")}  # fmt: skip
        assert used <= known
        for property_, kind in ((SD.defaultDataset, SD.Dataset), (SD.availableGraphs, SD.GraphCollection)):
            for value in described.objects(service, property_):
                assert (value, RDF.type, kind) in described
        languages = set(described.objects(service, SD.supportedLanguage))
        assert languages == {SD.SPARQL11Query, SD.SPARQL11Update}
        assert set(described.objects(service, SD.feature)) <= {SD.UnionDefaultGraph, SD.BasicFederatedQuery}

    def _description(self, address: str) -> rdflib.Graph:
        answer = HTTP.request("GET", address + "/sparql", headers={"Accept": "text/turtle"})
        return rdflib.Graph().parse(data=answer.data, format="turtle")
