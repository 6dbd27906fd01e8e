"""Concepts of the schemes that the ontology is aligned to (PLOVER, CAMEO, ACLED): their names and what is above them."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pyoxigraph as ox

from kg.graph.terms import CKG, term
from kg.resources import resource

_SAID = {term(name): name for name in ("skos:prefLabel", "skos:notation", "skos:broader")}
_MATCHES = {term(f"skos:{kind}Match") for kind in ("close", "exact", "broad", "narrow", "related")}


@cache
def _alignments() -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """What is said of each concept (English name, notation, broader concept), and the concepts matched to each class."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    matched: dict[str, list[str]] = defaultdict(list)
    for quad in ox.parse(resource("ontology/alignments.ttl"), format=ox.RdfFormat.TURTLE):
        subject, prop, value = quad.subject, quad.predicate, quad.object
        if not isinstance(subject, ox.NamedNode):
            continue
        if prop in _MATCHES and subject.value.startswith(CKG) and isinstance(value, ox.NamedNode):
            matched[subject.value.removeprefix(CKG)].append(value.value)
        english = isinstance(value, ox.Literal) and value.language in (None, "en")
        if prop in _SAID and (english or isinstance(value, ox.NamedNode)):
            said[subject.value][_SAID[prop]] = str(getattr(value, "value", ""))
    return said, matched


def concept_label(iri: str) -> str:
    """The English name of a concept, else its notation or the end of its IRI."""
    said = _alignments()[0].get(iri, {})
    return said.get("skos:prefLabel") or said.get("skos:notation") or iri.rsplit("/", 1)[-1]


def broader_concept(iri: str) -> str:
    """The concept (IRI) above a concept, empty where there is none."""
    return _alignments()[0].get(iri, {}).get("skos:broader", "")


def related_concepts(name: str) -> list[str]:
    """The concepts (IRIs) of other schemes that a class of the ontology is matched to, given by its local name."""
    return _alignments()[1].get(name, [])
