"""From paths to articles: files, folders, patterns, archives, feeds, standard input.

What cannot be read is told, with file and line, and passed over. Articles come in the order of their paths, and
within a folder by name.
"""

from __future__ import annotations

import glob
import gzip
import json
import sys
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath
from typing import IO, Any

from kg.articles.encoding import decode
from kg.articles.records import Unreadable, article_of, parse_day, read_json, read_lines
from kg.model import Article

__all__ = ["Unreadable", "article_of", "decode", "estimate", "parse_day", "read_articles", "readable_files"]

LARGEST_FILE = 256 * 1024 * 1024
LARGEST_UNPACKED = 4 * 1024 * 1024 * 1024
TEXT_ENDINGS = frozenset({".txt", ".text"})
PAGE_ENDINGS = frozenset({".html", ".htm", ".xhtml"})
FEED_ENDINGS = frozenset({".rss", ".atom", ".xml", ".rdf"})
METADATA_ENDINGS = (".toml", ".json")
_PLAIN = TEXT_ENDINGS | PAGE_ENDINGS | FEED_ENDINGS | {".json", ".jsonl", ".ndjson"}
_ENDINGS = _PLAIN | {".zip"}
_WEB = ("http://", "https://")
Item = Article | Unreadable


def read_articles(paths: Iterable[Path | str], day: date | None = None) -> Iterator[Item]:
    """The articles of files, folders, patterns and addresses; '-' is JSON Lines on standard input.

    `day` dates articles that carry no date. An identifier met twice is told, and the first article kept.
    """
    seen: dict[str, str] = {}
    for path in paths:
        for item in _read(str(path)):
            if isinstance(item, Article):
                if seen.setdefault(item.id, item.origin) != item.origin:
                    yield Unreadable(item.origin, f"the identifier {item.id!r} was already used in {seen[item.id]}")
                    continue
                item = replace(item, date=item.date or day)
            yield item


def _read(name: str) -> Iterator[Item]:
    path = Path(name)
    if name == "-":
        yield from read_lines(sys.stdin.buffer, "<stdin>")
    elif name.startswith(_WEB):
        yield from _fetched(name)
    elif path.is_dir():
        files = readable_files(path)
        if not files:
            yield Unreadable(name, "no readable file in this folder (.txt, .html, .json, .jsonl, .xml, .gz, .zip)")
        for file in files:
            yield from _read_file(file)
    elif path.exists():
        yield from _read_file(path)
    elif glob.has_magic(name):
        matches = sorted(Path(match) for match in glob.glob(name, recursive=True))
        if not matches:
            yield Unreadable(name, "no file matches")
        for match in matches:
            if match.is_dir() or (_kind(match.name) and not _is_metadata(match)):
                yield from _read(str(match))
    else:
        yield Unreadable(name, "no such file or folder")


def readable_files(folder: Path) -> list[Path]:
    """The files of a folder, at any depth, that hold articles, sorted; metadata files are none."""
    found = (path for path in folder.rglob("*") if _kind(path.name) and not path.name.startswith("."))
    return sorted(path for path in found if path.is_file() and not _is_metadata(path))


def estimate(paths: Iterable[Path | str]) -> int | None:
    """About how many articles some paths hold; None where that cannot be told without reading them."""
    total = 0
    for name in map(str, paths):
        path = Path(name)
        if name == "-" or name.startswith(_WEB):
            return None
        for file in readable_files(path) if path.is_dir() else [path]:
            kind = _kind(file.name)
            if kind in TEXT_ENDINGS | PAGE_ENDINGS:
                total += 1
            elif kind == ".jsonl" and file.is_file() and file.suffix != ".gz":
                with file.open("rb") as lines:
                    total += sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
            else:
                return None
    return total


def _kind(name: str) -> str:
    """The ending that says how a file is read, that of ``.gz`` taken off; empty for what is not read."""
    kind = PurePath(name.lower().removesuffix(".gz")).suffix
    return {".ndjson": ".jsonl"}.get(kind, kind) if kind in _ENDINGS else ""


def _is_metadata(path: Path) -> bool:
    """A JSON file beside a text file of the same stem is that text's metadata."""
    return path.suffix.lower() == ".json" and any(path.with_suffix(ending).is_file() for ending in TEXT_ENDINGS)


def _read_file(path: Path) -> Iterator[Item]:
    kind = _kind(path.name) or ".txt"
    try:
        if kind == ".zip":
            yield from _read_zip(path)
        elif kind == ".jsonl":
            with _open(path) as stream:
                yield from read_lines(stream, str(path))
        else:
            with _open(path) as stream:
                raw = stream.read(LARGEST_FILE + 1)
            yield from _read_bytes(raw, kind, path, _stem(path))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as fault:  # RuntimeError: encrypted
        yield Unreadable(str(path), getattr(fault, "strerror", None) or str(fault) or type(fault).__name__)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def _stem(path: PurePath) -> str:
    return PurePath(path.name.removesuffix(".gz")).stem


def _read_bytes(raw: bytes, kind: str, path: Path, identifier: str) -> Iterator[Item]:
    origin = str(path)
    if len(raw) > LARGEST_FILE:
        yield Unreadable(origin, f"larger than {LARGEST_FILE // 1024 // 1024} MB")
    elif kind == ".json":
        yield from read_json(raw, origin)
    elif kind in FEED_ENDINGS:
        from kg.articles.feeds import is_feed, read_feed

        if is_feed(raw):
            yield from read_feed(raw, origin)
        else:
            yield Unreadable(origin, "neither RSS nor Atom")
    else:
        yield _read_one(raw, kind, path, identifier)


def _read_one(raw: bytes, kind: str, path: Path, identifier: str) -> Item:
    """A text or a page, with the metadata beside it."""
    try:
        metadata = _metadata(path)
        if kind in PAGE_ENDINGS:
            from kg.articles.html import read_page

            return read_page(raw, identifier, str(path), **metadata)
        text = decode(raw).replace("\r\n", "\n").replace("\r", "\n")
        return article_of({**metadata, "id": identifier, "text": text}, str(path))
    except ValueError as fault:
        return Unreadable(str(path), str(fault))


def _metadata(path: Path) -> dict[str, Any]:
    """The fields in ``STEM.toml`` or ``STEM.json``. Raises ValueError, naming the file."""
    for ending in METADATA_ENDINGS:
        beside = path.with_name(_stem(path) + ending)
        if beside == path or not beside.is_file():
            continue
        try:
            text = decode(beside.read_bytes())
            found = tomllib.loads(text) if ending == ".toml" else json.loads(text)
        except ValueError as fault:
            raise ValueError(f"{beside.name}: {fault}") from fault
        if not isinstance(found, dict):
            raise ValueError(f"{beside.name}: not a JSON object")
        return {key: value for key, value in found.items() if key not in ("id", "text")}
    return {}


def _is_read_in_archive(name: str) -> bool:
    return _kind(name) not in ("", ".zip") and not name.endswith(".gz") and not name.startswith("__MACOSX/")


def _read_zip(path: Path) -> Iterator[Item]:
    """The files in an archive, as if they lay in a folder of its name; one that unpacks to too much is refused."""
    with zipfile.ZipFile(path) as archive:
        entries = sorted((e for e in archive.infolist() if not e.is_dir()), key=lambda e: e.filename)
        if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            yield Unreadable(str(path), f"unpacks to more than {LARGEST_UNPACKED // 1024**3} GB")
            return
        entries = [entry for entry in entries if _is_read_in_archive(entry.filename)]
        if not entries:
            yield Unreadable(str(path), "no readable file in this archive")
        for entry in entries:
            kind, inside = _kind(entry.filename), path / entry.filename
            with archive.open(entry) as stream:
                if kind == ".jsonl":
                    yield from read_lines(stream, str(inside))
                else:
                    yield from _read_bytes(stream.read(LARGEST_FILE + 1), kind, inside, _stem(inside))


def _fetched(url: str) -> Iterator[Item]:
    """The articles of a feed, or the one of a page, at an address."""
    from kg.articles.feeds import is_feed, read_feed
    from kg.articles.fetching import Fetcher, FetchError
    from kg.articles.html import read_page

    def fetch(address: str) -> bytes:
        return fetcher.fetch(address)

    fetcher = Fetcher()
    try:
        raw = fetcher.fetch(url)
        if is_feed(raw):
            yield from read_feed(raw, url, fetch)
        else:
            yield read_page(raw, url, url, url)
    except FetchError as fault:
        yield Unreadable(url, str(fault).removeprefix(f"{url}: "))
    except ValueError as fault:
        yield Unreadable(url, str(fault))
