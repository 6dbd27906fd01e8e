"""Typography and layout of an article's text, before any word of it is analysed."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

BlockKind = Literal["headline", "dateline", "time", "body", "caption", "credit", "boilerplate"]

_SINGLE = {
    "’": "'", "‘": "'", "ʼ": "'", "′": "'", "`": "'", "´": "'", "‛": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2002": " ", "\u2003": " ", "\u3000": " ",
    "\u2010": "-", "\u2011": "-", "\u2212": "-", "\t": " ", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n",
    "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "…": "…",
    "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "",
}  # fmt: skip
_ODD = re.compile("[" + "".join(re.escape(char) for char in _SINGLE) + "\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text with plain typography, and where each of its characters stood in the original.

    `offsets[i]` is the code point in the original of character i; the last item is the original's length.
    """

    text: str
    offsets: Sequence[int]

    def original(self, begin: int, end: int) -> tuple[int, int]:
        """Code points of the original that characters `begin` to `end` (exclusive) stand on."""
        if end <= begin:
            return self.offsets[begin], self.offsets[begin]
        return self.offsets[begin], self.offsets[end - 1] + 1 if self._tight(end) else self.offsets[end]

    def _tight(self, end: int) -> bool:
        """Whether the character before `end` stands on one code point of its own."""
        return self.offsets[end] > self.offsets[end - 1]


def normalise(text: str) -> Normalised:
    """Straight quotes, plain spaces and hyphens, composed accents; soft hyphens and zero-width marks left out.

    Linear in the length of the text. Line breaks stay, so that paragraphs can still be seen.
    """
    if not _ODD.search(text):
        return Normalised(text, range(len(text) + 1))
    out: list[str] = []
    offsets: list[int] = []
    for i, char in enumerate(text):
        if unicodedata.combining(char) and out:
            joined = unicodedata.normalize("NFC", out[-1] + char)
            if len(joined) == 1:
                out[-1] = joined
                continue
        for piece in _SINGLE.get(char, char):
            out.append(piece)
            offsets.append(i)
    return Normalised("".join(out), [*offsets, len(text)])


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the normalised text, begin and end in its characters, and what it is."""

    begin: int
    end: int
    kind: BlockKind


_PARAGRAPH_BREAK = re.compile(r"\n[ ]*\n\s*")
_LINE_BREAK = re.compile(r"\n\s*")


@functools.cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    table = tomllib.loads((files("kg") / language / "text.toml").read_text(encoding="utf-8"))
    return {kind: re.compile("|".join(f"(?:{p})" for p in rows), re.IGNORECASE * (kind != "dateline")) for kind, rows in table["patterns"].items()}


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each paragraph: by blank lines, or by line breaks in a text without blank lines."""
    splitter = _PARAGRAPH_BREAK if _PARAGRAPH_BREAK.search(text.strip()) else _LINE_BREAK
    begin = 0
    for match in splitter.finditer(text):
        if match.start() > begin:
            yield begin, match.start()
        begin = match.end()
    if begin < len(text):
        yield begin, len(text)


def layout(text: str, title: str | None, language: str = "fr") -> list[Block]:
    """What each part of a normalised text is, in order and without gaps other than blank space.

    The first paragraph is the headline when it repeats the title or, short and without a full stop, is
    followed by others. Datelines, live-blog times, credits and lines that lead elsewhere are told apart by the
    patterns of ``kg/<language>/text.toml``.
    """
    patterns = _patterns(language)
    out: list[Block] = []
    spans = list(paragraphs(text))
    plain_title = normalise(title).text.strip() if title else ""
    for number, (begin, end) in enumerate(spans):
        words = text[begin:end]
        if number == 0 and (words.strip() == plain_title or (len(spans) > 1 and len(words) < 200 and not words.rstrip().endswith("."))):
            out.append(Block(begin, end, "headline"))
        elif patterns["boilerplate"].match(words):
            out.append(Block(begin, end, "boilerplate"))
        elif patterns["credit"].fullmatch(words.strip()):
            out.append(Block(begin, end, "credit"))
        else:
            out += _body(words, begin, patterns)
    return out


def _body(words: str, begin: int, patterns: dict[str, re.Pattern[str]]) -> Iterator[Block]:
    """A paragraph of prose: its dateline or time, if it opens with one, then the body."""
    cut = 0
    for kind in ("time", "dateline"):
        match = patterns[kind].match(words)
        if match and match.end():
            yield Block(begin, begin + match.end(), "time" if kind == "time" else "dateline")
            cut = match.end()
            break
    if cut < len(words):
        yield Block(begin + cut, begin + len(words), "body")


def block_at(blocks: Sequence[Block], offset: int) -> Block | None:
    """The block that holds a character, by bisection."""
    i = bisect_right(blocks, offset, key=lambda block: block.begin) - 1
    return blocks[i] if i >= 0 and offset < blocks[i].end else None
