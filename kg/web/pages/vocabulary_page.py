"""The ontology as a readable reference, with its alignments."""

from __future__ import annotations

from collections import defaultdict

from flask import render_template

from kg.graph.schemes import concept_label
from kg.graph.terms import CKG
from kg.web.pages.blueprint import blueprint
from kg.web.vocabulary import Term, terms

_FOREIGN = ("rdfs:subClassOf", "rdfs:subPropertyOf", "skos:closeMatch", "skos:exactMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch", "owl:equivalentClass", "owl:equivalentProperty")  # fmt: skip


@blueprint.get("/ontology/page")
def ontology_page() -> str:
    """Classes, properties and values, each with its description, its place and what it is aligned to."""
    groups: dict[str, list[Term]] = defaultdict(list)
    for term in terms().values():
        groups[term.kind].append(term)
    children: dict[str, list[str]] = defaultdict(list)
    for term in terms().values():
        for iri in term.links.get("rdfs:subClassOf", ()):
            if iri.startswith(CKG):
                children[iri.removeprefix(CKG)].append(term.name)
    aligned = {
        term.name: [(prop, iri, concept_label(iri)) for prop in _FOREIGN for iri in term.links.get(prop, ()) if not iri.startswith(CKG)]
        for term in terms().values()
    }  # fmt: skip
    return render_template("ontology.html", groups=groups, children=children, aligned=aligned, ckg=CKG)
