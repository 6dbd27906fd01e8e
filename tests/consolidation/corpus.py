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


def articles(source: Path = CORPUS) -> Iterator[dict[str, Any]]:
    """The articles, each with `events` that carry a `cluster`."""
    _, *parts = _HEAD.split(source.read_text(encoding="utf-8"))
    for identifier, outlet, day, body in zip(*[iter(parts)] * 4, strict=True):
        text, events = unmarked(body.strip())
        title = text.partition("\n")[0]
        yield {"id": identifier, "lang": "fr", "title": title, "date": day, "publisher": outlet, "url": None, "text": text,
            "entities": [], "events": events}  # fmt: skip


def unmarked(body: str) -> tuple[str, list[dict[str, Any]]]:
    """A text without its marks, and the events that were marked; marks of one cluster are mentions of one event."""
    text, spans, last = "", [], 0
    for match in _MARK.finditer(body):
        text += body[last : match.start()]
        spans.append((len(text), len(text) + len(match[1]), match[2], match[3]))
        text += match[1]
        last = match.end()
    text += body[last:]
    events: dict[str, dict[str, Any]] = {}
    for begin, end, cluster, kind in spans:
        event = events.setdefault(cluster, {"id": f"e{len(events) + 1}", "type": kind, "status": "Actual", "mentions": [], "date": None,
            "places": [], "agents": [], "targets": [], "participants": [], "mediators": [], "sources": [], "casualties": [], "cluster": cluster})  # fmt: skip
        event["mentions"].append({"quote": _quote(text, begin, end), "trigger": text[begin:end]})
    return text, list(events.values())


def _quote(text: str, begin: int, end: int) -> str:
    """The shortest stretch from a trigger on that stands in the text once: its first trigger is the one that is meant."""
    for stop in range(end, len(text) + 1):
        if text.count(text[begin:stop]) == 1:
            return text[begin:stop]
    raise ValueError("a text that repeats its end")


def write(folder: Path, source: Path = CORPUS) -> list[Path]:
    """The corpus as files, one a article."""
    files = []
    for article in articles(source):
        file = folder / f"{article['id']}.json"
        file.write_text(json.dumps(article, ensure_ascii=False), encoding="utf-8")
        files.append(file)
    return files
