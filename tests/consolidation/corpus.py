"""The corpus of consolidation: articles with marked events, as annotated articles that `kg evaluate --events` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).with_name("corpus.md")
_HEAD = re.compile(r"^== (\S+) \| (\S+) \| (\S+)$", re.MULTILINE)
_MARK = re.compile(r"\[([^\]]+)\]\((\S+) (\w+)\)")
_CONTEXT = 12


def articles(source: Path = CORPUS) -> Iterator[dict[str, Any]]:
    """The articles, each with `events` that carry a `cluster`."""
    _, *parts = _HEAD.split(source.read_text(encoding="utf-8"))
    for identifier, outlet, day, body in zip(*[iter(parts)] * 4, strict=True):
        text, events = unmarked(body.strip())
        title = text.partition("\n")[0]
        yield {"id": identifier, "lang": "fr", "title": title, "date": day, "publisher": outlet, "url": None, "text": text,
            "entities": [], "events": events}  # fmt: skip


def unmarked(body: str) -> tuple[str, list[dict[str, Any]]]:
    """A text without its marks, and the events that were marked."""
    text, spans, last = "", [], 0
    for match in _MARK.finditer(body):
        text += body[last : match.start()]
        spans.append((len(text), len(text) + len(match[1]), match[2], match[3]))
        text += match[1]
        last = match.end()
    text += body[last:]
    events = []
    for number, (begin, end, cluster, kind) in enumerate(spans, 1):
        mention = {"quote": _unique(text, begin, end), "trigger": text[begin:end]}
        events.append({"id": f"e{number}", "type": kind, "status": "Actual", "mentions": [mention], "date": None, "places": [],
            "agents": [], "targets": [], "participants": [], "mediators": [], "sources": [], "casualties": [], "cluster": cluster})  # fmt: skip
    return text, events


def _unique(text: str, begin: int, end: int) -> str:
    """The stretch around a trigger that stands in the text once, holding the trigger once."""
    for around in range(_CONTEXT, len(text)):
        quote = text[max(0, begin - around) : end + around]
        if text.count(quote) == 1:
            return quote
    raise ValueError("a text of one repeated word")


def write(folder: Path) -> list[Path]:
    """The corpus as files, one a article."""
    files = []
    for article in articles():
        file = folder / f"{article['id']}.json"
        file.write_text(json.dumps(article, ensure_ascii=False), encoding="utf-8")
        files.append(file)
    return files
