"""The vocabulary: parses, labels in two languages, and defines whatever code and queries use."""

from __future__ import annotations

import re

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from kg.graph.terms import CKG, FAMILY_OF
from kg.resources import folder
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(folder("ontology") / "conflict.ttl")


def test_every_term_has_labels_and_comments_in_french_and_english(ontology: rdflib.Graph) -> None:
    for subject in {s for s in ontology.subjects() if str(s).startswith(CKG)}:
        for prop in (RDFS.label, RDFS.comment):
            assert {o.language for o in ontology.objects(subject, prop)} == {"fr", "en"}, (subject, prop)


def test_all_28_event_types_stand_under_their_family(ontology: rdflib.Graph) -> None:
    assert len(FAMILY_OF) == 28
    for kind, family in FAMILY_OF.items():
        assert (rdflib.URIRef(CKG + kind), RDFS.subClassOf, rdflib.URIRef(CKG + family)) in ontology
        assert (rdflib.URIRef(CKG + family), RDFS.subClassOf, rdflib.URIRef(CKG + "Event")) in ontology


def test_every_term_used_by_code_and_queries_is_defined(ontology: rdflib.Graph) -> None:
    defined = {str(s).removeprefix(CKG) for s in ontology.subjects(RDF.type) if str(s).startswith(CKG)}
    used: set[str] = set()
    for path in [*(ROOT / "kg").rglob("*.py"), *folder("queries").rglob("*.rq"), folder("ontology") / "alignments.ttl"]:
        used |= set(re.findall(r"\bckg:([A-Za-z]\w*)", path.read_text(encoding="utf-8")))
    assert used - defined == set()


def test_only_constructs_of_owl_2_rl_are_used(ontology: rdflib.Graph) -> None:
    kinds = {o for o in ontology.objects(None, RDF.type) if str(o).startswith(str(OWL))}
    assert kinds <= {OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual}


def test_each_event_type_is_matched_to_plover_and_cameo() -> None:
    graph = rdflib.Graph().parse(folder("ontology") / "alignments.ttl")
    for kind in FAMILY_OF:
        node = rdflib.URIRef(CKG + kind)
        plover, cameo = graph.value(node, SKOS.closeMatch), graph.value(node, SKOS.broadMatch)
        assert (plover, RDF.type, SKOS.Concept) in graph
        assert (cameo, RDF.type, SKOS.Concept) in graph
