"""Classes of content words, read from ``kg/<language>/noun_classes.toml`` and ``governors.toml``."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from importlib.resources import files

from kg.nlp.cues import nominal_forms


@functools.cache
def word_classes(language: str) -> dict[str, tuple[str, ...]]:
    """Lower-case form → the classes it belongs to, in alphabetical order."""
    table = tomllib.loads((files("kg") / language / "noun_classes.toml").read_text(encoding="utf-8"))
    forms: dict[str, set[str]] = {}
    for name, words in table["classes"].items():
        for word in words.lower().split():
            for form in nominal_forms(word):
                forms.setdefault(form, set()).add(name)
    return {form: tuple(sorted(names)) for form, names in forms.items()}


def classes_of(words: Iterable[str], language: str) -> set[str]:
    """All classes that some of the lower-case words belong to."""
    table = word_classes(language)
    return {name for word in words for name in table.get(word, ())}


@functools.cache
def governor_classes(language: str) -> dict[str, tuple[str, ...]]:
    """Lemma of a verb or noun → the classes of governors it belongs to (``asked``, ``avoided`` …)."""
    table = tomllib.loads((files("kg") / language / "governors.toml").read_text(encoding="utf-8"))
    lemmas: dict[str, set[str]] = {}
    for name, words in table["classes"].items():
        for word in words.split():
            lemmas.setdefault(word, set()).add(name)
    return {lemma: tuple(sorted(names)) for lemma, names in lemmas.items()}
