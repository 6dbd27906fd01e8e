"""Whether a word is in the dictionary of the language: the form list of the model's own lemmatiser."""

from __future__ import annotations

import functools

from kg.nlp.spacy_model import language

_LISTS = ("NOUN", "VERB", "ADJ", "ADV")
_UNACCENTED = str.maketrans({"e": "é", "a": "à", "c": "ç", "i": "î", "o": "ô", "u": "ù"})


@functools.cache
def _tables() -> tuple[object, tuple[frozenset[str], ...]]:
    lookups = language().get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    index = lookups.get_table("lemma_index")
    lists = tuple(frozenset(index[name.lower()]) for name in _LISTS if name.lower() in index)
    return lookups.get_table("lemma_lookup"), lists


@functools.lru_cache(maxsize=32768)
def in_dictionary(word: str) -> bool:
    """Whether the lower-case `word` is an ordinary word form; capitals that lost their accent are allowed for."""
    lookup, lists = _tables()
    for form in (word, word[:1].translate(_UNACCENTED) + word[1:]):
        if form in lookup or any(form in words for words in lists):  # type: ignore[operator]
            return True
    return False
