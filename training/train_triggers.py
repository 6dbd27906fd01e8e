"""Fit kg/fr/models/triggers.json: which cues are triggers, and of which type."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from annotations import Annotated, training_corpus
from conditional_logit import Choice, fit, save
from marked_triggers import trigger_texts

from kg.nlp.cues import CueLexicon, french_verb_forms
from kg.nlp.linear import LinearModel, spelled
from kg.nlp.trigger_features import context
from kg.nlp.trigger_model import TriggerModel, choices

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models" / "triggers.json"
PENALTY = 3.0
REPEATED = 0.4
"""Weight of an unannotated cue whose word is a trigger elsewhere in its article: often a mention left out."""


def examples(article: Annotated, lexicon: CueLexicon) -> list[Choice]:
    """One choice for each cue of an article: its types, of which the annotated one is right."""
    kinds = {i: article.events[m.event]["type"] for m in article.mentions for i in range(m.start, m.end)}
    matches = [match for match in lexicon.find(article.doc) if article.doc[match.root].dep_]
    annotated = {m.cue.words[0] for m in matches if any(i in kinds for i in range(m.start, m.end))}
    out = []
    for match, alternatives in choices(article.doc, matches, context(article.doc, matches, "fr")):
        features = [spelled(crossed) for crossed in alternatives]
        kind = next((kinds[i] for i in range(match.start, match.end) if i in kinds), None)
        if kind is None:
            out.append(Choice(features, None, REPEATED if match.cue.words[0] in annotated else 1.0))
        elif kind in match.cue.types:
            out.append(Choice(features, match.cue.types.index(kind)))
    return out


def train(articles: Sequence[Annotated], penalty: float) -> dict[str, float]:
    """Weights fitted on the articles."""
    lexicon = CueLexicon.load("fr", french_verb_forms())
    return fit([choice for article in articles for choice in examples(article, lexicon)], penalty)


def models_in_turn(
    articles: Sequence[Annotated], more: Sequence[Annotated], folds: int = 4
) -> list[tuple[TriggerModel, range]]:
    """For each fold the model fitted on the others and on `more`, and the fold's indexes into `articles`."""
    lexicon = CueLexicon.load("fr", french_verb_forms())
    ready = [examples(article, lexicon) for article in articles]
    extra = [choice for article in more for choice in examples(article, lexicon)]
    out = []
    for fold in range(folds):
        kept = [choice for i, made in enumerate(ready) if i % folds != fold for choice in made]
        model = TriggerModel(lexicon, LinearModel(fit([*kept, *extra], PENALTY)), "fr")
        out.append((model, range(fold, len(articles), folds)))
    return out


def main() -> None:
    """Train on all articles at hand and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--penalty", type=float, default=PENALTY)
    save(train([*training_corpus(), *trigger_texts()], parser.parse_args().penalty), TARGET)


if __name__ == "__main__":
    main()
