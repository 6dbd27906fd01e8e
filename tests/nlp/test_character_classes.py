"""An expression compiled with its classes remembered is the same program as one compiled without."""

from __future__ import annotations

import re
from re import _compiler, _parser  # type: ignore[attr-defined]

import pytest

from kg.nlp.character_classes import each_class_once

LETTERS = "".join(chr(code) for code in range(0xC0, 0x250))


def program(pattern: str) -> list[int]:
    """What the compiler makes of a pattern, as numbers."""
    return list(_compiler._code(_parser.parse(pattern), _parser.parse(pattern).state.flags))


@pytest.mark.parametrize(
    "pattern",
    [
        f"(?iu)^[{LETTERS}]+-[{LETTERS}]+$|^[{LETTERS}]{{2}}'[{LETTERS}-]*$",
        f"(?u)[{LETTERS}]|(?i:[{LETTERS}])",
        r"(?i)[^\W\d_]+[a-z-]|[^a-z-]",
        "[abc][abc](?i:[abc])(?a:[abc\\w])[]]",
    ],
)
def test_the_program_is_the_same(pattern: str) -> None:
    plain = program(pattern)
    with each_class_once():
        assert program(pattern) == plain
        assert program(pattern) == plain


def test_each_class_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    plain = _compiler._optimize_charset
    monkeypatch.setattr(_compiler, "_optimize_charset", lambda *given: seen.append(given) or plain(*given))
    counting = _compiler._optimize_charset
    with each_class_once():
        re.compile(f"(?iu)[{LETTERS}]x[{LETTERS}]y[{LETTERS}]z")
    assert len(seen) == 1
    assert _compiler._optimize_charset is counting
