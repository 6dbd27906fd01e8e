"""The words that events are found by, and the folding of misspelt names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from babel.dates import format_date

from kg.web.vocabulary import labels

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Small letters without accents, words apart by one blank."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(plain))


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return folded(text).split()


def event_forms(kinds: Iterable[str], places: Iterable[tuple[str, str]], begin: str | None) -> str:
    """All words that an event is found by: kinds, places (French and English names), the day as people write it."""
    parts = [label for kind in kinds for label in labels(kind)]
    for names in places:
        parts += dict.fromkeys(names)
    if begin:
        parts += days(begin)
    return " ".join(parts)[:2000]


def days(iso: str) -> list[str]:
    """A day in numbers and in French and English words; as it is where it is no date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return [iso]
    return [iso, *dict.fromkeys(format_date(day, "d MMMM y", locale=locale) for locale in ("fr", "en"))]
