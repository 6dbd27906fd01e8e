"""The examples of docs/api.md, the notebook and the README run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def test_every_example_of_the_python_interface_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    examples, names = blocks("docs/api.md", "python"), {}
    assert len(examples) >= 8
    for example in examples:
        exec(compile(example, "docs/api.md", "exec"), names)
    said = capsys.readouterr().out
    for words in ("Bombing Actual 2021-03-02", "Killed 4 4 quatre soldats", "France", "no store here", "no parameter 'planet'", "('défilé', 'Protest')"):  # fmt: skip
        assert words in said
    assert (tmp_path / "events.geojson").stat().st_size > 100
    assert "coChairOf" in (tmp_path / "minsk.ttl").read_text()


def test_the_notebook_runs(tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(ROOT / "docs" / "notebook.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "kept without outputs"
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT / "docs")}})  # fmt: skip
    client.execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert len(shown) >= 6


def commands_of_the_readme() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"`(kg query [^`]*)`", text)
    return list(dict.fromkeys(found))


def test_every_question_of_the_readme_is_answered(seed_store: Path) -> None:
    commands = commands_of_the_readme()
    assert len(commands) >= 5
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "kg.cli", *shlex.split(command)[1:]],
            cwd=ROOT,
            env={**os.environ, "KG_STORE": str(seed_store)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (command, done.stderr)
        assert len(done.stdout.splitlines()) > 2, command
