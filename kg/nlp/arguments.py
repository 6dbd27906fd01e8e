"""Who does what to whom: the role that each noun phrase near a trigger plays in its event.

Candidates are the noun phrases of the trigger's sentence that the entity component can resolve. For each pair
of trigger and candidate a conditional logit gives the probability of each role and of none (`kg.nlp.role_features`);
`kg.nlp.event_roles` decides, once the mentions of an event are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from spacy.tokens import Doc

from kg.model import Entity
from kg.nlp.linear import LinearModel, softmax
from kg.nlp.role_features import ROLES, TriggerGrammar
from kg.nlp.text import SILENT, Block
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger
from kg.nlp.word_classes import word_classes

_LONGEST_TOPIC = 6
PEOPLE = frozenset(["troops", "armed_group", "police", "official", "crowd", "civilians", "captive", "displaced"])
LEAST = 0.4
"""The least probability at which a role is filled."""


class Entities(Protocol):
    """What this component asks of the entity component (`kg.nlp.entities.Recognised`)."""

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Every entity met so far by key."""

    def at(self, i: int, /) -> str | None:
        """The entity that token i is part of a mention of."""

    def actor(self, i: int, /) -> list[str]:
        """The entities that the noun phrase headed at token i refers to."""

    def place(self, i: int, /) -> list[str]:
        """The places that the noun phrase headed at token i refers to."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A noun phrase that may fill a role: its head token, and what it resolves to, whether it may be a place too."""

    head: int
    actors: tuple[str, ...]
    kind: str
    place: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """What a noun phrase may be in an event: its head token, the entities it refers to, its probability in each of ROLES."""

    head: int
    keys: tuple[str, ...]
    kind: str
    chances: tuple[float, ...]

    @property
    def role(self) -> str | None:
        """The likeliest role, None where no role is likely enough."""
        best = max(range(len(ROLES)), key=self.chances.__getitem__)
        return ROLES[best] if self.chances[best] >= LEAST else None


def candidates(doc: Doc, begin: int, end: int, entities: Entities, language: str) -> list[Candidate]:
    """Noun phrases of tokens begin to end that resolve to an actor, one for each head."""
    table = word_classes(language)
    known = entities.entities
    out = []
    for token in doc[_topic_end(doc, begin, end) : end]:
        named = entities.at(token.i)
        if named is not None and token.head.i != token.i and entities.at(token.head.i) == named:
            continue
        plain = token.pos_ in ("NOUN", "PRON", "ADJ", "PROPN", "NUM")
        if named is None and not plain:
            continue
        actors = tuple(key for key in entities.actor(token.i) if not key.startswith("place/"))
        if not actors:
            continue
        if named is not None:
            kind: str = known[named].kind if named in known else "noun"
        elif token.pos_ == "PRON":
            kind = "pronoun"
        elif token.pos_ == "ADJ":
            kind = "adjective"
        else:
            classes = table.get(token.lower_, ())
            kind = "people" if PEOPLE & set(classes) else "noun"
        out.append(Candidate(token.i, actors, kind, bool(entities.place(token.i))))
    return out


def _topic_end(doc: Doc, begin: int, end: int) -> int:
    """Where a sentence starts behind the topic of a headline: "Mali : douze morts", "Ukraine, Russie : l'escalade".

    The states and places of such a label say where or about whom, not who acts.
    """
    for token in doc[begin : min(end, begin + _LONGEST_TOPIC)]:
        if token.text == ":":
            return token.i + 1
        if token.pos_ in ("VERB", "AUX", "PRON") or token.ent_type_ in ("PER", "ORG") or token.text in ("«", '"', "“"):
            break
    return begin


def sentence_candidates(
    doc: Doc, entities: Entities, ctx: Context, blocks: Sequence[Block] = ()
) -> list[list[Candidate]]:
    """The candidates of each sentence, outside datelines, credits and times of a live blog.

    `blocks` is the layout of the text.
    """
    silent = [block for block in blocks if block.kind in SILENT]
    return [
        [
            candidate
            for candidate in candidates(doc, begin, end, entities, ctx.language)
            if not any(block.begin <= doc[candidate.head].idx < block.end for block in silent)
        ]
        for begin, end in zip(ctx.starts, [*ctx.starts[1:], len(doc)], strict=True)
    ]


def arguments(
    doc: Doc,
    trigger: Trigger,
    triggers: Sequence[Trigger],
    found: Sequence[Candidate],
    ctx: Context,
    model: LinearModel,
) -> list[Argument]:
    """How likely each candidate of a trigger's sentence is in each role, in text order."""
    grammar = TriggerGrammar(doc, trigger, triggers, ctx)
    out = []
    for candidate in found:
        if trigger.start <= candidate.head < trigger.end:
            continue
        alternatives = grammar.alternatives(doc[candidate.head], candidate.kind)
        chances = softmax([0.0, *model.score_alternatives(alternatives)])
        out.append(Argument(candidate.head, candidate.actors, candidate.kind, tuple(chances[1:])))
    return out
