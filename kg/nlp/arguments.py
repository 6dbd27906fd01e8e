"""Who does what to whom: the role that each noun phrase near a trigger plays in its event.

Candidates are the noun phrases of the trigger's sentence that the entity component can resolve. For each pair
of trigger and candidate a conditional logit chooses among the roles and "none", from the syntactic path between
them, the voice, prepositions, the kind of the candidate, and what other triggers stand nearer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from spacy.tokens import Doc, Token

from kg.model import Entity
from kg.nlp.linear import LinearModel, softmax
from kg.nlp.links import governing_trigger, path, preposition, word_form
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger
from kg.nlp.word_classes import word_classes

ROLES = ("agent", "target", "participant", "mediator")
PEOPLE = frozenset(["troops", "armed_group", "police", "official", "crowd", "civilians", "captive", "displaced"])
THRESHOLD = 0.4
_LONGEST_PATH = 6


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
    """A filled role: the entity keys, the head token that they stand on, and the role's probability."""

    role: str
    keys: tuple[str, ...]
    head: int
    score: float


def candidates(doc: Doc, begin: int, end: int, entities: Entities, language: str) -> list[Candidate]:
    """Noun phrases of tokens begin to end that resolve to an actor, one for each head."""
    table = word_classes(language)
    known = entities.entities
    out = []
    for token in doc[begin:end]:
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


def nearby(
    doc: Doc, trigger: Trigger, entities: Entities, ctx: Context, met: dict[int, list[Candidate]]
) -> list[Candidate]:
    """Candidates of a trigger: those of its sentence. `met` keeps the candidates of each sentence once found."""
    number = ctx.sentence_of[trigger.root]
    if number not in met:
        starts = [*ctx.starts, len(doc)]
        met[number] = candidates(doc, starts[number], starts[number + 1], entities, ctx.language)
    return met[number]


def features(doc: Doc, trigger: Trigger, candidate: Candidate, triggers: Sequence[Trigger], ctx: Context) -> list[str]:
    """Features of a pair of trigger and candidate, yet uncrossed with roles."""
    root, head = doc[trigger.root], doc[candidate.head]
    up, down, top = path(root, head)
    form = word_form(root)
    voice = "passive" if form == "passive" else "active"
    route = "/".join(up) + ">" + "/".join(down) if len(up) + len(down) <= _LONGEST_PATH else "far"
    case = preposition(head)
    order = "before" if head.i < root.i else "after"
    steps = len(up) + len(down)
    between = sum(min(head.i, root.i) < t.root < max(head.i, root.i) for t in triggers)
    kind = candidate.kind
    gap = ctx.sentence_of[root.i] - ctx.sentence_of[head.i]
    out = [
        f"kind={kind}",
        f"gap={gap}:{form}",
        f"gap={gap}:{case}:{kind}",
        f"route={form}:{route}",
        f"route={form}:{voice}:{route}:{case}",
        f"route+kind={form}:{route}:{kind}",
        f"case={case}:{form}:{kind}",
        f"case={case}:{order}",
        f"down={'/'.join(down)}:{form}:{voice}",
        f"up={'/'.join(up)}:{form}",
        f"first={down[0] if down else ''}:{form}:{voice}:{order}",
        f"order={order}:{form}:{voice}:{kind}",
        f"steps={min(steps, 5)}:{order}:{form}",
        f"between={min(between, 2)}:{order}",
        f"distance={min(4, abs(head.i - root.i) // 4)}:{order}",
        f"det={next((c.lower_ for c in head.children if c.dep_ == 'det'), '')}:{order}",
        f"governor={_competition(trigger, head, triggers)}",
        f"dep={head.dep_}:{order}:{form}",
        f"dep={head.dep_}:{case}:{kind}",
    ]
    out += [f"place={candidate.place}:{case}"]
    out += [f"class={name}:{order}" for name in word_classes(ctx.language).get(head.lower_, ())]
    if top >= 0 and doc[top].i != root.i:
        out += [f"top={name}:{down[0] if down else ''}" for name in word_classes(ctx.language).get(doc[top].lower_, ())]
        out.append(f"top+pos={doc[top].pos_}:{'/'.join(up)}:{down[0] if down else ''}")
    out.append(f"cue={trigger.rule}:{down[0] if down else ''}:{case}")
    out.append(
        f"reflexive={any(c.lower_ in ('se', chr(115) + chr(39)) for c in root.children)}:{down[0] if down else ''}"
    )
    out.append(f"where={'headline' if ctx.paragraph_of[root.i] == 0 else 'body'}:{order}:{kind}")
    return out


def _competition(trigger: Trigger, head: Token, triggers: Sequence[Trigger]) -> str:
    """Which trigger governs the candidate most closely: this one, another, itself, or none."""
    governor = governing_trigger(head, {t.root: t for t in triggers})
    if governor is None:
        return "none"
    return "own" if governor == trigger.root else "self" if governor == head.i else "other"


def role_alternatives(
    doc: Doc, trigger: Trigger, candidate: Candidate, triggers: Sequence[Trigger], ctx: Context
) -> list[list[str]]:
    """One feature list for each role, in the order of ROLES."""
    names = features(doc, trigger, candidate, triggers, ctx)
    out = []
    for role in ROLES:
        own = [f"{role}:{name}" for name in names]
        own += [f"{role}:{trigger.type}", f"{role}:{trigger.type}:{candidate.kind}"]
        own += [
            f"{role}:{trigger.type}:{name}"
            for name in names
            if name.startswith(("first=", "case=", "order=", "dep=", "governor="))
        ]
        out.append([f"any:{name}" for name in names[:8]] + own)
    return out


def arguments(
    doc: Doc,
    trigger: Trigger,
    triggers: Sequence[Trigger],
    found: Sequence[Candidate],
    ctx: Context,
    model: LinearModel,
) -> list[Argument]:
    """The filled roles of a trigger among the candidates of its sentence, in text order."""
    out = []
    for candidate in found:
        if trigger.start <= candidate.head < trigger.end:
            continue
        alternatives = role_alternatives(doc, trigger, candidate, triggers, ctx)
        chances = softmax([0.0, *(model.score(names) for names in alternatives)])
        best = max(range(len(ROLES)), key=lambda i: chances[i + 1])
        if chances[best + 1] >= THRESHOLD:
            out.append(Argument(ROLES[best], candidate.actors, candidate.head, chances[best + 1]))
    return out
