"""Articles from fields: what JSON, JSON Lines and metadata files hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from kg.articles.encoding import decode
from kg.model import Article

LONGEST_TEXT = 5_000_000
LONGEST_LINE = 64 * 1024 * 1024
_FIELDS = ("title", "date", "publisher", "url", "language")
_DAY = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]+\s?(?:Z|[+-]\d{2}:?\d{2})?)?\s*$")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be read: where (file, or file and line), and why."""

    origin: str
    reason: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.reason}"


def read_json(raw: bytes, origin: str) -> Iterator[Article | Unreadable]:
    """The articles of a JSON file: one object, or an array of them."""
    try:
        found = json.loads(decode(raw))
    except (ValueError, RecursionError) as fault:
        yield Unreadable(origin, f"not JSON: {fault}")
        return
    if not isinstance(found, list):
        yield checked(found, origin)
        return
    for number, item in enumerate(found, 1):
        yield checked(item, f"{origin}[{number}]")


def read_lines(stream: IO[bytes], origin: str) -> Iterator[Article | Unreadable]:
    """The articles of JSON Lines, one object a line; empty lines are passed over."""
    number = 0
    while raw := stream.readline(LONGEST_LINE):
        number += 1
        where = f"{origin}:{number}"
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield Unreadable(where, f"the line is longer than {LONGEST_LINE // 1024 // 1024} MB")
        elif raw.strip():
            try:
                item = json.loads(decode(raw))
            except (ValueError, RecursionError) as fault:
                yield Unreadable(where, f"not JSON: {fault}")
                continue
            yield checked(item, where)


def checked(item: object, origin: str) -> Article | Unreadable:
    """An article from what a file holds, or what is wrong with it."""
    if not isinstance(item, dict):
        return Unreadable(origin, "not a JSON object")
    try:
        return article_of(item, origin)
    except ValueError as fault:
        return Unreadable(origin, str(fault))


def article_of(item: dict[str, Any], origin: str) -> Article:
    """An article from its fields. Raises ValueError, saying which field is wrong."""
    identifier, text = item.get("id"), item.get("text")
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    if not isinstance(identifier, str):
        raise ValueError("no 'id'")
    if not isinstance(text, str):
        raise ValueError("no 'text'")
    if not identifier.strip():
        raise ValueError("an empty 'id'")
    if not text.strip():
        raise ValueError("an empty article")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"longer than {LONGEST_TEXT} characters")
    values: dict[str, Any] = {}
    for key in _FIELDS:
        value = item.get(key)
        if value not in (None, ""):
            values[key] = parse_day(value) if key == "date" else _scalar(key, value)
    return Article(id=identifier, text=text, origin=origin, **values)


def _scalar(key: str, value: object) -> str:
    if isinstance(value, (dict, list)):
        raise ValueError(f"{key!r} is no text")
    return str(value)


def parse_day(value: object) -> date:
    """A day from ISO 8601 text, a TOML date or a time stamp. Raises ValueError for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and (match := _DAY.match(value)):
        try:
            return date.fromisoformat(match[1])
        except ValueError as fault:
            raise ValueError(f"a bad date {value!r}: {fault}") from fault
    raise ValueError(f"a bad date {value!r}: YYYY-MM-DD is wanted")
