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


EVENTS = """
@prefix ckg: <https://w3id.org/conflict-kg/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://x/> .
:event a ckg:Event, ckg:Airstrike, ckg:ViolentEvent ; rdfs:label "Frappe"@fr ; ckg:status ckg:Actual ; ckg:reportCount 2 ;
  ckg:disputed false ; ckg:beginDate "2020-05-03"^^xsd:date ; ckg:endDate "2020-05-03"^^xsd:date ; ckg:linkage :link .
:link a ckg:Linkage ; ckg:linkedReport :report1, :report2 ; ckg:score 1.25 .
:same a ckg:SameEvent ; ckg:decidedReport :report1 .
:chief a ckg:Actor, ckg:Person ; rdfs:label "chef"@fr ; ckg:memberOf :party ; ckg:position :office .
:party a ckg:Actor, ckg:Organisation ; rdfs:label "parti"@fr .
:crowd a ckg:Actor, ckg:Group ; rdfs:label "foule"@fr .
:office a ckg:Position ; rdfs:label "président"@fr ; ckg:positionIn :party .
:village a ckg:Place ; rdfs:label "village"@fr ; ckg:within :region ; geo:hasGeometry :point .
:region a ckg:Place ; rdfs:label "région"@fr .
:point a geo:Geometry ; geo:asWKT "POINT(47 40)"^^geo:wktLiteral .
"""


def of_turtle(text: str) -> list[ox.Triple]:
    return [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def test_good_events_and_relations_conform() -> None:
    assert validate(of_turtle(EVENTS)) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('rdfs:label "Frappe"@fr', 'rdfs:label "Frappe"', "label with its language"),
        ("ckg:status ckg:Actual", "ckg:status ckg:Killed", "exactly one status"),
        ("ckg:reportCount 2", "ckg:reportCount 0", "at least one report"),
        ("ckg:disputed false", 'ckg:disputed "no"', "disputed or not"),
        ('ckg:endDate "2020-05-03"', 'ckg:endDate "2020-05-01"', "not after the end"),
        (":report1, :report2", ":report1", "joins two reports"),
        ("ckg:score 1.25", "ckg:score 2", "one decimal number"),
        (" ; ckg:decidedReport :report1", "", "at least one report"),
        ("ckg:memberOf :party", "ckg:memberOf :crowd", "member of an organisation"),
        ("ckg:memberOf :party", "ckg:coChairOf :crowd", "co-chairs an organisation"),
        ("ckg:memberOf :party", "ckg:affiliatedWith :region", "affiliated with an actor"),
        ("ckg:position :office", "ckg:position :party", "position is a ckg:Position"),
        ("ckg:positionIn :party", "ckg:positionIn :region", "held in a state or organisation"),
        ("ckg:within :region", "ckg:within :party", "lies within a place"),
        ('geo:asWKT "POINT(47 40)"^^geo:wktLiteral', 'geo:asWKT "POINT(47 40)"', "one WKT text"),
        ("ckg:Actor, ckg:Person", "ckg:Actor, ckg:Person, ckg:Place", "person is no place"),
        ("ckg:Actor, ckg:Organisation", "ckg:Actor, ckg:Organisation, ckg:Person", "organisation is no person"),
        ("ckg:Actor, ckg:Group", "ckg:Actor, ckg:Group, ckg:State", "people is no state"),
    ],
)
def test_broken_events_and_relations_are_told_what_is_wrong(old: str, new: str, words: str) -> None:
    assert old in EVENTS
    assert any(words in violation.message for violation in validate(of_turtle(EVENTS.replace(old, new))))


def test_every_class_of_the_contract_has_a_shape_with_messages_in_both_languages() -> None:
    import rdflib
    from rdflib.namespace import SH

    from kg.resources import folder

    shapes = rdflib.Graph().parse(folder("ontology") / "shapes.ttl")
    targets = {str(target).rpartition("#")[2] for target in shapes.objects(None, SH.targetClass)}
    assert targets >= {
        "Article", "EventReport", "CasualtyFigure", "Mention", "Actor", "Person", "Organisation", "State", "Group",
        "Place", "Position", "Event", "Linkage",
    }  # fmt: skip
    for shape in set(shapes.objects(None, SH.property)) - {
        nested
        for branch in shapes.objects(None, SH["or"])
        for item in shapes.items(branch)
        for nested in shapes.objects(item, SH.property)
    }:
        assert {message.language for message in shapes.objects(shape, SH.message)} == {"fr", "en"}
