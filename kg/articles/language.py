"""The language of an article: as it says, else as its words do (py3langid)."""

from __future__ import annotations

import functools
from typing import Any

from kg.model import Article

PACKS = ("fr",)
"""Languages that articles can be read in."""
_SHORTEST = 100
_LONGEST = 5_000
_LEAST = 0.001


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def foreign(article: Article) -> str | None:
    """The language code of an article that no pack reads; None for one that can be read.

    A text of less than a hundred characters, or that may well be in a language with a pack, is taken to be in it.
    """
    if article.language:
        code = article.language.lower().replace("_", "-").partition("-")[0]
        return None if code in PACKS else article.language
    if len(article.text) < _SHORTEST:
        return None
    ranked: dict[str, float] = dict(_identifier().rank(article.text[:_LONGEST]))
    best = max(ranked, key=lambda code: (ranked[code], code))
    if best in PACKS or any(ranked.get(code, 0.0) > _LEAST for code in PACKS):
        return None
    return best
