"""Fit the choice of places for each event (`kg.nlp.place_attachment`).

Writes event_places.json in kg/fr/models/. Prints the place slot's precision, recall and F1 with the annotated
triggers, on articles left out of the fit in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from conditional_logit import Choice, fit, save
from prepared import Prepared, annotated_name, disturbed, found_name, gold_names, prepared_corpus

from kg.evaluation.matching import Named, paired
from kg.nlp.linear import LinearModel
from kg.nlp.place_attachment import MODEL, PlaceGrammar, named_places, options, placings

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models" / f"{MODEL}.json"
PENALTY = 8.0
FOLDS = 4


def found_names(article: Prepared, keys: Sequence[str]) -> list[Named]:
    """Entity keys as evaluation sees them."""
    table = article.entities.entities
    return [found_name(table[key]) for key in keys if key in table]


def choices(article: Prepared) -> Iterator[Choice]:
    """For each trigger the option that has most of the annotated places and least else, or none.

    Of several that fit alike, the one of the trigger's own sentence that stands nearest is right. Each choice is
    shown among the annotated triggers and among disturbed ones.
    """
    doc, ctx, known = article.doc, article.context, gold_names(article.gold)
    places = named_places(doc, article.entities)
    others = disturbed(article)
    for trigger, number in zip(article.triggers, article.event_of, strict=True):
        found = options(trigger, places, ctx)
        if not found:
            continue
        want = [annotated_name(known, name) for name in article.gold.events[number]["places"]]
        best, right = (0.0, 0, 0), None
        for i, option in enumerate(found):
            hits = paired(want, found_names(article, option.keys), Named.same)
            fit_ = 2 * hits / (len(want) + len(option.keys))
            own = ctx.sentence_of[option.head] == ctx.sentence_of[trigger.root]
            rank = (fit_, int(own), -abs(option.head - trigger.root))
            if hits and rank > best:
                best, right = rank, i
        for triggers in (article.triggers, others):
            seen = triggers if trigger in triggers else sorted([*triggers, trigger], key=lambda t: t.start)
            grammar = PlaceGrammar(doc, trigger, found, seen, ctx)
            yield Choice([grammar.features(option) for option in found], right, 0.5)


def fitted(articles: Sequence[Prepared]) -> LinearModel:
    """The model fitted on some articles."""
    return LinearModel(fit([c for article in articles for c in choices(article)], PENALTY))


def tally(article: Prepared, model: LinearModel) -> tuple[int, int, int]:
    """Places found as annotated, annotated, and found, over the events of an article."""
    known = gold_names(article.gold)
    found = placings(article.doc, article.triggers, article.entities, article.context, model=model)
    hit = gold = given = 0
    for number, event in enumerate(article.gold.events):
        own = [p for p, n in zip(found, article.event_of, strict=True) if p and n == number]
        best = max(own, key=lambda placing: placing.score, default=None)
        want = [annotated_name(known, name) for name in event["places"]]
        names = found_names(article, best.keys) if best else []
        hit, gold, given = hit + paired(want, names, Named.same), gold + len(want), given + len(names)
    return hit, gold, given


def held_out(articles: Sequence[Prepared], examples: Sequence[Sequence[Choice]]) -> tuple[float, float, float]:
    """Precision, recall and F1 with each fold judged by a model of the others."""
    hit = gold = given = 0
    for fold in range(FOLDS):
        model = LinearModel(fit([c for i, cs in enumerate(examples) if i % FOLDS != fold for c in cs], PENALTY))
        for article in articles[fold::FOLDS]:
            counts = tally(article, model)
            hit, gold, given = hit + counts[0], gold + counts[1], given + counts[2]
    precision, recall = hit / max(1, given), hit / max(1, gold)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    """Train on all articles at hand and write the weights."""
    articles = prepared_corpus()
    examples = [list(choices(article)) for article in articles]
    print("held out: precision {:.3f}, recall {:.3f}, F1 {:.3f}".format(*held_out(articles, examples)))
    save(fit([c for cs in examples for c in cs], PENALTY), TARGET)


if __name__ == "__main__":
    main()
