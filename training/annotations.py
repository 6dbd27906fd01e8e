"""Read annotated articles: the gold set beside the repository and the articles written for training.

An annotated article is a JSON file: `text`, `date`, `entities`, and `events` with `mentions` (a `quote` that
occurs once in the text and the `trigger` inside it), roles, sources, dates and casualty figures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marked_text import read_marked
from spacy.tokens import Doc

from kg.evaluation.readers import mention_span
from kg.nlp.parse import parse
from kg.nlp.text import normalise

ROOT = Path(__file__).parent.parent
GOLD = ROOT.parent / "shared" / "gold"
OWN = ROOT / "training" / "articles"


@dataclass(frozen=True)
class AnnotatedMention:
    """One mention of a gold event: its event's index and its tokens."""

    event: int
    start: int
    end: int


@dataclass(frozen=True)
class Annotated:
    """An annotated article, parsed: raw JSON, Doc, mentions in tokens, the article's date."""

    raw: dict[str, Any]
    doc: Doc
    mentions: tuple[AnnotatedMention, ...]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The gold events."""
        events: list[dict[str, Any]] = self.raw["events"]
        return events

    @property
    def date(self) -> date | None:
        """The article's date, if it has one."""
        return date.fromisoformat(self.raw["date"]) if self.raw.get("date") else None


def load(path: Path) -> dict[str, Any]:
    """One annotated article: gold JSON, or the marked text of `training/articles/`."""
    if path.suffix == ".txt":
        return read_marked(path)
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return raw


def read(path: Path) -> Annotated:
    """Parse one annotated article and find its mentions' tokens."""
    raw = load(path)
    text = normalise(raw["text"])
    doc = parse(text.text)
    back = {original: i for i, original in reversed(list(enumerate(text.offsets)))}
    mentions = []
    for index, event in enumerate(raw["events"]):
        for mention in event["mentions"]:
            begin = mention["begin"] if "begin" in mention else mention_span(raw["text"], mention)[0]
            span = doc.char_span(back[begin], back[begin + len(mention["trigger"])], alignment_mode="expand")
            mentions.append(AnnotatedMention(index, span.start, span.end))
    return Annotated(raw, doc, tuple(sorted(mentions, key=lambda m: m.start)))


def corpus(*folders: Path) -> Iterator[Annotated]:
    """All articles of the folders, in order of their names; a missing folder is empty."""
    for folder in folders:
        for path in sorted([*folder.glob("*.json"), *folder.glob("*.txt")]):
            yield read(path)


def training_corpus() -> list[Annotated]:
    """The gold training articles, where they are at hand, and the project's own."""
    return list(corpus(GOLD / "train", OWN))
