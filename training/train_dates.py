"""Fit the choice of a date for each event (`kg.nlp.date_attachment`).

Writes event_dates.json in kg/fr/models/. Prints the date slot's precision, recall and F1 with the annotated
triggers, on articles left out of the fit in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from conditional_logit import Choice, fit, save
from prepared import Prepared, prepared_corpus

from kg.nlp.date_attachment import MODEL, Dating, Layout, Option, datings, features, options, outside_datelines, settled
from kg.nlp.linear import LinearModel

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models" / f"{MODEL}.json"
PENALTY = 6.0
FOLDS = 4


def annotated_days(article: Prepared, event: int) -> tuple[str, str] | None:
    """First and last day of a gold event, in ISO 8601."""
    day = article.gold.events[event].get("date")
    return (day["from"], day["to"]) if day else None


def iso(item: Option | Dating) -> tuple[str, str]:
    """Days in ISO 8601."""
    return item.days[0].isoformat(), item.days[1].isoformat()


def choices(article: Prepared) -> Iterator[Choice]:
    """For each trigger the option that has the annotated days, the nearest of the sentence first, or none."""
    doc, triggers, layout = article.doc, article.triggers, Layout.of(article.doc)
    reference = article.gold.date
    known = settled(outside_datelines(doc, article.spans, article.blocks))
    for number, trigger in zip(article.event_of, triggers, strict=True):
        found = options(doc, trigger, known, layout, reference)
        if not found:
            continue
        want = annotated_days(article, number)
        fitting = [i for i, option in enumerate(found) if iso(option) == want]
        near = {
            i: abs(span.start - trigger.root)
            for i in fitting
            if (span := found[i].span) and layout.sentence[span.start] == layout.sentence[trigger.root]
        }
        right = min(near, key=lambda i: near[i]) if near else fitting[-1] if fitting else None
        yield Choice([features(doc, trigger, o, found, triggers, layout, reference) for o in found], right)


def fitted(articles: Sequence[Prepared]) -> LinearModel:
    """The model fitted on some articles."""
    return LinearModel(fit([c for article in articles for c in choices(article)], PENALTY))


def tally(article: Prepared, model: LinearModel) -> tuple[int, int, int]:
    """Events dated as annotated, dated in the annotation, and dated by the model."""
    found = datings(article.doc, article.triggers, article.spans, article.gold.date, article.blocks, model=model)
    hit = gold = dated = 0
    for number in range(len(article.gold.events)):
        own = [d for d, n in zip(found, article.event_of, strict=True) if d and n == number]
        best = max(own, key=lambda dating: dating.score, default=None)
        want = annotated_days(article, number)
        gold, dated = gold + (want is not None), dated + (best is not None)
        hit += best is not None and iso(best) == want
    return hit, gold, dated


def held_out(articles: Sequence[Prepared], examples: Sequence[Sequence[Choice]]) -> tuple[float, float, float]:
    """Precision, recall and F1 with each fold judged by a model of the others."""
    hit = gold = dated = 0
    for fold in range(FOLDS):
        model = LinearModel(fit([c for i, cs in enumerate(examples) if i % FOLDS != fold for c in cs], PENALTY))
        for i, article in enumerate(articles):
            if i % FOLDS == fold:
                counts = tally(article, model)
                hit, gold, dated = hit + counts[0], gold + counts[1], dated + counts[2]
    precision, recall = hit / max(1, dated), hit / max(1, gold)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    """Train on all articles at hand and write the weights."""
    articles = prepared_corpus()
    examples = [list(choices(article)) for article in articles]
    print("held out: precision {:.3f}, recall {:.3f}, F1 {:.3f}".format(*held_out(articles, examples)))
    save(fit([c for cs in examples for c in cs], PENALTY), TARGET)


if __name__ == "__main__":
    main()
