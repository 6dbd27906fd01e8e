"""Questions that the pages ask of the graph, through the same guarded workers as everybody's queries."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
from flask import current_app

from kg.graph.terms import PROLOGUE
from kg.web.workers import Job, QueryError

Row = dict[str, str]
_MOST = 2000


def rows(query: str) -> list[Row]:
    """The rows of a SELECT as plain text values. `query` needs no prologue. Raises QueryError."""
    pool = current_app.extensions["kg_workers"]
    _, chunks = pool.run(Job(PROLOGUE + query, "application/sparql-results+json", None))
    found = json.loads(b"".join(chunks))
    return [{name: cell["value"] for name, cell in binding.items()} for binding in found["results"]["bindings"]]


def typed_rows(query: str) -> list[dict[str, Any]]:
    """As `rows`, with the whole cell: type, value, language, datatype."""
    pool = current_app.extensions["kg_workers"]
    _, chunks = pool.run(Job(PROLOGUE + query, "application/sparql-results+json", None))
    found: list[dict[str, Any]] = json.loads(b"".join(chunks))["results"]["bindings"]
    return found


def ask(query: str) -> bool | None:
    """The answer of an ASK, or None where the store does not answer."""
    pool = current_app.extensions["kg_workers"]
    try:
        _, chunks = pool.run(Job(PROLOGUE + query, "application/sparql-results+json", None))
        return bool(json.loads(b"".join(chunks))["boolean"])
    except (QueryError, ValueError, KeyError):
        return None


def describe(iri: str, output: ox.RdfFormat) -> bytes:
    """The triples that an IRI is the subject or object of, at most a few thousand; empty where there are none."""
    node = ox.NamedNode(iri)
    query = f"CONSTRUCT {{ {node} ?p ?o . ?s ?q {node} }} WHERE {{ {{ SELECT ?p ?o WHERE {{ {node} ?p ?o }} ORDER BY ?p ?o LIMIT {_MOST} }} UNION {{ SELECT ?s ?q WHERE {{ ?s ?q {node} }} ORDER BY ?q ?s LIMIT {_MOST} }} }}"
    pool = current_app.extensions["kg_workers"]
    _, chunks = pool.run(Job(PROLOGUE + query, None, "application/n-triples"))
    triples = sorted(
        {
            ox.Triple(q.subject, q.predicate, q.object)
            for q in ox.parse(b"".join(chunks), format=ox.RdfFormat.N_TRIPLES)
        },
        key=str,
    )
    if not triples:
        return b""
    return ox.serialize(triples, format=output) or b""


def literal(text: str) -> str:
    """Text as a SPARQL string literal."""
    return str(ox.Literal(text))
