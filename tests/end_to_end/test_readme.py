"""The README keeps its word: every command in it runs, every answer that it prints comes out, every link leads somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| [^|]+ \| `(kg query [^`]+)` \| ([^|]+) \|$", re.MULTILINE)
MAKE = re.compile(r"`make (\S+?)`|^make (\S+)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://)([^)#]+)\)")
# A number, or a word with a capital that is no sentence's first: what the answer must hold to be the one promised.
TELLING = re.compile(r"\d[\d,]*|(?<=[a-z,;] )[A-ZÉ]\w{3,}")


def run(store: Path, command: str) -> str:
    words = shlex.split(command)[1:]
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", *words, "--store", str(store), "--format", "csv"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_asks_five_questions() -> None:
    assert len(ROW.findall(README)) >= 5


@pytest.mark.parametrize(("command", "answer"), ROW.findall(README))
def test_a_question_gets_the_answer_that_is_printed_beside_it(seed_store: Path, command: str, answer: str) -> None:
    out = run(seed_store, command)
    assert len(out.splitlines()) > 1
    for word in TELLING.findall(answer):
        assert word.replace(",", "") in out, (word, out)


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {a or b for a, b in MAKE.findall(README)}
    assert {"demo", "test", "install"} <= named <= targets


def test_every_command_is_a_command() -> None:
    from kg.cli import COMMANDS

    assert set(re.findall(r"`kg (\w+)", README)) <= set(COMMANDS)


@pytest.mark.parametrize("link", sorted(set(LINK.findall(README))))
def test_every_link_inside_the_project_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
