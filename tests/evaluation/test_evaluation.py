"""The project's own measures against the reference scorer, and the quality that must not be lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kg.evaluation.event_clusters import b_cubed, pairwise
from kg.evaluation.matching import Named, content_words
from tests.conftest import ROOT, SHARED

GOLD = SHARED / "gold"
needs_gold = pytest.mark.skipif(not (GOLD / "dev").is_dir(), reason="the annotated articles are not beside the project")
BASELINE = {
    "event": 0.603,
    "date": 0.259,
    "place": 0.219,
    "actor": 0.063,
    "source": 0.0,
    "casualty": 0.081,
    "entity": 0.729,
    "composite": 0.279,
}


@pytest.fixture(scope="module")
def dev_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from kg.pipeline import build

    path = tmp_path_factory.mktemp("dev") / "store"
    assert build([GOLD / "dev"], path).failed == []
    return path


def own(*arguments: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", "evaluate", str(GOLD / "dev"), "--json", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@needs_gold
def test_own_measures_agree_with_the_reference_scorer(dev_store: Path, tmp_path: Path) -> None:
    from kg.exports import export_to
    from kg.stores.embedded import EmbeddedStore

    export_to(EmbeddedStore.reading(dev_store), tmp_path / "dev.nq", None)
    files = [str(path) for path in sorted((GOLD / "dev").glob("*.json"))]
    done = subprocess.run(
        [sys.executable, str(GOLD / "score.py"), str(tmp_path / "dev.nq"), *files, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    reference = json.loads(done.stdout)
    here = own("--store", str(dev_store))
    assert own() == here
    assert here["composite"] == pytest.approx(reference["composite"], abs=0.0006)
    for slot in ("event", "family", "status", "date", "place", "actor", "source", "casualty", "figure", "entity"):
        for part in "prf":
            assert here[slot][part] == pytest.approx(reference[slot][part], abs=0.0006), (slot, part)


@needs_gold
def test_every_slot_beats_the_baseline(dev_store: Path) -> None:
    figures = own("--store", str(dev_store))
    for slot, least in BASELINE.items():
        found = figures[slot] if slot == "composite" else figures[slot]["f"]
        assert found > least, slot


def test_names_are_compared_by_their_content_words() -> None:
    assert content_words("les forces azerbaïdjanaises") == content_words("Forces azerbaïdjanaise")
    whole = Named.of(["Ilham Aliev"], "person", None, None, "Ilham Aliev")
    assert whole.same(Named.of(["M. Aliev", "Aliev"], "person", None, None, "Aliev"))
    assert not Named.of(["x"], "place", None, 1, "x").same(Named.of(["x"], "place", None, 2, "x"))


def test_cluster_measures_on_a_worked_example() -> None:
    items = [("a", "1"), ("a", "1"), ("a", "2"), ("b", "2")]
    precision, recall, _ = b_cubed(items)
    assert precision == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert pairwise(items)[:2] == pytest.approx((1 / 2, 1 / 3))
