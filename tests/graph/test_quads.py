"""What becomes of an extraction in the graph."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest

from kg.graph.quads import article_quads
from kg.graph.terms import Names, path_segment
from tests.samples import sample_extraction


def store_of(*extractions) -> ox.Store:
    store = ox.Store()
    for extraction in extractions:
        store.extend(article_quads(extraction))
    return store


def ask(store: ox.Store, pattern: str) -> bool:
    prefixes = "PREFIX ckg: <https://w3id.org/conflict-kg/ontology#> PREFIX nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    return bool(store.query(prefixes + f"ASK {{ {pattern} }}", use_default_graph_as_union=True))


def test_same_input_gives_the_same_bytes() -> None:
    first, second = (ox.serialize(article_quads(sample_extraction()), format=ox.RdfFormat.N_QUADS) for _ in range(2))
    assert first == second


def test_rival_tolls_stand_side_by_side_under_their_sources() -> None:
    store = store_of(sample_extraction())
    assert ask(store, "?r ckg:casualties [ ckg:low 12 ; ckg:high 12 ; ckg:accordingTo/rdfs:label 'habitants'@fr ]")
    assert ask(store, "?r ckg:casualties [ ckg:low 3 ; ckg:accordingTo/rdfs:label 'ministère'@fr ]")
    assert not ask(store, "?f ckg:low 3 ; ckg:high ?open")


def test_every_report_leads_to_its_characters() -> None:
    extraction = sample_extraction()
    store = store_of(extraction)
    rows = store.query(
        "PREFIX nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#> SELECT ?b ?e ?w WHERE { ?m nif:beginIndex ?b ; nif:endIndex ?e ; nif:anchorOf ?w }",
        use_default_graph_as_union=True,
    )
    found = [(int(row["b"].value), int(row["e"].value), row["w"].value) for row in rows]
    assert len(found) >= 6
    assert all(extraction.article.text[begin:end] == words for begin, end, words in found)


def test_all_quads_of_an_article_stand_in_its_graph() -> None:
    graph = Names().article_graph("karvan-1")
    assert {quad.graph_name for quad in article_quads(sample_extraction())} == {graph}


@pytest.mark.parametrize("identifier", ["a/b", "a%2Fb", "é", "..", "x" * 5000, 'q"><script>', "a b", "\n"])
def test_hostile_identifiers_become_valid_iris(identifier: str) -> None:
    extraction = sample_extraction()
    quads = article_quads(replace(extraction, article=replace(extraction.article, id=identifier)))
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert len(list(ox.parse(text, format=ox.RdfFormat.N_QUADS))) == len(quads)


def test_different_identifiers_never_share_a_segment() -> None:
    identifiers = ["a/b", "a%2Fb", "a b", "a+b", "a%20b", "A", "a", ".", "..", "%2E", "x" * 200, "x" * 201]
    assert len({path_segment(identifier) for identifier in identifiers}) == len(identifiers)
