"""Where each event took place: the choice among the places named near a trigger, or none.

Places named together ("à Karal et à Tourba") stand for choice as one. Beside those of the trigger's sentence there are
those named before it: in its paragraph, in the paragraph before, in the headline and in the lead. A conditional
logit over features of syntax, order and kind chooses (`kg.nlp.linear`; weights in
``kg/<language>/models/event_places.json``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from spacy.tokens import Doc

from kg.nlp.event_coreference import FAMILIES
from kg.nlp.linear import LinearModel, load_model, softmax
from kg.nlp.links import governing_trigger, path, preposition, verb_tense, word_form
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger
from kg.nlp.word_classes import word_classes

MODEL = "event_places"
STATEMENTS = frozenset({"Accusation", "Denial", "Threat", "Appeal"})
_FAMILY = {kind: str(number) for number, kinds in enumerate(FAMILIES) for kind in kinds}
_LONGEST = 5
_CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "acl", "acl:relcl", "parataxis", "csubj"})
_LEVELS = ("town", "region", "state")


class Places(Protocol):
    """What this component asks of the entity component (`kg.nlp.entities.Recognised`)."""

    def at(self, i: int, /) -> str | None:
        """The entity that token i is part of a mention of."""

    def place(self, i: int, /) -> list[str]:
        """The places that the noun phrase headed at token i refers to."""

    def level(self, key: str, /) -> int:
        """How wide a place is: 0 a town or a smaller one, 1 a region, 2 a state."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A noun phrase that names a place or several: its head token, what it resolves to, how wide the narrowest is.

    `plain` tells a plain noun ("la gare de Kramatorsk") from a name.
    """

    head: int
    keys: tuple[str, ...]
    level: int
    plain: bool


@dataclass(frozen=True, slots=True)
class Placing:
    """The places of one trigger, the head token that they stand on, and their probability."""

    keys: tuple[str, ...]
    head: int
    score: float


def named_places(doc: Doc, entities: Places) -> list[NamedPlace]:
    """The place noun phrases of a Doc in text order, one for each head; conjuncts belong to the first of them."""
    out: list[NamedPlace] = []
    joined: set[int] = set()
    for token in doc:
        named = entities.at(token.i)
        if named is not None and token.head.i != token.i and entities.at(token.head.i) == named:
            continue
        if named is None and token.pos_ not in ("NOUN", "PROPN"):
            continue
        keys = tuple(key for key in entities.place(token.i) if key.startswith(("place/", "state/")))
        if not keys or token.i in joined:
            continue
        if len(keys) > 1:
            joined.update(child.i for child in token.subtree if child.dep_ == "conj" and entities.at(child.i) in keys)
        level = min(entities.level(key) for key in keys)
        out.append(NamedPlace(token.i, keys, level, named is None))
    return _without_doubles(doc, out)


def _without_doubles(doc: Doc, found: Sequence[NamedPlace]) -> list[NamedPlace]:
    """Drop the name inside a plain phrase that resolves to it: "la gare de Kramatorsk" stands once."""
    plain = {place.head: place.keys for place in found if place.plain}
    return [
        place
        for place in found
        if place.plain or not any(plain.get(a.i) == place.keys for a in list(doc[place.head].ancestors)[:2])
    ]


def options(trigger: Trigger, places: Sequence[NamedPlace], ctx: Context) -> list[NamedPlace]:
    """The places that a trigger may have, in text order; of the other sentences the last mention of each."""
    sentence, paragraph = ctx.sentence_of[trigger.root], ctx.paragraph_of[trigger.root]
    own = [
        place
        for place in places
        if ctx.sentence_of[place.head] == sentence and not trigger.start <= place.head < trigger.end
    ]
    back: dict[tuple[str, ...], NamedPlace] = {}
    for place in places:
        if ctx.sentence_of[place.head] < sentence and ctx.paragraph_of[place.head] in (0, 1, paragraph - 1, paragraph):
            back.pop(place.keys, None)
            back[place.keys] = place
    return [*back.values(), *own]


def features(
    doc: Doc,
    trigger: Trigger,
    place: NamedPlace,
    choice: Sequence[NamedPlace],
    triggers: Sequence[Trigger],
    ctx: Context,
) -> list[str]:
    """Named features of a trigger and one of its options."""
    root = doc[trigger.root]
    form = word_form(root)
    own = [other for other in choice if ctx.sentence_of[other.head] == ctx.sentence_of[root.i]]
    out = [
        "any",
        f"any:type={trigger.type}",
        f"any:family={_FAMILY[trigger.type]}:{form}",
        f"any:own={min(len(own), 3)}",
        f"any:tense={verb_tense(doc, trigger)}:{trigger.type in STATEMENTS}",
        f"any:headline={ctx.paragraph_of[root.i] == 0}",
        f"level={_LEVELS[place.level]}",
        f"level={_LEVELS[place.level]}:type={trigger.type}",
        f"level={_LEVELS[place.level]}:plain={place.plain}",
        f"narrowest={all(place.level <= other.level for other in choice)}",
        f"size={min(len(place.keys), 3)}",
    ]
    if ctx.sentence_of[place.head] == ctx.sentence_of[root.i]:
        return out + _within(doc, trigger, place, own, triggers, ctx)
    return out + _before(doc, trigger, place, own, choice, triggers, ctx)


def _within(
    doc: Doc,
    trigger: Trigger,
    place: NamedPlace,
    own: Sequence[NamedPlace],
    triggers: Sequence[Trigger],
    ctx: Context,
) -> list[str]:
    """Features of a place in the trigger's own sentence."""
    root, head = doc[trigger.root], doc[place.head]
    form = word_form(root)
    up, down, top = path(root, head)
    case = preposition(head)
    order = "before" if head.i < root.i else "after"
    lo, hi = min(head.i, root.i), max(head.i, root.i)
    roots = {t.root: t for t in triggers}
    between = sum(lo < i < hi for i in roots)
    governor = governing_trigger(head, roots)
    whose = "own" if governor == trigger.root else "none" if governor is None else "other"
    shape = "/".join(up) + ">" + "/".join(down) if len(up) + len(down) <= _LONGEST else "far"
    family = _FAMILY[trigger.type]
    level = _LEVELS[place.level]
    classes = word_classes(ctx.language).get(head.head.lower_, ()) if head.head.i not in (head.i, root.i) else ()
    nearest = min(own, key=lambda other: (abs(other.head - root.i), other.head)) is place
    clauses = sum(label in _CLAUSES for label in (*up, *down))
    clause_stop = any(doc[i].text in (",", ";", ":", "(", ")", "-", "–", "—") for i in range(lo + 1, hi))
    opening = place.head - ctx.starts[ctx.sentence_of[place.head]] <= 2
    return [
        "own", f"own:{whose}", f"own:{whose}:{form}", f"own:{whose}:{order}", f"own:{whose}:{level}",
        f"route={shape}", f"route={form}:{shape}", f"route={shape}:{case}", f"up={'/'.join(up)}", f"down={'/'.join(down)}:{case}",
        f"case={case}", f"case={case}:{whose}", f"case={case}:{order}", f"case={case}:{family}", f"case={case}:{level}",
        f"case={case}:{trigger.type}:{whose}", f"first={down[0] if down else ''}:{form}:{order}", f"first={down[0] if down else ''}:{trigger.type}",
        f"dep={head.dep_}:{case}", f"dep={head.dep_}:{level}", f"dep={head.dep_}:{order}:{family}",
        f"between={min(between, 2)}:{order}", f"between={min(between, 2)}:{whose}",
        f"nearest={nearest}:{whose}", f"nearest={nearest}:{order}", f"distance={min(6, (hi - lo) // 3)}:{order}",
        f"clauses={min(clauses, 3)}:{form}", f"clauses={min(clauses, 3)}:{whose}", f"stop={clause_stop}:{whose}:{order}",
        f"opening={opening}:{case}", f"rivals={min(len(own), 3)}:{whose}", f"plain={place.plain}:{whose}",
        f"governor={head.head.pos_}:{case}:{whose}", *(f"governor={name}:{case}" for name in classes), *(f"governor={name}:{whose}" for name in classes),
        f"statement={trigger.type in STATEMENTS}:{whose}", f"cue={trigger.rule}:{case}",
        f"top={'own' if top == root.i else 'trigger' if top in roots else doc[top].pos_ if top >= 0 else '?'}:{form}",
    ]  # fmt: skip


def _before(
    doc: Doc,
    trigger: Trigger,
    place: NamedPlace,
    own: Sequence[NamedPlace],
    choice: Sequence[NamedPlace],
    triggers: Sequence[Trigger],
    ctx: Context,
) -> list[str]:
    """Features of a place named in a sentence before the trigger's."""
    root, head = doc[trigger.root], doc[place.head]
    gap = ctx.sentence_of[root.i] - ctx.sentence_of[head.i]
    here, there = ctx.paragraph_of[root.i], ctx.paragraph_of[head.i]
    where = (
        f"back{min(gap, 3)}"
        if here == there
        else "headline"
        if there == 0
        else "paragraph"
        if there == here - 1
        else "lead"
    )
    case = preposition(head)
    family = _FAMILY[trigger.type]
    form = word_form(root)
    others = [t for t in triggers if ctx.sentence_of[t.root] == ctx.sentence_of[head.i]]
    same_type = any(t.type == trigger.type for t in others)
    same_family = any(_FAMILY[t.type] == family for t in others)
    determiner = next((child.lower_ for child in root.children if child.dep_ == "det"), "")
    latest = not any(place.head < other.head for other in choice if other not in own)
    narrower = any(other.level < place.level for other in choice)
    first = doc[ctx.starts[ctx.sentence_of[root.i]]].lower_
    return [
        f"where={where}", f"where={where}:own={min(len(own), 2)}", f"where={where}:{family}", f"where={where}:{case}",
        f"where={where}:{_LEVELS[place.level]}", f"where={where}:{form}", f"where={where}:latest={latest}", f"where={where}:type={same_type}",
        f"where={where}:family={same_family}", f"back:case={case}", f"back:case={case}:{head.dep_}", f"back:own={min(len(own), 2)}:{_LEVELS[place.level]}",
        f"back:type={trigger.type}", f"back:det={determiner}", f"back:det={determiner}:{same_type}", f"back:narrower={narrower}:{len(own) > 0}",
        f"back:latest={latest}:{same_family}", f"back:triggers={min(2, len(others))}:{same_type}", f"back:first={first}",
        f"back:choice={min(4, len(choice) - len(own))}", f"back:statement={trigger.type in STATEMENTS}:{len(own) > 0}",
        f"back:governor={governing_trigger(head, {t.root: t for t in triggers}) is not None}:{case}",
    ]  # fmt: skip


def placings(
    doc: Doc,
    triggers: Sequence[Trigger],
    entities: Places,
    ctx: Context,
    *,
    model: LinearModel | None = None,
) -> list[Placing | None]:
    """The placing of each trigger, or None where the text says no place for it.

    `model` replaces the weights of the language pack. Of several mentions of one event the placing with the highest
    score is the one to keep.
    """
    weights = model or load_model(ctx.language, MODEL)
    places = named_places(doc, entities) if triggers else []
    out: list[Placing | None] = []
    for trigger in triggers:
        choice = options(trigger, places, ctx)
        names = [features(doc, trigger, place, choice, triggers, ctx) for place in choice]
        chances = softmax([0.0, *map(weights.score, names)])
        best = max(range(len(chances)), key=chances.__getitem__)
        out.append(Placing(choice[best - 1].keys, choice[best - 1].head, chances[best]) if best else None)
    return out
