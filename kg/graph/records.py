"""Events, claims and tolls read back from a graph, one at a time, for tables and data frames."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.terms import CKG, FAMILY_OF, term

_CACHED = 50_000
_Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class EntityRecord:
    """An actor or a place: its French name (or any), classes, country and WGS 84 coordinates as the graph writes them."""

    iri: str
    label: str
    kinds: frozenset[str]
    country: str = ""
    iso3: str = ""
    latitude: str = ""
    longitude: str = ""

    @property
    def is_country(self) -> bool:
        """Whether this is a state, so that as a place it says no more than a country."""
        return "State" in self.kinds


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """The article that a claim stands in; `issued` as YYYY-MM-DD; empty where not known."""

    iri: str
    identifier: str
    title: str
    publisher: str
    issued: str
    url: str


@dataclass(frozen=True, slots=True)
class TollRecord:
    """A casualty figure as one report gives it: bounds as numbers, None where open."""

    iri: str
    report: str
    harm: str
    low: int | None
    high: int | None
    victims: str
    sources: tuple[EntityRecord, ...]
    passage: str


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """What one article reports of one event. Types, statuses and harms are local names of the ontology."""

    iri: str
    event: str
    type: str
    status: str
    begin: str
    end: str
    places: tuple[EntityRecord, ...]
    agents: tuple[EntityRecord, ...]
    targets: tuple[EntityRecord, ...]
    participants: tuple[EntityRecord, ...]
    mediators: tuple[EntityRecord, ...]
    sources: tuple[EntityRecord, ...]
    tolls: tuple[TollRecord, ...]
    sentence: str
    confidence: str
    article: ArticleRecord


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A consolidated event with its claims. Days as YYYY-MM-DD, counts as the graph writes them; empty where not known."""

    iri: str
    label: str
    label_en: str
    type: str
    status: str
    begin: str
    end: str
    places: tuple[EntityRecord, ...]
    agents: tuple[EntityRecord, ...]
    targets: tuple[EntityRecord, ...]
    participants: tuple[EntityRecord, ...]
    lowest: str
    best: str
    highest: str
    disputed: str
    reports: str
    sources: str
    claims: tuple[ClaimRecord, ...]

    @property
    def family(self) -> str:
        """The class above the event's type, such as ``ViolentEvent``."""
        return FAMILY_OF[self.type]


class Records:
    """Reads records out of a store, over the union of its graphs; memory does not grow with the store."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self.entity = functools.lru_cache(_CACHED)(self._entity)
        self.article = functools.lru_cache(_CACHED)(self._article)

    def events(self) -> Iterator[EventRecord]:
        """All consolidated events, by IRI."""
        for node in self._instances("ckg:Event"):
            event = self._event(node)
            if event is not None:
                yield event

    def claims(self) -> Iterator[ClaimRecord]:
        """All event reports, by IRI."""
        yield from map(self._claim, self._instances("ckg:EventReport"))

    def _instances(self, kind: str) -> list[ox.NamedNode]:
        found = self._store.quads_for_pattern(None, term("rdf:type"), term(kind), None)
        return sorted({quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)}, key=lambda n: n.value)

    def _objects(self, node: _Node, prop: str) -> list[ox.NamedNode | ox.Literal]:
        found = {quad.object for quad in self._store.quads_for_pattern(node, term(prop), None, None)}
        return sorted((o for o in found if isinstance(o, ox.NamedNode | ox.Literal)), key=str)

    def _value(self, node: _Node, prop: str) -> str:
        values = self._objects(node, prop)
        return values[0].value if values else ""

    def _names(self, node: _Node, prop: str) -> list[str]:
        """Local names of the ontology's terms that a property leads to."""
        return [o.value.removeprefix(CKG) for o in self._objects(node, prop) if o.value.startswith(CKG)]

    def _name(self, node: _Node, prop: str) -> str:
        return next(iter(self._names(node, prop)), "")

    def _text(self, node: _Node, prop: str, language: str) -> str:
        values = [o for o in self._objects(node, prop) if isinstance(o, ox.Literal)]
        return min(values, key=lambda o: (o.language != language, o.value)).value if values else ""

    def _entities(self, node: _Node, prop: str) -> tuple[EntityRecord, ...]:
        return tuple(self.entity(o.value) for o in self._objects(node, prop) if isinstance(o, ox.NamedNode))

    def _entity(self, iri: str) -> EntityRecord:
        node = ox.NamedNode(iri)
        kinds = frozenset(self._names(node, "rdf:type"))
        country, iso3 = "", self._value(node, "ckg:iso3")
        if iso3:
            country = self._text(node, "rdfs:label", "fr")
        else:
            for state in self._objects(node, "ckg:country"):
                if isinstance(state, ox.NamedNode):
                    country, iso3 = self._text(state, "rdfs:label", "fr"), self._value(state, "ckg:iso3")
        coordinates = self._value(node, "wgs84:lat"), self._value(node, "wgs84:long")
        return EntityRecord(iri, self._text(node, "rdfs:label", "fr"), kinds, country, iso3, *coordinates)

    def _article(self, iri: str) -> ArticleRecord:
        node = ox.NamedNode(iri)
        properties = ("dcterms:identifier", "dcterms:title", "dcterms:publisher", "dcterms:issued", "schema:url")
        return ArticleRecord(iri, *(self._value(node, prop) for prop in properties))

    def _claim(self, node: ox.NamedNode) -> ClaimRecord:
        sentences = [o for o in self._objects(node, "ckg:sentence") if isinstance(o, ox.NamedNode)]
        return ClaimRecord(
            iri=node.value,
            event=self._value(node, "ckg:reportOf"),
            type=self._name(node, "ckg:eventType"),
            status=self._name(node, "ckg:status"),
            begin=self._value(node, "ckg:beginDate"),
            end=self._value(node, "ckg:endDate"),
            places=self._entities(node, "ckg:place"),
            agents=self._entities(node, "ckg:agent"),
            targets=self._entities(node, "ckg:target"),
            participants=self._entities(node, "ckg:participant"),
            mediators=self._entities(node, "ckg:mediator"),
            sources=self._entities(node, "ckg:accordingTo"),
            tolls=tuple(
                self._toll(node, o) for o in self._objects(node, "ckg:casualties") if isinstance(o, ox.NamedNode)
            ),
            sentence=self._value(sentences[0], "nif:anchorOf") if sentences else "",
            confidence=self._value(node, "ckg:confidence"),
            article=self.article(self._value(node, "ckg:article")),
        )

    def _toll(self, report: ox.NamedNode, node: ox.NamedNode) -> TollRecord:
        low, high = (self._value(node, f"ckg:{bound}") for bound in ("low", "high"))
        mentions = [o for o in self._objects(node, "ckg:mention") if isinstance(o, ox.NamedNode)]
        return TollRecord(
            node.value, report.value, self._name(node, "ckg:harm"), int(low) if low else None,
            int(high) if high else None, self._name(node, "ckg:victims"), self._entities(node, "ckg:accordingTo"),
            self._value(mentions[0], "nif:anchorOf") if mentions else "",
        )  # fmt: skip

    def _event(self, node: ox.NamedNode) -> EventRecord | None:
        linked = self._store.quads_for_pattern(None, term("ckg:reportOf"), node, None)
        reports = sorted({q.subject for q in linked if isinstance(q.subject, ox.NamedNode)}, key=lambda n: n.value)
        claims = tuple(map(self._claim, reports))
        kinds = Counter(claim.type for claim in claims if claim.type in FAMILY_OF)
        if not kinds:
            return None
        return EventRecord(
            iri=node.value,
            label=self._text(node, "rdfs:label", "fr"),
            label_en=self._text(node, "rdfs:label", "en"),
            type=min(kinds, key=lambda kind: (-kinds[kind], kind)),
            status=self._name(node, "ckg:status"),
            begin=self._value(node, "ckg:beginDate"),
            end=self._value(node, "ckg:endDate"),
            places=self._entities(node, "ckg:place"),
            agents=self._entities(node, "ckg:agent"),
            targets=self._entities(node, "ckg:target"),
            participants=self._entities(node, "ckg:participant"),
            lowest=self._value(node, "ckg:lowestKilled"),
            best=self._value(node, "ckg:bestKilled"),
            highest=self._value(node, "ckg:highestKilled"),
            disputed=self._value(node, "ckg:disputed"),
            reports=self._value(node, "ckg:reportCount"),
            sources=self._value(node, "ckg:sourceCount"),
            claims=claims,
        )
