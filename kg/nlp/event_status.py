"""Whether an event took place: stated as fact, alleged, denied or planned.

Each mention is judged by a linear model over mood, negation, governing words and who vouches for it.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from spacy.tokens import Doc, Token

from kg.model import Status
from kg.nlp.attribution import Attribution, is_neutral
from kg.nlp.attribution_lexicon import lexicon
from kg.nlp.linear import Crossed, LinearModel, softmax
from kg.nlp.links import verb_tense, word_form
from kg.nlp.role_features import STATEMENTS
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger
from kg.nlp.word_classes import word_classes

STATUSES: tuple[Status, ...] = ("Alleged", "Denied", "Planned")
LEAST = 0.35
"""The least probability at which a mention is taken for anything but fact."""


def best_of(model: LinearModel, alternatives: Sequence[Crossed], least: float) -> tuple[int | None, float]:
    """Index of the likeliest alternative and its probability; None where that is below `least`."""
    chances = softmax([0.0, *model.score_alternatives(alternatives)])[1:]
    best = max(range(len(chances)), key=chances.__getitem__)
    return (best if chances[best] >= least else None), chances[best]


_NEGATIONS = frozenset({"ne", "n'", "aucun", "aucune", "pas"})


@functools.cache
def _modality(language: str) -> dict[str, frozenset[str]]:
    table = tomllib.loads((files("kg") / language / "modality.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in table.items()}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a mention besides its sentence.

    `when` is "past", "today", "future" or "undated" as seen from the article's date; `vouching` are the attributions
    that vouch for it, `speakers` the kind of entity that each speaker's token refers to.
    """

    when: str
    vouching: Sequence[Attribution]
    speakers: Mapping[int, str]


def when(days: tuple[date, date] | None, reference: date | None) -> str:
    """How the first and last day of an event lie to the article's date."""
    if days is None or reference is None:
        return "undated"
    if days[0] > reference:
        return "future"
    return "past" if days[1] < reference else "today"


def status_features(
    doc: Doc, trigger: Trigger, known: Circumstances, triggers: Sequence[Trigger], ctx: Context
) -> list[str]:
    """Features that tell an event claimed, denied or planned from one stated as fact."""
    root = doc[trigger.root]
    modality = _modality(ctx.language)
    near = [root, *root.children]
    out = [
        "bias",
        f"type={trigger.type}",
        f"form={word_form(root)}",
        f"statement={trigger.type in STATEMENTS}",
        f"quoted={ctx.quoted[root.i]}",
        f"when={known.when}",
        f"when={known.when}:{verb_tense(doc, trigger)}",
        f"when={known.when}:{trigger.type}",
        f"tense={verb_tense(doc, trigger)}",
        f"word={root.lemma_.lower()}",
    ]
    moods = sorted(
        {
            m
            for t in near
            if t.dep_.startswith("aux") or t is root
            for m in (*t.morph.get("Mood", []), *t.morph.get("Tense", []))
            if m in ("Cnd", "Fut")
        }
    )
    out += [f"own={mood}" for mood in moods]
    out.append(f"negated={any(t.lower_ in _NEGATIONS for t in near)}")
    out.append(f"did not happen={_did_not_happen(root, modality)}")
    out += [f"word={t.lower_}" for t in near if t.lower_ in modality["alleged_words"]]
    out += _above(root, triggers, modality)
    if "VerbForm=Inf" in root.morph:
        out.append(f"infinitive:{next((c.lower_ for c in root.children if c.dep_ in ('mark', 'case')), '')}")
    out += _vouched(doc, trigger, known, ctx)
    return out + _around(doc, root, ctx, modality)


def _did_not_happen(root: Token, modality: dict[str, frozenset[str]]) -> bool:
    """ "les pourparlers n'ont pas eu lieu", "aucun char n'est entré", "il n'y a pas eu de tirs"."""
    verb = root if root.pos_ in ("VERB", "AUX") else root.head
    if not any(child.lower_ in ("ne", "n'") for child in verb.children):
        return False
    parts = {token.lower_ for child in verb.children for token in (child, *child.children)}
    if not modality["none"].isdisjoint(parts):
        return True
    return verb.i != root.i and verb.lemma_ in modality["take_place"]


def _vouched(doc: Doc, trigger: Trigger, known: Circumstances, ctx: Context) -> list[str]:
    """Features of those who vouch for a mention: neutral or not, what sort of speakers, and with what verb."""
    out = [f"sources={min(2, len(known.vouching))}", f"sources={min(2, len(known.vouching))}:{trigger.type}"]
    words, classes = lexicon(ctx.language), word_classes(ctx.language)
    for attribution in known.vouching:
        neutral = is_neutral(doc, attribution.speaker, ctx.language)
        speaker = doc[attribution.speaker].lower_
        who = known.speakers.get(attribution.speaker, "")
        out += [
            f"neutral={neutral}",
            f"said={attribution.lemma}",
            f"doubtful={attribution.lemma in words.doubtful}:{neutral}",
            f"neutral={neutral}:{trigger.type}",
            f"who={who}",
            f"who={who}:{attribution.lemma in words.doubtful}",
            *(f"class={name}" for name in classes.get(speaker, ("other",))),
            *(f"class={name}:{trigger.type}" for name in classes.get(speaker, ("other",))),
        ]
    return out


def _above(root: Token, triggers: Sequence[Trigger], modality: dict[str, frozenset[str]]) -> list[str]:
    """Features of the three words above a trigger in the tree: plans, moods, negations, other triggers."""
    out: list[str] = []
    node = root
    for step in range(3):
        if node.head.i == node.i:
            break
        relation, node = node.dep_, node.head
        out += [
            f"up{step}={node.lemma_.lower()}",
            f"up{step}={relation}:{node.pos_}",
            f"plan{step}={node.lemma_ in modality['plan']}:{relation}",
        ]
        for token in (node, *[c for c in node.children if c.dep_.startswith("aux")]):
            marks = (*token.morph.get("Mood", []), *token.morph.get("Tense", []))
            found = [mark for mark in marks if mark in ("Cnd", "Fut")]
            out += [f"up mood={mark}:{relation}" for mark in found] + [f"up mood={mark}" for mark in found]
        if node.i in {t.root for t in triggers}:
            kind = next(t.type for t in triggers if t.root == node.i)
            out.append(f"under={kind}:{relation}")
        if any(c.lower_ in ("ne", "n'") for c in node.children):
            out += [f"up negated:{relation}", "up negated"]
    return out


def _around(doc: Doc, root: Token, ctx: Context, modality: dict[str, frozenset[str]]) -> list[str]:
    """Features of the other words of a trigger's sentence: conditional, future, words that announce."""
    out = []
    sentence = ctx.sentence_of[root.i]
    end = ctx.starts[sentence + 1] if sentence + 1 < len(ctx.starts) else len(doc)
    for token in doc[ctx.starts[sentence] : end]:
        if "Mood=Cnd" in token.morph:
            out.append("sentence=Cnd")
        if "Tense=Fut" in token.morph:
            out.append("sentence=Fut")
        if token.lower_ in modality["announcing"]:
            out.append(f"sentence={token.lower_}")
    return out


def status_alternatives(names: Sequence[str]) -> list[Crossed]:
    """The features crossed with each status other than Actual."""
    distinct = list(dict.fromkeys(names))
    return [[(status, distinct)] for status in STATUSES]


def status(
    doc: Doc,
    trigger: Trigger,
    known: Circumstances,
    triggers: Sequence[Trigger],
    ctx: Context,
    model: LinearModel,
) -> Status:
    """The status of one mention of an event."""
    index, _ = best_of(model, status_alternatives(status_features(doc, trigger, known, triggers, ctx)), LEAST)
    return "Actual" if index is None else STATUSES[index]
