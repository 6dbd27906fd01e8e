"""The service description (SPARQL 1.1 Service Description) and VoID of this server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "N-Quads",
    "TriG",
)


def service_description(endpoint: str, writable: bool = False) -> Iterator[ox.Triple]:
    """What the endpoint at this address understands; its default graph is the union of all graphs."""
    service = ox.NamedNode(endpoint + "#service")

    def triple(prop: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(service, ox.NamedNode(SD + prop), value)

    yield ox.Triple(service, _TYPE, ox.NamedNode(SD + "Service"))
    yield triple("endpoint", ox.NamedNode(endpoint))
    yield triple("supportedLanguage", ox.NamedNode(SD + "SPARQL11Query"))
    if writable:
        yield triple("supportedLanguage", ox.NamedNode(SD + "SPARQL11Update"))
    yield triple("feature", ox.NamedNode(SD + "UnionDefaultGraph"))
    for name in _RESULTS:
        yield triple("resultFormat", ox.NamedNode(FORMATS + name))
    dataset = ox.NamedNode(endpoint + "#dataset")
    yield triple("defaultDataset", dataset)
    yield ox.Triple(dataset, _TYPE, ox.NamedNode(SD + "Dataset"))
    graph = ox.NamedNode(endpoint + "#default-graph")
    yield ox.Triple(dataset, ox.NamedNode(SD + "defaultGraph"), graph)
    yield ox.Triple(graph, _TYPE, ox.NamedNode(SD + "Graph"))


def void_description(root: str, store: Path) -> Iterator[ox.Triple]:
    """Counts, classes, properties and vocabularies of the data set, computed from the store."""
    from kg.graph.terms import PREFIXES
    from kg.stores.embedded import EmbeddedStore

    opened = EmbeddedStore.reading(store)
    dataset = ox.NamedNode(root + "#dataset")

    def number(value: int) -> ox.Literal:
        return ox.Literal(str(value), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))

    yield ox.Triple(dataset, _TYPE, ox.NamedNode(VOID + "Dataset"))
    yield ox.Triple(
        dataset, ox.NamedNode("http://purl.org/dc/terms/title"), ox.Literal("Graphe des conflits", language="fr")
    )
    yield ox.Triple(dataset, ox.NamedNode(VOID + "triples"), number(len(opened.ox)))
    yield ox.Triple(
        dataset, ox.NamedNode(VOID + "sparqlEndpoint"), ox.NamedNode(root.split("/.well-known")[0] + "/sparql")
    )
    for iri in PREFIXES.values():
        yield ox.Triple(dataset, ox.NamedNode(VOID + "vocabulary"), ox.NamedNode(iri))
    parts = (
        ("classPartition", "class", "SELECT ?x (COUNT(*) AS ?n) WHERE { ?s a ?x } GROUP BY ?x ORDER BY ?x"),
        ("propertyPartition", "property", "SELECT ?x (COUNT(*) AS ?n) WHERE { ?s ?x ?o } GROUP BY ?x ORDER BY ?x"),
    )
    for partition, kind, query in parts:
        rows: Any = opened.query(query)
        for index, row in enumerate(rows):
            node = ox.NamedNode(f"{root}#{kind}-{index}")
            yield ox.Triple(dataset, ox.NamedNode(VOID + partition), node)
            yield ox.Triple(node, ox.NamedNode(VOID + kind), row["x"])
            yield ox.Triple(
                node,
                ox.NamedNode(VOID + ("entities" if kind == "class" else "triples")),
                ox.Literal(row["n"].value, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
            )
