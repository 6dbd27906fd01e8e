"""Quantities: digits with any separator, number words, collectives, ranges, approximations and bounds.

Words are read by text2num; what French adds to plain cardinals ("une dizaine", "des centaines de milliers",
"au moins 70", "10 à 15") is the table ``kg/<language>/numbers.toml``. The bounds are those of the annotation
guidelines: an approximation ("près de 5 000") is its value, "plus de 70" and "au moins 70" leave the top open.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from spacy.tokens import Doc
from text_to_num import text2num

QuantityKind = Literal["count", "date", "hour", "time", "age", "percent", "money", "measure", "share"]

_GROUPED = re.compile(r"\d{1,3}(?:[ .']\d{3})+(?!\d)|\d+")
_DECIMAL = re.compile(r"(\d{1,6})[,.](\d{1,2})$")
_THREE = re.compile(r"\d{3}$")
_YEAR = re.compile(r"1[89]\d\d|20\d\d")
_LARGEST = 8_000_000_000
_LISTED_DAYS = 4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of something: tokens `start` to `end` (exclusive, bounding words included) and its bounds.

    `core` is the first token of the number itself; `rule` says what form it has (``digits``, ``words``,
    ``collective``, ``open`` for "des dizaines", ``article`` for "un", "une"). `kind` is ``count`` unless the
    words around make it a date, an age, a distance …. None leaves a bound open.
    """

    start: int
    end: int
    core: int
    low: int | None
    high: int | None
    rule: str
    kind: QuantityKind = "count"

    @property
    def approximate(self) -> bool:
        """Whether the two bounds differ."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class _Lexicon:
    units: frozenset[str]
    indefinite: frozenset[str]
    collectives: Mapping[str, int]
    bounds: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    after: tuple[tuple[tuple[str, ...], str], ...]
    change: frozenset[str]
    kinds: Mapping[str, QuantityKind]
    before_year: frozenset[str]
    before_day: frozenset[str]
    not_change: frozenset[str]
    multipliers: Mapping[str, int]
    grammar: Mapping[str, frozenset[str]]
    text2num: str


@functools.cache
def _lexicon(language: str) -> _Lexicon:
    table = tomllib.loads((files("kg") / language / "numbers.toml").read_text(encoding="utf-8"))
    collectives = {name + ending: value for name, value in table["collectives"].items() for ending in ("", "s")}
    bounds: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind in ("low", "high", "about"):
        for phrase in table["bounds"][kind]:
            words = tuple(phrase.replace("'", "' ").split())
            bounds.setdefault(words[-1], []).append((words, kind))
    after = [(tuple(p.split()), kind) for kind in ("low", "high") for p in table["bounds"][f"{kind}_after"]]
    kinds = {
        w.lower(): kind for kind, row in table["kinds"].items() if not kind.startswith("before") for w in row.split()
    }
    return _Lexicon(
        frozenset(table["units"].split()),
        frozenset(table["indefinite"].split()),
        collectives,
        {last: tuple(sorted(rows, key=lambda row: (-len(row[0]), row))) for last, rows in bounds.items()},
        tuple(sorted(after, key=lambda row: (-len(row[0]), row))),
        frozenset(table["change"]["verbs"].split()),
        kinds,
        frozenset(table["kinds"]["before_year"].split()),
        frozenset(table["kinds"]["before_day"].split()),
        frozenset(table["change"]["within"].split()),
        table["multipliers"],
        {name: frozenset(row.split()) for name, row in table["grammar"].items()},
        table["text2num"],
    )


def quantities(doc: Doc, language: str = "fr") -> list[Quantity]:
    """All quantities of a Doc, in order and without overlap. Ordinals and decimals other than of millions are none."""
    return read_quantities([token.lower_ for token in doc], language)


def read_quantities(words: Sequence[str], language: str = "fr") -> list[Quantity]:
    """The quantities of a sequence of lower-case words; offsets are indexes into it."""
    lexicon = _lexicon(language)
    out = []
    i = 0
    while i < len(words):
        found = _number(words, i, lexicon)
        if found is None:
            i += 1
            continue
        quantity = _quantity(words, i, *found, lexicon)
        if max(quantity.low or 0, quantity.high or 0) <= _LARGEST:
            out.append(quantity)
        i = max(quantity.end, i + 1)
    return out


def _quantity(words: Sequence[str], i: int, end: int, value: int, rule: str, lexicon: _Lexicon) -> Quantity:
    """The number read at word i, with its range, its bounds and its kind."""
    low: int | None = value
    high: int | None = None if rule == "open" else value
    first = i
    ranged = _range(words, i, end, value, rule, lexicon)
    if ranged:
        end, low, high = ranged
        first -= i > 0 and _opens_range(words[i - 1], lexicon)
    start, low, high = _bounded(words, first, low, high, rule, lexicon)
    after = _bound_after(words, end, lexicon) if start == i else None
    if after:
        low, high = (low, None) if after[1] == "low" else (None, high)
        end += after[0]
    return Quantity(start, end, i, low, high, rule, _kind(words, i, end, rule, lexicon))


def _number(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, int, str] | None:
    """End, value and form of the number that starts at word i."""
    first = words[i]
    if first[:1].isdigit():
        return _digits(words, i, lexicon)
    if first in lexicon.units or ("-" in first and first.split("-")[0] in lexicon.units):
        return _words(words, i, lexicon)
    if first in lexicon.collectives:
        return _collective(words, 1, i, "bare", lexicon)
    if first in lexicon.indefinite and i + 1 < len(words) and words[i + 1] in lexicon.collectives:
        return _collective(words, 2, i + 1, "open", lexicon)
    return None


def _digits(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, int, str] | None:
    word = words[i]
    end = i + 1
    decimal = _DECIMAL.fullmatch(word)
    if decimal and end < len(words) and words[end] in lexicon.multipliers:
        scale, part = lexicon.multipliers[words[end]], decimal.group(2)
        return end + 1, int(decimal.group(1)) * scale + int(part) * scale // 10 ** len(part), "digits"
    if not _GROUPED.fullmatch(word) or (word[0] == "0" and len(word) > 1):
        return None
    digits = re.sub(r"\D", "", word)
    while end < len(words) and len(word) <= 3 and _THREE.fullmatch(words[end]):
        digits += words[end]
        end += 1
    value = int(digits[:13])
    while end < len(words) and words[end] in lexicon.multipliers and value <= _LARGEST:
        value *= lexicon.multipliers[words[end]]
        end += 1
    return *_half(words, end, value, lexicon), "digits"


def _words(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, int, str] | None:
    end, value = _spelled(words, i, lexicon)
    if value is None:
        return None
    if end < len(words) and words[end] in lexicon.collectives and words[end] not in lexicon.units:
        return _collective(words, value, end, "counted", lexicon)
    if value == 1 and end == i + 1 and words[i] in lexicon.grammar["article"]:
        return end, 1, "article"
    return *_half(words, end, value, lexicon), "words"


def _spelled(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, int | None]:
    """The longest run of number words from word i that text2num reads, at most a dozen words."""
    end = i
    while end < min(len(words), i + 12) and _continues(words, i, end, lexicon):
        end += 1
    for stop in range(end, i, -1):
        run = " ".join(_masculine(word, lexicon) for word in words[i:stop]).replace(" - ", "-")
        try:
            return stop, int(text2num(run, lexicon.text2num))
        except ValueError:
            continue
    return i + 1, None


def _masculine(word: str, lexicon: _Lexicon) -> str:
    """ "vingt et une": text2num knows "un" only."""
    if word in lexicon.grammar["feminine"]:
        return next(iter(lexicon.grammar["masculine"]))
    return word


def _continues(words: Sequence[str], i: int, at: int, lexicon: _Lexicon) -> bool:
    word, grammar = words[at], lexicon.grammar
    if word in lexicon.units:
        return (
            at == i
            or word not in grammar["article"]
            or words[at - 1] in grammar["and"]
            or words[at - 1] == "-"
            or at == i + 1
        )
    if word == "-":
        return i < at < len(words) - 1 and (words[at + 1] in lexicon.units or words[at + 1] in grammar["and"])
    if "-" in word:
        return all(part in lexicon.units or part in grammar["and"] for part in word.split("-"))
    return word in grammar["and"] and i < at < len(words) - 1 and words[at + 1] in grammar["after_and"]


def _collective(words: Sequence[str], factor: int, at: int, rule: str, lexicon: _Lexicon) -> tuple[int, int, str]:
    """Collectives multiply: "une dizaine", "trois centaines", "des centaines de milliers"."""
    value, end = factor, at
    while end < len(words) and words[end] in lexicon.collectives:
        value *= lexicon.collectives[words[end]]
        end += 1
        if end + 1 < len(words) and words[end] in lexicon.grammar["of"] and words[end + 1] in lexicon.collectives:
            end += 1
    if rule == "bare" and words[at].endswith("s"):
        return end, value * 2, "open"
    return end, value, "open" if rule == "open" else "collective"


def _half(words: Sequence[str], end: int, value: int, lexicon: _Lexicon) -> tuple[int, int]:
    grammar, after = lexicon.grammar, words[end : end + 2]
    if value >= 1_000_000 and len(after) == 2 and after[0] in grammar["and"] and after[1] in grammar["half"]:
        return end + 2, value + lexicon.multipliers.get(words[end - 1], 1_000_000) // 2
    return end, value


def _range(
    words: Sequence[str], i: int, end: int, value: int, rule: str, lexicon: _Lexicon
) -> tuple[int, int, int] | None:
    """End and bounds of "10 à 15", "deux ou trois", "entre 10 et 15", "15 à 20.000"."""
    if end + 1 >= len(words) or rule in ("open", "article"):
        return None
    before = words[i - 1] if i > 0 else ""
    between = before in lexicon.grammar["between"] and words[end] in lexicon.grammar["and"]
    if not (between or words[end] in lexicon.grammar["range"]):
        return None
    if before in lexicon.grammar["of"] and _changes(words, i - 1, lexicon):
        return None
    second = _number(words, end + 1, lexicon)
    if second is None or second[2] in ("open", "article"):
        return None
    for scale in (1_000_000_000, 1_000_000, 1000):
        if value < 1000 <= scale <= second[1] and second[1] % scale == 0 and value < second[1] // scale:
            return second[0], value * scale, second[1]
    return (second[0], value, second[1]) if value < second[1] < value * 100 else None


def _opens_range(word: str, lexicon: _Lexicon) -> bool:
    """ "entre 10 et 15", "de 10 à 15": the word before belongs to the range."""
    return word in lexicon.grammar["between"] or word in lexicon.grammar["of"]


def _changes(words: Sequence[str], i: int, lexicon: _Lexicon) -> bool:
    """Whether the words before "de" are a verb of change, adverbs between left aside."""
    for word in words[max(0, i - 1) : max(0, i - 6) : -1]:
        if word in lexicon.change:
            return True
        if word in lexicon.not_change:
            return False
    return False


def _bounded(
    words: Sequence[str], i: int, low: int | None, high: int | None, rule: str, lexicon: _Lexicon
) -> tuple[int, int | None, int | None]:
    """Apply the bounding words in front of the number; an approximation may stand between ("au moins quelque 70")."""
    start = i
    for _ in range(3):
        found = _bound_before(words, start, lexicon)
        if found is None:
            break
        size, kind = found
        start -= size
        if kind == "low" and rule != "open" and low == high:
            high = None
        elif kind == "high":
            low, high = None, high if high is not None else low
    return start, low, high


def _bound_before(words: Sequence[str], i: int, lexicon: _Lexicon) -> tuple[int, str] | None:
    for phrase, kind in lexicon.bounds.get(words[i - 1], ()) if i else ():
        if i >= len(phrase) and tuple(words[i - len(phrase) : i]) == phrase:
            return len(phrase), kind
    return None


def _bound_after(words: Sequence[str], end: int, lexicon: _Lexicon) -> tuple[int, str] | None:
    """A bound that follows the number or its noun; the size is 0 where a noun stands between."""
    for gap in range(4):
        at = end + gap
        if at >= len(words) or words[at] in lexicon.grammar["stops"] or words[at].isspace():
            return None
        for phrase, kind in lexicon.after:
            if tuple(words[at : at + len(phrase)]) == phrase:
                return (0 if gap else len(phrase)), kind
    return None


def _kind(words: Sequence[str], i: int, end: int, rule: str, lexicon: _Lexicon) -> QuantityKind:
    """What the number counts, as far as the word after it (past "de") or a year's word before it tells."""
    at = end + (end < len(words) and words[end] in lexicon.grammar["of"])
    after = words[at] if at < len(words) else ""
    if after in lexicon.grammar["or"] and at + 2 < len(words) and words[at + 1][:1].isdigit():
        after = words[at + 2] if lexicon.kinds.get(words[at + 2]) == "age" else after
    if after in lexicon.kinds and not (rule == "article" and lexicon.kinds[after] == "date"):
        return lexicon.kinds[after]
    before = words[i - 1] if i else ""
    if rule != "digits" or _countable(after):
        return "count"
    year = _YEAR.fullmatch(words[i]) and (
        before in lexicon.before_year or (end > i + 1 and _YEAR.fullmatch(words[end - 1]))
    )
    short = end == i + 1 and len(words[i]) <= 2
    day = short and (before in lexicon.before_day or _listed_day(words, end, lexicon))
    return "date" if year or day else "count"


def _listed_day(words: Sequence[str], end: int, lexicon: _Lexicon) -> bool:
    """Whether a number that ends here is one of several days of a month: "les 19 et 20 décembre"."""
    for _ in range(_LISTED_DAYS):
        if end >= len(words) or words[end] not in lexicon.grammar["joint"]:
            return False
        end += 1 + (end + 1 < len(words) and words[end + 1] in lexicon.before_day)
        if end >= len(words) or not (words[end].isdigit() and len(words[end]) <= 2):
            return False
        end += 1
        if end < len(words) and lexicon.kinds.get(words[end]) == "date":
            return True
    return False


def _countable(word: str) -> bool:
    """Whether a word may be the plural noun after a count, so that "en 2000 soldats" is no year."""
    return word.isalpha() and len(word) > 4 and word.endswith(("s", "x"))
