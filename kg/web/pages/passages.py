"""An article's passage cut into pieces at the bounds of its mentions, so that each can be marked and linked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from sqlite3 import Row
from typing import Any

from kg.web.pages.wording import local

Span = Row | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with the kinds of mention that cover it, and where the innermost entity is shown."""

    text: str
    kinds: tuple[str, ...] = ()
    href: str = ""


def pieces(text: str, begin: int, mentions: Iterable[Span]) -> list[Piece]:
    """The passage `text`, which starts at code point `begin` of its article, in pieces.

    Mentions carry `begin` and `end` as offsets in the article; those outside the passage are left out.
    """
    end = begin + len(text)
    held = [m for m in mentions if begin <= m["begin"] < m["end"] <= end]
    opening: dict[int, list[Span]] = {}
    closing: dict[int, list[Span]] = {}
    for mention in held:
        opening.setdefault(mention["begin"], []).append(mention)
        closing.setdefault(mention["end"], []).append(mention)
    cuts = sorted({begin, end, *opening, *closing})
    out: list[Piece] = []
    covering: list[Span] = []
    for left, right in pairwise(cuts):
        for mention in closing.get(left, []):
            covering.remove(mention)
        covering += opening.get(left, [])
        entities = [m for m in covering if m["kind"] == "entity"]
        inner = min(entities, key=lambda m: m["end"] - m["begin"], default=None)
        kinds = tuple(sorted({m["kind"] for m in covering}))
        out.append(Piece(text[left - begin : right - begin], kinds, local(inner["iri"]) if inner else ""))
    return out or [Piece(text)]
