"""What is made from the ontology: the JSON-LD context that exports use, and the reference page in `docs/`.

``python -m kg.graph.vocabulary`` writes both anew (`make vocabulary`); a test compares them with the ontology.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.graph.terms import CKG, PREFIXES, term
from kg.resources import folder, resource

CONTEXT_IRI = "https://w3id.org/conflict-kg/ontology/context.jsonld"
# Terms of other vocabularies that the graph uses, under short names: property, and how its values are written.
_BORROWED: dict[str, tuple[str, dict[str, str]]] = {
    "identifier": ("dcterms:identifier", {}),
    "title": ("dcterms:title", {"@container": "@language"}),
    "issued": ("dcterms:issued", {"@type": "xsd:date"}),
    "language": ("dcterms:language", {}),
    "publisher": ("dcterms:publisher", {}),
    "url": ("schema:url", {"@type": "xsd:anyURI"}),
    "mentions": ("schema:mentions", {"@type": "@id"}),
    "label": ("rdfs:label", {"@container": "@language"}),
    "altLabel": ("skos:altLabel", {"@container": "@language"}),
    "sameAs": ("owl:sameAs", {"@type": "@id"}),
    "lat": ("wgs84:lat", {"@type": "xsd:decimal"}),
    "long": ("wgs84:long", {"@type": "xsd:decimal"}),
    "hasGeometry": ("geo:hasGeometry", {"@type": "@id"}),
    "asWKT": ("geo:asWKT", {"@type": "geo:wktLiteral"}),
    "beginIndex": ("nif:beginIndex", {"@type": "xsd:integer"}),
    "endIndex": ("nif:endIndex", {"@type": "xsd:integer"}),
    "anchorOf": ("nif:anchorOf", {"@container": "@language"}),
    "referenceContext": ("nif:referenceContext", {"@type": "@id"}),
}
_KINDS = {
    "Class": "Classes",
    "ObjectProperty": "Links",
    "DatatypeProperty": "Values",
    "NamedIndividual": "Named values",
}


class Ontology:
    """`ontology/conflict.ttl` by subject and property."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
        for quad in ox.parse(resource("ontology/conflict.ttl"), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                self._values[quad.subject.value][quad.predicate.value].append(quad.object)

    def values(self, iri: str, prop: str) -> list[str]:
        """The values of a property (a prefixed name), in the order of the file."""
        return [value.value for value in self._values[iri][term(prop).value]]

    def text(self, iri: str, prop: str, language: str) -> str:
        """A property's text in a language, empty where there is none."""
        values = self._values[iri][term(prop).value]
        return next((v.value for v in values if isinstance(v, ox.Literal) and v.language == language), "")

    def names(self, kind: str) -> list[str]:
        """Local names of the terms of a kind (``Class``, ``ObjectProperty`` …), sorted."""
        wanted = PREFIXES["owl"] + kind
        return sorted(
            iri.removeprefix(CKG) for iri in list(self._values) if iri.startswith(CKG) and wanted in self.values(iri, "rdf:type")
        )  # fmt: skip

    @property
    def version(self) -> str:
        """The version of the ontology, such as ``1.1.0``."""
        return self.values(CKG.rstrip("#"), "owl:versionInfo")[0]


def context() -> dict[str, Any]:
    """The JSON-LD 1.1 context: every term of the ontology under its own name, and those that the graph borrows."""
    ontology = Ontology()
    out: dict[str, Any] = {"@version": 1.1, "@vocab": CKG, **PREFIXES}
    for name in ontology.names("Class"):
        out[name] = f"ckg:{name}"
    for name in ontology.names("ObjectProperty"):
        ranges = set(ontology.values(CKG + name, "rdfs:range") + ontology.values(CKG + name, "schema:rangeIncludes"))
        values = {CKG + kind for kind in ("EventStatus", "HarmKind", "VictimKind")} | {PREFIXES["owl"] + "Class"}
        out[name] = {"@id": f"ckg:{name}", "@type": "@vocab" if ranges & values else "@id"}
    for name in ontology.names("DatatypeProperty"):
        (kind,) = ontology.values(CKG + name, "rdfs:range")
        out[name] = {"@id": f"ckg:{name}", **_literal_rule(kind)}
    for name, (prop, rule) in _BORROWED.items():
        out[name] = {"@id": prop, **rule}
    return {"@context": out}


def _literal_rule(kind: str) -> dict[str, str]:
    if kind == PREFIXES["rdf"] + "langString":
        return {"@container": "@language"}
    if kind == PREFIXES["xsd"] + "string":
        return {}
    return {"@type": kind.replace(PREFIXES["xsd"], "xsd:")}


def reference_page() -> str:
    """The reference of all terms, as Markdown."""
    return "\n".join(_page(Ontology())) + "\n"


def _page(ontology: Ontology) -> Iterator[str]:
    yield "# Vocabulary reference"
    yield ""
    yield f"Version {ontology.version} of <{CKG.rstrip('#')}>, prefix `ckg:`. Made from `ontology/conflict.ttl` by `make vocabulary`;"
    yield f"what changed in each version: [ontology/CHANGES.md](../ontology/CHANGES.md). JSON-LD context: <{CONTEXT_IRI}>."
    yield ""
    yield f"To cite it: Conflict ontology, version {ontology.version}, <{CKG.rstrip('#')}/{ontology.version}>, CC0."
    for kind, heading in _KINDS.items():
        names = ontology.names(kind)
        yield ""
        yield f"## {heading} ({len(names)})"
        for name in names:
            yield ""
            yield from _entry(ontology, name)


def _entry(ontology: Ontology, name: str) -> Iterator[str]:
    iri = CKG + name
    yield f'### <a id="{name}"></a>`ckg:{name}`'
    yield ""
    for language in ("en", "fr"):
        label, comment = (ontology.text(iri, prop, language) for prop in ("rdfs:label", "rdfs:comment"))
        yield f"- **{label}** ({language}): {comment}"
    facts = (
        ("subclass of", "rdfs:subClassOf"), ("part of", "rdfs:subPropertyOf"), ("of", "rdfs:domain"), ("of", "schema:domainIncludes"),
        ("value", "rdfs:range"), ("value", "schema:rangeIncludes"), ("is a", "rdf:type"),
    )  # fmt: skip
    for words, prop in facts:
        values = [_short(value) for value in ontology.values(iri, prop) if not value.startswith(PREFIXES["owl"])]
        if values:
            yield f"- {words} {', '.join(values)}"


def _short(iri: str) -> str:
    if iri.startswith(CKG):
        name = iri.removeprefix(CKG)
        return f"[`ckg:{name}`](#{name})"
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"`{prefix}:{iri.removeprefix(namespace)}`"
    return f"<{iri}>"


def context_text() -> str:
    """The context as it is published in `ontology/context.jsonld`."""
    return json.dumps(context(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    top = folder("ontology")
    (top / "context.jsonld").write_text(context_text(), encoding="utf-8")
    Path(top.parent, "docs", "vocabulary.md").write_text(reference_page(), encoding="utf-8")
