"""The vocabulary: parses, labels in two languages, and defines whatever code, queries and the contract use."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD

from kg.graph.terms import CKG, FAMILY_OF
from kg.graph.vocabulary import context_text, reference_page
from kg.resources import folder
from tests.conftest import ROOT, SHARED
from tests.interop.foreign_parsers import counts_by_riot, digests_by_node, needs_jena, needs_node

SCHEMA = rdflib.Namespace("https://schema.org/")
CKG_NS = rdflib.Namespace(CKG)
FILES = sorted(folder("ontology").glob("*.ttl"))


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(folder("ontology") / "conflict.ttl")


@pytest.fixture(scope="module")
def alignments() -> rdflib.Graph:
    return rdflib.Graph().parse(folder("ontology") / "alignments.ttl")


def defined(graph: rdflib.Graph) -> set[str]:
    return {str(s).removeprefix(CKG) for s in graph.subjects(RDF.type) if str(s).startswith(CKG)}


def used_in(path: Path) -> set[str]:
    return set(re.findall(r"\bckg:([A-Za-z]\w*)", path.read_text(encoding="utf-8")))


def test_every_term_has_labels_and_comments_in_french_and_english(ontology: rdflib.Graph) -> None:
    for subject in {s for s in ontology.subjects() if str(s).startswith(CKG)}:
        for prop in (RDFS.label, RDFS.comment):
            assert {o.language for o in ontology.objects(subject, prop)} == {"fr", "en"}, (subject, prop)


def test_every_property_says_what_it_links(ontology: rdflib.Graph) -> None:
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for prop in ontology.subjects(RDF.type, kind):
            for words in ((RDFS.domain, SCHEMA.domainIncludes), (RDFS.range, SCHEMA.rangeIncludes)):
                assert any(ontology.objects(prop, word) for word in words), prop


def test_all_28_event_types_stand_under_their_family(ontology: rdflib.Graph) -> None:
    assert len(FAMILY_OF) == 28
    for kind, family in FAMILY_OF.items():
        assert (CKG_NS[kind], RDFS.subClassOf, CKG_NS[family]) in ontology
        assert (CKG_NS[family], RDFS.subClassOf, CKG_NS.Event) in ontology


def test_every_term_used_by_code_and_queries_is_defined(ontology: rdflib.Graph) -> None:
    used: set[str] = set()
    for path in [*(ROOT / "kg").rglob("*.py"), *folder("queries").rglob("*.rq"), *FILES, *(ROOT / "docs").glob("*.md")]:
        used |= used_in(path)
    shapes = {name for name in used if name.endswith("Shape")}
    assert used - shapes - defined(ontology) == set()


@pytest.mark.skipif(not (SHARED / "contract.md").is_file(), reason="the contract is not here")
def test_every_term_of_the_contract_is_defined(ontology: rdflib.Graph) -> None:
    assert used_in(SHARED / "contract.md") - defined(ontology) == set()


def test_only_constructs_of_owl_2_rl_are_used(ontology: rdflib.Graph, alignments: rdflib.Graph) -> None:
    simple = {OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual}
    for graph in (ontology, alignments):
        assert {o for o in graph.objects(None, RDF.type) if str(o).startswith(str(OWL))} <= simple
        assert not [s for s in graph.subjects() if isinstance(s, rdflib.BNode)]
    datatypes = {XSD.date, XSD.integer, XSD.decimal, XSD.boolean, XSD.string, RDF.langString}
    for prop in ontology.subjects(RDF.type, OWL.DatatypeProperty):
        assert set(ontology.objects(prop, RDFS.range)) <= datatypes, prop


def test_each_event_type_is_matched_to_plover_cameo_and_where_one_fits_acled(alignments: rdflib.Graph) -> None:
    schemes = {
        name: rdflib.URIRef(f"https://w3id.org/conflict-kg/scheme/{name}") for name in ("plover", "cameo", "acled")
    }
    for kind in FAMILY_OF:
        for match, scheme in ((SKOS.closeMatch, "plover"), (SKOS.broadMatch, "cameo"), (SKOS.relatedMatch, "acled")):
            found = list(alignments.objects(CKG_NS[kind], match))
            assert len(found) == 1 or (scheme == "acled" and not found), (kind, scheme)
            assert all((concept, SKOS.inScheme, schemes[scheme]) in alignments for concept in found)
    for concept in alignments.subjects(RDF.type, SKOS.Concept):
        assert {label.language for label in alignments.objects(concept, SKOS.prefLabel)} == {"fr", "en"}, concept
    subtypes = set(alignments.objects(None, SKOS.relatedMatch))
    assert all((alignments.value(concept, SKOS.broader), SKOS.topConceptOf, schemes["acled"]) in alignments for concept in subtypes)  # fmt: skip


def test_the_version_is_told_in_the_change_log(ontology: rdflib.Graph) -> None:
    node = rdflib.URIRef(CKG.rstrip("#"))
    version = str(ontology.value(node, OWL.versionInfo))
    changes = (folder("ontology") / "CHANGES.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", changes, re.M)[0] == version
    assert str(ontology.value(node, OWL.versionIRI)) == f"{node}/{version}"
    assert used_in(folder("ontology") / "CHANGES.md") <= defined(ontology)


def test_context_and_reference_page_are_made_from_the_ontology(ontology: rdflib.Graph) -> None:
    assert (folder("ontology") / "context.jsonld").read_text(encoding="utf-8") == context_text(), "run make vocabulary"
    page = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    assert page == reference_page(), "run make vocabulary"
    assert set(re.findall(r"^### .*`ckg:(\w+)`$", page, re.M)) == defined(ontology)


def test_the_context_gives_every_term_its_iri(ontology: rdflib.Graph) -> None:
    context = json.loads(context_text())["@context"]
    document = {"@context": context, "@id": "http://x/", **{name: "http://y/" for name in sorted(defined(ontology)) if name[0].islower()}}  # fmt: skip
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert {str(p) for p in graph.predicates()} == {CKG + name for name in defined(ontology) if name[0].islower()}


@needs_jena
def test_riot_has_nothing_to_say() -> None:
    counts = counts_by_riot(FILES)
    assert counts == {file.name: len(rdflib.Graph().parse(file)) for file in FILES}


@needs_node
def test_n3_js_reads_the_same_triples() -> None:
    counts = {name: count for name, (count, _) in digests_by_node(FILES).items()}
    assert counts == {file.name: len(rdflib.Graph().parse(file)) for file in FILES}
