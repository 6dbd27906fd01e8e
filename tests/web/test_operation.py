"""Running it: metrics, the access log, several processes, the end; and in front of a remote store."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.stores.remote import RemotePool
from kg.web.workers import Job, Limits, QueryError
from tests.conftest import free_port, start_server, stop_server
from tests.web.conftest import HTTP, make_store, numbered

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER (STRLEN(STR(?c)) + STRLEN(STR(?f)) > 3) }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("operated") / "store", numbered(1500))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "access.jsonl"


@pytest.fixture(scope="module")
def address(store: Path, log: Path) -> Iterator[str]:
    process, address = start_server(store, "--processes", "2", "--metrics", "--access-log", str(log), "--timeout", "1")
    yield address
    stop_server(process)


@pytest.fixture(scope="module")
def front(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in front of another one."""
    process, front = start_server(tmp_path_factory.mktemp("none"), "--endpoint", address + "/sparql", "--timeout", "10")
    yield front
    stop_server(process)


def value(address: str, name: str) -> float:
    lines = HTTP.request("GET", address + "/metrics").data.decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def test_metrics_count_over_all_processes(address: str) -> None:
    name = 'kg_http_requests_total{method="GET",route="/sparql",status="200"}'
    before = value(address, name)
    for _ in range(20):
        answer = HTTP.request("GET", address + "/sparql?query=ASK%7B%7D", headers={"Connection": "close"})
        assert answer.status == 200
    assert value(address, name) == before + 20
    assert value(address, "kg_store_triples") == 1500
    assert value(address, "kg_query_processes ") >= 3


def test_timeouts_are_counted(address: str) -> None:
    before = value(address, "kg_query_timeouts_total")
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert HTTP.request("GET", address + "/sparql", fields={"query": heavy}).status == 504
    until = time.monotonic() + 10
    while value(address, "kg_query_timeouts_total") <= before and time.monotonic() < until:
        HTTP.request("GET", address + "/health", headers={"Connection": "close"})
    assert value(address, "kg_query_timeouts_total") > before


def test_metrics_are_off_unless_asked_for(front: str) -> None:
    assert HTTP.request("GET", front + "/metrics").status == 404


def test_the_access_log_names_the_query_by_its_hash(address: str, log: Path) -> None:
    from kg.web.sparql import digest

    query = "ASK { <http://example.org/logged> ?p ?o }"
    HTTP.request("GET", address + "/sparql", fields={"query": query}, headers={"User-Agent": 'a "b"\\'})
    time.sleep(0.3)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    line = next(line for line in lines if line.get("query") == digest(query))
    assert (line["method"], line["path"], line["status"], line["client"]) == ("GET", "/sparql", 200, "127.0.0.1")
    assert line["seconds"] >= 0
    assert line["agent"] == 'a "b"\\'


def test_the_end_waits_for_answers_on_their_way(store: Path) -> None:
    process, address = start_server(store, "--timeout", "20", KG_ACCESS_LOG="")
    answers: list[int] = []
    thread = threading.Thread(
        target=lambda: answers.append(HTTP.request("GET", address + "/sparql", fields={"query": SLOW}).status)
    )
    thread.start()
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    thread.join(20)
    assert answers == [200]
    assert process.wait(15) == 0


def test_a_remote_store_is_shown_as_our_own(front: str) -> None:
    query = "SELECT ?o { <http://example.org/s/7> ?p ?o }"
    answer = HTTP.request("GET", front + "/sparql", fields={"query": query}, headers={"Accept": "text/csv"})
    assert (answer.status, answer.data) == (200, b"o\r\nlabel 7\r\n")
    turtle = HTTP.request(
        "GET", front + "/rdf-graph-store?graph=http://example.org/g/3", headers={"Accept": "text/turtle"}
    )
    assert (turtle.status, turtle.data.count(b"label")) == (200, 150)
    assert b"1500" in HTTP.request("GET", front + "/.well-known/void").data
    for path in ("/", "/events"):
        assert HTTP.request("GET", front + path, headers={"Accept": "text/html"}).status == 200


def test_what_the_remote_store_refuses_is_told(front: str) -> None:
    answer = HTTP.request("GET", front + "/sparql", fields={"query": "SELECT * { ?s ?p }"})
    assert answer.status in (400, 502)
    assert b"Traceback" not in answer.data


def test_a_remote_store_that_is_away_is_told_with_its_address() -> None:
    endpoint = f"http://127.0.0.1:{free_port()}/sparql"
    with pytest.raises(QueryError, match="cannot be reached") as failure:
        RemotePool(endpoint, Limits(seconds=2)).run(Job("ASK {}", "application/sparql-results+json", None))
    assert failure.value.status == 502
    assert endpoint in str(failure.value)
