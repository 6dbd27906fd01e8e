"""Train the model that tells persons, places, organisations and groups among names: kg/fr/models/name_kinds.json.

    python training/train_name_kinds.py
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from annotations import ROOT, Annotated, training_corpus
from conditional_logit import Choice, fit, save

from kg.gazetteer import Gazetteer
from kg.nlp.name_kinds import KINDS, MODEL, NameKinds
from kg.nlp.name_lexicon import name_lexicon
from kg.nlp.name_spans import NameFinder
from kg.nlp.token_columns import fold, read_columns

PENALTY = 2.0
_KIND = {"state": "place"}


def gold_kind(form: str, entities: Iterable[dict[str, Any]]) -> str | None:
    """The kind of the annotated entity that has the form as a name, an alias or a part of its name."""
    words = set(form.split())
    partial = None
    for entity in entities:
        kind = _KIND.get(entity["type"], entity["type"])
        names = [fold(name) for name in [entity["name"], *entity.get("aliases", [])]]
        if form in names:
            return str(kind)
        if any(words <= set(name.split()) or set(name.split()) <= words for name in names):
            partial = partial or str(kind)
    return partial


def choices(articles: Iterable[Annotated], gazetteer: Gazetteer) -> list[Choice]:
    """One choice for each form that a pattern or the gazetteer does not decide."""
    out = []
    lexicon = name_lexicon("fr")
    for article in articles:
        cols = read_columns(article.doc)
        kinds = NameKinds(cols, lexicon, gazetteer, "fr")
        for form, group in kinds.forms(NameFinder(cols, lexicon, gazetteer).find()).items():
            if kinds._fixed(group) is not None:
                continue
            kind = gold_kind(form, article.raw["entities"])
            names = kinds.features(form, group)
            out.append(Choice([[f"{k}:{name}" for name in names] for k in KINDS], KINDS.index(kind) if kind else None))
    return out


if __name__ == "__main__":
    found = choices(training_corpus(), Gazetteer.open())
    weights = fit(found, penalty=PENALTY)
    save(weights, ROOT / "kg" / "fr" / "models" / f"{MODEL}.json")
    print(f"{len(found)} names, {len(weights)} weights")
