"""Whether the words around the naming of an event announce one beside those told before.

"Une autre attaque a visé Vorel", "trois policiers ont également été tués": the words are those of
``kg/<language>/another_event.toml``.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal

from spacy.tokens import Doc, Token

from kg.nlp.cues import nominal_forms

Announcement = Literal["", "other", "added"]


@functools.cache
def _words(language: str) -> Mapping[str, frozenset[str]]:
    table = tomllib.loads((files("kg") / language / "another_event.toml").read_text(encoding="utf-8"))
    lists = {name: frozenset(row.split()) for name, row in table.items() if isinstance(row, str)}
    return lists | {"other": frozenset(form for word in lists["other"] for form in nominal_forms(word))}


def announcement(doc: Doc, root: int, language: str = "fr") -> Announcement:
    """What announces the event named at token `root` as another one.

    ``other`` is an adjective ("une autre attaque"), ``added`` a word of its clause ("également"), the empty string nothing.
    """
    words, name = _words(language), doc[root]
    noun = name.pos_ in ("NOUN", "PROPN")
    determiners = {child.lower_ for child in name.children if child.dep_ == "det"}
    if determiners & words["pointing"]:
        return ""
    plain = noun and not determiners & words["definite"]
    if plain and any(child.lower_ in words["other"] for child in name.children):
        return "other"
    return "added" if any(word in words["added"] for word in _clause(name, noun)) else ""


def takes_up(doc: Doc, root: int, language: str = "fr") -> bool:
    """Whether the event named at token `root` is pointed at as one just told: "cette frappe"."""
    known = _words(language)["pointing"]
    return doc[root].pos_ in ("NOUN", "PROPN") and any(
        child.dep_ == "det" and child.lower_ in known for child in doc[root].children
    )


def _clause(name: Token, noun: bool) -> set[str]:
    """The lower-case words that hang on an event's name, and on the verb that a noun belongs to."""
    tokens = [name, *name.children]
    if noun and name.head.pos_ == "VERB":
        tokens += [name.head, *name.head.children]
    inner = (
        word for token in tokens for word in token.children if word.pos_ in ("ADV", "NOUN") or word.dep_ == "fixed"
    )
    return {token.lower_ for token in (*tokens, *inner)}
