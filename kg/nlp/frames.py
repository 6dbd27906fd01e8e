"""Frames: which grammatical relation fills which role of an event, by the word that names it (``frames.toml``)."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Frame:
    """Roles by relation name (`kg.nlp.grammatical_relations`); empty `cues` or `types` fit any."""

    number: int
    pos: str
    cues: frozenset[str]
    types: frozenset[str]
    roles: Mapping[str, str]

    def fits(self, cue: str, pos: str, kind: str) -> bool:
        """Whether the frame holds for a cue of this part of speech that names an event of this type."""
        return pos == self.pos and (not self.cues or cue in self.cues) and (not self.types or kind in self.types)


@functools.cache
def frames(language: str) -> tuple[Frame, ...]:
    """The frames of a language pack in the order in which they are tried."""
    table = tomllib.loads((files("kg") / language / "frames.toml").read_text(encoding="utf-8"))
    return tuple(
        Frame(i, row["pos"], frozenset(row.get("cues", ())), frozenset(row.get("types", ())), row["roles"])
        for i, row in enumerate(table["frame"])
    )


@functools.cache
def frame_of(cue: str, pos: str, kind: str, language: str) -> Frame:
    """The frame of a cue of part of speech `pos` (``n``, ``v``, ``a``) that names an event of type `kind`."""
    return next((frame for frame in frames(language) if frame.fits(cue, pos, kind)), frames(language)[-1])
