"""Which sentences of an article are worth parsing.

Parsing is most of the work, and most news tells of no conflict. A sentence is marked by a word of
``kg/<language>/interest.toml``, or by two loose ones ("guerre des prix" has one). Where few are marked, only the paragraphs that
have one are parsed, and those beside them that have any of the words; an article that is full of them is parsed
whole. A sentence that is not parsed gives no event, only names that the gazetteer knows.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from kg.nlp.cues import nominal_forms

FULL, FULL_LOOSE, SHORT = 0.1, 0.25, 6
"""Share of marked sentences, and of sentences with any of the words, from which on an article is about conflict; so is one
whose headline has any, and one of few sentences is not worth the choice."""
LONG, FULL_LOOSE_LONG = 25, 0.4
"""Sentences beyond which an article must have more of the loose words, some of which any long text has."""


@functools.cache
def markers(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Lower-case forms of the words that mark a sentence by themselves, and of the loose ones."""
    table = tomllib.loads((files("kg") / language / "interest.toml").read_text(encoding="utf-8"))
    words = {word for row in table["words"].values() for word in row.split()}
    loose = set(table["loose"]["words"].split())
    return _forms(words - loose), _forms(loose)


def _forms(words: set[str]) -> frozenset[str]:
    return frozenset(form for word in words for form in nominal_forms(word))


def worth_parsing(words: Sequence[str], starts: Sequence[int], paragraphs: Sequence[int], language: str) -> list[bool]:
    """For each sentence whether to parse it.

    `words` are the lower-case tokens, `starts` the first token of each sentence, `paragraphs` the number of the
    paragraph that each sentence stands in.
    """
    own, loose = markers(language)
    sentences = [words[a:b] for a, b in zip(starts, [*starts[1:], len(words)], strict=True)]
    plain = [sum(word in loose for word in sentence) for sentence in sentences]
    sure = [any(word in own for word in sentence) for sentence in sentences]
    marked = [mark or count > 1 for mark, count in zip(sure, plain, strict=True)]
    touched = sum(mark or count > 0 for mark, count in zip(sure, plain, strict=True))
    headline = any(m or c for m, c, p in zip(sure, plain, paragraphs, strict=True) if p == paragraphs[0])
    full_loose = FULL_LOOSE if len(sure) <= LONG else FULL_LOOSE_LONG
    if headline or len(sure) <= SHORT or sum(sure) >= FULL * len(sure) or touched >= full_loose * len(sure):
        return [True] * len(marked)
    alone = {p for p, mark in zip(paragraphs, marked, strict=True) if mark}
    loosely = {p for p, count in zip(paragraphs, plain, strict=True) if count}
    kept = alone | {p for p in loosely if p - 1 in alone or p + 1 in alone}
    return [p in kept for p in paragraphs]
