"""Refuse, before evaluation, what a query may not do on an open endpoint: SERVICE and LOAD, and overlong or deep text.

The tokeniser knows the terminals of SPARQL 1.1 that may hide a keyword: strings, comments, IRIs. What it cannot read
is refused, and so is what could be read in two ways. The engine's parser knows no end of a keyword (``SERVICESILENT``
is two of them to it), and takes ``<`` for an operator where an expression goes on: ``1<2#>`` is then no IRI. Code point escapes (section 19.2) may spell a keyword or end a string; engines differ in where they see
them. So a text that has some is read both ways, as it stands and with them resolved, and must pass both; outside
strings and IRIs they are not taken at all.
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
      |(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
      |(?P<comment>\#[^\n\r]*)
      |(?P<prefixed>[^\W\d_][\w.-]*:(?:[\w.:%-]|\\[_~.\-!$&'()*+,;=/?\#@%])*|:(?:[\w.:%-]|\\[_~.\-!$&'()*+,;=/?\#@%])*|_:[\w.-]+)
      |(?P<variable>[?$]\w+)
      |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)
      |(?P<word>[^\W\d]\w*)
      |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      |(?P<open>[({\[])|(?P<close>[)}\]])
      |(?P<other>[^\w\s"'\#\\])
      |(?P<space>\s+)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_GLUED = re.compile(r"^(?:true|false)*(?:SERVICE|LOAD)|\.(?:SERVICE|LOAD)\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_OPERATORS = frozenset("/|^!*+-")
_OPERANDS = frozenset({"iri", "prefixed", "open", "close", "number", "variable", "string"})
Token = tuple[str, str, int]


class RefusedError(ValueError):
    """A query or update that is not let through; the message says why, `position` where: line and column from 1."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        before = text[:offset]
        self.position = (before.count("\n") + 1, offset - before.rfind("\n"))
        super().__init__(f"line {self.position[0]}, column {self.position[1]}: {message}")


def tokens(text: str) -> Iterator[Token]:
    """(kind, text, offset) of each token but blanks and comments.

    Raises RefusedError at the first character that begins no token.
    """
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            raise RefusedError("a character that begins no SPARQL token", text, position)
        kind = str(match.lastgroup)
        if kind == "comment" and _ESCAPE.search(match.group()):
            raise RefusedError("a code point escape in a comment", text, position)
        if kind not in ("space", "comment"):
            yield kind, match.group(), position
        position = match.end()


def check(text: str, services: frozenset[str] = frozenset(), longest: int = LONGEST) -> None:
    """Raise RefusedError where a query or update uses SERVICE or LOAD, or is too long or too deep for the parser.

    `services` are addresses that the operator allows: SERVICE followed by one of these IRIs passes; `longest` is in
    characters.
    """
    if len(text) > longest:
        raise RefusedError(f"longer than {longest} characters", text, longest)
    _check(text, services)
    if _ESCAPE.search(text):
        _check(_ESCAPE.sub(lambda match: _unescaped(match, text), text), services)


def _unescaped(match: re.Match[str], text: str) -> str:
    code = int(match.group(1) or match.group(2), 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise RefusedError("a code point escape beyond Unicode", text, match.start())
    return chr(code)


def _check(text: str, services: frozenset[str]) -> None:
    depth = chain = 0
    stream = list(tokens(text))
    for index, (kind, word, offset) in enumerate(stream):
        if kind in ("word", "prefixed", "iri"):
            _check_name(stream, index, services, text)
            chain = 0 if kind == "word" else chain
        elif kind == "open":
            depth += 1
            if depth > DEEPEST:
                raise RefusedError(f"nested deeper than {DEEPEST} levels", text, offset)
        elif kind == "close":
            depth -= 1
        elif kind == "other" and word in _OPERATORS:
            chain += 1
            if chain > LONGEST_PATH:
                raise RefusedError(f"a path or expression of more than {LONGEST_PATH} operators", text, offset)
        elif kind not in _OPERANDS:
            chain = 0


def _check_name(stream: list[Token], index: int, services: frozenset[str], text: str) -> None:
    """Refuse the keywords, and names that the engine could take for them or that could hide them."""
    kind, word, offset = stream[index]
    name = word.upper()
    if kind == "iri":
        if ("#" in word or "'" in word) and not _ABSOLUTE.match(word):
            raise RefusedError("an IRI with # or ' is taken only with ://; set blanks around <", text, offset)
    elif kind == "prefixed":
        if _GLUED.search(word):
            raise RefusedError("a name that could be read as SERVICE or LOAD", text, offset)
    elif name == "SERVICE":
        if not _allowed(stream[index + 1 : index + 3], services):
            raise RefusedError("SERVICE is not allowed on this server", text, offset)
    elif "LOAD" in name or "SERVICE" in name:
        raise RefusedError("LOAD and SERVICE are not allowed on this server", text, offset)


def _allowed(following: list[Token], services: frozenset[str]) -> bool:
    words = [word for _, word, _ in following if word.upper() != "SILENT"]
    return bool(words) and words[0].startswith("<") and words[0][1:-1] in services
