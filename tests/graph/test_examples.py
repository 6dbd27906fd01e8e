"""The saved queries as data in a store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.graph.examples import SHACL, example_triples, keep_examples
from kg.graph.queries import saved_queries
from kg.graph.terms import Names, term
from kg.stores.embedded import EmbeddedStore

NAMES = Names("http://example.org/id/")


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path, ox.Store())


def test_each_saved_query_is_an_example_of_its_form() -> None:
    said = set(example_triples(NAMES))
    for saved in saved_queries().values():
        node = ox.NamedNode(f"http://example.org/id/query/{saved.name}")
        assert (node, ox.NamedNode(SHACL + saved.form), ox.Literal(saved.filled({}))) in said
        assert (node, term("rdf:type"), ox.NamedNode(f"{SHACL}SPARQL{saved.form.title()}Executable")) in said


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("# Select what?\nASK { ?select ?p 'construct' }", "ask"),
        ("PREFIX ex: <http://ask.example/select>\nCONSTRUCT { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } }", "construct"),
    ],
)
def test_comments_and_addresses_do_not_tell_the_form(text: str, form: str) -> None:
    assert replace(next(iter(saved_queries().values())), text=text).form == form


def test_a_second_build_writes_no_examples(store: EmbeddedStore) -> None:
    assert keep_examples(store, NAMES)
    assert not keep_examples(store, NAMES)
    assert store.graphs() == ["http://example.org/id/graph/queries"]


def test_examples_of_an_older_version_go(store: EmbeddedStore) -> None:
    old = ox.Quad(NAMES.query("gone"), term("rdf:type"), ox.NamedNode(f"{SHACL}SPARQLExecutable"), NAMES.queries_graph)
    store.extend([old])
    assert keep_examples(store, NAMES)
    assert old not in store.ox
