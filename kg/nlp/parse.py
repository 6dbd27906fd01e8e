"""From an article's text to a parsed spaCy Doc, sentence by sentence."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import spacy
from spacy.language import Language
from spacy.tokens import Doc

MODEL = "fr_core_news_md"
_PARAGRAPH = re.compile(r"\n\s*\n|\n")
_SENTENCE = re.compile(r"(?<=[.!?…])[»\"”)]*\s+(?=[«\"“A-ZÀ-Ý0-9(—–-])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|Mgr|St|Ste|av|env|cf|art|p|vol|no|n°|km|[A-ZÉ])|\b[A-Z]\.[A-Z])\.$"
)


@functools.cache
def language() -> Language:
    """The French model, loaded once a process."""
    return spacy.load(MODEL)


def sentence_starts(text: str) -> Iterator[int]:
    """Code points at which sentences start: paragraph breaks, and sentence-final marks that end no abbreviation."""
    yield 0
    for match in sorted([*_PARAGRAPH.finditer(text), *_SENTENCE.finditer(text)], key=lambda m: m.end()):
        if "\n" in match.group() or not _ABBREVIATION.search(text[max(0, match.start() - 6) : match.start()]):
            yield match.end()


def parse(text: str) -> Doc:
    """Tokenise, fix sentence starts by rule, and run the whole French model over a normalised text."""
    nlp = language()
    doc = nlp.make_doc(text)
    starts = set(sentence_starts(text))
    fresh = True
    for token in doc:
        fresh = fresh or token.idx in starts
        token.is_sent_start = fresh and not token.is_space
        fresh = fresh and token.is_space
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc
