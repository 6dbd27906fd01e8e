"""Namespaces and IRIs of the graph.

Data IRIs are derived from content: an article's from its identifier, a report's from the article and the
offsets it stands on. Nothing depends on order, time or chance.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from pyoxigraph import NamedNode

BASE = "https://w3id.org/conflict-kg/id/"
CKG = "https://w3id.org/conflict-kg/ontology#"
PREFIXES = {
    "ckg": CKG,
    "dcterms": "http://purl.org/dc/terms/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FAMILIES = {
    "ViolentEvent": "Conflict ArmedClash Airstrike Shelling Bombing ArmedAttack Killing Abuse Abduction",
    "TerritorialEvent": "TerritoryChange Withdrawal Deployment",
    "DetentionEvent": "Arrest Release",
    "DiplomaticEvent": "Meeting Agreement CeasefireViolation Sanction Aid",
    "StatementEvent": "Accusation Denial Threat Appeal",
    "UnrestEvent": "Protest Riot Coup",
    "HumanitarianEvent": "Displacement",
    "JusticeEvent": "LegalAction",
}
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds.split()}
PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def term(name: str) -> NamedNode:
    """A prefixed name ("ckg:place") as an IRI."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def path_segment(identifier: str) -> str:
    """An identifier as one path segment: percent-encoded UTF-8, so that different identifiers stay different.

    Long identifiers keep their first 80 characters and a digest of the whole.
    """
    encoded = identifier if _PLAIN.fullmatch(identifier) and identifier.strip(".") else quote(identifier, safe="")
    if len(encoded) > 160:
        digest = hashlib.sha256(identifier.encode()).hexdigest()[:16]
        return f"{re.sub(r'%[0-9A-F]?$|%$', '', encoded[:80])}~{digest}"
    return encoded.replace(".", "%2E") if not encoded.strip(".") else encoded


def digest(*parts: object) -> str:
    """A short stable name for what the parts say: 16 hexadecimal digits of SHA-256."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


class Names:
    """Data IRIs under a base."""

    def __init__(self, base: str = BASE) -> None:
        self.base = base

    def article(self, identifier: str) -> NamedNode:
        """The article with this identifier."""
        return NamedNode(f"{self.base}article/{path_segment(identifier)}")

    def article_graph(self, identifier: str) -> NamedNode:
        """The named graph that holds what an article says."""
        return NamedNode(f"{self.base}graph/article/{path_segment(identifier)}")

    @property
    def events_graph(self) -> NamedNode:
        """The named graph of consolidated events."""
        return NamedNode(f"{self.base}graph/events")

    @property
    def known_graph(self) -> NamedNode:
        """The named graph of what the gazetteer knows."""
        return NamedNode(f"{self.base}graph/known")

    @property
    def decisions_graph(self) -> NamedNode:
        """The named graph of what an operator decided about events."""
        return NamedNode(f"{self.base}graph/decisions")

    @property
    def queries_graph(self) -> NamedNode:
        """The named graph of the saved queries."""
        return NamedNode(f"{self.base}graph/queries")

    def is_article(self, iri: str) -> bool:
        """Whether an IRI names an article."""
        return iri.startswith(f"{self.base}article/")

    def graph_of(self, article: str) -> NamedNode:
        """The named graph of an article given by its IRI."""
        return NamedNode(f"{self.base}graph/{article.removeprefix(self.base)}")

    def linkage(self, *parts: object) -> NamedNode:
        """Why two reports were joined."""
        return NamedNode(f"{self.base}linkage/{digest(*parts)}")

    def decision(self, name: str) -> NamedNode:
        """An operator's decision."""
        return NamedNode(f"{self.base}decision/{name}")

    def query(self, name: str) -> NamedNode:
        """A saved query."""
        return NamedNode(f"{self.base}query/{name}")

    def entity(self, key: str) -> NamedNode:
        """An entity by its key; the key's segments are encoded."""
        return NamedNode(self.base + "/".join(path_segment(part) for part in key.split("/")))

    def report(self, identifier: str, *parts: object) -> NamedNode:
        """An event report of an article."""
        return NamedNode(f"{self.base}report/{digest(identifier, *parts)}")

    def figure(self, report: NamedNode, *parts: object) -> NamedNode:
        """A casualty figure of a report."""
        return NamedNode(f"{self.base}figure/{digest(report.value, *parts)}")

    def mention(self, identifier: str, begin: int, end: int) -> NamedNode:
        """A stretch of an article's text, as RFC 5147 names it."""
        return NamedNode(f"{self.base}article/{path_segment(identifier)}/char/{begin}-{end}")

    def position(self, *parts: object) -> NamedNode:
        """An office held by somebody."""
        return NamedNode(f"{self.base}position/{digest(*parts)}")

    def event(self, name: str) -> NamedNode:
        """A consolidated event."""
        return NamedNode(f"{self.base}event/{name}")
