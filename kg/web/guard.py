"""Refuse, before evaluation, what a query may not do on an open endpoint: SERVICE and LOAD, and overlong or deep text.

The tokeniser knows the terminals of SPARQL 1.1 that may hide a keyword (strings, comments, IRIs) and the code
point escapes that may spell one; what it cannot read is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 100_000
DEEPEST = 80
LONGEST_PATH = 200
_TOKEN = re.compile(
    r"""(?P<long>\"{3}(?:[^\\"]|\\.|\"{1,2}(?!\"))*\"{3}|'{3}(?:[^\\']|\\.|'{1,2}(?!'))*'{3})
      |(?P<string>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      |(?P<comment>\#[^\n\r]*)
      |(?P<prefixed>[^\W\d_][\w.-]*:(?:[\w.:%-]|\\[_~.\-!$&'()*+,;=/?\#@%])*|:(?:[\w.:%-]|\\[_~.\-!$&'()*+,;=/?\#@%])*|_:[\w.-]+)
      |(?P<variable>[?$]\w+)
      |(?P<word>@?[^\W\d]\w*(?:-\w+)*)
      |(?P<number>\d[\w.+-]*)
      |(?P<open>[({\[])|(?P<close>[)}\]])
      |(?P<other>[^\w\s"'\#])
      |(?P<space>\s+)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class RefusedError(ValueError):
    """A query or update that is not let through; the message says why."""


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each token, with code point escapes resolved first (SPARQL 1.1 section 19.2).

    Raises RefusedError at the first character that begins no token.
    """
    plain = _ESCAPE.sub(_unescape, text)
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None or match.end() == position:
            line = plain.count("\n", 0, position) + 1
            raise RefusedError(f"line {line}: a character that begins no SPARQL token")
        yield str(match.lastgroup), match.group()
        position = match.end()


def _unescape(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise RefusedError("a code point escape beyond Unicode")
    return chr(code)


def check(text: str, services: frozenset[str] = frozenset()) -> None:
    """Raise RefusedError where a query or update uses SERVICE or LOAD, or is too long or too deep for the parser.

    `services` are addresses that the operator allows: SERVICE followed by one of these IRIs passes.
    """
    if len(text) > LONGEST:
        raise RefusedError(f"longer than {LONGEST} characters")
    depth = 0
    chain = 0
    stream = [(kind, word) for kind, word in tokens(text) if kind not in ("space", "comment")]
    for index, (kind, word) in enumerate(stream):
        if kind == "open":
            depth += 1
            if depth > DEEPEST:
                raise RefusedError(f"nested deeper than {DEEPEST} levels")
        elif kind == "close":
            depth -= 1
        chain = (
            chain + 1
            if kind == "other" and word in "/|^!*+-"
            else chain
            if kind in ("iri", "prefixed", "open", "close", "number", "variable", "string")
            else 0
        )
        if chain > LONGEST_PATH:
            raise RefusedError(f"a path or expression of more than {LONGEST_PATH} operators")
        if kind == "word" and word.upper() == "LOAD":
            raise RefusedError("LOAD is not allowed on this server")
        if kind == "word" and word.upper() == "SERVICE" and not _allowed(stream[index + 1 : index + 3], services):
            raise RefusedError("SERVICE is not allowed on this server")


def _allowed(following: list[tuple[str, str]], services: frozenset[str]) -> bool:
    words = [item for item in following if item[1].upper() != "SILENT"]
    return bool(words) and words[0][0] == "iri" and words[0][1][1:-1] in services
