"""What a build shows while it goes on: a bar for people, lines for logs, JSON for scripts; and `kg watch`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from kg.commands import build as build_command
from kg.pipeline import Summary
from tests.commands.test_cli import SENTENCE, kg
from tests.conftest import ROOT


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.txt").write_text(SENTENCE, encoding="utf-8")
    (folder / "b.txt").write_text("The police said that a bomb went off in a market in the capital on Tuesday. " * 3, encoding="utf-8")  # fmt: skip
    return folder


def test_a_terminal_gets_a_bar_with_rate_and_remaining_time(inbox: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    command = [
        sys.executable,
        "-m",
        "kg.cli",
        "build",
        str(inbox),
        "--store",
        str(tmp_path / "store"),
        "--date",
        "2021-03-04",
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait(60) == 0
    text = shown.decode()
    assert "2/2" in text
    assert "articles/s" in text or "s/ articles" in text


def test_a_log_gets_nothing_or_plain_lines(inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    done = kg("build", inbox, "--store", tmp_path / "store")
    assert "\r" not in done.stderr
    assert "b.txt: in en, for which there is no language pack" in done.stderr
    assert "1 built, 0 unchanged, 1 skipped, 0 failed" in done.stdout
    monkeypatch.setattr(build_command, "_LINE_SECONDS", 0.0)
    build_command._Lines()(Summary(built=12))
    assert capsys.readouterr().err.startswith("kg: 12 articles, ")


def test_a_script_gets_json(inbox: Path, tmp_path: Path) -> None:
    (inbox / "c.txt").write_text(" ", encoding="utf-8")
    found = json.loads(kg("build", inbox, "--store", tmp_path / "store", "--json", status=1).stdout)
    assert (found["built"], found["unchanged"], len(found["skipped"])) == (1, 0, 1)
    assert found["failed"] == [f"{inbox / 'c.txt'}: an empty article"]
    assert found["reports"] == {"Bombing": 1}
    assert 0 <= found["consolidation_seconds"] < found["seconds"]


def test_watch_builds_what_arrives(inbox: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    kg("watch", inbox, "--store", store, "--once", "--every", "0.1")
    assert json.loads(kg("stats", "--store", store, "--json").stdout)["articles"] == 1
    (inbox / "d.jsonl").write_text(json.dumps({"id": "d", "text": SENTENCE}) + "\n", encoding="utf-8")
    assert "1 built" in kg("watch", inbox, "--store", store, "--once", "--every", "0.1").stdout
