"""What belongs to which event: its sources; and its status.

Each decision is a choice among alternatives (or none), scored by a linear model over features of syntax,
distance and words.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from spacy.tokens import Doc

from kg.model import Status
from kg.nlp.attribution import Attribution, is_neutral, lexicon
from kg.nlp.linear import LinearModel, softmax
from kg.nlp.links import link_features, word_form
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger

STATUSES: tuple[Status, ...] = ("Alleged", "Denied", "Planned")
STATEMENTS = frozenset({"Accusation", "Denial", "Threat", "Appeal"})


LEAST = {"source": 0.4, "status": 0.4}
"""The least probability at which each kind of attachment is made."""


def best_of(model: LinearModel, alternatives: Sequence[Sequence[str]], least: float) -> tuple[int | None, float]:
    """Index of the likeliest alternative and its probability; None where that is below `least`."""
    chances = softmax([0.0, *(model.score(names) for names in alternatives)])[1:]
    best = max(range(len(chances)), key=chances.__getitem__)
    return (best if chances[best] >= least else None), chances[best]


def source_choices(trigger: Trigger, said: Sequence[Attribution], ctx: Context) -> list[Attribution]:
    """Attributions that may vouch for a trigger: those of its sentence, the one before and the one after."""
    sentence = ctx.sentence_of[trigger.root]
    return [a for a in said if -1 <= ctx.sentence_of[a.cue] - sentence <= 1 and a.cue != trigger.root]


def source_features(
    doc: Doc,
    trigger: Trigger,
    attribution: Attribution,
    said: Sequence[Attribution],
    triggers: Sequence[Trigger],
    ctx: Context,
) -> list[str]:
    """Features of a trigger and an attribution."""
    words = lexicon(ctx.language)
    names = link_features(doc, trigger, doc[attribution.cue], triggers, ctx)
    same = ctx.sentence_of[attribution.cue] == ctx.sentence_of[trigger.root]
    statement = trigger.type in STATEMENTS
    is_trigger = any(t.root == attribution.cue for t in triggers)
    speaker = doc[attribution.speaker]
    inside = speaker.i == trigger.root or any(a.i == trigger.root for a in speaker.ancestors)
    out = [f"s:{name}" for name in names] + [f"s:{attribution.kind}:{name}" for name in names]
    out += [
        f"kind={attribution.kind}:{same}",
        f"lemma={attribution.lemma}:{same}",
        f"statement={statement}:{same}:{attribution.kind}",
        f"statement cue={attribution.lemma in words.statement}:{same}:{statement}",
        f"cue is trigger={is_trigger}:{same}",
        f"speaker={speaker.pos_}:{speaker.ent_type_}",
        f"neutral={is_neutral(doc, attribution.speaker, ctx.language)}",
        f"type={trigger.type}:{same}",
        f"quoted={ctx.quoted[trigger.root]}:{same}",
        f"rivals={min(3, len([a for a in said if ctx.sentence_of[a.cue] == ctx.sentence_of[trigger.root]]))}:{same}",
        f"speaker inside={inside}",
        f"headline={ctx.paragraph_of[trigger.root] == 0}:{same}",
        f"form={word_form(doc[trigger.root])}:{attribution.kind}:{same}",
    ]
    return out


def sources(
    doc: Doc,
    trigger: Trigger,
    said: Sequence[Attribution],
    triggers: Sequence[Trigger],
    ctx: Context,
    model: LinearModel,
) -> list[Attribution]:
    """The attributions that vouch for a trigger, each judged by itself."""
    return [
        attribution
        for attribution in source_choices(trigger, said, ctx)
        if model.probability(source_features(doc, trigger, attribution, said, triggers, ctx)) >= LEAST["source"]
    ]


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
    out.append(f"negated={any(t.lower_ in ('ne', 'aucun', 'aucune', 'pas', chr(110) + chr(39)) for t in near)}")
    out += [f"word={t.lower_}" for t in near if t.lower_ in modality["alleged_words"]]
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
    sentence = ctx.sentence_of[root.i]
    end = ctx.starts[sentence + 1] if sentence + 1 < len(ctx.starts) else len(doc)
    for token in doc[ctx.starts[sentence] : end]:
        if "Mood=Cnd" in token.morph:
            out.append("sentence=Cnd")
        if "Tense=Fut" in token.morph:
            out.append("sentence=Fut")
        if token.lower_ in (
            "prochain",
            "prochaine",
            "prochains",
            "demain",
            "prévu",
            "prévue",
            "doit",
            "doivent",
            "devrait",
            "devraient",
        ):
            out.append(f"sentence={token.lower_}")
    return out


def status_alternatives(names: Sequence[str]) -> list[list[str]]:
    """The features crossed with each status other than Actual."""
    return [[f"{status}:{name}" for name in dict.fromkeys(names)] for status in STATUSES]


def status(
    doc: Doc,
    trigger: Trigger,
    vouching: Sequence[Attribution],
    triggers: Sequence[Trigger],
    ctx: Context,
    model: LinearModel,
) -> Status:
    """The status of one mention of an event."""
    index, _ = best_of(
        model, status_alternatives(status_features(doc, trigger, vouching, triggers, ctx)), LEAST["status"]
    )
    return "Actual" if index is None else STATUSES[index]
