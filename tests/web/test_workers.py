"""The pool: answers, deadlines, deaths, replacements, and what it sees after a write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.web.clients import Client
from kg.web.workers import Job, Limits, QueryError, WorkerPool
from tests.web.conftest import make_store, node, numbered

ROWS = "text/tab-separated-values"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HOARD = "SELECT ?a { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("workers") / "store", numbered(3000))


@pytest.fixture(scope="module")
def pool(store: Path) -> Iterator[WorkerPool]:
    pool = WorkerPool(store, 2, Limits(seconds=3, memory=300 * 1024**2, rows=2500))
    yield pool
    pool.close()


def ask(pool: WorkerPool, text: str) -> bytes:
    _, chunks = pool.run(Job(text, ROWS, "application/n-triples"), Client("test"))
    return b"".join(chunks)


def test_short_and_long_answers(pool: WorkerPool) -> None:
    assert ask(pool, "SELECT ?o { <http://example.org/s/7> ?p ?o }") == b'?o\n"label 7"@fr\n'
    assert len(ask(pool, "CONSTRUCT WHERE { ?s ?p ?o }").splitlines()) == 3000


@pytest.mark.parametrize(("text", "status"), [("SELECT", 400), (PRODUCT, 504)])
def test_what_gives_no_answer(pool: WorkerPool, text: str, status: int) -> None:
    with pytest.raises(QueryError) as failure:
        ask(pool, text)
    assert failure.value.status == status


def test_a_query_past_its_memory_ends_alone(pool: WorkerPool) -> None:
    with pytest.raises(QueryError) as failure:
        ask(pool, HOARD)
    assert failure.value.status in (504, 507)
    assert ask(pool, "SELECT ?o { <http://example.org/s/7> ?p ?o }")


def test_too_many_rows_raise_from_the_iterator_or_before(pool: WorkerPool) -> None:
    with pytest.raises(QueryError, match="more than 2500 rows") as failure:
        ask(pool, "SELECT * { ?s ?p ?o }")
    assert failure.value.status == 507


def test_answers_left_unread_give_their_places_back(pool: WorkerPool) -> None:
    for _ in range(30):
        _, chunks = pool.run(Job("CONSTRUCT WHERE { ?s ?p ?o }", None, "application/n-triples"), Client("test"))
        chunks.close()
    assert pool.queue.running == 0
    assert ask(pool, "SELECT ?o { <http://example.org/s/7> ?p ?o }")


def test_a_worker_that_was_killed_is_replaced(pool: WorkerPool) -> None:
    for worker in list(pool._idle):
        worker.process.kill()
        worker.process.join(5)
    assert ask(pool, "SELECT ?o { <http://example.org/s/7> ?p ?o }")
    until = time.monotonic() + 5
    while len(pool._idle) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(pool._idle) == 2
    assert all(worker.process.is_alive() for worker in pool._idle)


def test_workers_see_what_was_written_since(tmp_path: Path) -> None:
    path = make_store(tmp_path / "store", numbered(10))
    pool = WorkerPool(path, 1, Limits(seconds=10))
    try:
        assert ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").split()[1] == b"10"
        make_store(path, [ox.Quad(node("new"), node("p"), ox.Literal("x"), node("g"))])
        assert ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").split()[1] == b"11"
    finally:
        pool.close()
