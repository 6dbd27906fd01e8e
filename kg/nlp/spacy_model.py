"""The French model of spaCy, loaded once, with what it does the slow way set right."""

from __future__ import annotations

import functools
import sys
from contextlib import AbstractContextManager
from typing import cast

import spacy
from spacy.language import Language
from spacy.pipeline import AttributeRuler, Lemmatizer
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from kg.nlp.character_classes import each_class_once
from kg.nlp.word_embedding import remember_words

MODEL = "fr_core_news_md"
_OPS = NumpyOps(use_blis=False)


@functools.cache
def language() -> Language:
    """The French model, loaded once a process.

    It gives what the model gives as it comes, but for `Token.tag_`, which only repeats `Token.pos_` and is left empty.
    """
    with each_class_once():
        nlp = spacy.load(MODEL)
    nlp.max_length = sys.maxsize  # `kg.nlp.parse` bounds the memory: it has the model read a long text in stretches
    _multiply_by_numpy(nlp)
    _search_lemmas_in_sets(cast(Lemmatizer, nlp.get_pipe("lemmatizer")))
    remember_words(nlp)
    _leave_tags(cast(AttributeRuler, nlp.get_pipe("attribute_ruler")))
    return nlp


def one_thread() -> AbstractContextManager[object]:
    """Multiply matrices in one thread: they are small, and threads that wait for each other cost more than they gain."""
    limited: AbstractContextManager[object] = _threads().limit(limits=1, user_api="blas")
    return limited


@functools.cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _multiply_by_numpy(nlp: Language) -> None:
    """Numpy's BLAS is several times as fast as the one that thinc uses by default."""
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for node in model.walk() if model is not None else ():
            node.ops = _OPS


def _search_lemmas_in_sets(lemmatizer: Lemmatizer) -> None:
    """The forms of each part of speech come as a list of many thousands, which is read through for every new word."""
    index = lemmatizer.lookups.get_table("lemma_index")
    for name in list(index):
        index[name] = frozenset(index[name])


def _leave_tags(ruler: AttributeRuler) -> None:
    """Drop the rules that copy the part of speech into the tag, one a part of speech, each met by most tokens."""
    kept = [rule for rule in ruler.patterns if list(cast(dict[str, object], rule["attrs"])) != ["TAG"]]
    ruler.clear()
    ruler.add_patterns(kept)
