"""Folding of names: to compare them without accents, case and hyphens, and across transliterations."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from importlib.resources import files

_SEPARATORS = re.compile(r"[-'’ʻʼ‘`´.\s]+")
_SPECIAL = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ı": "i", "ə": "e", "ǝ": "e", "đ": "d", "ł": "l", "ø": "o"})


@functools.lru_cache(65536)
def fold(form: str) -> str:
    """Lower case without accents; hyphens, apostrophes and full stops become single spaces."""
    decomposed = unicodedata.normalize("NFD", form.lower().translate(_SPECIAL))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SEPARATORS.sub(" ", plain).strip()


@functools.cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = tomllib.loads((files("kg.gazetteer") / "transliteration.toml").read_text(encoding="utf-8"))
    return tuple((re.compile(pattern), replacement) for pattern, replacement in table["rules"])


@functools.lru_cache(65536)
def sound(form: str) -> str:
    """A key that spellings of one foreign name share ("Goubadly", "Qubadlı"); rules in transliteration.toml."""
    key = fold(form)
    for pattern, replacement in _rules():
        key = pattern.sub(replacement, key)
    return key.lower()


def slug(form: str) -> str:
    """A folded form as part of an IRI path: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(form)).strip("-") or "x"
