"""Read the reports of a graph, whatever made it, by the terms of the contract alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kg.evaluation.matching import Coded, Named
from kg.evaluation.measures import CodedArticle
from kg.evaluation.readers import ROLES

_PREFIXES = {
    "ckg": "https://w3id.org/conflict-kg/ontology#",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "schema": "https://schema.org/",
}
_GEONAMES = re.compile(r"sws\.geonames\.org/(\d+)")
_KINDS = ("Person", "State", "Group", "Place")


class GraphReader:
    """The articles of an Oxigraph store, as `kg.evaluation.measures` compares them."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._named: dict[str, Named] = {}

    def articles(self) -> dict[str, str]:
        """Identifier → IRI of every article in the graph."""
        rows = self._rows("SELECT ?id ?a WHERE { ?a a ckg:Article ; dcterms:identifier ?id } ORDER BY ?id ?a")
        return {row["id"].value: row["a"].value for row in rows}

    def article(self, identifier: str, iri: str, text: str) -> CodedArticle:
        """The events and entities that the graph holds for one article."""
        listed = self._values(iri, "schema:mentions")
        rows = self._rows("SELECT DISTINCT ?a ?r WHERE { ?r a ckg:EventReport ; ckg:article ?a }", a=ox.NamedNode(iri))
        events = tuple(self._coded(row["r"].value) for row in rows)
        return CodedArticle(identifier, text, events, tuple(self._entity(node) for node in listed))

    def event_of(self) -> Iterator[tuple[str, str, str]]:
        """(article identifier, report IRI, consolidated event IRI) of every report."""
        query = "SELECT ?id ?r ?e WHERE { ?r ckg:article/dcterms:identifier ?id ; ckg:reportOf ?e } ORDER BY ?id ?r"
        for row in self._rows(query):
            yield row["id"].value, row["r"].value, row["e"].value

    def reports(self, iri: str) -> list[tuple[str, Coded]]:
        """(report IRI, coded event) of an article."""
        rows = self._rows("SELECT DISTINCT ?a ?r WHERE { ?r a ckg:EventReport ; ckg:article ?a }", a=ox.NamedNode(iri))
        return [(row["r"].value, self._coded(row["r"].value)) for row in rows]

    def _rows(self, query: str, **bound: ox.NamedNode) -> Any:
        prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in _PREFIXES.items())
        substitutions: Any = {ox.Variable(name): node for name, node in bound.items()}
        return self._store.query(prologue + query, use_default_graph_as_union=True, substitutions=substitutions)

    def _values(self, iri: str, path: str) -> list[Any]:
        rows = self._rows(f"SELECT DISTINCT ?s ?o WHERE {{ ?s {path} ?o }}", s=ox.NamedNode(iri))
        return list({str(row["o"]): row["o"] for row in rows}.values())

    def _entity(self, node: Any) -> Named:
        iri = node.value
        if iri not in self._named:
            forms = [v.value for v in self._values(iri, "rdfs:label|skos:altLabel") if isinstance(v, ox.Literal)]
            classes = {_local(v.value) for v in self._values(iri, "a")}
            kind = next((name.lower() for name in _KINDS if name in classes), "organisation")
            country = [v.value for v in self._values(iri, "ckg:iso3|ckg:country/ckg:iso3")]
            ids = [m.group(1) for v in self._values(iri, "owl:sameAs") if (m := _GEONAMES.search(v.value))]
            label = min(forms, key=len) if forms else iri
            self._named[iri] = Named.of(
                forms, kind, country[0] if country else None, int(ids[0]) if ids else None, label
            )
        return self._named[iri]

    def _coded(self, iri: str) -> Coded:
        spans, words = [], []
        for mention in self._values(iri, "ckg:mention"):
            begin, end = self._values(mention.value, "nif:beginIndex"), self._values(mention.value, "nif:endIndex")
            if begin and end:
                anchor = self._values(mention.value, "nif:anchorOf")
                spans.append((int(begin[0].value), int(end[0].value)))
                words.append(anchor[0].value if anchor else "")
        first, last = self._values(iri, "ckg:beginDate"), self._values(iri, "ckg:endDate")
        days = ((first or last)[0].value, (last or first)[0].value) if first or last else None
        figures = list(self._figures(iri))
        return Coded(
            _one(self._values(iri, "ckg:eventType")),
            _one(self._values(iri, "ckg:status")),
            tuple(sorted(spans)),
            days,
            tuple(self._entity(v) for v in self._values(iri, "ckg:place")),
            tuple((role, self._entity(v)) for role in ROLES for v in self._values(iri, f"ckg:{role}")),
            tuple(self._entity(v) for v in self._values(iri, "ckg:accordingTo")),
            tuple(figure for figure, _ in figures),
            words[0] if words else "",
            self._confidence(iri),
            figure_confidences=tuple(confidence for _, confidence in figures),
        )

    def _confidence(self, iri: str) -> float:
        stated = self._values(iri, "ckg:confidence")
        return float(stated[0].value) if stated else 1.0

    def _figures(self, iri: str) -> Iterator[tuple[tuple[str, int | None, int | None], float]]:
        for figure in self._values(iri, "ckg:casualties"):
            low, high = self._values(figure.value, "ckg:low"), self._values(figure.value, "ckg:high")
            for harm in self._values(figure.value, "ckg:harm"):
                bounds = int(low[0].value) if low else None, int(high[0].value) if high else None
                yield (_local(harm.value), *bounds), self._confidence(figure.value)


def _local(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _one(values: Iterable[Any]) -> str:
    return next((_local(value.value) for value in values), "?")
