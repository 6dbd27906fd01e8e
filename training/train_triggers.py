"""Fit kg/fr/models/triggers.npz: which cues are triggers, and of which type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from annotations import Annotated, AnnotatedMention, training_corpus
from hidden_layer import Labelled, Settings, fit_labels
from marked_triggers import trigger_texts

from kg.nlp.cues import CueLexicon, french_verb_forms
from kg.nlp.event_coreference import FAMILIES
from kg.nlp.network import Network
from kg.nlp.parse import parse
from kg.nlp.trigger_features import context
from kg.nlp.trigger_model import NO_EVENT, TriggerModel, described, surroundings
from kg.nlp.word_vectors import mean_vectors

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models" / "triggers.npz"
LABELS = (NO_EVENT, *sorted(kind for kinds in FAMILIES for kind in kinds))
SETTINGS = Settings()
ALONE = 0.5
"""Weight of a sentence out of its article."""
REPEATED = 0.4
"""Weight of an unannotated cue whose word is a trigger elsewhere in its article: often a mention left out."""


def examples(article: Annotated, lexicon: CueLexicon) -> list[Labelled]:
    """One row for each cue of an article, unless its annotated type is none that the cue can have."""
    kinds = {i: article.events[m.event]["type"] for m in article.mentions for i in range(m.start, m.end)}
    matches = [match for match in lexicon.find(article.doc) if article.doc[match.root].dep_]
    if not matches:
        return []
    annotated = {m.cue.words[0] for m in matches if any(i in kinds for i in range(m.start, m.end))}
    ctx = context(article.doc, matches, "fr")
    vectors = surroundings(matches, ctx, mean_vectors(article.doc, ctx.starts))
    out = []
    for match, features, vector in zip(matches, described(article.doc, matches, ctx), vectors, strict=True):
        kind = next((kinds[i] for i in range(match.start, match.end) if i in kinds), NO_EVENT)
        weight = REPEATED if kind == NO_EVENT and match.cue.words[0] in annotated else 1.0
        if kind in (NO_EVENT, *match.cue.types):
            out.append(Labelled(features, (NO_EVENT, *match.cue.types), kind, weight, vector))
    return out


def lone_sentences(article: Annotated) -> Iterator[Annotated]:
    """Every third sentence as a text of its own, parsed anew: people try the extraction on one sentence first."""
    for sentence in list(article.doc.sents)[::3]:
        begin, end = sentence.start, sentence.end
        while end - 1 > begin and article.doc[end - 1].is_space:
            end -= 1
        doc = parse(article.doc[begin:end].text)
        if len(doc) != end - begin:
            continue
        inside = [m for m in article.mentions if begin <= m.start and m.end <= end]
        mentions = tuple(AnnotatedMention(m.event, m.start - begin, m.end - begin) for m in inside)
        yield Annotated(article.raw, doc, mentions)


def all_examples(article: Annotated, lexicon: CueLexicon) -> list[Labelled]:
    """The rows of an article and, at a lower weight, those of its sentences alone."""
    alone = [row for sentence in lone_sentences(article) for row in examples(sentence, lexicon)]
    return examples(article, lexicon) + [replace(row, weight=ALONE * row.weight) for row in alone]


def fitted(rows: Sequence[Labelled]) -> Network:
    """The network for some rows."""
    return fit_labels(rows, LABELS, SETTINGS)


def models_in_turn(
    articles: Sequence[Annotated], more: Sequence[Annotated], folds: int = 4
) -> list[tuple[TriggerModel, range]]:
    """For each fold the model fitted on the others and on `more`, and the fold's indexes into `articles`."""
    lexicon = CueLexicon.load("fr", french_verb_forms())
    ready = [all_examples(article, lexicon) for article in articles]
    extra = [row for article in more for row in all_examples(article, lexicon)]
    out = []
    for fold in range(folds):
        kept = [row for i, made in enumerate(ready) if i % folds != fold for row in made]
        out.append((TriggerModel(lexicon, fitted([*kept, *extra]), "fr"), range(fold, len(articles), folds)))
    return out


def main() -> None:
    """Train on all articles at hand and write the model."""
    lexicon = CueLexicon.load("fr", french_verb_forms())
    articles = [*training_corpus(), *trigger_texts()]
    fitted([row for article in articles for row in all_examples(article, lexicon)]).save(TARGET)


if __name__ == "__main__":
    main()
