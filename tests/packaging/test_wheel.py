"""The wheel, installed into an empty environment, builds and queries from any folder."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from tests.conftest import ROOT


def test_the_wheel_works_on_its_own(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "kg/ontology/shapes.ttl",
        "kg/queries/co-chairs.rq",
        "kg/gazetteer/index/gazetteer.sqlite",
        "kg/web/static/style.css",
        "kg/fr/cues.csv",
    ):
        assert part in names
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)],
        check=True,
        capture_output=True,
    )
    article = tmp_path / "a.txt"
    article.write_text("Une bombe a explosé à Kaboul, tuant quatre soldats.", encoding="utf-8")
    kg = tmp_path / "env" / "bin" / "kg"
    built = subprocess.run([kg, "build", article], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "1 built" in built.stdout
    asked = subprocess.run([kg, "query", "tolls-by-source"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "quatre soldats" in asked.stdout
