"""Fit what attaches to events: roles, dates, sources, statuses, and event coreference.

Writes roles.json, dates.json, sources.json, status.json and coreference.json in kg/fr/models/.
Coreference sees the other models' output, so its examples are read with models fitted on other articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotations import Annotated, training_corpus
from conditional_logit import Choice, fit, save
from spacy.tokens import Doc

from kg.evaluation.matching import Named
from kg.gazetteer import Gazetteer
from kg.model import Entity
from kg.nlp.arguments import ROLES, Candidate, nearby, role_alternatives
from kg.nlp.attachment import (
    STATUSES,
    date_choices,
    date_features,
    source_choices,
    source_features,
    status_alternatives,
    status_features,
)
from kg.nlp.attribution import Attribution, attributions
from kg.nlp.casualties import CasualtySpan, find_casualties
from kg.nlp.cues import CueLexicon, french_verb_forms
from kg.nlp.dates import DateSpan, date_spans
from kg.nlp.entities import Recognised, recognise
from kg.nlp.event_coreference import candidates as earlier_mentions
from kg.nlp.event_coreference import pair_features
from kg.nlp.linear import LinearModel
from kg.nlp.numbers import quantities
from kg.nlp.reading import Models, Surroundings, read_mentions, speakers
from kg.nlp.trigger_features import Context, context
from kg.nlp.triggers import Trigger

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models"
PENALTIES = {"roles": 10.0, "dates": 5.0, "sources": 1.0, "status": 1.0, "coreference": 4.0}
FOLDS = 3


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


def surroundings(article: Prepared) -> Surroundings:
    """What the reader of mentions is given."""
    return Surroundings(article.doc, article.context, article.entities, article.spans, article.said, article.figures)


def prepare(article: Annotated, lexicon: CueLexicon, gazetteer: Gazetteer) -> Prepared:
    """Run the components before the links, with the annotated triggers."""
    doc = article.doc
    triggers = []
    for mention in article.mentions:
        span = doc[mention.start : mention.end]
        kind = article.events[mention.event]["type"]
        triggers.append(Trigger(mention.start, mention.end, span.root.i, kind, 1.0, f"cue:{span.root.lemma_.lower()}"))
    return Prepared(
        article, doc, context(doc, lexicon.find(doc), "fr"), triggers, [m.event for m in article.mentions],
        recognise(doc, article.date, gazetteer), date_spans(doc, article.date), attributions(doc),
        find_casualties(doc, quantities(doc)),
    )  # fmt: skip


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


def role_examples(article: Prepared) -> Iterator[Choice]:
    """For each noun phrase in a trigger's sentence: the role that the annotation gives it, or none."""
    known = gold_names(article.gold)
    met: dict[int, list[Candidate]] = {}
    for trigger, number in zip(article.triggers, article.event_of, strict=True):
        event = article.gold.events[number]
        options = nearby(article.doc, trigger, article.entities, article.context, met)
        table = article.entities.entities
        for candidate in options:
            if trigger.start <= candidate.head < trigger.end:
                continue
            right = None
            for index, role in enumerate(ROLES):
                field = "places" if role == "place" else role + "s"
                names = [known.get(name) or Named.of([name], "group", None, None, name) for name in event[field]]
                keys = candidate.places if role == "place" else candidate.actors
                found = [found_name(table[key]) for key in keys if key in table]
                same = Named.same if role == "place" else Named.same_actor
                if any(same(name, other) for name in names for other in found):
                    right = index
                    break
            yield Choice(role_alternatives(article.doc, trigger, candidate, article.triggers, article.context), right)


def date_examples(article: Prepared) -> Iterator[Choice]:
    """For each trigger: the date expression that has the annotated days, or none."""
    for trigger, number in zip(article.triggers, article.event_of, strict=True):
        options = date_choices(trigger, article.spans, article.context)
        if not options:
            continue
        day = article.gold.events[number].get("date")
        right = None
        if day:
            want = (day["from"], day["to"])
            fitting = [
                i
                for i, span in enumerate(options)
                if span.days and (span.days[0].isoformat(), span.days[1].isoformat()) == want
            ]
            near = [
                i
                for i in fitting
                if article.context.sentence_of[options[i].start] == article.context.sentence_of[trigger.root]
            ]
            relative = [i for i, span in enumerate(options) if span.offset is not None]
            right = near[-1] if near else fitting[-1] if fitting else relative[-1] if relative else None
        features = [
            date_features(article.doc, trigger, span, article.spans, article.triggers, article.context, article.said)
            for span in options
        ]
        yield Choice(features, right)


def vouching(article: Prepared, trigger: Trigger, number: int) -> list[tuple[Attribution, bool]]:
    """The attributions near a trigger, and whether the annotation names their speaker as a source."""
    known = gold_names(article.gold)
    event = article.gold.events[number]
    names = [known.get(name) or Named.of([name], "group", None, None, name) for name in event["sources"]]
    out = []
    for attribution in source_choices(trigger, article.said, article.context):
        keys = speakers(surroundings(article), attribution)
        table = article.entities.entities
        found = [found_name(table[key]) for key in keys if key in table]
        out.append((attribution, any(name.same_actor(other) for name in names for other in found)))
    return out


def source_examples(article: Prepared) -> Iterator[Choice]:
    """For each trigger and attribution near it: whether its speaker is an annotated source."""
    for trigger, number in zip(article.triggers, article.event_of, strict=True):
        for attribution, right in vouching(article, trigger, number):
            features = source_features(
                article.doc, trigger, attribution, article.said, article.triggers, article.context
            )
            yield Choice([features], 0 if right else None)


def status_examples(article: Prepared) -> Iterator[Choice]:
    """For each trigger: the annotated status."""
    for trigger, number in zip(article.triggers, article.event_of, strict=True):
        says = [attribution for attribution, right in vouching(article, trigger, number) if right]
        kind = article.gold.events[number]["status"]
        features = status_features(article.doc, trigger, says, article.triggers, article.context)
        yield Choice(status_alternatives(features), STATUSES.index(kind) if kind in STATUSES else None)


EXAMPLES = {
    "roles": role_examples,
    "dates": date_examples,
    "sources": source_examples,
    "status": status_examples,
}


RAREST = 4
"""Features of roles met in fewer examples are left out: there are many."""


def fit_links(articles: Sequence[Prepared]) -> dict[str, dict[str, float]]:
    """Weights of every model but coreference."""
    return {
        name: fit([c for article in articles for c in make(article)], PENALTIES[name], RAREST if name == "roles" else 2)
        for name, make in EXAMPLES.items()
    }


def coreference_examples(article: Prepared, models: Models) -> Iterator[Choice]:
    """For each mention: the nearest earlier mention of its event, or none."""
    around = Surroundings(article.doc, article.context, article.entities, article.spans, article.said, article.figures)
    slots = [reading.slots() for reading in read_mentions(around, article.triggers, models, "fr")]
    for j in range(len(article.triggers)):
        options = earlier_mentions(article.triggers, j)
        if not options:
            continue
        fitting = [k for k, i in enumerate(options) if article.event_of[i] == article.event_of[j]]
        features = [
            pair_features(article.doc, article.triggers[i], article.triggers[j], (slots[i], slots[j]), article.context)
            for i in options
        ]
        yield Choice(features, fitting[-1] if fitting else None)


def link_models(weights: dict[str, dict[str, float]]) -> Models:
    """Weights as the models that the reader uses."""
    return Models(**{name: LinearModel(values) for name, values in weights.items()})


def fit_coreference(articles: Sequence[Prepared]) -> dict[str, float]:
    """Weights of event coreference, on slots read with models of the other folds."""
    choices: list[Choice] = []
    for fold in range(FOLDS):
        models = link_models(fit_links([a for i, a in enumerate(articles) if i % FOLDS != fold]))
        choices += [c for i, a in enumerate(articles) if i % FOLDS == fold for c in coreference_examples(a, models)]
    return fit(choices, PENALTIES["coreference"])


def main() -> None:
    """Train on all articles at hand and write the models."""
    lexicon, gazetteer = CueLexicon.load("fr", french_verb_forms()), Gazetteer.open()
    articles = [prepare(article, lexicon, gazetteer) for article in training_corpus()]
    for name, weights in fit_links(articles).items():
        save(weights, TARGET / f"{name}.json")
    save(fit_coreference(articles), TARGET / "coreference.json")


if __name__ == "__main__":
    main()
