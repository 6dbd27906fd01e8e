"""Fit the model of an event's actors (`kg.nlp.event_roles`); writes event_roles.json in kg/fr/models/.

It sees the output of the model of roles, so its examples are read with roles fitted on other articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import train_roles
from conditional_logit import Choice, fit, save
from prepared import Prepared, annotated_name, found_name, gold_names, prepared_corpus

from kg.evaluation.matching import Named
from kg.nlp.arguments import arguments
from kg.nlp.article_actors import ArticleActors, harmed_tokens
from kg.nlp.event_role_features import ActorCandidate, EventActors
from kg.nlp.linear import LinearModel, spelled
from kg.nlp.role_features import ROLES

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models" / "event_roles.json"
PENALTY = 6.0
RAREST = 4
LIKELY = 0.5
FOLDS = 3


def article_actors(article: Prepared, roles: LinearModel) -> ArticleActors:
    """The actors of an article with the chances that a model of roles gives them."""
    doc, ctx, triggers = article.doc, article.context, article.triggers
    chances = [
        arguments(doc, trigger, triggers, article.candidates[ctx.sentence_of[trigger.root]], ctx, roles)
        for trigger in triggers
    ]
    harmed = harmed_tokens(article.figures)
    return ArticleActors(doc, ctx, article.entities.entities, article.candidates, triggers, chances, harmed)


def annotated_actors(article: Prepared, number: int) -> list[tuple[int, Named]]:
    """The actors of an annotated event, each with the index of its role."""
    known, event = gold_names(article.gold), article.gold.events[number]
    return [(index, annotated_name(known, name)) for index, role in enumerate(ROLES) for name in event[role + "s"]]


def labelled(
    candidates: Sequence[ActorCandidate], names: Sequence[Named], actors: Sequence[tuple[int, Named]]
) -> Iterator[tuple[ActorCandidate, int | None]]:
    """Candidates with the index of their role; what names an annotated actor but is not its likeliest name is left out.

    An actor that stands in a sentence of the event is taken from there.
    """
    right: dict[int, int] = {}
    doubtful: set[int] = set()
    for role, actor in actors:
        fitting = [i for i, name in enumerate(names) if name.same_actor(actor)]
        pool = [i for i in fitting if candidates[i].mentions] or fitting
        best = max((candidates[i].chances[role] for i in pool), default=0.0)
        if pool and not candidates[pool[0]].mentions:
            pool = [max(pool, key=lambda i: names[i].same(actor))]
        for i in pool:
            if candidates[i].chances[role] >= min(LIKELY, best):
                right.setdefault(i, role)
        doubtful.update(fitting)
    for i, candidate in enumerate(candidates):
        if i in right or i not in doubtful:
            yield candidate, right.get(i)


def examples(article: Prepared, roles: LinearModel) -> Iterator[Choice]:
    """Each candidate of each annotated event."""
    actors = article_actors(article, roles)
    mentions: dict[int, list[int]] = {}
    for i, number in enumerate(article.event_of):
        mentions.setdefault(number, []).append(i)
    for number, numbers in sorted(mentions.items()):
        event = EventActors(actors, numbers, article.gold.events[number]["type"])
        names = [found_name(actors.entities[candidate.key]) for candidate in event.candidates]
        for candidate, role in labelled(event.candidates, names, annotated_actors(article, number)):
            yield Choice([spelled(features) for features in event.alternatives(candidate)], role)


def fitted(articles: Sequence[Prepared]) -> dict[str, float]:
    """The weights of the model."""
    choices: list[Choice] = []
    for fold in range(FOLDS):
        roles = LinearModel(train_roles.fitted([a for i, a in enumerate(articles) if i % FOLDS != fold]))
        choices += [c for i, a in enumerate(articles) if i % FOLDS == fold for c in examples(a, roles)]
    return fit(choices, PENALTY, RAREST)


def main() -> None:
    """Train on all articles at hand and write the model."""
    save(fitted(prepared_corpus()), TARGET)


if __name__ == "__main__":
    main()
