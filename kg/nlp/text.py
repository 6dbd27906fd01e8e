"""Typography and layout of an article's text, before any word of it is analysed."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

BlockKind = Literal["headline", "subhead", "dateline", "time", "body", "caption", "credit", "boilerplate"]

SILENT: frozenset[BlockKind] = frozenset({"boilerplate", "credit", "time", "dateline"})
"""Blocks in which no event is told. Captions do tell some."""

_PLAIN = {
    **dict.fromkeys("’‘ʼ′`´‛ʹ＇", "'"),
    **dict.fromkeys("“”„‟″＂", '"'),
    **dict.fromkeys("\u00a0\u202f\u2007\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000\t", " "),
    **dict.fromkeys("\u2010\u2011\u2212", "-"),
    **dict.fromkeys("\u2028\u2029\x85\x0b\x0c\r", "\n"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
    **{"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\r\n": "\n"},
}  # fmt: skip
_ODD = re.compile(
    r"\r\n|.[\u0300-\u036f]+|[" + "".join(re.escape(char) for char in _PLAIN if len(char) == 1) + "]", re.S
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text with plain typography, and where each of its characters stood in the original.

    `offsets[i]` is the code point of the original at which character i begins, `ends[i]` the one after it;
    `offsets` has one item more, the original's length.
    """

    text: str
    offsets: Sequence[int]
    ends: Sequence[int]

    def original(self, begin: int, end: int) -> tuple[int, int]:
        """Code points of the original that characters `begin` to `end` (exclusive) stand on."""
        if end <= begin:
            return self.offsets[begin], self.offsets[begin]
        return self.offsets[begin], self.ends[end - 1]


def normalise(text: str) -> Normalised:
    """Straight quotes, plain spaces and hyphens, composed accents; soft hyphens and zero-width marks left out.

    Linear in the length of the text. Line breaks stay, so that paragraphs can still be seen.
    """
    out: list[str] = []
    offsets: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _ODD.finditer(text):
        odd = match.group()
        plain = _PLAIN[odd] if odd in _PLAIN else unicodedata.normalize("NFC", odd)
        out += (text[done : match.start()], plain)
        offsets += range(done, match.start())
        ends += range(done + 1, match.start() + 1)
        if len(plain) == len(odd):
            offsets += range(match.start(), match.end())
            ends += range(match.start() + 1, match.end() + 1)
        else:
            offsets += [match.start()] * len(plain)
            ends += [match.end()] * len(plain)
        done = match.end()
    if not done:
        return Normalised(text, range(len(text) + 1), range(1, len(text) + 1))
    offsets += range(done, len(text) + 1)
    ends += range(done + 1, len(text) + 1)
    return Normalised("".join([*out, text[done:]]), offsets, ends)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the normalised text, begin and end in its characters, and what it is.

    A dateline has the spans of what it says: `place`, `day` and `agency`, each begin and end or None.
    """

    begin: int
    end: int
    kind: BlockKind
    place: tuple[int, int] | None = None
    day: tuple[int, int] | None = None
    agency: tuple[int, int] | None = None


_PARAGRAPH_BREAK = re.compile(r"\n[ ]*\n\s*")
_LINE_BREAK = re.compile(r"\n\s*")
_MARKS = re.compile(r"[^\w(©«\"'\n]*\(?(?=\w|©)|[^\w\n]{0,8}(?=\w)")
_PROSE_END = re.compile(r"[.!?…:;,»\")]\s*$")
_LONGEST_HEADLINE = 200
_LONGEST_SUBHEAD = 80
_LONGEST_LINE = 160
"""Code points: what is longer than this is no headline, no subhead, no credit line."""


@functools.cache
def _patterns(language: str) -> Mapping[str, re.Pattern[str]]:
    table = tomllib.loads((files("kg") / language / "text.toml").read_text(encoding="utf-8"))
    rows = table["patterns"].items()
    joined = {kind: "|".join(f"(?:{p})" for p in patterns) for kind, patterns in rows if kind != "dateline"}
    return {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in joined.items()}


@functools.cache
def _datelines(language: str) -> tuple[re.Pattern[str], ...]:
    table = tomllib.loads((files("kg") / language / "text.toml").read_text(encoding="utf-8"))
    return tuple(re.compile(pattern) for pattern in table["patterns"]["dateline"])


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
    followed by others. Datelines, live-blog times, credits, captions and lines that lead elsewhere are told by
    the patterns of ``kg/<language>/text.toml``; a short line without a full stop is a subhead.
    """
    out: list[Block] = []
    spans = list(paragraphs(text))
    plain_title = normalise(title).text.strip() if title else ""
    for number, (begin, end) in enumerate(spans):
        words = text[begin : min(end, begin + 4 * _LONGEST_HEADLINE)]
        short = len(spans) > 1 and end - begin < _LONGEST_HEADLINE and not words.rstrip().endswith(".")
        if number == 0 and (short or text[begin:end].strip() == plain_title):
            out.append(Block(begin, end, "headline"))
        else:
            out += _paragraph(words, begin, end, language, last=number == len(spans) - 1)
    return out


def _paragraph(words: str, begin: int, end: int, language: str, last: bool) -> Iterator[Block]:
    """The blocks of a paragraph; `words` are its first few hundred characters."""
    patterns = _patterns(language)
    marks = _MARKS.match(words)
    inner = words[marks.end() :] if marks else words
    line = words.strip().strip("[]*•- ")
    if end - begin <= 2 * _LONGEST_LINE and patterns["boilerplate"].match(inner):
        yield Block(begin, end, "boilerplate")
    elif end - begin <= 2 * _LONGEST_LINE and patterns["caption"].match(inner):
        yield Block(begin, end, "caption")
    elif end - begin <= _LONGEST_LINE and patterns["credit"].fullmatch(line):
        yield Block(begin, end, "credit")
    else:
        cut = 0
        opening = _opening(words, begin, language)
        if opening:
            yield opening
            cut = opening.end - begin
        short = end - begin <= _LONGEST_SUBHEAD and not opening and not last
        if cut < end - begin:
            subhead = short and not _PROSE_END.search(words)
            yield Block(begin + cut, end, "subhead" if subhead or patterns["standing"].fullmatch(line) else "body")


def _opening(words: str, begin: int, language: str) -> Block | None:
    """The live-blog time or the dateline that a paragraph opens with."""
    marks = _MARKS.match(words)
    skip = marks.end() if marks and not words.startswith("(") else 0
    time = _patterns(language)["time"].match(words, skip)
    if time:
        return Block(begin, begin + time.end(), "time")
    for pattern in _datelines(language):
        match = pattern.match(words, 0, _LONGEST_LINE)
        if match:
            said = {
                name: (begin + match.start(name), begin + match.end(name))
                for name, found in match.groupdict().items()
                if found
            }
            return Block(begin, begin + match.end(), "dateline", said.get("place"), said.get("day"), said.get("agency"))
    return None


def block_at(blocks: Sequence[Block], offset: int) -> Block | None:
    """The block that holds a character, by bisection."""
    i = bisect_right(blocks, offset, key=lambda block: block.begin) - 1
    return blocks[i] if i >= 0 and offset < blocks[i].end else None


def is_silent(blocks: Sequence[Block], offset: int) -> bool:
    """Whether a character stands in a block that tells no event."""
    block = block_at(blocks, offset)
    return block is not None and block.kind in SILENT
