"""The index is made when the server starts, once for all its processes; pages show what they can meanwhile."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from flask import Flask

from kg.graph.terms import BASE
from kg.web.app import Settings, create_app
from kg.web.index import PageIndex
from tests.conftest import start_server, stop_server


@pytest.fixture
def fresh_store(told_store: Path, tmp_path: Path) -> Path:
    """A store that no server has shown yet."""
    return Path(shutil.copytree(told_store, tmp_path / "store", ignore=shutil.ignore_patterns("pages")))


@pytest.fixture
def unprepared(fresh_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application whose index takes forever to make."""
    monkeypatch.setattr(PageIndex, "_start", lambda *_: None)
    application = create_app(Settings(fresh_store, workers=1))
    yield application
    application.extensions["kg_workers"].close()


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def test_three_processes_make_one_index_before_anybody_asks(fresh_store: Path) -> None:
    process, address = start_server(fresh_store, "--processes", "3", "--workers", "1")
    try:
        end = time.monotonic() + 30
        while not (made := list((fresh_store / "pages").glob("*.sqlite"))) and time.monotonic() < end:
            time.sleep(0.02)
        (index,) = made
        first = _identity(index)
        pool = urllib3.PoolManager()
        for _ in range(12):
            answer = pool.request("GET", address + "/entities", headers={"Connection": "close"})
            assert answer.status == 200
            time.sleep(0.1)
        assert _identity(index) == first
        assert list((fresh_store / "pages").glob("*.part")) == []
    finally:
        stop_server(process)


def test_start_and_list_show_the_graph_while_the_index_is_made(unprepared: Flask) -> None:
    client = unprepared.test_client()
    for address in ("/", "/events?type=Airstrike"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert 'href="/page/event/' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Refresh" in answer.headers
        assert "ETag" not in answer.headers
    assert 'href="/page/event/' not in client.get("/events?type=Riot").text
    other = client.get("/entities")
    assert (other.status_code, other.headers["Retry-After"]) == (503, "10")


def test_an_index_of_an_earlier_state_serves_until_the_new_one_is_made(
    fresh_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = PageIndex(fresh_store, BASE)
    before.refresh()
    (fresh_store / "generation").write_text(str(int(before.generation) + 1))
    with monkeypatch.context() as patched:
        patched.setattr(PageIndex, "_start", lambda *_: None)
        restarted = PageIndex(fresh_store, BASE)
        restarted.refresh()
        assert restarted.generation == before.generation
        assert restarted.meta()["counts"]["event"] >= 1


def test_what_an_interrupted_process_left_is_cleared_away(fresh_store: Path) -> None:
    leftover = fresh_store / "pages" / "2-1.sqlite.4711.part"
    leftover.parent.mkdir()
    leftover.write_bytes(b"SQLite format 3")
    PageIndex(fresh_store, BASE).refresh()
    assert [path.suffix for path in sorted(leftover.parent.iterdir())] == [".sqlite", ".lock"]
