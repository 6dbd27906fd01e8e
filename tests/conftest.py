"""Fixtures shared by the tests: a store built from the seed article, and a live server on it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def seed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that `kg build seeds` makes."""
    from kg.pipeline import build

    path = tmp_path_factory.mktemp("seed") / "store"
    summary = build([ROOT / "seeds"], path)
    assert summary.failed == []
    return path


@pytest.fixture(scope="session")
def answering_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed's graph and that of two extractions written by hand, so that every saved query finds something."""
    from kg.gazetteer import Gazetteer
    from kg.graph.consolidation import Consolidation
    from kg.graph.quads import article_quads
    from kg.graph.terms import BASE
    from kg.pipeline import build
    from kg.stores.embedded import EmbeddedStore
    from tests.samples import planned_extraction, sample_extraction

    path = tmp_path_factory.mktemp("answering") / "store"
    build([ROOT / "seeds"], path)
    with EmbeddedStore.writing(path) as store, Consolidation(store, Gazetteer.open(), BASE) as events:
        for extraction in (sample_extraction(), planned_extraction()):
            name = extraction.article.id
            events.note([events.names.article(name).value])
            store.replace_graph(events.names.article_graph(name), article_quads(extraction))
        events.update()
    return path


@pytest.fixture(scope="session")
def answering_server(answering_store: Path) -> Iterator[str]:
    process, address = start_server(answering_store)
    yield address
    stop_server(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(store: Path, *arguments: str, **environment: str) -> tuple[subprocess.Popen[bytes], str]:
    """`kg serve` as a process of its own; returns it and its address once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "kg.cli", "serve", "--store", str(store), "--port", str(port), *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            with urllib.request.urlopen(address + "/health", timeout=5) as answer:
                if answer.status == 200:
                    return process, address
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(process.stderr.read().decode() if process.stderr else "no answer")


def stop_server(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="session")
def server(seed_store: Path) -> Iterator[str]:
    process, address = start_server(seed_store)
    yield address
    stop_server(process)
