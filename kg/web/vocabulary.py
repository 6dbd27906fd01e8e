"""Names and descriptions of the ontology's terms, in French and English, from the ontology itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

from kg.graph.terms import CKG
from kg.resources import resource
from kg.web.index.asking import shortened


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or value: `label` and `comment` by language, and by prefixed property what else is said."""

    name: str
    iri: str
    kind: str
    label: dict[str, str]
    comment: dict[str, str]
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)


_KINDS = {"owl:Class": "class", "owl:ObjectProperty": "property", "owl:DatatypeProperty": "property"}


@cache
def terms() -> dict[str, Term]:
    """All terms of the vocabulary by local name, in the order of the file."""
    said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for source in ("conflict", "alignments"):
        for quad in ox.parse(resource(f"ontology/{source}.ttl"), format=ox.RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            ours = isinstance(subject, ox.NamedNode) and subject.value.startswith(CKG)
            if ours and isinstance(value, (ox.NamedNode, ox.Literal)):
                said[subject.value][shortened(quad.predicate.value)].append(value)
    return {iri.removeprefix(CKG): _term(iri, props) for iri, props in said.items()}


def _term(iri: str, props: dict[str, list[ox.NamedNode | ox.Literal]]) -> Term:
    def by_language(prop: str) -> dict[str, str]:
        return {v.language: v.value for v in props.get(prop, []) if isinstance(v, ox.Literal) and v.language}

    types = {shortened(v.value) for v in props.get("rdf:type", [])}
    kind = next((_KINDS[t] for t in _KINDS if t in types), "value")
    links = {
        prop: tuple(v.value for v in values if isinstance(v, ox.NamedNode))
        for prop, values in props.items()
        if prop not in ("rdf:type", "rdfs:isDefinedBy") and any(isinstance(v, ox.NamedNode) for v in values)
    }
    return Term(iri.removeprefix(CKG), iri, kind, by_language("rdfs:label"), by_language("rdfs:comment"), links)


def label(name: str, language: str) -> str:
    """A term's name in a language ("fr", "en"), for people; the term itself where the ontology does not know it."""
    found = terms().get(name)
    return found.label.get(language) or found.label.get("en") or name if found else name


def labels(name: str) -> list[str]:
    """A term's names in all languages."""
    found = terms().get(name)
    return list(found.label.values()) if found else [name]
