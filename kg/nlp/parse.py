"""From an article's text to a parsed spaCy Doc, sentence by sentence."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

import numpy as np
from spacy.attrs import IDX, IS_SPACE, LOWER, ORTH, SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from kg.nlp.interest import worth_parsing
from kg.nlp.spacy_model import language, one_thread

LONG, LONGEST = 150, 300
"""Tokens from which a sentence ends at the next pause, and in any case: what is done for each pair of words of a sentence
must not take for ever on a text without full stops."""
STRETCH = 5_000
"""Tokens that the model reads at a time: its matrices have several kilobytes a token."""
START, NO_START = np.uint64(1), np.uint64(2**64 - 1)
"""What spaCy keeps of a token that starts a sentence, and of one that does not (-1)."""
_PAUSES = frozenset({",", ";", ":", "-", "–", "—"})
_PARAGRAPH = re.compile(r"\n\s*\n|\n")
_SENTENCE = re.compile(r"(?<=[.!?…])[»\"”)]*\s+(?=[«\"“A-ZÀ-Ý0-9(—–-])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|Mgr|St|Ste|av|env|cf|art|p|vol|no|n°|km|[A-ZÉ])|\b[A-Z]\.[A-Z])\.$"
)


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
    words, first, paragraphs = _set_sentences(doc, set(sentence_starts(text)))
    wanted = worth_parsing(words, first, paragraphs, "fr")
    stretches = list(_stretches([*first, len(doc)], wanted))
    if len(stretches) == 1 and all(wanted):
        return _run(nlp, doc)
    # The tokenizer leaves wrong edges behind "km/h." and its like, which crash whoever walks the tree: a new Doc has none
    return _spread(doc, ((kept, _run(nlp, _part(doc, kept))) for kept in stretches))


def _stretches(bounds: list[int], wanted: list[bool]) -> Iterator[list[int]]:
    """The tokens of the wanted sentences, cut between sentences into stretches that the model reads one at a time."""
    stretch: list[int] = []
    for (begin, end), want in zip(itertools.pairwise(bounds), wanted, strict=True):
        if stretch and want and len(stretch) + end - begin > STRETCH:
            yield stretch
            stretch = []
        stretch += range(begin, end) if want else ()
    if stretch:
        yield stretch


def _set_sentences(doc: Doc, starts: set[int]) -> tuple[list[str], list[int], list[int]]:
    """Mark the sentence starts of a Doc, given as code points; a sentence that is too long is cut.

    Returns the lower-case words, the first token of each sentence, and the number of the paragraph it stands in.
    """
    strings = doc.vocab.strings
    orth, lower, begins, blank = doc.to_array([ORTH, LOWER, IDX, IS_SPACE]).T.tolist()
    spelled = {value: strings[value] for value in {*orth, *lower}}
    words = [spelled[value] for value in orth]
    first: list[int] = []
    paragraphs: list[int] = []
    marks = np.full(len(doc), NO_START, dtype=np.uint64)
    fresh, number = True, 0
    for i, word in enumerate(words):
        long = i - first[-1] if first else 0
        at_break = long >= LONG and words[i - 1] in _PAUSES
        fresh = fresh or begins[i] in starts or at_break or long >= LONGEST
        if fresh and not blank[i]:
            marks[i] = START
        if marks[i] == START or not first:
            first.append(i)
            paragraphs.append(number)
        number += "\n" in word
        fresh = fresh and bool(blank[i])
    doc.from_array([SENT_START], marks)  # type: ignore[arg-type]  # its stub knows 32-bit integers only
    return [spelled[value] for value in lower], first, paragraphs


def _run(nlp: Language, doc: Doc) -> Doc:
    with one_thread():
        for _, component in nlp.pipeline:
            doc = component(doc)
    return doc


def _part(doc: Doc, kept: list[int]) -> Doc:
    """A Doc of some of the tokens, with their sentence starts."""
    words, spaces = [doc[i].text for i in kept], [bool(doc[i].whitespace_) for i in kept]
    return Doc(doc.vocab, words=words, spaces=spaces, sent_starts=[bool(doc[i].is_sent_start) for i in kept])


def _spread(doc: Doc, parts: Iterable[tuple[list[int], Doc]]) -> Doc:
    """The whole Doc again, with what the model said of its parts."""
    size = len(doc)
    pos, tags, morphs, lemmas, labels = ([""] * size for _ in range(5))
    heads, entities = list(range(size)), ["O"] * size
    for kept, part in parts:
        for i, token in zip(kept, part, strict=True):
            pos[i], tags[i], morphs[i], lemmas[i] = token.pos_, token.tag_, str(token.morph), token.lemma_
            labels[i], heads[i] = token.dep_, kept[token.head.i]
            entities[i] = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O"
    return Doc(
        doc.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc], pos=pos, tags=tags, morphs=morphs,
        lemmas=lemmas, heads=heads, deps=labels, sent_starts=[bool(t.is_sent_start) for t in doc], ents=entities,
    )  # fmt: skip
