"""Annotated articles with everything that the links between triggers and the rest are chosen from."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from annotations import Annotated, training_corpus
from spacy.tokens import Doc

from kg.evaluation.matching import Named
from kg.gazetteer import Gazetteer
from kg.model import Entity
from kg.nlp.arguments import Candidate, sentence_candidates
from kg.nlp.attribution import Attribution
from kg.nlp.casualties import CasualtySpan, find_casualties
from kg.nlp.cues import CueLexicon, french_verb_forms
from kg.nlp.dates import DateSpan, date_spans
from kg.nlp.entities import Recognised, recognise
from kg.nlp.numbers import quantities
from kg.nlp.reading import Surroundings
from kg.nlp.speakers import all_said
from kg.nlp.text import Block, layout
from kg.nlp.trigger_features import Context, context
from kg.nlp.triggers import Trigger

MISSED, ADDED = 0.2, 0.12
"""Shares of the events that the trigger model misses, and of the other cues that it takes for events."""


@dataclass(frozen=True)
class Prepared:
    """An annotated article with everything that its links are chosen from."""

    gold: Annotated
    doc: Doc
    context: Context
    triggers: list[Trigger]
    event_of: list[int]
    entities: Recognised
    spans: list[DateSpan]
    said: list[Attribution]
    figures: list[CasualtySpan]
    candidates: list[list[Candidate]]
    blocks: list[Block]


def surroundings(article: Prepared) -> Surroundings:
    """What the reader of mentions is given."""
    return Surroundings(
        article.doc, article.context, article.entities, article.spans, article.said, article.figures,
        article.candidates, article.blocks, article.gold.date,
    )  # fmt: skip


def prepare(article: Annotated, lexicon: CueLexicon, gazetteer: Gazetteer) -> Prepared:
    """Run the components before the links, with the annotated triggers."""
    doc = article.doc
    blocks = layout(doc.text, article.raw.get("title"))
    triggers = []
    for mention in article.mentions:
        span = doc[mention.start : mention.end]
        kind = article.events[mention.event]["type"]
        triggers.append(Trigger(mention.start, mention.end, span.root.i, kind, 1.0, f"cue:{span.root.lemma_.lower()}"))
    ctx = context(doc, lexicon.find(doc), "fr")
    entities = recognise(doc, article.date, gazetteer)
    return Prepared(
        article, doc, ctx, triggers, [m.event for m in article.mentions],
        entities, date_spans(doc, article.date), all_said(doc, entities),
        find_casualties(doc, quantities(doc), "fr", blocks), sentence_candidates(doc, entities, ctx, blocks), blocks,
    )  # fmt: skip


def disturbed(article: Prepared) -> list[Trigger]:
    """The annotated triggers as a trigger model may find them: some missed, and other cues among them.

    Which ones is drawn by a generator seeded with the article's text, so that it is repeatable.
    """
    draw = random.Random(article.doc.text)  # noqa: S311
    taken = {i for trigger in article.triggers for i in range(trigger.start, trigger.end)}
    cues = dict.fromkeys(
        match for match in article.context.cue_at.values() if taken.isdisjoint(range(match.start, match.end))
    )
    added = [Trigger(m.start, m.end, m.root, m.cue.types[0], 0.5) for m in cues if draw.random() < ADDED]
    kept = [trigger for trigger in article.triggers if draw.random() >= MISSED]
    return sorted([*kept, *added], key=lambda trigger: trigger.start)


def prepared_corpus() -> list[Prepared]:
    """The training articles, prepared."""
    lexicon, gazetteer = CueLexicon.load("fr", french_verb_forms()), Gazetteer.open()
    return [prepare(article, lexicon, gazetteer) for article in training_corpus()]


def gold_names(article: Annotated) -> dict[str, Named]:
    """The annotated entities by name."""
    return {
        row["name"]: Named.of(
            [row["name"], *row.get("aliases", [])], row["type"], row.get("country"), row.get("geonames"), row["name"]
        )
        for row in article.raw["entities"]
    }


def found_name(entity: Entity) -> Named:
    """An extracted entity as evaluation sees it."""
    return Named.of([entity.label, *entity.aliases], entity.kind, entity.country, entity.geonames, entity.label)


def annotated_name(known: Mapping[str, Named], name: str) -> Named:
    """An annotated slot filler: the entity of that name, or a plain noun."""
    return known.get(name) or Named.of([name], "group", None, None, name)
