"""The small frozen dataclasses that travel between the rooms of the program.

Offsets are 0-based code points of the article's text, end exclusive (NIF 2.0 core). Entities are referred to
by `Entity.key`, a path such as ``state/AZE``, ``place/587057`` or ``person/ilham-aliev`` that becomes the
entity's IRI when the base is put before it. Event types, statuses, kinds of harm and of victims carry the
local names of the ontology (``Airstrike``, ``Actual``, ``Killed``, ``Civilians``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

EntityKind = Literal["person", "organisation", "state", "place", "group"]
Status = Literal["Actual", "Alleged", "Denied", "Planned"]
Harm = Literal["Killed", "Wounded", "Missing", "Captured", "Displaced"]
Victims = Literal["Civilians", "Combatants", "Children", "Peacekeepers", "Journalists", "AidWorkers"]


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as it was read.

    `text` is the exact text that offsets count in; paragraphs are separated by blank lines. `origin` names
    where it was read, for messages (``articles.jsonl:12``); it is no part of the article's identity.
    """

    id: str
    text: str
    title: str | None = None
    date: date | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A stretch of the article's text: begin and end in code points, and the characters between them."""

    begin: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation, state, place or group of people that an article names.

    `subclass` is a narrower class of the ontology (``ArmedGroup``, ``NewsAgency``) or None. `country` is
    ISO 3166-1 alpha-3. `known` says that the entity comes from the gazetteer. `latitude` and `longitude` are
    WGS 84 degrees. `mentions` is empty for an entity that is implied and not named (the state behind "Kremlin").
    `rule` names what identified it: a gazetteer table, the tagger, or a pattern.
    """

    key: str
    kind: EntityKind
    label: str
    aliases: tuple[str, ...] = ()
    subclass: str | None = None
    country: str | None = None
    geonames: int | None = None
    wikidata: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    known: bool = False
    rule: str = ""
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A link between two entities that the article states (`mention` set) or the gazetteer knows.

    `predicate` is ``memberOf``, ``coChairOf``, ``affiliatedWith``, ``within`` or ``position``. For ``position``
    `label` is the title ("président"), `object` the state or organisation it is held in, and `begin` and `end`
    bound the time in office where known.
    """

    subject: str
    predicate: str
    object: str
    label: str | None = None
    begin: date | None = None
    end: date | None = None
    mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class CasualtyFigure:
    """A number of people harmed, as said. `low` or `high` None is open: "au moins 70" is 70, None."""

    harm: Harm
    low: int | None
    high: int | None
    mention: Mention
    victims: Victims | None = None
    sources: tuple[str, ...] = ()
    rule: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class EventReport:
    """What one article says of one event. Roles and sources hold `Entity.key` values, in order of mention.

    `begin` and `end` are both days included, both None when no date is said. `sentence` is the sentence of
    the first mention, kept as evidence for readers. `confidence` is a calibrated probability from 0 to 1 that
    the report is right in its type; `rule` names the rule or model that made it.
    """

    type: str
    status: Status
    mentions: tuple[Mention, ...]
    begin: date | None = None
    end: date | None = None
    places: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    casualties: tuple[CasualtyFigure, ...] = ()
    sentence: Mention | None = None
    rule: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read out of one article. Every key used in `reports` and `relations` stands in `entities`."""

    article: Article
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    reports: tuple[EventReport, ...] = ()
    warnings: tuple[str, ...] = ()
