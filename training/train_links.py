"""Fit what attaches to events: roles, sources, statuses, and event coreference.

Writes roles.json, sources.json, status.json and coreference.json in kg/fr/models/.
Coreference sees the other models' output, so its examples are read with models fitted on other articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import train_dates
import train_places
import train_roles
from conditional_logit import Choice, fit, save
from prepared import Prepared, annotated_name, found_name, gold_names, prepared_corpus, surroundings

from kg.nlp.attribution import Attribution
from kg.nlp.date_attachment import datings
from kg.nlp.event_coreference import candidates as earlier_mentions
from kg.nlp.event_coreference import pair_features
from kg.nlp.event_status import STATUSES, Circumstances, status_alternatives, status_features, when
from kg.nlp.linear import LinearModel, spelled
from kg.nlp.reading import Models, read_mentions
from kg.nlp.source_attachment import SourceGrammar
from kg.nlp.speakers import speaker_kinds, speakers
from kg.nlp.triggers import Trigger

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models"
PENALTIES = {"sources": 8.0, "status": 1.0, "coreference": 4.0}
GOLD_WEIGHT = 2.0
"""What an example of the gold set counts beside one of the project's own articles, which name fewer sources."""
FOLDS = 3


def vouching(article: Prepared) -> Iterator[tuple[Trigger, int, SourceGrammar, list[tuple[Attribution, bool]]]]:
    """Each trigger, its event, and the attributions near it: whether the annotation names their speaker as a source."""
    known, table = gold_names(article.gold), article.entities.entities
    kinds = speaker_kinds(article.doc, article.entities, article.said)
    keys = {a: speakers(article.doc, article.entities, a) for a in article.said}
    said = {a: [found_name(table[key]) for key in found if key in table] for a, found in keys.items()}
    for trigger, number in zip(article.triggers, article.event_of, strict=True):
        names = [annotated_name(known, name) for name in article.gold.events[number]["sources"]]
        grammar = SourceGrammar(
            article.doc, trigger, article.said, article.triggers, article.context, kinds, article.figures
        )
        right = [(a, any(name.same_actor(other) for name in names for other in said[a])) for a in grammar.choices]
        yield trigger, number, grammar, right


def source_examples(article: Prepared) -> Iterator[Choice]:
    """For each trigger and attribution near it: whether its speaker is an annotated source."""
    weight = 1.0 if article.gold.raw["id"].startswith("own-") else GOLD_WEIGHT
    for _, _, grammar, said in vouching(article):
        for attribution, right in said:
            yield Choice([grammar.features(attribution)], 0 if right else None, weight)


def status_examples(article: Prepared) -> Iterator[Choice]:
    """For each trigger: the annotated status, seen with the days that the date model gives it."""
    kinds = speaker_kinds(article.doc, article.entities, article.said)
    days = datings(article.doc, article.triggers, article.spans, article.gold.date, article.blocks)
    for (trigger, number, _, said), day in zip(vouching(article), days, strict=True):
        says = [attribution for attribution, right in said if right]
        known = Circumstances(when(day.days if day else None, article.gold.date), says, kinds)
        kind = article.gold.events[number]["status"]
        features = status_features(article.doc, trigger, known, article.triggers, article.context)
        yield Choice(
            [spelled(names) for names in status_alternatives(features)],
            STATUSES.index(kind) if kind in STATUSES else None,
        )


EXAMPLES = {
    "sources": source_examples,
    "status": status_examples,
}


def fit_links(articles: Sequence[Prepared]) -> dict[str, dict[str, float]]:
    """Weights of roles, sources and statuses."""
    links = {
        name: fit([c for article in articles for c in make(article)], PENALTIES[name])
        for name, make in EXAMPLES.items()
    }
    return {"roles": train_roles.fitted(articles), **links}


def coreference_examples(article: Prepared, models: Models) -> Iterator[Choice]:
    """For each mention: the nearest earlier mention of its event, or none."""
    slots = [reading.slots() for reading in read_mentions(surroundings(article), article.triggers, models, "fr")]
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


def link_models(articles: Sequence[Prepared]) -> Models:
    """All that the reader of mentions uses, fitted on some articles."""
    links = {name: LinearModel(weights) for name, weights in fit_links(articles).items()}
    return Models(
        event_places=train_places.fitted(articles),
        event_dates=train_dates.fitted(articles),
        event_roles=LinearModel({}),
        **links,
    )


def fit_coreference(articles: Sequence[Prepared]) -> dict[str, float]:
    """Weights of event coreference, on slots read with models of the other folds."""
    choices: list[Choice] = []
    for fold in range(FOLDS):
        models = link_models([a for i, a in enumerate(articles) if i % FOLDS != fold])
        choices += [c for i, a in enumerate(articles) if i % FOLDS == fold for c in coreference_examples(a, models)]
    return fit(choices, PENALTIES["coreference"])


def main() -> None:
    """Train on all articles at hand and write the models."""
    articles = prepared_corpus()
    for name, weights in fit_links(articles).items():
        save(weights, TARGET / f"{name}.json")
    save(fit_coreference(articles), TARGET / "coreference.json")


if __name__ == "__main__":
    main()
