"""Who and what an article names: mentions resolved to entities, and noun phrases resolved to actors and places.

The gazetteer, the tagger and own patterns are reconciled (`name_spans`, `name_kinds`), toponyms are chosen by the
article's other places (`toponyms`), partial names and acronyms are joined to the full ones (`name_resolution`),
groups with a nationality are found (`groups`), and noun phrases are resolved on demand (`noun_phrases`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from kg.model import Entity
from kg.nlp.entity_table import EntityTable
from kg.nlp.groups import GroupFinder
from kg.nlp.name_kinds import NameKinds
from kg.nlp.name_lexicon import name_lexicon
from kg.nlp.name_resolution import NameResolver
from kg.nlp.name_spans import NameFinder
from kg.nlp.noun_phrases import NounPhrases
from kg.nlp.token_columns import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True, order=True)
class EntityMention:
    """Tokens `start` to `end` (exclusive) that name the entity `key`."""

    start: int
    end: int
    key: str


class Recognised:
    """What `recognise` found.

    `mentions` are in text order and do not overlap. `named` holds the keys that the article names and that
    belong in its list of entities, in the order met; `entities` holds these and every entity that `actor` or
    `place` gave so far.
    """

    def __init__(self, mentions: list[EntityMention], table: EntityTable, phrases: NounPhrases) -> None:
        self.mentions = mentions
        self._table = table
        self._phrases = phrases
        self._at = {i: mention.key for mention in mentions for i in range(mention.start, mention.end)}

    @property
    def named(self) -> list[str]:
        """Keys of the entities that the article names, each once."""
        return list(self._table.named)

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Every entity met so far by key."""
        return self._table

    def at(self, i: int) -> str | None:
        """The entity that token i is part of a mention of, None for no mention."""
        return self._at.get(i)

    def actor(self, i: int) -> list[str]:
        """The entities that the noun phrase headed at token i refers to as actors; empty where it refers to none."""
        return self._phrases.actor(i)

    def place(self, i: int) -> list[str]:
        """The most specific places that the noun phrase headed at token i refers to; empty where none."""
        return self._phrases.place(i)

    def level(self, key: str) -> int:
        """How wide a place that was met is: 0 a town or what lies in one, 1 a region, 2 a state."""
        return self._phrases.level(key)


def recognise(doc: Doc, reference: date | None, gazetteer: Gazetteer, language: str = "fr") -> Recognised:
    """Find and resolve the entities of a Doc. `reference` is the article's date, for who held which office."""
    cols = columns(doc)
    lexicon = name_lexicon(language)
    spans = NameFinder(cols, lexicon, gazetteer).find()
    NameKinds(cols, lexicon, gazetteer).decide(spans)
    taken = [False] * len(cols)
    for span in spans:
        taken[span.start : span.end] = [True] * (span.end - span.start)
    groups = GroupFinder(cols, lexicon, gazetteer, taken).find()
    table = EntityTable()
    resolver = NameResolver(cols, lexicon, gazetteer, table, doc)
    resolved = sorted(resolver.resolve(spans, groups))
    phrases = NounPhrases(doc, lexicon, gazetteer, table, resolved, resolver, reference)
    return Recognised([EntityMention(*mention) for mention in resolved], table, phrases)
