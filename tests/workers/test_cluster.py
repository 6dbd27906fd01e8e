"""A Dask cluster of real processes gives the same bytes as one process, though a worker is killed on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.generated_news import articles
from kg.exports import export_to
from kg.pipeline import Summary, build
from kg.stores.embedded import EmbeddedStore
from kg.workers.cluster import ClusterError
from tests.conftest import ROOT, free_port
from tests.consolidation.test_events import as_lines
from tests.quick_build import TASK

pytest.importorskip("distributed")


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own."""
    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", address, "--dashboard-address", ":0"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1", "--dashboard-address", ":0"]  # fmt: skip
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in (scheduler, worker, worker)
    ]
    yield address, started[1:]
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def exported(store: Path, file: Path) -> bytes:
    export_to(EmbeddedStore.reading(store), file, None)
    return file.read_bytes()


def test_a_killed_worker_changes_nothing(cluster, tmp_path: Path) -> None:
    address, workers = cluster
    corpus = as_lines(tmp_path / "news.jsonl", list(articles(400, seed=9, paragraphs=1)))
    one = build([corpus], tmp_path / "one", workers=0, task=TASK)
    killed = threading.Event()

    def kill(summary: Summary) -> None:
        if summary.done >= 40 and not killed.is_set():
            os.kill(workers[0].pid, signal.SIGKILL)
            killed.set()

    many = build([corpus], tmp_path / "many", scheduler=address, task=TASK, progress=kill)
    assert killed.is_set()
    assert workers[0].wait(5) == -signal.SIGKILL
    assert (many.built, many.reports, many.failed) == (one.built, one.reports, [])
    assert exported(tmp_path / "many", tmp_path / "many.nq") == exported(tmp_path / "one", tmp_path / "one.nq")


def test_no_scheduler_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.workers.cluster._CONNECT_SECONDS", 1)
    corpus = as_lines(tmp_path / "news.jsonl", list(articles(1)))
    began = time.monotonic()
    with pytest.raises(ClusterError, match="no scheduler answers") as told:
        build([corpus], tmp_path / "store", scheduler=f"tcp://127.0.0.1:{free_port()}", task=TASK)
    assert "\n" not in str(told.value)
    assert time.monotonic() - began < 20
