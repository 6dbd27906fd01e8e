"""Event triggers: the words of a text that name an event, and its type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trigger:
    """The words that name one event: tokens `start` to `end` (exclusive) of the Doc.

    `root` is the token of the span that its syntactic head stands on; `type` a class of the ontology; `score`
    the probability from 0 to 1 that they name an event, `type_score` that it is of this type if it is one; `rule`
    the cue or model that found it.
    """

    start: int
    end: int
    root: int
    type: str
    score: float = 1.0
    rule: str = ""
    type_score: float = 1.0
