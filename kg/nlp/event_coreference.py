"""Which mentions of events in one article speak of the same event.

Mentions are taken in text order. Each joins the earlier mention that the model holds most likely to name the
same event, or starts a new one ("distinct days or places are distinct events; headline, lead and 'cette
attaque' merge").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.nlp.another_event import announcement, takes_up
from kg.nlp.linear import LinearModel, softmax
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger

FAMILIES = (
    frozenset(
        ["Conflict", "ArmedClash", "Airstrike", "Shelling", "Bombing", "ArmedAttack", "Killing", "Abuse", "Abduction"]
    ),
    frozenset(["TerritoryChange", "Withdrawal", "Deployment"]),
    frozenset(["Arrest", "Release", "LegalAction"]),
    frozenset(["Meeting", "Agreement", "CeasefireViolation", "Sanction", "Aid"]),
    frozenset(["Accusation", "Denial", "Threat", "Appeal"]),
    frozenset(["Protest", "Riot", "Coup"]),
    frozenset({"Displacement"}),
)
_FAMILY = {kind: number for number, kinds in enumerate(FAMILIES) for kind in kinds}
_FURTHEST = 40
_APART = {"": 0.0, "other": 3.0, "added": 2.0}
"""Log-odds taken from joining what is announced as another event. The articles that the weights are fitted on have few
such words: their event F1 does not change up to here, that of press articles rises."""
_OTHER_TOLL = 3.0
"""Log-odds taken from joining an event whose mentions so far give other numbers of the same harm, but for "cette attaque",
of which sources may give rival tolls, and for the round numbers of a headline."""


def family_of(kind: str) -> int:
    """The number of the family of an event type in FAMILIES."""
    return _FAMILY[kind]


@dataclass(frozen=True, slots=True)
class Slots:
    """What is known of one mention before mentions are merged; entity keys, days as ISO strings."""

    days: tuple[str, str] | None = None
    places: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    figures: frozenset[tuple[str, int | None, int | None]] = frozenset()
    status: str = ""


def pair_features(doc: Doc, first: Trigger, second: Trigger, slots: tuple[Slots, Slots], ctx: Context) -> list[str]:
    """What speaks for and against two mentions, in text order, naming one event."""
    a, b = doc[first.root], doc[second.root]
    kinds = first.type if first.type == second.type else "other"
    gap = ctx.sentence_of[b.i] - ctx.sentence_of[a.i]
    distance = str(gap) if gap < 3 else "far" if gap > 8 else "near"
    out = ["bias", f"kind={kinds}", f"gap={distance}", f"same kind={first.type == second.type}"]
    out.append(f"kinds={'+'.join(sorted((first.type, second.type)))}")
    same_word = a.lemma_.lower() == b.lemma_.lower() or first.rule == second.rule
    out += [f"word={same_word}", f"word={same_word}/{kinds}", f"word={same_word}/{distance}"]
    determiner = next((child.lower_ for child in b.children if child.dep_ == "det"), "none")
    noun = "n" if b.pos_ in ("NOUN", "PROPN") else "v"
    out += [f"det={determiner}/{noun}", f"det={determiner}/{first.type == second.type}", f"pos={noun}"]
    headline = ctx.paragraph_of[a.i] == 0
    lead = ctx.paragraph_of[b.i] == 1
    out += [
        f"headline={headline}",
        f"headline+lead={headline and lead}",
        f"headline+kind={headline and first.type == second.type}",
    ]
    out += [f"first of article={headline and ctx.paragraph_of[b.i] > 0}/{kinds}"]
    out += _agreement(slots)
    out += [f"shared names={min(3, _shared_names(doc, a.i, b.i, ctx))}"]
    return out


def _agreement(slots: tuple[Slots, Slots]) -> list[str]:
    one, two = slots
    out = [f"status={one.status == two.status}"]
    for name in ("days", "places", "agents", "targets", "sources", "figures"):
        left, right = getattr(one, name), getattr(two, name)
        if not left or not right:
            out.append(f"{name}=open")
        elif name == "days":
            out.append(
                "days=same"
                if left == right
                else "days=overlap"
                if left[0] <= right[1] and right[0] <= left[1]
                else "days=differ"
            )
        else:
            out.append(f"{name}={'shared' if left & right else 'differ'}")
    return out


def _shared_names(doc: Doc, i: int, j: int, ctx: Context) -> int:
    return len(_names(doc, ctx.sentence_of[i], ctx) & _names(doc, ctx.sentence_of[j], ctx))


def _names(doc: Doc, sentence: int, ctx: Context) -> frozenset[str]:
    """The names and numbers of a sentence in lower case, kept in the context once read."""
    if sentence not in ctx.names:
        begin = ctx.starts[sentence]
        end = ctx.starts[sentence + 1] if sentence + 1 < len(ctx.starts) else len(doc)
        found = (t.lower_ for t in doc[begin:end] if t.pos_ in ("PROPN", "NUM") or t.like_num)
        ctx.names[sentence] = frozenset(found)
    return ctx.names[sentence]


def candidates(triggers: Sequence[Trigger], j: int) -> list[int]:
    """Earlier mentions that mention `j` may join: of its family, the nearest and the first ones."""
    family = _FAMILY[triggers[j].type]
    return [i for i in range(max(0, j - _FURTHEST), j) if _FAMILY[triggers[i].type] == family]


def _in_headline(doc: Doc, trigger: Trigger, ctx: Context) -> bool:
    return ctx.paragraph_of[trigger.root] == 0 < ctx.paragraph_of[len(doc) - 1]


def _tolls_differ(one: Slots, event: Sequence[Slots]) -> bool:
    """Whether a mention gives a number of the dead, the wounded …, and all mentions of an event give others of it."""
    known = frozenset[tuple[str, int | None, int | None]]().union(*(slots.figures for slots in event))
    harms = {harm for harm, _, _ in known}
    return not one.figures & known and any(harm in harms for harm, _, _ in one.figures)


def clusters(
    doc: Doc, triggers: Sequence[Trigger], slots: Sequence[Slots], ctx: Context, model: LinearModel
) -> list[list[int]]:
    """Group mentions into events: lists of indexes into `triggers`, each in text order."""
    home: dict[int, list[int]] = {}
    out: list[list[int]] = []
    for j in range(len(triggers)):
        earlier = candidates(triggers, j)
        pairs = [pair_features(doc, triggers[i], triggers[j], (slots[i], slots[j]), ctx) for i in earlier]
        apart = _APART[announcement(doc, triggers[j].root)]
        toll = 0.0 if takes_up(doc, triggers[j].root) else _OTHER_TOLL
        told = [[slots[k] for k in home[i] if not _in_headline(doc, triggers[k], ctx)] for i in earlier]
        scores = [
            model.score(names) - apart - toll * _tolls_differ(slots[j], held)
            for names, held in zip(pairs, told, strict=True)
        ]
        chances = softmax([0.0, *scores])
        best = max(range(len(chances)), key=chances.__getitem__)
        if best == 0:
            home[j] = [j]
            out.append(home[j])
        else:
            home[j] = home[earlier[best - 1]]
            home[j].append(j)
    return out
