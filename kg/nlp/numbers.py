"""Quantities: digits with any separator, number words, collectives, ranges, approximations and bounds."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from spacy.tokens import Doc
from text_to_num import text2num

_GROUPED = re.compile(r"\d{1,3}(?:[ .']\d{3})+(?!\d)|\d+")
_DECIMAL = re.compile(r"(\d+)[,.](\d{1,2})$")
_THREE = re.compile(r"\d{3}$")
_LARGEST = 8_000_000_000


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of something: tokens `start` to `end` (exclusive, bounding words included) and its bounds.

    `core` is the first token of the number itself; `rule` says what form it has. None leaves a bound open.
    """

    start: int
    end: int
    core: int
    low: int | None
    high: int | None
    rule: str


@dataclass(frozen=True, slots=True)
class _Lexicon:
    units: frozenset[str]
    collectives: Mapping[str, int]
    bounds: tuple[tuple[tuple[str, ...], str], ...]


@functools.cache
def _lexicon(language: str) -> _Lexicon:
    table = tomllib.loads((files("kg") / language / "numbers.toml").read_text(encoding="utf-8"))
    collectives = {name + ending: value for name, value in table["collectives"].items() for ending in ("", "s")}
    bounds = []
    for kind, phrases in table["bounds"].items():
        bounds += [(tuple(_split(phrase)), kind) for phrase in phrases]
    return _Lexicon(
        frozenset(table["units"].split()), collectives, tuple(sorted(bounds, key=lambda b: (-len(b[0]), b)))
    )


def _split(phrase: str) -> list[str]:
    return phrase.replace("'", "' ").split()


def quantities(doc: Doc, language: str = "fr") -> list[Quantity]:
    """All quantities of a Doc, in order. Ordinals, dates and decimals other than of millions are none."""
    lexicon = _lexicon(language)
    words = [token.lower_ for token in doc]
    out = []
    i = 0
    while i < len(words):
        found = _number(words, i, lexicon)
        if found is None:
            i += 1
            continue
        end, value, rule = found
        low: int | None = value
        high: int | None = None if rule == "open" else value
        end, low, high = _range(words, i, end, low, high, lexicon)
        start, low, high = _bounded(words, i, end, low, high, lexicon, rule)
        after = _match_any(words, end, lexicon, ("low", "high"))
        if after and start == i:
            end += after[0]
            low, high = (low, None) if after[1] == "low" else (None, high)
        if (low or high or 0) <= _LARGEST:
            out.append(Quantity(start, end, i, low, high, rule))
        i = max(end, i + 1)
    return out


def _number(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, int, str] | None:
    """End, value and form of the number that starts at word i."""
    first = words[i]
    if first[0].isdigit():
        return _digits(words, i, lexicon)
    if first in lexicon.collectives and first not in lexicon.units:
        return _collective(words, i, 1, i, lexicon, "bare")
    if first in lexicon.units or (first.split("-")[0] in lexicon.units and "-" in first):
        end, value = _spelled(words, i, lexicon)
        if value is None:
            return None
        if end < len(words) and words[end] in lexicon.collectives and words[end] not in lexicon.units:
            return _collective(words, i, value, end, lexicon, "counted")
        if value == 1 and end == i + 1 and first in ("un", "une"):
            return end, 1, "article"
        end, value = _half(words, i, end, value)
        return end, value, "words"
    if (
        first in ("des", "plusieurs", "quelques", "les", "ces")
        and i + 1 < len(words)
        and words[i + 1] in lexicon.collectives
    ):
        return _collective(words, i, 2, i + 1, lexicon, "open")
    return None


def _digits(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, int, str] | None:
    word = words[i]
    end = i + 1
    scaled = words[end] in ("million", "millions", "milliard", "milliards") if end < len(words) else False
    decimal = _DECIMAL.fullmatch(word)
    if decimal and scaled:
        scale = lexicon.collectives[words[end].rstrip("s")]
        value = int(decimal.group(1)) * scale + int(decimal.group(2)) * scale // 10 ** len(decimal.group(2))
        return end + 1, value, "digits"
    if not _GROUPED.fullmatch(word):
        return None
    digits = re.sub(r"\D", "", word)
    while end < len(words) and _THREE.fullmatch(words[end]) and len(word) <= 3:
        digits += words[end]
        end += 1
    value = int(digits[:13])
    while end < len(words) and words[end] in ("mille", "million", "millions", "milliard", "milliards"):
        value *= 1000 if words[end] == "mille" else lexicon.collectives[words[end].rstrip("s")]
        end += 1
    end, value = _half(words, i, end, value)
    return end, value, "digits"


def _spelled(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, int | None]:
    """The longest run of number words from word i that text2num reads."""
    end = i
    while end < len(words) and (
        words[end] in lexicon.units
        or all(part in lexicon.units or part == "et" for part in words[end].split("-"))
        or (
            words[end] in ("et", "-")
            and end + 1 < len(words)
            and end > i
            and words[end + 1] in ("un", "une", "onze", "vingt", "dix", "deux")
        )
    ):
        end += 1
    for stop in range(end, i, -1):
        run = " ".join(words[i:stop]).replace(" - ", "-").replace("une", "un")
        try:
            return stop, int(text2num(run, "fr"))
        except ValueError:
            continue
    return i + 1, None


def _collective(
    words: Sequence[str], start: int, factor: int, at: int, lexicon: _Lexicon, rule: str
) -> tuple[int, int, str]:
    """ "une dizaine", "trois centaines", "des centaines de milliers": the collectives multiply."""
    value = factor
    end = at
    while end < len(words) and words[end] in lexicon.collectives:
        value *= lexicon.collectives[words[end]]
        end += 1
        if end + 1 < len(words) and words[end] in ("de", "d'") and words[end + 1] in lexicon.collectives:
            end += 1
    if rule == "bare" and words[at].endswith("s"):
        return end, value * 2, "open"
    return end, value, "open" if rule == "open" else "collective"


def _half(words: Sequence[str], i: int, end: int, value: int) -> tuple[int, int]:
    if value >= 1_000_000 and list(words[end : end + 2]) == ["et", "demi"]:
        scale = 1_000_000_000 if "milliard" in words[end - 1] else 1_000_000
        return end + 2, value + scale // 2
    return end, value


def _range(
    words: Sequence[str], i: int, end: int, low: int | None, high: int | None, lexicon: _Lexicon
) -> tuple[int, int | None, int | None]:
    """ "10 à 15", "deux ou trois", "entre 10 et 15"."""
    if end + 1 >= len(words) or low is None:
        return end, low, high
    between = i > 0 and words[i - 1] == "entre"
    if words[end] in ("à", "ou", "-") or (between and words[end] == "et"):
        second = _number(words, end + 1, lexicon)
        if second and second[1] > low and second[2] not in ("open", "article") and second[1] < low * 100:
            return second[0], low, second[1]
    return end, low, high


def _bounded(
    words: Sequence[str], i: int, end: int, low: int | None, high: int | None, lexicon: _Lexicon, rule: str
) -> tuple[int, int | None, int | None]:
    """Apply the bounding words in front of the number, over a determiner if need be."""
    start = i
    for _ in range(3):
        found = _match_before(words, start, lexicon)
        if found is None:
            break
        size, kind = found
        start -= size
        if kind == "low" and rule != "open":
            if low == high:
                high = None
        elif kind == "high":
            low = None
            high = high if high is not None else low
    return start, low, high


def _match_before(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, str] | None:
    for phrase, kind in lexicon.bounds:
        size = len(phrase)
        if i >= size and tuple(words[i - size : i]) == phrase:
            return size, kind
    return None


def _match_any(words: Sequence[str], i: int, lexicon: _Lexicon, kinds: tuple[str, ...]) -> tuple[int, str] | None:
    """A bound that follows its noun: "une centaine de manifestants au moins"."""
    for gap in range(4):
        for phrase, kind in lexicon.bounds:
            if (
                kind in kinds
                and phrase[0] in ("au", "minimum")
                and tuple(words[i + gap : i + gap + len(phrase)]) == phrase
            ):
                return (0, kind) if gap else (len(phrase), kind)
        if i + gap >= len(words) or words[i + gap] in (",", ".", ";", "et", "\n\n"):
            return None
    return None
