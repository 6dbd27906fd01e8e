"""Read the hand-annotated articles of `training/articles/` (format in its README) into gold JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_MARK = re.compile(r"\{(e\d+(?:,e\d+)*):([^{}]+)\}")
_ROLE = {"a": "agents", "t": "targets", "p": "participants", "m": "mediators", "s": "sources"}
_ITEM = re.compile(r"(?:^|\s)(@|[atpmsc]=)")


def read_marked(path: Path) -> dict[str, Any]:
    """One annotated article in the shape of the gold files; mentions carry `begin` beside `trigger`.

    Raises ValueError, naming the file, where a mark has no event line or an event no mark.
    """
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    body, _, tables = rest.partition("\n---\n")
    events_part, _, entities_part = tables.partition("---\n")
    title, day, publisher = (part.strip() for part in head.rsplit("|", 2))
    text, marks = _unmark(body.strip())
    entities = [_entity(line) for line in entities_part.splitlines() if line.strip()]
    events = [_event(line) for line in events_part.splitlines() if line.strip()]
    for event in events:
        event["mentions"] = [{"begin": begin, "trigger": words} for name, begin, words in marks if name == event["id"]]
    known = {event["id"] for event in events}
    stray = {name for name, _, _ in marks} - known | {event["id"] for event in events if not event["mentions"]}
    if stray:
        raise ValueError(f"{path}: marks and events differ: {', '.join(sorted(stray))}")
    title = _unmark(title)[0]
    return {
        "id": f"own-{path.stem}",
        "lang": "fr",
        "title": title,
        "date": None if day == "-" else day,
        "publisher": publisher,
        "url": None,
        "text": text,
        "entities": entities,
        "events": events,
    }


def _unmark(marked: str) -> tuple[str, list[tuple[str, int, str]]]:
    """The text without marks, and (event id, begin in code points, words) of each mark."""
    out, marks, last = [], [], 0
    length = 0
    for match in _MARK.finditer(marked):
        before = marked[last : match.start()]
        out += [before, match.group(2)]
        marks += [(name, length + len(before), match.group(2)) for name in match.group(1).split(",")]
        length += len(before) + len(match.group(2))
        last = match.end()
    return "".join([*out, marked[last:]]), marks


def _entity(line: str) -> dict[str, Any]:
    name, kind, country, *aliases = (part.strip() for part in line.split("|"))
    forms = [form for form in (aliases[0] if aliases else "").split(";") if form]
    return {"name": name, "type": kind, "country": None if country == "-" else country, "aliases": forms}


def _event(line: str) -> dict[str, Any]:
    first = _ITEM.search(line)
    fixed = (line[: first.start()] if first else line).split()
    event: dict[str, Any] = {
        "id": fixed[0],
        "type": fixed[1],
        "status": fixed[2],
        "date": None,
        "places": [],
        "casualties": [],
    }
    event |= {field: [] for field in _ROLE.values()}
    if len(fixed) > 3:
        begin, _, end = fixed[3].partition("..")
        event["date"] = {"from": begin, "to": end or begin}
    parts = _ITEM.split(line[first.start() :] if first else "")[1:]
    for tag, value in zip(parts[::2], parts[1::2], strict=True):
        if tag == "@":
            event["places"] = value.strip().split(";")
        elif tag == "c=":
            event["casualties"] = [_figure(figure, event) for figure in value.strip().split(",")]
        else:
            event[_ROLE[tag[0]]] = value.strip().split(";")
    return event


def _figure(figure: str, event: dict[str, Any]) -> dict[str, Any]:
    harm, low, high, *more = figure.split(":")
    victims, said_by = (*more, "", "")[:2]
    own = [] if said_by == "-" else said_by.split("+")
    return {
        "harm": harm,
        "low": None if low == "-" else int(low),
        "high": None if high == "-" else int(high),
        "victims": victims or None,
        "sources": own if said_by else event["sources"],
    }
