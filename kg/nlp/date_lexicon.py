"""The words of a language's date expressions, read from ``kg/<language>/dates.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any, Literal

PhraseKind = Literal["day", "night", "event", "named"]
_ELISION = re.compile(r"(?<=\b[ldjnscm])'|(?<=qu)'|(?<=jusqu)'")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fixed expression: its words, what it counts from, and the days to count (or the day it names)."""

    words: tuple[str, ...]
    kind: PhraseKind
    offset: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DateLexicon:
    """What a language calls months, weekdays, units and so on; all words in lower case, elided ones apart."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    units: Mapping[str, str]
    seasons: Mapping[str, tuple[int, int]]
    phrases: Mapping[str, tuple[Phrase, ...]]
    parts_of_day: Mapping[str, tuple[tuple[str, ...], ...]]
    words: Mapping[str, frozenset[str]]
    frames: Mapping[str, tuple[tuple[str, ...], ...]]
    future_stems: tuple[str, ...]

    def is_a(self, name: str, word: str) -> bool:
        """Whether a word belongs to a named word list (``last``, ``next``, ``edges``, ``habits`` …)."""
        return word in self.words[name]


def split_phrase(phrase: str) -> tuple[str, ...]:
    """A phrase as the tokeniser cuts it: elided words and hyphenated "-là" stand alone."""
    return tuple(_ELISION.sub("' ", phrase).replace("-là", " -là").split())


def _by_first(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    out: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        out.setdefault(phrase.words[0], []).append(phrase)
    return {word: tuple(sorted(found, key=lambda p: (-len(p.words), p.words))) for word, found in out.items()}


def _phrases(table: Mapping[str, Any]) -> dict[str, tuple[Phrase, ...]]:
    kinds: tuple[tuple[str, PhraseKind], ...] = (("days", "day"), ("nights", "night"), ("event_days", "event"))
    found = [Phrase(split_phrase(text), kind, offset) for name, kind in kinds for text, offset in table[name].items()]
    found += [Phrase(split_phrase(text), "named", 0, day) for text, day in table["named_days"].items()]
    return _by_first(found)


@functools.cache
def date_lexicon(language: str = "fr") -> DateLexicon:
    """The date words of a language pack.

    Raises FileNotFoundError where the pack has no ``dates.toml``.
    """
    table = tomllib.loads((files("kg") / language / "dates.toml").read_text(encoding="utf-8"))
    lists = ("next", "last", "this", "following", "preceding", "articles")
    words = {name: frozenset(table[name].split()) for name in lists}
    words |= {
        name: frozenset(table[name])
        for name in ("edges", "before_month", "before_year", "habits", "beginning", "telling", "month_variants")
    }
    words |= {name: frozenset(values) for name, values in table["prospective"].items()}
    parts: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(map(split_phrase, table["parts_of_day"]), key=lambda p: (-len(p), p)):
        parts.setdefault(phrase[0], []).append(phrase)
    frames = {"no_day": tuple(map(split_phrase, table["no_day"]))} | {
        name: tuple(sorted(map(split_phrase, phrases), key=lambda p: (-len(p), p)))
        for name, phrases in table["frames"].items()
    }
    return DateLexicon(
        {name: number for number, name in enumerate(table["months"].split(), 1)} | table["month_variants"],
        {name: number for number, name in enumerate(table["weekdays"].split())},
        table["units"], {name: (first, last) for name, (first, last) in table["seasons"].items()},
        _phrases(table), {word: tuple(found) for word, found in parts.items()}, words, frames,
        tuple(table["future_stems"]),
    )  # fmt: skip
