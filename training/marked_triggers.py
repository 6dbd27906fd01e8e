"""Read `training/triggers/*.txt`: short texts in which only the triggers are marked, for the trigger model.

Texts are separated by lines of ``===``; the first paragraph is the headline. A trigger is marked with the event's
type, and with a number where several triggers name one event: ``{Airstrike:raid}``, ``{Airstrike#1:frappe}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from annotations import ROOT, Annotated, AnnotatedMention

from kg.nlp.parse import parse
from kg.nlp.text import normalise

TRIGGERS = ROOT / "training" / "triggers"
_MARK = re.compile(r"\{([A-Za-z]+)(?:#(\d+))?:([^{}]+)\}")
_SEPARATOR = re.compile(r"\n===\n")


def read_texts(path: Path) -> Iterator[Annotated]:
    """The texts of a file, parsed, with one event for each type and number marked.

    Raises ValueError, naming the file and the text, where a brace is no mark.
    """
    parts = _SEPARATOR.split(path.read_text(encoding="utf-8").strip() + "\n")
    for number, marked in enumerate(part for part in parts if part.strip()):
        yield _read(marked.strip(), f"{path.stem}-{number:03}")


def _read(marked: str, name: str) -> Annotated:
    plain, spans, last = "", [], 0
    for match in _MARK.finditer(marked):
        plain += marked[last : match.start()]
        spans.append((match.group(1), match.group(2), len(plain), len(plain) + len(match.group(3))))
        plain += match.group(3)
        last = match.end()
    plain += marked[last:]
    if "{" in plain or "}" in plain:
        raise ValueError(f"{name}: a brace that is no mark")
    text = normalise(plain)
    if text.text != plain:
        raise ValueError(f"{name}: write plain typography")
    doc = parse(plain)
    events: dict[tuple[str, str], int] = {}
    mentions = []
    for kind, label, begin, end in spans:
        event = events.setdefault((kind, label or f"at {begin}"), len(events))
        span = doc.char_span(begin, end, alignment_mode="expand")
        mentions.append(AnnotatedMention(event, span.start, span.end))
    raw = {"id": name, "text": plain, "date": None, "entities": [], "events": [{"type": kind} for kind, _ in events]}
    return Annotated(raw, doc, tuple(mentions))


def trigger_texts() -> list[Annotated]:
    """All texts of `training/triggers/`, in order of file and place."""
    return [article for path in sorted(TRIGGERS.glob("*.txt")) for article in read_texts(path)]
