"""Whether an event took place: stated as fact, alleged, denied or planned.

Each mention is judged by a linear model over mood, negation, governing words and who vouches for it.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from spacy.tokens import Doc, Token

from kg.model import Status
from kg.nlp.attribution import Attribution, is_neutral
from kg.nlp.attribution_lexicon import lexicon
from kg.nlp.linear import Crossed, LinearModel, softmax
from kg.nlp.links import word_form
from kg.nlp.role_features import STATEMENTS
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger

STATUSES: tuple[Status, ...] = ("Alleged", "Denied", "Planned")
LEAST = 0.4
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


def status_features(
    doc: Doc, trigger: Trigger, vouching: Sequence[Attribution], triggers: Sequence[Trigger], ctx: Context
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
    out += [f"word={t.lower_}" for t in near if t.lower_ in modality["alleged_words"]]
    out += _above(root, triggers, modality)
    if "VerbForm=Inf" in root.morph:
        out.append(f"infinitive:{next((c.lower_ for c in root.children if c.dep_ in ('mark', 'case')), '')}")
    for attribution in vouching:
        neutral = is_neutral(doc, attribution.speaker, ctx.language)
        out += [
            f"neutral={neutral}",
            f"said={attribution.lemma}",
            f"doubtful={attribution.lemma in lexicon(ctx.language).doubtful}:{neutral}",
            f"neutral={neutral}:{trigger.type}",
        ]
    out.append(f"sources={min(2, len(vouching))}")
    return out + _around(doc, root, ctx, modality)


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
            out += [
                f"up mood={m}:{relation}"
                for m in (*token.morph.get("Mood", []), *token.morph.get("Tense", []))
                if m in ("Cnd", "Fut")
            ]
        if node.i in {t.root for t in triggers}:
            kind = next(t.type for t in triggers if t.root == node.i)
            out.append(f"under={kind}:{relation}")
        if any(c.lower_ in ("ne", "n'") for c in node.children):
            out.append(f"up negated:{relation}")
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
    vouching: Sequence[Attribution],
    triggers: Sequence[Trigger],
    ctx: Context,
    model: LinearModel,
) -> Status:
    """The status of one mention of an event."""
    index, _ = best_of(model, status_alternatives(status_features(doc, trigger, vouching, triggers, ctx)), LEAST)
    return "Actual" if index is None else STATUSES[index]
