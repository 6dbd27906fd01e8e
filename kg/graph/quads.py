"""From an extraction to the quads of its article's named graph."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date

from pyoxigraph import Literal, NamedNode, Quad

from kg import __version__
from kg.articles.duplicates import Fingerprint
from kg.gazetteer.folding import slug
from kg.gazetteer.personal_names import RULE
from kg.graph.terms import BASE, Names, term
from kg.model import Article, CasualtyFigure, Entity, EventReport, Extraction, Mention, Relation

_CLASS = {"person": "Person", "organisation": "Organisation", "state": "State", "place": "Place", "group": "Group"}
_ROLES = (
    ("agents", "agent"),
    ("targets", "target"),
    ("participants", "participant"),
    ("mediators", "mediator"),
    ("places", "place"),
    ("sources", "accordingTo"),
)
_HTTP = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]


def content_hash(article: Article) -> str:
    """SHA-256 over what the graph of an article depends on: its text, metadata and the software version."""
    day = article.date.isoformat() if article.date else None
    parts = [
        article.id,
        article.text,
        article.title,
        day,
        article.publisher,
        article.url,
        article.language,
        __version__,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def article_quads(extraction: Extraction, base: str = BASE, keep_text: bool = False) -> list[Quad]:
    """The article's named graph: sorted, without duplicates, the same for the same input.

    `keep_text` adds the full text (`ckg:text`), which an operator must have the right to publish.
    """
    graph = Names(base).article_graph(extraction.article.id)
    triples = set(_Writer(extraction, base).triples(keep_text))
    return [Quad(s, p, o, graph) for s, p, o in sorted(triples, key=lambda t: (t[0].value, t[1].value, str(t[2])))]


def text_literal(text: str, language: str | None = None) -> Literal:
    """A literal without characters that XML and N-Quads readers refuse."""
    clean = _CONTROL.sub("\ufffd", text)
    return Literal(clean, language=language) if language else Literal(clean)


def day_literal(day: date) -> Literal:
    """A day as xsd:date."""
    return Literal(day.isoformat(), datatype=term("xsd:date"))


class _Writer:
    """Writes one extraction."""

    def __init__(self, extraction: Extraction, base: str) -> None:
        self.extraction, self.names = extraction, Names(base)
        self.id = extraction.article.id
        self.article = self.names.article(self.id)
        self.language = extraction.article.language or "fr"
        if not re.fullmatch(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*", self.language):
            self.language = "und"

    def triples(self, keep_text: bool) -> Iterator[Triple]:
        yield from self._article(keep_text)
        for entity in self.extraction.entities:
            yield from entity_triples(entity, self.names, self.language)
            for mention in entity.mentions:
                yield self.names.entity(entity.key), term("ckg:mention"), self._mention_node(mention)
                yield from self._mention(mention)
            if entity.mentions:
                yield self.article, term("schema:mentions"), self.names.entity(entity.key)
        for relation in self.extraction.relations:
            if relation.mention is not None:
                yield from relation_triples(relation, self.names, self.language)
        for report in self.extraction.reports:
            yield from self._report(report)

    def _article(self, keep_text: bool) -> Iterator[Triple]:
        article = self.extraction.article
        node = self.article
        yield node, term("rdf:type"), term("ckg:Article")
        yield node, term("rdf:type"), term("nif:Context")
        yield node, term("dcterms:identifier"), text_literal(article.id)
        if article.title:
            yield node, term("dcterms:title"), text_literal(article.title, self.language)
        if article.date:
            yield node, term("dcterms:issued"), day_literal(article.date)
        yield node, term("dcterms:language"), Literal(self.language)
        if article.publisher:
            yield node, term("dcterms:publisher"), text_literal(article.publisher)
        if article.url and _HTTP.match(article.url):
            yield node, term("schema:url"), Literal(article.url, datatype=term("xsd:anyURI"))
        yield node, term("ckg:contentHash"), Literal(content_hash(article))
        yield node, term("ckg:softwareVersion"), Literal(__version__)
        fingerprint = Fingerprint.of(article.text)
        if fingerprint is not None:
            yield node, term("ckg:textFingerprint"), Literal(fingerprint.encode())
        if keep_text:
            yield node, term("ckg:text"), text_literal(article.text, self.language)

    def _mention_node(self, mention: Mention) -> NamedNode:
        return self.names.mention(self.id, mention.begin, mention.end)

    def _mention(self, mention: Mention, sentence: bool = False) -> Iterator[Triple]:
        node = self._mention_node(mention)
        yield node, term("rdf:type"), term("ckg:Mention")
        if sentence:
            yield node, term("rdf:type"), term("nif:Sentence")
        for name, value in (("beginIndex", mention.begin), ("endIndex", mention.end)):
            yield node, term(f"nif:{name}"), Literal(str(value), datatype=term("xsd:integer"))
        yield node, term("nif:anchorOf"), text_literal(mention.text, self.language)
        yield node, term("nif:referenceContext"), self.article

    def _report(self, report: EventReport) -> Iterator[Triple]:
        spans = ",".join(f"{m.begin}-{m.end}" for m in report.mentions)
        days = f"{report.begin}/{report.end}/{'|'.join(report.places)}"
        node = self.names.report(self.id, report.type, spans, days)
        yield node, term("rdf:type"), term("ckg:EventReport")
        yield node, term("ckg:article"), self.article
        yield node, term("ckg:eventType"), term(f"ckg:{report.type}")
        yield node, term("ckg:status"), term(f"ckg:{report.status}")
        for mention in report.mentions:
            yield node, term("ckg:mention"), self._mention_node(mention)
            yield from self._mention(mention)
        if report.sentence:
            yield node, term("ckg:sentence"), self._mention_node(report.sentence)
            yield from self._mention(report.sentence, True)
        if report.begin:
            yield node, term("ckg:beginDate"), day_literal(report.begin)
            yield node, term("ckg:endDate"), day_literal(report.end or report.begin)
        for field, role in _ROLES:
            for key in getattr(report, field):
                yield node, term(f"ckg:{role}"), self.names.entity(key)
        for figure in report.casualties:
            yield from self._figure(node, figure)
        yield node, term("ckg:confidence"), Literal(f"{report.confidence:.4f}", datatype=term("xsd:decimal"))
        if report.rule:
            yield node, term("ckg:rule"), text_literal(report.rule)

    def _figure(self, report: NamedNode, figure: CasualtyFigure) -> Iterator[Triple]:
        node = self.names.figure(report, figure.harm, figure.low, figure.high, figure.mention.begin)
        yield report, term("ckg:casualties"), node
        yield node, term("rdf:type"), term("ckg:CasualtyFigure")
        yield node, term("ckg:harm"), term(f"ckg:{figure.harm}")
        for name, value in (("low", figure.low), ("high", figure.high)):
            if value is not None:
                yield node, term(f"ckg:{name}"), Literal(str(value), datatype=term("xsd:integer"))
        if figure.victims:
            yield node, term("ckg:victims"), term(f"ckg:{figure.victims}")
        for key in figure.sources:
            yield node, term("ckg:accordingTo"), self.names.entity(key)
        yield node, term("ckg:mention"), self._mention_node(figure.mention)
        yield from self._mention(figure.mention)
        yield node, term("ckg:confidence"), Literal(f"{figure.confidence:.4f}", datatype=term("xsd:decimal"))
        if figure.rule:
            yield node, term("ckg:rule"), text_literal(figure.rule)


def entity_triples(entity: Entity, names: Names, language: str) -> Iterator[Triple]:
    """An entity's classes, names, country, identifiers and geometry."""
    node = names.entity(entity.key)
    kinds = {_CLASS[entity.kind]}
    if entity.subclass:
        kinds.add(entity.subclass)
    if entity.kind != "place":
        kinds.add("Actor")
    if entity.kind == "state":
        kinds.add("Place")
    for kind in kinds:
        yield node, term("rdf:type"), term(f"ckg:{kind}")
    yield node, term("rdfs:label"), text_literal(entity.label, language)
    for alias in entity.aliases:
        if alias and alias != entity.label:
            yield node, term("skos:altLabel"), text_literal(alias, language)
    if entity.kind == "person" and not entity.known and entity.key != f"person/{slug(entity.label)}":
        yield node, term("ckg:rule"), Literal(RULE)
    if entity.country:
        if entity.kind == "state":
            yield node, term("ckg:iso3"), Literal(entity.country)
        else:
            yield node, term("ckg:country"), names.entity(f"state/{entity.country}")
    if entity.geonames:
        yield node, term("owl:sameAs"), NamedNode(f"https://sws.geonames.org/{entity.geonames}/")
    if entity.wikidata:
        yield node, term("owl:sameAs"), NamedNode(f"http://www.wikidata.org/entity/{entity.wikidata}")
    if entity.latitude is not None and entity.longitude is not None:
        yield from _geometry(node, entity.latitude, entity.longitude)


def _geometry(node: NamedNode, latitude: float, longitude: float) -> Iterator[Triple]:
    lat, long = f"{latitude:.5f}", f"{longitude:.5f}"
    geometry = NamedNode(node.value + "/geometry")
    yield node, term("wgs84:lat"), Literal(lat, datatype=term("xsd:decimal"))
    yield node, term("wgs84:long"), Literal(long, datatype=term("xsd:decimal"))
    yield node, term("geo:hasGeometry"), geometry
    yield geometry, term("rdf:type"), term("geo:Geometry")
    yield geometry, term("geo:asWKT"), Literal(f"POINT({long} {lat})", datatype=term("geo:wktLiteral"))


def relation_triples(relation: Relation, names: Names, language: str) -> Iterator[Triple]:
    """A relation between entities; a position becomes a node of its own."""
    subject, target = names.entity(relation.subject), names.entity(relation.object)
    if relation.predicate != "position":
        yield subject, term(f"ckg:{relation.predicate}"), target
        if relation.predicate == "coChairOf":
            yield subject, term("ckg:memberOf"), target
        return
    node = names.position(relation.subject, relation.object, relation.label, relation.begin)
    yield subject, term("ckg:position"), node
    yield node, term("rdf:type"), term("ckg:Position")
    yield node, term("rdfs:label"), text_literal(relation.label or relation.predicate, language)
    yield node, term("ckg:positionIn"), target
    for name, day in (("beginDate", relation.begin), ("endDate", relation.end)):
        if day:
            yield node, term(f"ckg:{name}"), day_literal(day)


def known_triples(
    entities: Iterable[Entity], relations: Iterable[Relation], base: str = BASE, language: str = "fr"
) -> set[Triple]:
    """What the gazetteer knows of some entities, for the graph of known entities."""
    names = Names(base)
    out: set[Triple] = set()
    for entity in entities:
        out.update(entity_triples(entity, names, language))
    for relation in relations:
        out.update(relation_triples(relation, names, language))
    return out
