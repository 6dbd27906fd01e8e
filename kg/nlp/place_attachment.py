"""Where each event took place: the choice among the places named near a trigger, or none.

Places named together ("à Karal et à Tourba") stand for choice as one. Beside those of the trigger's sentence there are
those named before it: in its paragraph, in the paragraph before, in the headline and in the lead. A conditional
logit over features of syntax, order and kind chooses (`kg.nlp.linear`; weights in
``kg/<language>/models/event_places.json``).
"""

from __future__ import annotations

import functools
import itertools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Protocol

from spacy.tokens import Doc, Token

from kg.nlp.event_coreference import FAMILIES
from kg.nlp.linear import LinearModel, likeliest, load_model, softmax
from kg.nlp.links import coarse_path, coordination, governing_trigger, path, preposition, verb_tense, word_form
from kg.nlp.name_lexicon import name_lexicon
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger
from kg.nlp.word_classes import word_classes

MODEL = "event_places"
LEAST = 0.4
"""The least probability at which a place is given."""
STATEMENTS = frozenset({"Accusation", "Denial", "Threat", "Appeal"})
_FAMILY = {kind: str(number) for number, kinds in enumerate(FAMILIES) for kind in kinds}
_LONGEST = 5
_CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "acl", "acl:relcl", "parataxis", "csubj"})
_COMPLEMENTS = frozenset({"nmod", "appos", "flat:name", "flat:foreign", "obl", "obl:mod", "obl:arg", "dep", "conj"})
_PHRASE, _REACH = 6, 8
_DEFINITE = frozenset(["la", "le", "l'", "ce", "cette", "cet", "même", "du", "au"])
_LEVELS = ("town", "region", "state")


@dataclass(frozen=True)
class PlaceLexicon:
    """Nouns that stand before the place they lie in, words that take up a place, nouns that do."""

    landmarks: frozenset[str]
    deictics: tuple[str, ...]
    anaphors: frozenset[str]


@functools.cache
def place_lexicon(language: str) -> PlaceLexicon:
    """Read ``kg/<language>/places.toml``, and the place nouns of ``entities.toml``."""
    table = tomllib.loads((files("kg") / language / "places.toml").read_text(encoding="utf-8"))
    names = name_lexicon(language)
    known = [names.words("places", name) for name in ("settlements", "regions", "natural", "facilities", "compass")]
    return PlaceLexicon(
        frozenset(table["landmarks"]).union(*known), tuple(table["deictics"]), frozenset(table["anaphors"])
    )


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
    """A noun phrase that names a place or several: what it resolves to, and how wide the narrowest is.

    `head` is the head of the name, `outer` that of the phrase that the name tells the place of ("faubourgs" in "les
    faubourgs de Karal"). `sort` is ``name``, ``seat`` for a capital that speaks or acts as its government, or
    ``anaphor`` for a noun that takes up a place ("la ville").
    """

    head: int
    outer: int
    keys: tuple[str, ...]
    level: int
    sort: str


@dataclass(frozen=True, slots=True)
class Placing:
    """The places of one trigger, the head token that they stand on, and their probability."""

    keys: tuple[str, ...]
    head: int
    score: float


def named_places(doc: Doc, entities: Places, language: str = "fr") -> list[NamedPlace]:
    """The place noun phrases of a Doc in text order; conjuncts belong to the first of them."""
    words = place_lexicon(language)
    out: list[NamedPlace] = []
    joined: set[int] = set()
    for token in doc:
        named = entities.at(token.i)
        if token.i in joined or (named is not None and token.head.i != token.i and entities.at(token.head.i) == named):
            continue
        if named is None and not (token.lower_ in words.anaphors and _alone(doc, token, entities)):
            continue
        outer = _outer(token, words.landmarks)
        keys = _keys(entities, outer.i)
        first = _keys(entities, token.i)
        if not set(first) <= set(keys):
            outer, keys = token, first
        if not keys:
            continue
        if len(keys) > 1:
            joined.update(t.i for t in outer.subtree if t.i > token.i and set(_keys(entities, t.i)) & set(keys))
        seat = named is not None and named.startswith("state/") and keys[0].startswith("place/")
        sort = "anaphor" if named is None else "seat" if seat else "name"
        out.append(NamedPlace(token.i, outer.i, keys, min(entities.level(key) for key in keys), sort))
    return out


def _keys(entities: Places, i: int) -> tuple[str, ...]:
    return tuple(key for key in entities.place(i) if key.startswith(("place/", "state/")))


def _alone(doc: Doc, noun: Token, entities: Places) -> bool:
    """Whether no name stands in the phrase of a noun: "la ville", not "la ville de Karal"."""
    return not any(entities.at(i) is not None for i in range(noun.i, min(len(doc), noun.i + _PHRASE)))


def _outer(name: Token, landmarks: frozenset[str]) -> Token:
    """The outermost place noun that a name belongs to: "périphérie" in "la périphérie de la ville de Karal"."""
    node = outer = name
    for _ in range(4):
        if node.head.i == node.i or node.dep_ not in _COMPLEMENTS:
            break
        node = node.head
        if node.lower_ in landmarks:
            outer = node
    return outer


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


class PlaceGrammar:
    """What is the same for all options of a trigger: its form and tense, its sentence, the triggers around it."""

    def __init__(
        self, doc: Doc, trigger: Trigger, choice: Sequence[NamedPlace], triggers: Sequence[Trigger], ctx: Context
    ) -> None:
        self.doc, self.trigger, self.choice, self.triggers, self.ctx = doc, trigger, choice, triggers, ctx
        self.root = doc[trigger.root]
        self.form = word_form(self.root)
        self.family = _FAMILY[trigger.type]
        self.sentence = ctx.sentence_of[trigger.root]
        self.own = [other for other in choice if ctx.sentence_of[other.head] == self.sentence]
        self.back = [other for other in choice if ctx.sentence_of[other.head] != self.sentence]
        self.roots = {t.root: t for t in triggers}
        self.here = [t for t in triggers if ctx.sentence_of[t.root] == self.sentence]

    @functools.cached_property
    def _any(self) -> list[str]:
        """Features of the trigger, whatever the place."""
        return [
            "any",
            f"any:type={self.trigger.type}",
            f"any:family={self.family}:{self.form}",
            f"any:own={min(len(self.own), 3)}",
            f"any:tense={verb_tense(self.doc, self.trigger)}:{self.trigger.type in STATEMENTS}",
            f"any:headline={self.ctx.paragraph_of[self.root.i] == 0}",
        ]

    @functools.cached_property
    def _determiner(self) -> str:
        return next((child.lower_ for child in self.root.children if child.dep_ == "det"), "")

    @functools.cached_property
    def _pointing(self) -> str:
        return _pointing(self.doc, self.trigger, self.ctx)

    def features(self, place: NamedPlace) -> list[str]:
        """Named features of the trigger and one of its options."""
        level = _LEVELS[place.level]
        out = [
            *self._any,
            f"level={level}",
            f"level={level}:type={self.trigger.type}",
            f"level={level}:sort={place.sort}",
            f"narrowest={all(place.level <= other.level for other in self.choice)}",
            f"size={min(len(place.keys), 3)}",
        ]
        return out + (self._within(place) if self.ctx.sentence_of[place.head] == self.sentence else self._before(place))

    def _within(self, place: NamedPlace) -> list[str]:
        """Features of a place in the trigger's own sentence."""
        root, head, form, own, here, ctx = self.root, self.doc[place.outer], self.form, self.own, self.here, self.ctx
        up, down, top = path(root, head)
        case = preposition(head)
        order = "before" if head.i < root.i else "after"
        lo, hi = min(head.i, root.i), max(head.i, root.i)
        between = sum(lo < i < hi for i in self.roots)
        governor = governing_trigger(head, self.roots)
        whose = "own" if governor == root.i else "none" if governor is None else "other"
        shape = "/".join(up) + ">" + "/".join(down) if len(up) + len(down) <= _LONGEST else "far"
        family, trigger = self.family, self.trigger
        level = _LEVELS[place.level]
        classes = word_classes(ctx.language).get(head.head.lower_, ()) if head.head.i not in (head.i, root.i) else ()
        nearest = min(own, key=lambda other: (abs(other.head - root.i), other.head)) is place
        clauses = sum(label in _CLAUSES for label in (*up, *down))
        mine = min(here, key=lambda t: (abs(t.root - head.i), t.root)).root == root.i
        shared = coordination(root, head.head)
        coarse = coarse_path(up, down)
        verbs = ctx.between("finite verb", lo, hi)
        clause_stop = ctx.between("stop", lo, hi) > 0
        opening = place.head - ctx.starts[ctx.sentence_of[place.head]] <= 2
        return [
            f"mine={mine}:{order}", f"mine={mine}:{whose}", f"mine={mine}:{nearest}:{order}", f"shared={shared}:{case}", f"shared={shared}:{opening}",
            f"coarse={coarse}:{form}", f"coarse={coarse}:{whose}", f"coarse={coarse}:{order}:{opening}", f"verbs={min(verbs, 2)}:{order}:{whose}",
            f"opening={opening}:{min(len(here), 3)}:{whose}", f"opening={opening}:{trigger.type in STATEMENTS}", f"alone={len(own) == 1}:{len(here) == 1}",
            "own", f"own:{whose}", f"own:{whose}:{form}", f"own:{whose}:{order}", f"own:{whose}:{level}",
            f"route={shape}", f"route={form}:{shape}", f"route={shape}:{case}", f"up={'/'.join(up)}", f"down={'/'.join(down)}:{case}",
            f"case={case}", f"case={case}:{whose}", f"case={case}:{order}", f"case={case}:{family}", f"case={case}:{level}",
            f"case={case}:{trigger.type}:{whose}", f"first={down[0] if down else ''}:{form}:{order}", f"first={down[0] if down else ''}:{trigger.type}",
            f"dep={head.dep_}:{case}", f"dep={head.dep_}:{level}", f"dep={head.dep_}:{order}:{family}",
            f"between={min(between, 2)}:{order}", f"between={min(between, 2)}:{whose}",
            f"nearest={nearest}:{whose}", f"nearest={nearest}:{order}", f"distance={min(6, (hi - lo) // 3)}:{order}",
            f"clauses={min(clauses, 3)}:{form}", f"clauses={min(clauses, 3)}:{whose}", f"stop={clause_stop}:{whose}:{order}",
            f"opening={opening}:{case}", f"rivals={min(len(own), 3)}:{whose}", f"sort={place.sort}:{whose}",
            f"governor={head.head.pos_}:{case}:{whose}", *(f"governor={name}:{case}" for name in classes), *(f"governor={name}:{whose}" for name in classes),
            f"statement={trigger.type in STATEMENTS}:{whose}", f"cue={trigger.rule}:{case}",
            f"top={'own' if top == root.i else 'trigger' if top in self.roots else self.doc[top].pos_ if top >= 0 else '?'}:{form}",
        ]  # fmt: skip

    def _before(self, place: NamedPlace) -> list[str]:
        """Features of a place named in a sentence before the trigger's."""
        root, head, form, own, ctx = self.root, self.doc[place.outer], self.form, self.own, self.ctx
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
        family, trigger = self.family, self.trigger
        others = [t for t in self.triggers if ctx.sentence_of[t.root] == ctx.sentence_of[head.i]]
        same_type = any(t.type == trigger.type for t in others)
        same_family = any(_FAMILY[t.type] == family for t in others)
        determiner, pointing = self._determiner, self._pointing
        latest = not any(place.head < other.head for other in self.back)
        narrower = any(other.level < place.level for other in self.choice)
        first = self.doc[ctx.starts[self.sentence]].lower_
        return [
            f"where={where}", f"where={where}:own={min(len(own), 2)}", f"where={where}:{family}", f"where={where}:{case}",
            f"where={where}:{_LEVELS[place.level]}", f"where={where}:{form}", f"where={where}:latest={latest}", f"where={where}:type={same_type}",
            f"where={where}:family={same_family}", f"back:case={case}", f"back:case={case}:{head.dep_}", f"back:own={min(len(own), 2)}:{_LEVELS[place.level]}",
            f"back:type={trigger.type}", f"back:det={determiner}", f"back:det={determiner}:{same_type}", f"back:narrower={narrower}:{len(own) > 0}",
            f"back:latest={latest}:{same_family}", f"back:triggers={min(2, len(others))}:{same_type}", f"back:first={first}", f"back:pointing={pointing}:{latest}", f"back:pointing={pointing}:{where}",
            f"back:choice={min(4, len(self.back))}", f"back:statement={trigger.type in STATEMENTS}:{len(own) > 0}",
            f"back:governor={governing_trigger(head, self.roots) is not None}:{case}",
        ]  # fmt: skip


def _pointing(doc: Doc, trigger: Trigger, ctx: Context) -> str:
    """The word near a trigger that takes up a place told before: "y", "sur place", "la ville", or nothing."""
    words = place_lexicon(ctx.language)
    first = ctx.starts[ctx.sentence_of[trigger.root]]
    near = [token.lower_ for token in doc[max(first, trigger.start - _REACH) : trigger.end + _REACH]]
    text = f" {' '.join(near)} "
    found = next((phrase for phrase in words.deictics if f" {phrase} " in text), "")
    if found:
        return found
    taken = any(a in _DEFINITE and b in words.anaphors for a, b in itertools.pairwise(near))
    return "noun" if taken else ""


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
        grammar = PlaceGrammar(doc, trigger, choice, triggers, ctx)
        chances = softmax([0.0, *(weights.score(grammar.features(place)) for place in choice)])
        found = likeliest([place.keys for place in choice], chances[1:], LEAST)
        out.append(found and Placing(choice[found[0]].keys, choice[found[0]].head, found[1]))
    return out
