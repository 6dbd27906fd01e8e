"""A build that is killed at any moment loses nothing: the next one goes on and ends with the same bytes.

`KG_KILLS=50 pytest tests/end_to_end/test_crash.py` kills more often than the eight times that each run of the tests does.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.generated_news import articles
from kg.exports import export_to
from kg.stores.embedded import EmbeddedStore
from tests.conftest import ROOT
from tests.consolidation.test_events import as_lines

KILLS = int(os.environ.get("KG_KILLS", "8"))
ARTICLES = 500


def start(corpus: Path, store: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.quick_build", str(corpus), str(store)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def finished(process: subprocess.Popen[str]) -> dict:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def exported(store: Path, file: Path) -> bytes:
    export_to(EmbeddedStore.reading(store), file, None)
    return file.read_bytes()


def articles_taken_in(store: Path) -> int:
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(store / "consolidation.sqlite")) as index,
    ):
        return int(index.execute("SELECT COUNT(*) FROM article").fetchone()[0])
    return 0


def is_gone(group: int) -> bool:
    """Whether no process of a group is left, within ten seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_lines(tmp_path_factory.mktemp("crash") / "news.jsonl", list(articles(ARTICLES, seed=4, paragraphs=1)))


def test_a_build_killed_again_and_again_ends_with_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    assert finished(start(corpus, tmp_path / "whole"))["built"] == ARTICLES
    seconds = time.monotonic() - began
    undisturbed = exported(tmp_path / "whole", tmp_path / "whole.nq")
    chance = random.Random(6)
    killed, rounds, store = 0, 0, tmp_path / "store"
    while killed < KILLS or store.exists():
        process = start(corpus, store)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.2, seconds) if killed < KILLS else None)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
            assert is_gone(process.pid), "worker processes end with the build that started them"
            continue
        rounds += 1
        assert finished(process)["failed"] == []
        assert exported(store, tmp_path / "store.nq") == undisturbed
        shutil.rmtree(store)
    assert killed == KILLS
    assert rounds > 0


def test_a_killed_build_has_kept_what_it_had_read(corpus: Path, tmp_path: Path) -> None:
    process = start(corpus, tmp_path / "store")
    while articles_taken_in(tmp_path / "store") < 100:
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    after = finished(start(corpus, tmp_path / "store"))
    assert after["unchanged"] >= 100
    assert after["built"] + after["unchanged"] == ARTICLES
