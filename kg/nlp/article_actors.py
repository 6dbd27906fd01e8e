"""Who acts in an article as a whole: where each side is named, and in which events it stands in which role.

A side is a state with its government and forces, or any other actor by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.model import Entity
from kg.nlp.arguments import LEAST, Argument, Candidate
from kg.nlp.event_coreference import family_of
from kg.nlp.name_lexicon import name_lexicon
from kg.nlp.role_features import ROLES
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger


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
    """The actors of one article: their occurrences by side, and the parts they play."""

    def __init__(
        self,
        doc: Doc,
        entities: Mapping[str, Entity],
        found: Mapping[int, Sequence[Candidate]],
        triggers: Sequence[Trigger],
        arguments: Sequence[Sequence[Argument]],
        ctx: Context,
        victims: frozenset[int] = frozenset(),
    ) -> None:
        """`found` holds the candidates of each sentence, `arguments` the roles in each trigger's own sentence."""
        self.entities, self.ctx, self.doc, self.triggers, self.arguments = entities, ctx, doc, triggers, arguments
        self.victims = victims
        words = name_lexicon(ctx.language).words
        self._services = frozenset().union(*(words("groups", name) for name in ("army", "own_country", "government")))
        self._sides: dict[str, str] = {}
        self._order: dict[str, str] = {}
        self.occurrences: dict[str, list[Occurrence]] = {}
        for sentence in sorted(found):
            for candidate in found[sentence]:
                for key in candidate.actors:
                    if key in entities:
                        place = Occurrence(
                            candidate.head, sentence, ctx.paragraph_of[candidate.head], key, candidate.kind
                        )
                        self.occurrences.setdefault(self.side(key), []).append(place)
        self.parts = [
            Part(number, ctx.sentence_of[trigger.root], trigger.type, side, role)
            for number, (trigger, row) in enumerate(zip(triggers, arguments, strict=True))
            for side, role in dict.fromkeys(self._played(row))
        ]

    def _played(self, arguments: Iterable[Argument]) -> Iterable[tuple[str, str]]:
        for argument in arguments:
            if argument.role is not None:
                for key in argument.keys:
                    if key in self.entities:
                        yield self.side(key), argument.role

    def side(self, key: str) -> str:
        """The state of a state's government or forces, for any other actor its own key."""
        if key not in self._sides:
            self._sides[key] = self._side(self.entities[key])
        return self._sides[key]

    def _side(self, entity: Entity) -> str:
        if entity.country is None or entity.kind == "person":
            return entity.key
        first = entity.label.split()[0].split("’")[-1].lower() if entity.label else ""
        official = entity.subclass == "GovernmentBody" or (entity.kind == "group" and first in self._services)
        return f"state/{entity.country}" if entity.kind == "state" or official else entity.key

    def rank(self, side: str) -> str:
        """How often a side is named beside the others: first, second, third or later."""
        if not self._order:
            names = [s for s, places in self.occurrences.items() if any(p.kind not in ("noun", "people", "pronoun") for p in places)]
            order = sorted(names, key=lambda s: (-len({p.head for p in self.occurrences[s]}), s))
            self._order = {s: str(min(3, i)) for i, s in enumerate(order)}
        return self._order.get(side, "none")

    def fights(self, side: str, numbers: frozenset[int]) -> str:
        """How a side stands among those that fight in the article's other events: first, second, later or not."""
        counts = Counter(p.side for p in self.parts if p.mention not in numbers and p.role != "mediator" and family_of(p.type) in (0, 1))
        order = sorted(counts, key=lambda s: (-counts[s], s))
        return str(min(3, order.index(side))) if side in counts else "none"
