"""What consolidation compares: the reports of one article as they stand in its named graph."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.articles.duplicates import Fingerprint
from kg.graph.terms import term

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

ROLES = ("agent", "target", "participant", "mediator")
_SHORTEST_WORD = 4
_FEW_PLACES = 3
_WORD = re.compile(r"[^\W\d_]+|\d+")
_WIDE = frozenset({"admin1", "admin2", "geographic-region", "historical-region", "autonomous-region", "sea", "desert", "mountain",
    "disputed-territory", "occupied-territory", "de-facto-state", "constituent-country", "peninsula", "island-group", "buffer-zone"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor by IRI, with the IRI of the state it belongs to (itself, for a state)."""

    iri: str
    country: str | None = None

    @property
    def is_told_apart(self) -> bool:
        """Whether it has a name or a state: "gunmen" in one report may be "assailants" in another."""
        return self.country is not None or "/id/group/" not in self.iri


@dataclass(frozen=True, slots=True)
class Location:
    """A place by IRI. `latitude` and `longitude` are WGS 84 degrees; `wide` marks states, regions, seas."""

    iri: str
    label: str = ""
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Toll:
    """A casualty figure: kind of harm, bounds (None is open), kind of victims, who gave it."""

    harm: str
    low: int | None
    high: int | None
    victims: str | None = None
    sources: tuple[str, ...] = ()

    @property
    def most(self) -> int:
        """The largest number that the figure names."""
        return max(self.low or 0, self.high or 0)


@dataclass(frozen=True, slots=True)
class Report:
    """One event report, with what consolidation needs of its article.

    `words` are those of its sentence, folded. `named` are, for a report without a place, the places that its sentence
    names, or its article where the sentence names none. `states` are those that the article names (IRIs). `headline`
    says that it is told in the article's title alone.
    """

    iri: str
    article: str
    type: str
    status: str
    offset: int = 0
    begin: date | None = None
    end: date | None = None
    issued: date | None = None
    publisher: str = ""
    places: tuple[Location, ...] = ()
    roles: tuple[tuple[str, Actor], ...] = ()
    sources: tuple[str, ...] = ()
    tolls: tuple[Toll, ...] = ()
    words: tuple[str, ...] = ()
    named: tuple[Location, ...] = ()
    states: tuple[str, ...] = ()
    headline: bool = False

    def actors(self, *roles: str) -> list[Actor]:
        """Who takes part, in the roles named, or in any."""
        return [actor for role, actor in self.roles if not roles or role in roles]

    @property
    def order(self) -> tuple[str, str, int, str]:
        """Reports in the order in which they came out: by day of issue, article and place in the text."""
        return (self.issued.isoformat() if self.issued else "9999", self.article, self.offset, self.iri)

    def largest(self, harm: str) -> int | None:
        """The largest number given for a kind of harm."""
        numbers = [toll.most for toll in self.tolls if toll.harm == harm]
        return max(numbers) if numbers else None


_FIELDS = tuple(field.name for field in fields(Report))


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article's part in consolidation: its reports, the actors it names and the fingerprint of its text."""

    iri: str
    issued: date | None
    publisher: str
    fingerprint: Fingerprint | None
    reports: tuple[Report, ...]
    actors: tuple[str, ...]


def to_json(report: Report) -> dict[str, Any]:
    """A report as plain values, for `from_json`."""
    values: dict[str, Any] = {name: getattr(report, name) for name in _FIELDS}
    for name in ("begin", "end", "issued"):
        values[name] = values[name].isoformat() if values[name] else None
    for name in ("places", "named"):
        values[name] = [_plain(place) for place in values[name]]
    values["roles"] = [(role, _plain(actor)) for role, actor in report.roles]
    values["tolls"] = [_plain(toll) for toll in report.tolls]
    return values


def _plain(part: Location | Actor | Toll) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__slots__}


def from_json(values: dict[str, Any]) -> Report:
    """A report from plain values."""
    for name in ("begin", "end", "issued"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    for name in ("places", "named"):
        values[name] = tuple(Location(**place) for place in values[name])
    values["roles"] = tuple((role, Actor(**actor)) for role, actor in values["roles"])
    values["tolls"] = tuple(Toll(**{**toll, "sources": tuple(toll["sources"])}) for toll in values["tolls"])
    for name in ("sources", "words", "states"):
        values[name] = tuple(values[name])
    return Report(**values)


def folded_words(text: str) -> tuple[str, ...]:
    """The longer words and the numbers of a sentence, without case and accents, sorted."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return tuple(sorted({w for w in _WORD.findall(plain) if len(w) >= _SHORTEST_WORD or w.isdigit()}))


class _Graph:
    """The triples of one named graph, by subject."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.facts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            self.facts[quad.subject.value][quad.predicate.value].append(quad.object.value)  # type: ignore[union-attr]

    def all(self, subject: str, name: str) -> list[str]:
        facts = self.facts.get(subject)
        return sorted(facts.get(term(name).value, ())) if facts else []

    def one(self, subject: str, name: str) -> str | None:
        values = self.all(subject, name)
        return values[0] if values else None

    def day(self, subject: str, name: str) -> date | None:
        value = self.one(subject, name)
        return date.fromisoformat(value) if value else None

    def number(self, subject: str, name: str) -> int | None:
        value = self.one(subject, name)
        return int(value) if value else None


def wide_places(gazetteer: Gazetteer, base: str) -> Callable[[str], bool]:
    """A function that tells by IRI whether a place is a region rather than a point on the map."""

    def is_wide(iri: str) -> bool:
        entry = gazetteer.entry(iri.removeprefix(base))
        return entry is not None and entry.feature in _WIDE

    return is_wide


def read_article(quads: Iterable[ox.Quad], is_wide: Callable[[str], bool]) -> ArticleRecord | None:
    """The record of the article that these quads describe; None where they describe none.

    `is_wide` is as `wide_places` makes it; states are wide in any case.
    """
    graph = _Graph(quads)
    kinds = {iri: {value.rsplit("#", 1)[-1] for value in graph.all(iri, "rdf:type")} for iri in graph.facts}
    article = next((iri for iri in sorted(kinds) if "Article" in kinds[iri]), None)
    if article is None:
        return None
    issued = graph.day(article, "dcterms:issued")
    publisher = graph.one(article, "dcterms:publisher") or ""

    def location(iri: str) -> Location:
        state = "State" in kinds.get(iri, ())
        lat, long = (float(v) if (v := graph.one(iri, f"wgs84:{axis}")) else None for axis in ("lat", "long"))
        country = iri if state else graph.one(iri, "ckg:country")
        label = graph.one(iri, "rdfs:label") or ""
        return Location(iri, label, country, lat, long, state or is_wide(iri))

    def actor(iri: str) -> Actor:
        return Actor(iri, iri if "State" in kinds.get(iri, ()) else graph.one(iri, "ckg:country"))

    named = _named_places(graph, kinds)
    states = tuple(sorted({iri for _, iri in named if "State" in kinds[iri]}))
    title = len(graph.one(article, "dcterms:title") or "")
    reports = []
    for iri in sorted(graph.facts):
        if "EventReport" in kinds[iri]:
            report = _report(graph, iri, article, issued, publisher, location, actor, named)
            reports.append(replace(report, states=states, headline=_last_mention(graph, iri) < title))
    actors = tuple(sorted(iri for iri, names in kinds.items() if "Actor" in names))
    fingerprint = None
    # Whoever writes to the store writes what they like; an article without a fingerprint has no copies.
    with contextlib.suppress(ValueError):
        fingerprint = Fingerprint.decode(graph.one(article, "ckg:textFingerprint") or "")
    return ArticleRecord(article, issued, publisher, fingerprint, tuple(reports), actors)


def _report(
    graph: _Graph, iri: str, article: str, issued: date | None, publisher: str,
    location: Callable[[str], Location], actor: Callable[[str], Actor], named: list[tuple[int, str]],
) -> Report:  # fmt: skip
    mentions = [graph.number(node, "nif:beginIndex") or 0 for node in graph.all(iri, "ckg:mention")]
    sentence = graph.one(iri, "ckg:sentence")
    begin = graph.day(iri, "ckg:beginDate")
    places = graph.all(iri, "ckg:place")
    return Report(
        iri,
        article,
        (graph.one(iri, "ckg:eventType") or "").rsplit("#", 1)[-1],
        (graph.one(iri, "ckg:status") or "").rsplit("#", 1)[-1],
        min(mentions, default=0),
        begin,
        graph.day(iri, "ckg:endDate") or begin,
        issued,
        publisher,
        tuple(location(place) for place in places),
        tuple((role, actor(value)) for role in ROLES for value in graph.all(iri, f"ckg:{role}")),
        tuple(graph.all(iri, "ckg:accordingTo")),
        tuple(_toll(graph, node) for node in graph.all(iri, "ckg:casualties")),
        folded_words(graph.one(sentence, "nif:anchorOf") or "") if sentence else (),
        () if places else tuple(location(place) for place in _around(graph, sentence, named)),
    )


def _last_mention(graph: _Graph, report: str) -> int:
    return max((graph.number(node, "nif:beginIndex") or 0 for node in graph.all(report, "ckg:mention")), default=0)


def _named_places(graph: _Graph, kinds: dict[str, set[str]]) -> list[tuple[int, str]]:
    """Where the article names places: (offset, IRI), in order."""
    return sorted(
        (graph.number(node, "nif:beginIndex") or 0, iri)
        for iri, names in kinds.items()
        if "Place" in names
        for node in graph.all(iri, "ckg:mention")
    )


def _around(graph: _Graph, sentence: str | None, named: list[tuple[int, str]]) -> list[str]:
    """The places (IRIs) that a sentence names, else those of the whole article where they are few."""
    if sentence:
        begin, end = graph.number(sentence, "nif:beginIndex") or 0, graph.number(sentence, "nif:endIndex") or 0
        inside = sorted({iri for offset, iri in named if begin <= offset < end})
        if inside:
            return inside
    everywhere = sorted({iri for _, iri in named})
    return everywhere if len(everywhere) <= _FEW_PLACES else []


def _toll(graph: _Graph, node: str) -> Toll:
    victims = graph.one(node, "ckg:victims")
    return Toll(
        (graph.one(node, "ckg:harm") or "").rsplit("#", 1)[-1],
        graph.number(node, "ckg:low"),
        graph.number(node, "ckg:high"),
        victims.rsplit("#", 1)[-1] if victims else None,
        tuple(graph.all(node, "ckg:accordingTo")),
    )
