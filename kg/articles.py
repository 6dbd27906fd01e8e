"""Read articles: text files with metadata beside them, JSON, JSON Lines; what cannot be read is told and passed over."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kg.model import Article

LARGEST_FILE = 256 * 1024 * 1024
LARGEST_TEXT = 5_000_000
TEXT_ENDINGS = {".txt", ".text"}
JSON_ENDINGS = {".json", ".jsonl"}
_FIELDS = ("title", "date", "publisher", "url", "language")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be read: where (file, or file and line), and why."""

    origin: str
    reason: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.reason}"


def read_articles(paths: list[Path], day: date | None = None) -> Iterator[Article | Unreadable]:
    """Articles of files and folders, in order of their names; an identifier met twice is an error.

    `day` dates articles that carry no date. A folder stands for the readable files in it, at any depth.
    """
    seen: dict[str, str] = {}
    for path in paths:
        for item in _read_path(path):
            if isinstance(item, Article):
                if item.id in seen and seen[item.id] != item.origin:
                    yield Unreadable(item.origin, f"the identifier {item.id!r} was already used in {seen[item.id]}")
                    continue
                seen[item.id] = item.origin
                item = replace(item, date=item.date or day)
            yield item


def _read_path(path: Path) -> Iterator[Article | Unreadable]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in TEXT_ENDINGS | JSON_ENDINGS)
        readable = [p for p in files if not _is_metadata(p)]
        if not readable:
            yield Unreadable(str(path), "no readable file in this folder (.txt, .json, .jsonl)")
        for file in readable:
            yield from _read_file(file)
    elif not path.exists():
        yield Unreadable(str(path), "no such file or folder")
    else:
        yield from _read_file(path)


def _is_metadata(path: Path) -> bool:
    """A JSON file beside a text file of the same stem is that text's metadata."""
    return path.suffix.lower() == ".json" and any(path.with_suffix(ending).is_file() for ending in TEXT_ENDINGS)


def _read_file(path: Path) -> Iterator[Article | Unreadable]:
    ending = path.suffix.lower()
    try:
        if path.stat().st_size > LARGEST_FILE and ending != ".jsonl":
            yield Unreadable(str(path), f"larger than {LARGEST_FILE // 1024 // 1024} MB")
        elif ending == ".jsonl":
            yield from _read_lines(path)
        elif ending == ".json":
            yield from _read_json(path)
        else:
            yield _read_text(path)
    except OSError as fault:
        yield Unreadable(str(path), fault.strerror or str(fault))


def decode(raw: bytes) -> str:
    """Bytes as text: UTF-8 (with or without mark), else the encoding that charset-normalizer finds.

    Raises ValueError for bytes that are no text.
    """
    if b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("a binary file, not text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(raw, cp_isolation=["cp1252", "latin_1", "iso8859_15", "utf_16", "mac_roman", "cp850"]).best()
        if best is None:
            raise ValueError("the encoding cannot be told") from None
        return str(best)


def _read_text(path: Path) -> Article | Unreadable:
    try:
        text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
        metadata = _metadata(path)
        return article_of({**metadata, "id": path.stem, "text": text}, str(path))
    except ValueError as fault:
        return Unreadable(str(path), str(fault))


def _metadata(path: Path) -> dict[str, Any]:
    beside = path.with_suffix(".toml")
    if beside.is_file():
        try:
            return tomllib.loads(decode(beside.read_bytes()))
        except tomllib.TOMLDecodeError as fault:
            raise ValueError(f"{beside.name}: {fault}") from fault
    beside = path.with_suffix(".json")
    if beside.is_file():
        try:
            found = json.loads(decode(beside.read_bytes()))
        except json.JSONDecodeError as fault:
            raise ValueError(f"{beside.name}: {fault}") from fault
        if not isinstance(found, dict):
            raise ValueError(f"{beside.name}: not a JSON object")
        return found
    return {}


def _read_json(path: Path) -> Iterator[Article | Unreadable]:
    try:
        found = json.loads(decode(path.read_bytes()))
    except (ValueError, RecursionError) as fault:
        yield Unreadable(str(path), f"not JSON: {fault}")
        return
    items = found if isinstance(found, list) else [found]
    for number, item in enumerate(items, 1):
        origin = f"{path}[{number}]" if isinstance(found, list) else str(path)
        yield _checked(item, origin)


def _read_lines(path: Path) -> Iterator[Article | Unreadable]:
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            origin = f"{path}:{number}"
            if not raw.strip():
                continue
            if len(raw) > LARGEST_FILE:
                yield Unreadable(origin, "the line is too long")
                continue
            try:
                item = json.loads(decode(raw))
            except (ValueError, RecursionError) as fault:
                yield Unreadable(origin, f"not JSON: {fault}")
                continue
            yield _checked(item, origin)


def _checked(item: object, origin: str) -> Article | Unreadable:
    if not isinstance(item, dict):
        return Unreadable(origin, "not a JSON object")
    try:
        return article_of(item, origin)
    except ValueError as fault:
        return Unreadable(origin, str(fault))


def article_of(item: dict[str, Any], origin: str) -> Article:
    """An article from its fields. Raises ValueError, saying which field is wrong."""
    for key in ("id", "text"):
        value = item.get(key)
        if key == "id" and isinstance(value, int) and not isinstance(value, bool):
            item = {**item, "id": str(value)}
        elif not isinstance(value, str):
            raise ValueError(f"no {key!r}")
    if not item["id"].strip():
        raise ValueError("an empty 'id'")
    if not item["text"].strip():
        raise ValueError("an empty article")
    if len(item["text"]) > LARGEST_TEXT:
        raise ValueError(f"longer than {LARGEST_TEXT} characters")
    values: dict[str, Any] = {}
    for key in _FIELDS:
        value = item.get(key)
        if value in (None, ""):
            continue
        values[key] = parse_day(value) if key == "date" else str(value)
    return Article(id=item["id"], text=item["text"], origin=origin, **values)


def parse_day(value: object) -> date:
    """A day from ISO 8601 text, a TOML date or a time stamp. Raises ValueError for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        match = re.match(r"\s*(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?\s*$", value)
        if match:
            try:
                return date.fromisoformat(match[1])
            except ValueError as fault:
                raise ValueError(f"a bad date {value!r}: {fault}") from fault
    raise ValueError(f"a bad date {value!r}: YYYY-MM-DD is wanted")
