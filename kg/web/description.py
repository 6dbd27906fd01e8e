"""What this server says of itself: SPARQL 1.1 Service Description, VoID, and the saved queries as SHACL examples."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import current_app, request

from kg import __version__
from kg.graph.examples import SHACL, example_triples
from kg.graph.terms import PREFIXES, Names
from kg.stores.embedded import generation
from kg.web.jobs import Job

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = "https://schema.org/"
TITLE = {"fr": "Graphe des conflits", "en": "Conflict graph"}
MOST_GRAPHS = 1000
_REMOTE_SECONDS = 300
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_ROW_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPH_FORMATS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "N-Quads", "TriG", "N3")
_LINKS = ("http://www.w3.org/2002/07/owl#sameAs", "http://www.w3.org/2004/02/skos/core#exactMatch")
_EXECUTABLE = ox.NamedNode(SHACL + "SPARQLExecutable")


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of a store: triples, subjects, objects, and parts by class, property, graph and target of links."""

    triples: int
    subjects: int
    objects: int
    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int], ...]
    graphs: tuple[tuple[str, int], ...]
    links: tuple[tuple[str, str, int], ...]


@dataclass(slots=True)
class _Kept:
    generation: int = -1
    statistics: Statistics | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def statistics() -> Statistics:
    """The counts of the served store, computed anew after a write, of a remote one now and then. Raises QueryError."""
    remote = current_app.config.get("KG_ENDPOINT")
    now = int(time.time() // _REMOTE_SECONDS) if remote else generation(current_app.config["KG_STORE"])
    kept: _Kept = current_app.extensions.setdefault("kg_statistics", _Kept())
    with kept.lock:
        if kept.statistics is None or kept.generation != now:
            kept.statistics, kept.generation = _counted(), now
        return kept.statistics


def _counted() -> Statistics:
    totals = _rows("SELECT (COUNT(*) AS ?t) (COUNT(DISTINCT ?s) AS ?u) (COUNT(DISTINCT ?o) AS ?v) { ?s ?p ?o }")[0]
    classes = _rows("SELECT ?x (COUNT(DISTINCT ?s) AS ?n) { ?s a ?x FILTER isIRI(?x) } GROUP BY ?x ORDER BY ?x")
    properties = _rows("SELECT ?x (COUNT(*) AS ?n) { ?s ?x ?o } GROUP BY ?x ORDER BY ?x")
    graphs = _rows(f"SELECT ?x (COUNT(*) AS ?n) {{ GRAPH ?x {{ ?s ?p ?o }} }} GROUP BY ?x ORDER BY ?x LIMIT {MOST_GRAPHS}")  # fmt: skip
    links = []
    for link in _LINKS:
        # The data set that a link leads into is known by scheme and host.
        found = _rows(
            f'SELECT ?x (COUNT(*) AS ?n) {{ ?s <{link}> ?o FILTER isIRI(?o) BIND (REPLACE(STR(?o), "^([a-z]+://[^/]+/).*$", "$1") AS ?x) }} GROUP BY ?x ORDER BY ?x'
        )
        links += [(link, row["x"], int(row["n"])) for row in found if row.get("x", "").endswith("/")]

    def pairs(rows: list[dict[str, str]]) -> tuple[tuple[str, int], ...]:
        return tuple((row["x"], int(row["n"])) for row in rows if "x" in row)

    return Statistics(
        int(totals["t"]), int(totals["u"]), int(totals["v"]), pairs(classes), pairs(properties), pairs(graphs), tuple(links)
    )  # fmt: skip


def _rows(query: str) -> list[dict[str, str]]:
    _, chunks = current_app.extensions["kg_workers"].run(Job(query, "application/sparql-results+json", None))
    try:
        found = json.loads(b"".join(chunks))
    finally:
        getattr(chunks, "close", lambda: None)()
    return [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]


def _named(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=_named(_XSD + "integer"))


def root() -> str:
    """The address of this server, without a slash at its end."""
    return request.host_url.rstrip("/")


def service_triples() -> Iterator[ox.Triple]:
    """What the endpoint understands; its default graph is the union of all graphs. Raises QueryError."""
    endpoint = root() + "/sparql"
    service, dataset, graph = (_named(f"{endpoint}#{part}") for part in ("service", "dataset", "default-graph"))
    writable, services = current_app.config["KG_WRITABLE"], current_app.config["KG_SERVICES"]
    features = ["UnionDefaultGraph", *(["BasicFederatedQuery"] if services else [])]
    values = [
        (_TYPE, _named(SD + "Service")),
        *((_named(SD + "supportedLanguage"), _named(SD + f"SPARQL11{kind}")) for kind in ("Query", *(("Update",) if writable else ()))),
        *((_named(SD + "feature"), _named(SD + feature)) for feature in features),
        *((_named(SD + "resultFormat"), _named(FORMATS + form)) for form in (*_ROW_FORMATS, *_GRAPH_FORMATS)),
        *((_named(SD + "inputFormat"), _named(FORMATS + form)) for form in (_GRAPH_FORMATS if writable else ())),
        (_named(SD + "endpoint"), _named(endpoint)),
        (_named(SD + "defaultDataset"), dataset),
    ]  # fmt: skip
    yield from (ox.Triple(service, predicate, value) for predicate, value in values)
    found = statistics()
    yield ox.Triple(dataset, _TYPE, _named(SD + "Dataset"))
    yield ox.Triple(dataset, _named(SD + "defaultGraph"), graph)
    yield ox.Triple(graph, _TYPE, _named(SD + "Graph"))
    yield ox.Triple(graph, _named(VOID + "triples"), _number(found.triples))
    for number, (name, triples) in enumerate(found.graphs):
        named, content = _named(f"{endpoint}#named-graph-{number}"), _named(f"{endpoint}#graph-{number}")
        yield ox.Triple(dataset, _named(SD + "namedGraph"), named)
        yield ox.Triple(named, _TYPE, _named(SD + "NamedGraph"))
        yield ox.Triple(named, _named(SD + "name"), _named(name))
        yield ox.Triple(named, _named(SD + "graph"), content)
        yield ox.Triple(content, _TYPE, _named(SD + "Graph"))
        yield ox.Triple(content, _named(VOID + "triples"), _number(triples))
    yield from _served_examples()


def void_triples() -> Iterator[ox.Triple]:
    """Counts, classes, properties, vocabularies, graphs and links of the data set. Raises QueryError."""
    here = root() + "/.well-known/void"
    dataset, document = _named(here + "#dataset"), _named(here)
    found = statistics()
    yield ox.Triple(document, _TYPE, _named(VOID + "DatasetDescription"))
    yield ox.Triple(document, _named("http://xmlns.com/foaf/0.1/primaryTopic"), dataset)
    yield ox.Triple(dataset, _TYPE, _named(VOID + "Dataset"))
    for language, title in TITLE.items():
        yield ox.Triple(dataset, _named(DCTERMS + "title"), ox.Literal(title, language=language))
    yield ox.Triple(dataset, _named(DCTERMS + "creator"), ox.Literal(f"conflict-kg {__version__}"))
    yield ox.Triple(dataset, _named(VOID + "sparqlEndpoint"), _named(root() + "/sparql"))
    yield ox.Triple(dataset, _named(VOID + "uriSpace"), ox.Literal(current_app.config["KG_BASE"]))
    for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD"):
        yield ox.Triple(dataset, _named(VOID + "feature"), _named(FORMATS + name))
    counts = (
        ("triples", found.triples), ("distinctSubjects", found.subjects), ("distinctObjects", found.objects),
        ("classes", len(found.classes)), ("properties", len(found.properties)),
    )  # fmt: skip
    for name, value in counts:
        yield ox.Triple(dataset, _named(VOID + name), _number(value))
    used = [*(iri for iri, _ in found.classes), *(iri for iri, _ in found.properties)]
    for namespace in sorted({space for space in PREFIXES.values() if any(iri.startswith(space) for iri in used)}):
        yield ox.Triple(dataset, _named(VOID + "vocabulary"), _named(namespace))
    yield from _partitions(here, dataset, found)


def _partitions(here: str, dataset: ox.NamedNode, found: Statistics) -> Iterator[ox.Triple]:
    parts = (
        ("class", "classPartition", "class", "entities", found.classes),
        ("property", "propertyPartition", "property", "triples", found.properties),
    )
    for kind, partition, prop, measure, items in parts:
        for number, (iri, count) in enumerate(items):
            node = _named(f"{here}#{kind}-{number}")
            yield ox.Triple(dataset, _named(VOID + partition), node)
            yield ox.Triple(node, _TYPE, _named(VOID + "Dataset"))
            yield ox.Triple(node, _named(VOID + prop), _named(iri))
            yield ox.Triple(node, _named(VOID + measure), _number(count))
    for number, (graph, count) in enumerate(found.graphs):
        node = _named(f"{here}#graph-{number}")
        yield ox.Triple(dataset, _named(VOID + "subset"), node)
        yield ox.Triple(node, _TYPE, _named(VOID + "Dataset"))
        yield ox.Triple(node, _named(VOID + "triples"), _number(count))
        yield ox.Triple(node, _named(DCTERMS + "source"), _named(graph))
        dump = _named(f"{root()}/rdf-graph-store?graph={_quoted(graph)}")
        yield ox.Triple(node, _named(VOID + "dataDump"), dump)
    for number, (link, space, count) in enumerate(found.links):
        node, target = _named(f"{here}#links-{number}"), _named(f"{here}#linked-{number}")
        yield ox.Triple(dataset, _named(VOID + "subset"), node)
        yield ox.Triple(node, _TYPE, _named(VOID + "Linkset"))
        yield ox.Triple(node, _named(VOID + "linkPredicate"), _named(link))
        yield ox.Triple(node, _named(VOID + "subjectsTarget"), dataset)
        yield ox.Triple(node, _named(VOID + "objectsTarget"), target)
        yield ox.Triple(node, _named(VOID + "triples"), _number(count))
        yield ox.Triple(target, _TYPE, _named(VOID + "Dataset"))
        yield ox.Triple(target, _named(VOID + "uriSpace"), ox.Literal(space))


def _quoted(iri: str) -> str:
    from urllib.parse import quote

    return quote(iri, safe="")


def _served_examples() -> Iterator[ox.Triple]:
    """The saved queries, as the store holds them, and where they can be run."""
    endpoint = _named(root() + "/sparql")
    for subject, predicate, value in example_triples(Names(current_app.config["KG_BASE"])):
        yield ox.Triple(subject, predicate, value)
        if value == _EXECUTABLE:
            yield ox.Triple(subject, _named(SCHEMA + "target"), endpoint)
