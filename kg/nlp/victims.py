"""The kind of victims that a noun phrase speaks of: civilians, combatants, children, peacekeepers …."""

from __future__ import annotations

from kg.model import Harm, Victims
from kg.nlp.harm import Reading

_COMPLEMENT, _PHRASE = 4, 4
"""How many tokens after a noun its complement and the second word of a fixed phrase may stand."""


def victims_of(text: Reading, noun: int, harm: Harm) -> Victims | None:
    """The kind of the people whose noun is the token `noun`, or None where the article does not say.

    A fixed phrase ("casques bleus", "mineurs de fond") goes before the noun's own kind, that before its
    complement ("17 tués dans ses rangs", "morts parmi les civils"). Two kinds under one number are none.
    """
    lexicon, word = text.lexicon, text.words[noun]
    _, stop = text.bounds(noun)
    for tail, kind in lexicon.victim_phrases.get(word, ()):
        if text.near(tail, noun + 1, min(stop, noun + _PHRASE)) is not None:
            return kind
    if harm == "Displaced" and word in lexicon.nouns:
        return None
    own = lexicon.victims.get(word)
    if own:
        return None if _mixed(text, noun, stop) else own
    return _by_complement(text, noun, stop)


def _by_complement(text: Reading, noun: int, stop: int) -> Victims | None:
    for i in range(noun + 1, min(stop, noun + 1 + _COMPLEMENT)):
        if text.doc[i].is_punct or text.doc[i].pos_ in ("VERB", "AUX"):
            return None
        if text.words[i] in text.lexicon.ranks:
            return "Combatants"
        kind = text.lexicon.victims.get(text.words[i])
        if kind and (i == noun + 1 or text.is_a(i - 1, "of") or text.is_a(i - 1, "articles")):
            return None if _mixed(text, i, stop) else kind
    return None


def _mixed(text: Reading, noun: int, stop: int) -> bool:
    """Whether one number counts people of two kinds: "soldats et policiers", "de soldats et de policiers"."""
    if noun + 2 >= stop or not text.is_a(noun + 1, "coordination"):
        return False
    other = noun + 2
    while other < stop - 1 and (text.is_a(other, "of") or text.is_a(other, "articles")):
        other += 1
    word, lexicon = text.words[other], text.lexicon
    plain = word in lexicon.people or word in lexicon.victims
    return plain and lexicon.victims.get(word) != lexicon.victims.get(text.words[noun])
