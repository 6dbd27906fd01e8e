"""Which event each casualty figure belongs to, by rule: the event that its clause, sentence or paragraph is about.

Only events that can do the harm are asked (`_CAUSES`). In the figure's own sentence the tree decides (the trigger
that governs the harm or is governed by it, "une frappe a fait 12 morts", "tués dans une attaque"), then nearness;
else the nearest sentence before it, within the paragraph first; else the article's headline. A doubtful trigger
must be nearer than a sure one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kg.model import Harm
from kg.nlp.casualties import CasualtySpan
from kg.nlp.text import Block, block_at
from kg.nlp.triggers import Trigger

_VIOLENCE = ("Airstrike", "Shelling", "Bombing", "ArmedAttack", "ArmedClash", "Killing", "Conflict")
_UNREST = ("Riot", "Protest", "Coup")
_CAUSES: Mapping[Harm, Mapping[str, float]] = {
    "Killed": {
        **dict.fromkeys(_VIOLENCE, 0.0), **dict.fromkeys(_UNREST, -1.0), "Abuse": -1.0, "TerritoryChange": -6.0,
        "Abduction": -14.0, "Release": -14.0, "CeasefireViolation": -10.0, "Deployment": -14.0, "Arrest": -14.0,
    },
    "Wounded": {
        **dict.fromkeys(_VIOLENCE, 0.0), **dict.fromkeys(_UNREST, -1.0), "Abuse": 0.0, "TerritoryChange": -6.0,
        "CeasefireViolation": -10.0, "Arrest": -14.0, "Abduction": -14.0, "Release": -14.0, "Deployment": -14.0,
    },
    "Captured": {
        "Arrest": 2.0, "Abduction": 2.0, "ArmedAttack": -5.0, "ArmedClash": -5.0, "TerritoryChange": -5.0, "Coup": -5.0,
        "Riot": -5.0, "Protest": -5.0, "Conflict": -5.0,
    },
    "Displaced": {"Displacement": 3.0, "Conflict": -4.0, "TerritoryChange": -8.0},
    "Missing": {**dict.fromkeys(_VIOLENCE, 0.0), "Abduction": 0.0, "Displacement": -4.0, "Riot": -1.0, "Coup": -1.0},
}  # fmt: skip
_OWN, _SENTENCE, _BEFORE, _AFTER, _HEADLINE, _NEXT_PARAGRAPH = 100.0, 20.0, 8.0, 3.0, 2.0, 1.0
_LEAST = -3.0
_DOUBT = 4.0
"""What a trigger's log probability weighs against nearness (chosen on triggers found in turn)."""
_FARTHEST_SENTENCE = 6
_UNSURE = 0.05
_CLIMB = 12
_NEAR = 12


@dataclass(slots=True)
class _Places:
    """Where tokens stand: number of the sentence, of the block, and how high a token stands in its tree."""

    sentence: list[int]
    block: list[int]
    headline: int

    @classmethod
    def of(cls, doc: Doc, blocks: Sequence[Block]) -> _Places:
        sentence, block, count = [], [], -1
        numbers = {candidate.begin: number for number, candidate in enumerate(blocks)}
        number = -1
        for token in doc:
            begins = bool(token.is_sent_start) or count < 0
            count += begins
            if begins:
                found = block_at(blocks, token.idx)
                number = numbers[found.begin] if found else -1
            sentence.append(count)
            block.append(number)
        return cls(sentence, block, next((n for n, b in enumerate(blocks) if b.kind == "headline"), -1))


def attach(
    doc: Doc, casualties: Sequence[CasualtySpan], triggers: Sequence[Trigger], blocks: Sequence[Block]
) -> list[int | None]:
    """For each figure the index of the trigger it belongs to, or None where none of them can have caused it."""
    places = _Places.of(doc, blocks)
    order = sorted(range(len(triggers)), key=lambda i: triggers[i].root)
    out: list[int | None] = []
    for number, figure in enumerate(casualties):
        whole = _whole(casualties, out, number, places)
        if whole is not None:
            out.append(whole)
            continue
        scores = [
            (
                _score(doc, figure, triggers[i], triggers, places) + _DOUBT * math.log(max(triggers[i].score, _UNSURE)),
                -abs(triggers[i].root - figure.predicate),
                -i,
            )
            for i in order
        ]
        best = max(scores, default=None)
        out.append(-best[2] if best is not None and best[0] > _LEAST else None)
    return out


def _whole(casualties: Sequence[CasualtySpan], homes: Sequence[int | None], number: int, places: _Places) -> int | None:
    """The event of the figure that this one is part of, or that shares its predicate."""
    figure = casualties[number]
    for other in range(number - 1, max(-1, number - 4), -1):
        before = casualties[other]
        if places.sentence[before.start] != places.sentence[figure.start]:
            return None
        if (
            homes[other] is not None
            and before.harm == figure.harm
            and (figure.part or before.predicate == figure.predicate)
        ):
            return homes[other]
    return None


def _score(doc: Doc, figure: CasualtySpan, trigger: Trigger, triggers: Sequence[Trigger], places: _Places) -> float:
    fitness = _CAUSES[figure.harm].get(trigger.type)
    if fitness is None:
        return -_OWN
    if trigger.start <= figure.predicate < trigger.end:
        return _OWN + fitness
    gap = places.sentence[figure.predicate] - places.sentence[trigger.root]
    if gap == 0:
        return _SENTENCE + fitness + _in_sentence(doc, figure, trigger, triggers)
    same_block = places.block[figure.predicate] == places.block[trigger.root]
    war = 2.0 if trigger.type == "Conflict" else 0.0
    if 0 < gap <= _FARTHEST_SENTENCE:
        return max(_BEFORE - gap, _HEADLINE) + 2.0 * same_block + fitness - war
    if gap == -1 and same_block:
        return _AFTER + fitness
    if places.block[trigger.root] in (places.headline, places.headline + 1):
        return _HEADLINE + fitness - war
    if -_FARTHEST_SENTENCE <= gap < 0:
        return _NEXT_PARAGRAPH + fitness - war
    return -_OWN


def _in_sentence(doc: Doc, figure: CasualtySpan, trigger: Trigger, triggers: Sequence[Trigger]) -> float:
    """How a trigger stands to a figure in one sentence: by the tree, and by what stands between them."""
    predicate, root = doc[figure.predicate], doc[trigger.root]
    steps = min(
        _distance(predicate, root), _distance(doc[figure.noun if figure.noun is not None else figure.start], root)
    )
    lo, hi = min(predicate.i, root.i), max(predicate.i, root.i)
    rivals = sum(lo < other.root < hi and other.type in _CAUSES[figure.harm] for other in triggers)
    breaks = sum(token.text in (";", ":") for token in doc[lo:hi])
    after = root.i > predicate.i
    return -1.5 * min(steps, 8) - 1.0 * rivals - 2.0 * breaks - min((hi - lo) / _NEAR, 3.0) - 0.5 * after


def _distance(token: Token, other: Token) -> int:
    """Steps between two tokens in the tree, conjuncts at no cost; large where they share no ancestor."""
    seen: dict[int, int] = {}
    steps, node = 0, token
    for _ in range(_CLIMB):
        seen.setdefault(node.i, steps)
        if node.head.i == node.i:
            break
        steps += node.dep_ not in ("conj", "nummod", "appos", "fixed", "flat:name")
        node = node.head
    steps, node = 0, other
    for _ in range(_CLIMB):
        if node.i in seen:
            return seen[node.i] + steps
        if node.head.i == node.i:
            break
        steps += node.dep_ not in ("conj", "appos", "fixed", "flat:name")
        node = node.head
    return _CLIMB
