"""The name of a person that the gazetteer does not know, as a key that its spellings share.

Transliterations, accents, hyphens, articles ("al-"), titles and middle initials do not tell people apart; given names
and the order of words do. The rules and examples are in ``personal_names.toml``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from kg.gazetteer.folding import fold

RULE = "name:spelling"
"""Named in the graph where a person's key is not the spelling that an article uses."""

_Rules = tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True, slots=True)
class _Table:
    titles: frozenset[str]
    articles: frozenset[str]
    joined: frozenset[str]
    joined_as: str
    words: dict[str, str]
    rules: _Rules
    surname_rules: _Rules


@functools.cache
def _table() -> _Table:
    raw = tomllib.loads((files("kg.gazetteer") / "personal_names.toml").read_text(encoding="utf-8"))

    def compiled(name: str) -> _Rules:
        return tuple((re.compile(pattern), replacement) for pattern, replacement in raw[name])

    return _Table(
        frozenset(raw["titles"]), frozenset(raw["articles"]), frozenset(raw["joined"]), raw["joined_as"],
        {form: group[0] for group in raw["words"] for form in group}, compiled("rules"), compiled("surname_rules"),
    )  # fmt: skip


@functools.lru_cache(65536)
def spelling_key(name: str) -> str:
    """The words of a person's name in a spelling of their own, separated by single spaces; folded, never empty
    unless the folded name is."""
    table = _table()
    words = _joined(_named(fold(name).split(), table), table)
    return " ".join(_respelt(word, number > 0, table) for number, word in enumerate(words))


def _named(words: Sequence[str], table: _Table) -> list[str]:
    """The words without titles in front and without initials in the middle."""
    first = 0
    while first < len(words) - 1 and words[first] in table.titles:
        first += 1
    words = words[first:]
    inner = [word for word in words[1:-1] if len(word) > 1]
    return [*words[:1], *inner, *words[1:][-1:]]


def _joined(words: Iterable[str], table: _Table) -> list[str]:
    """The words without articles; "Abd al-Rahman" in one."""
    plain = [word for word in words if word not in table.articles] or list(words)
    out: list[str] = []
    for word in plain:
        if out and out[-1] in table.joined:
            out[-1] = table.joined_as + word
        else:
            out.append(word)
    return out


def _respelt(word: str, surname: bool, table: _Table) -> str:
    word = table.words.get(word, word)
    for pattern, replacement in (*table.rules, *(table.surname_rules if surname else ())):
        word = pattern.sub(replacement, word)
    return word
