"""The shapes accept a good graph and object, in words, to broken ones."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.graph.quads import article_quads
from kg.graph.shacl import validate
from kg.graph.terms import term
from tests.samples import sample_extraction

GOOD = [ox.Triple(q.subject, q.predicate, q.object) for q in article_quads(sample_extraction())]
INTEGER = term("xsd:integer")


def without(prop: str) -> list[ox.Triple]:
    return [t for t in GOOD if t.predicate != term(prop)]


def instead(prop: str, value: ox.NamedNode | ox.Literal) -> list[ox.Triple]:
    return [ox.Triple(t.subject, t.predicate, value) if t.predicate == term(prop) else t for t in GOOD]


def beside(prop: str, value: ox.NamedNode | ox.Literal) -> list[ox.Triple]:
    return [*GOOD, *(ox.Triple(t.subject, t.predicate, value) for t in GOOD if t.predicate == term(prop))]


def test_a_good_graph_conforms() -> None:
    assert validate(GOOD) == []


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (without("dcterms:identifier"), "exactly one identifier"),
        (without("ckg:eventType"), "28 types"),
        (without("ckg:status"), "exactly one status"),
        (without("ckg:article"), "exactly one article"),
        (without("nif:anchorOf"), "carries its words"),
        (without("nif:beginIndex"), "begins at one code point"),
        (without("nif:endIndex"), "ends at one code point"),
        (without("ckg:harm"), "what befell"),
        (without("rdfs:label"), "label with its language"),
        (without("ckg:iso3"), "three-letter ISO code"),
        (without("nif:referenceContext"), "belongs to one article"),
        (instead("ckg:eventType", term("ckg:Person")), "28 types"),
        (instead("ckg:status", ox.Literal("Actual")), "exactly one status"),
        (instead("ckg:iso3", ox.Literal("az")), "three-letter ISO code"),
        (instead("ckg:endDate", ox.Literal("1999-01-01", datatype=term("xsd:date"))), "not after the end"),
        (instead("ckg:low", ox.Literal("-4", datatype=INTEGER)), "non-negative"),
        (instead("ckg:high", ox.Literal("1", datatype=INTEGER)), "not above the upper bound"),
        (instead("ckg:confidence", ox.Literal("1.5", datatype=term("xsd:decimal"))), "between 0 and 1"),
        (instead("wgs84:lat", ox.Literal("95.0", datatype=term("xsd:decimal"))), "between -90 and 90"),
        (instead("ckg:agent", term("ckg:Killed")), "agent must be an actor"),
        (instead("ckg:victims", term("ckg:Person")), "Unknown kind of victims"),
        (instead("dcterms:issued", ox.Literal("mai 2020")), "one day"),
        (beside("dcterms:identifier", ox.Literal("another")), "exactly one identifier"),
        (beside("ckg:status", term("ckg:Denied")), "exactly one status"),
    ],
)
def test_a_broken_graph_is_told_what_is_wrong(broken: list[ox.Triple], words: str) -> None:
    assert any(words in violation.message for violation in validate(broken))
