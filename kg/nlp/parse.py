"""From an article's text to a parsed spaCy Doc, sentence by sentence."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from kg.nlp.interest import worth_parsing

MODEL = "fr_core_news_md"
LONG, LONGEST = 150, 300
"""Tokens from which a sentence ends at the next pause, and in any case: what is done for each pair of words of a sentence
must not take for ever on a text without full stops."""
_PAUSES = frozenset({",", ";", ":", "-", "–", "—"})
_OPS = NumpyOps(use_blis=False)
_PARAGRAPH = re.compile(r"\n\s*\n|\n")
_SENTENCE = re.compile(r"(?<=[.!?…])[»\"”)]*\s+(?=[«\"“A-ZÀ-Ý0-9(—–-])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|Mgr|St|Ste|av|env|cf|art|p|vol|no|n°|km|[A-ZÉ])|\b[A-Z]\.[A-Z])\.$"
)


@functools.cache
def language() -> Language:
    """The French model, loaded once a process.

    Its matrices are multiplied by numpy's BLAS, which is several times as fast as the one that thinc uses by default.
    """
    nlp = spacy.load(MODEL)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for node in model.walk() if model is not None else ():
            node.ops = _OPS
    return nlp


def sentence_starts(text: str) -> Iterator[int]:
    """Code points at which sentences start: paragraph breaks, and sentence-final marks that end no abbreviation."""
    yield 0
    for match in sorted([*_PARAGRAPH.finditer(text), *_SENTENCE.finditer(text)], key=lambda m: m.end()):
        if "\n" in match.group() or not _ABBREVIATION.search(text[max(0, match.start() - 6) : match.start()]):
            yield match.end()


def parse(text: str) -> Doc:
    """Tokenise, fix sentence starts by rule, and run the French model over the sentences worth it.

    Tokens of other sentences (`kg.nlp.interest`) have no part of speech, no head but themselves and no label.
    """
    nlp = language()
    doc = nlp.make_doc(text)
    if not len(doc):
        return doc
    starts = set(sentence_starts(text))
    first: list[int] = []
    paragraphs: list[int] = []
    fresh, number = True, 0
    for token in doc:
        long = token.i - first[-1] if first else 0
        at_break = long >= LONG and doc[token.i - 1].text in _PAUSES
        fresh = fresh or token.idx in starts or at_break or long >= LONGEST
        token.is_sent_start = fresh and not token.is_space
        if token.is_sent_start or not first:
            first.append(token.i)
            paragraphs.append(number)
        number += "\n" in token.text
        fresh = fresh and token.is_space
    wanted = worth_parsing([token.lower_ for token in doc], first, paragraphs, "fr")
    if all(wanted):
        return _run(nlp, doc)
    ends = [*first[1:], len(doc)]
    kept = [i for a, b, want in zip(first, ends, wanted, strict=True) if want for i in range(a, b)]
    return _spread(doc, kept, _run(nlp, _part(doc, kept))) if kept else doc


@functools.cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _run(nlp: Language, doc: Doc) -> Doc:
    # One thread: the matrices are small, and threads that wait for each other on a busy machine cost more than they gain.
    with _threads().limit(limits=1, user_api="blas"):
        for _, component in nlp.pipeline:
            doc = component(doc)
    return doc


def _part(doc: Doc, kept: list[int]) -> Doc:
    """A Doc of some of the tokens, with their sentence starts."""
    words, spaces = [doc[i].text for i in kept], [bool(doc[i].whitespace_) for i in kept]
    return Doc(doc.vocab, words=words, spaces=spaces, sent_starts=[bool(doc[i].is_sent_start) for i in kept])


def _spread(doc: Doc, kept: list[int], part: Doc) -> Doc:
    """The whole Doc again, with what the model said of a part of it."""
    size = len(doc)
    pos, tags, morphs, lemmas, labels = ([""] * size for _ in range(5))
    heads, entities = list(range(size)), ["O"] * size
    for i, token in zip(kept, part, strict=True):
        pos[i], tags[i], morphs[i], lemmas[i] = token.pos_, token.tag_, str(token.morph), token.lemma_
        labels[i], heads[i] = token.dep_, kept[token.head.i]
        entities[i] = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O"
    return Doc(
        doc.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc], pos=pos, tags=tags, morphs=morphs,
        lemmas=lemmas, heads=heads, deps=labels, sent_starts=[bool(t.is_sent_start) for t in doc], ents=entities,
    )  # fmt: skip
