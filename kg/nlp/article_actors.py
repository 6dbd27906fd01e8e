"""Who acts in an article as a whole: where each side is named, and in which events it stands in which role.

A side is a state with its government and forces, or any other actor by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.model import Entity
from kg.nlp.arguments import Argument, Candidate
from kg.nlp.casualties import CasualtySpan
from kg.nlp.event_coreference import family_of
from kg.nlp.name_lexicon import name_lexicon
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger

UNNAMED = frozenset({"noun", "people", "pronoun"})
_SERVICES = ("army", "own_country", "government")
_FIGHTING = frozenset({family_of("ArmedAttack"), family_of("TerritoryChange")})


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A noun phrase that names an actor: its head token, sentence and paragraph, the entity's key, its kind."""

    head: int
    sentence: int
    paragraph: int
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Part:
    """A likely role of a side in one mention of an event: the mention's number, sentence, type and the role."""

    mention: int
    sentence: int
    type: str
    side: str
    role: str


class ArticleActors:
    """The actors of one article: their occurrences by side, and the parts that they play in its events.

    `found` holds the candidates of each sentence, `arguments` the chances in each trigger's own sentence, `harmed` the
    tokens that say how many people came to harm.
    """

    def __init__(
        self,
        doc: Doc,
        ctx: Context,
        entities: Mapping[str, Entity],
        found: Sequence[Sequence[Candidate]],
        triggers: Sequence[Trigger],
        arguments: Sequence[Sequence[Argument]],
        harmed: frozenset[int] = frozenset(),
    ) -> None:
        self.doc, self.ctx, self.entities, self.harmed = doc, ctx, entities, harmed
        self.triggers, self.arguments = triggers, arguments
        words = name_lexicon(ctx.language).words
        self._services = frozenset().union(*(words("groups", name) for name in _SERVICES))
        self._sides: dict[str, str] = {}
        self.occurrences: dict[str, list[Occurrence]] = {}
        for occurrence in self._occurrences(found):
            self.occurrences.setdefault(self.side(occurrence.key), []).append(occurrence)
        self.standing = {
            side: (frozenset(place.sentence for place in places), frozenset(place.paragraph for place in places))
            for side, places in self.occurrences.items()
        }
        """The sentences and the paragraphs that name each side."""
        self.parts = [
            Part(number, ctx.sentence_of[trigger.root], trigger.type, side, role)
            for number, (trigger, row) in enumerate(zip(triggers, arguments, strict=True))
            for side, role in dict.fromkeys(self._played(row))
        ]
        self._ranks = self._by_naming()

    def side(self, key: str) -> str:
        """The state of a state's government or forces, for any other actor its own key."""
        if key not in self._sides:
            self._sides[key] = self._side(self.entities[key])
        return self._sides[key]

    def rank(self, side: str) -> str:
        """How often a side is named beside the others: "0" the most, "1", "2", "3" all later ones, "none" never by name."""
        return self._ranks.get(side, "none")

    def fighters(self, apart: frozenset[int]) -> dict[str, str]:
        """The ranks of the sides that fight in the article's events, the mentions numbered `apart` left out."""
        counts = Counter(
            part.side
            for part in self.parts
            if part.mention not in apart and part.role != "mediator" and family_of(part.type) in _FIGHTING
        )
        order = sorted(counts, key=lambda side: (-counts[side], side))
        return {side: str(min(3, number)) for number, side in enumerate(order)}

    def _occurrences(self, found: Sequence[Sequence[Candidate]]) -> Iterator[Occurrence]:
        for sentence, candidates in enumerate(found):
            for candidate in candidates:
                for key in candidate.actors:
                    if key in self.entities:
                        paragraph = self.ctx.paragraph_of[candidate.head]
                        yield Occurrence(candidate.head, sentence, paragraph, key, candidate.kind)

    def _played(self, arguments: Iterable[Argument]) -> Iterator[tuple[str, str]]:
        for argument in arguments:
            if argument.role is not None:
                for key in argument.keys:
                    if key in self.entities:
                        yield self.side(key), argument.role

    def _side(self, entity: Entity) -> str:
        if entity.country is None or entity.kind == "person":
            return entity.key
        noun = next(iter(entity.label.lower().split()), "")
        official = entity.subclass == "GovernmentBody" or (entity.kind == "group" and noun in self._services)
        return f"state/{entity.country}" if entity.kind == "state" or official else entity.key

    def _by_naming(self) -> dict[str, str]:
        counts = {
            side: len({place.head for place in places})
            for side, places in self.occurrences.items()
            if any(place.kind not in UNNAMED for place in places)
        }
        order = sorted(counts, key=lambda side: (-counts[side], side))
        return {side: str(min(3, number)) for number, side in enumerate(order)}


def harmed_tokens(figures: Iterable[CasualtySpan]) -> frozenset[int]:
    """The tokens of the figures, which count those who came to harm."""
    return frozenset(i for figure in figures for i in range(figure.start, figure.end))
