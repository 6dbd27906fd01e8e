"""The service description, VoID and the examples: computed from the store, and conforming to shapes of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyshacl import validate
from rdflib import RDF
from rdflib.namespace import OWL, Namespace

from kg.graph.queries import saved_queries
from kg.graph.terms import PREFIXES, Names
from tests.conftest import start_server, stop_server
from tests.web.conftest import HTTP, make_store, node, numbered

VOID, SH, SD, SCHEMA = (
    Namespace(iri)
    for iri in ("http://rdfs.org/ns/void#", "http://www.w3.org/ns/shacl#", "http://www.w3.org/ns/sparql-service-description#", "https://schema.org/")
)  # fmt: skip
SHAPES = rdflib.Graph().parse(Path(__file__).with_name("description_shapes.ttl"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    kind, same = ox.NamedNode(str(RDF.type)), ox.NamedNode(str(OWL.sameAs))
    quads = [
        *numbered(70),
        *(ox.Quad(node(f"s/{n}"), kind, node("Thing"), node("g/0")) for n in range(5)),
        *(
            ox.Quad(node(f"s/{n}"), same, ox.NamedNode(f"http://www.wikidata.org/entity/Q{n}"), node("g/1"))
            for n in range(3)
        ),
    ]
    process, address = start_server(make_store(tmp_path_factory.mktemp("described") / "store", quads))
    yield address
    stop_server(process)


def described(address: str, path: str) -> rdflib.Graph:
    answer = HTTP.request("GET", address + path, headers={"Accept": "text/turtle"})
    assert answer.status == 200
    return rdflib.Graph().parse(data=answer.data, format="turtle")


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_descriptions_conform(address: str, path: str) -> None:
    conforms, _, report = validate(described(address, path), shacl_graph=SHAPES)
    assert conforms, report


def test_the_shapes_find_what_is_wrong(address: str) -> None:
    broken = described(address, "/.well-known/void")
    broken.remove((None, VOID.distinctSubjects, None))
    assert not validate(broken, shacl_graph=SHAPES)[0]


def test_counts_are_those_of_the_store(address: str) -> None:
    found = described(address, "/.well-known/void")
    dataset = rdflib.URIRef(address + "/.well-known/void#dataset")
    values = {
        name: int(found.value(dataset, VOID[name])) for name in ("triples", "distinctSubjects", "classes", "properties")
    }
    assert values == {"triples": 78, "distinctSubjects": 70, "classes": 1, "properties": 9}
    sizes = {str(found.value(part, VOID["class"])): int(found.value(part, VOID.entities)) for part in found.objects(dataset, VOID.classPartition)}  # fmt: skip
    assert sizes == {"http://example.org/Thing": 5}
    assert len(list(found.subjects(VOID.dataDump))) == 10


def test_links_name_where_they_lead(address: str) -> None:
    found = described(address, "/.well-known/void")
    linkset = next(found.subjects(RDF.type, VOID.Linkset))
    assert (found.value(linkset, VOID.linkPredicate), int(found.value(linkset, VOID.triples))) == (OWL.sameAs, 3)
    target = found.value(linkset, VOID.objectsTarget)
    assert str(found.value(target, VOID.uriSpace)) == "http://www.wikidata.org/"


def test_dumps_are_there(address: str) -> None:
    dump = str(next(described(address, "/.well-known/void").objects(None, VOID.dataDump)))
    answer = HTTP.request("GET", dump, headers={"Accept": "application/n-triples"})
    assert len(answer.data.splitlines()) >= 7


def test_examples_are_the_saved_queries_and_run(address: str) -> None:
    found = described(address, "/sparql")
    examples = list(found.subjects(RDF.type, SH.SPARQLExecutable))
    assert len(examples) == len(saved_queries()) > 10
    for example in examples:
        query = next(text for form in (SH.select, SH.ask, SH.construct) for text in found.objects(example, form))
        assert HTTP.request("GET", address + "/sparql", fields={"query": str(query)}).status == 200
        assert str(found.value(example, SCHEMA.target)) == address + "/sparql"


# What the editor of sib-swiss (@sib-swiss/sparql-editor, metadata.ts) asks an endpoint for, in its own words.
EDITOR_EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
  ?sq a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""
EDITOR_PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace
WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix}
ORDER BY ?prefix"""


def asked(address: str, query: str) -> list[dict[str, str]]:
    """The rows that the editor gets: by GET, with the parameter that SIB's servers leave out of their statistics."""
    fields = {"ac": "1", "query": query}
    answer = HTTP.request(
        "GET", address + "/sparql", fields=fields, headers={"Accept": "application/sparql-results+json"}
    )
    return [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]


def test_an_editor_finds_the_examples_in_a_built_store_by_sparql(server: str) -> None:
    found = {row["sq"]: row["query"] for row in asked(server, EDITOR_EXAMPLES)}
    names = Names()
    assert found == {names.query(saved.name).value: saved.filled({}) for saved in saved_queries().values()}
    assert {row["prefix"]: row["namespace"] for row in asked(server, EDITOR_PREFIXES)} == PREFIXES


def test_an_example_leads_to_the_query_page(server: str) -> None:
    thing = HTTP.request("GET", f"{server}/id/query/sources", headers={"Accept": "text/html"})
    page = HTTP.request("GET", server + thing.headers["Location"])
    assert page.headers["Location"] == "/query?example=sources"
    assert HTTP.request("GET", server + page.headers["Location"]).status == 200
    assert HTTP.request("GET", f"{server}/page/query/no-such-query").status == 404


def test_named_graphs_are_listed_with_their_size(address: str) -> None:
    found = described(address, "/sparql")
    sizes = {
        str(found.value(named, SD.name)): int(found.value(found.value(named, SD.graph), VOID.triples))
        for named in found.subjects(RDF.type, SD.NamedGraph)
    }
    assert sizes["http://example.org/g/0"] == 12
    assert sum(sizes.values()) == 78
