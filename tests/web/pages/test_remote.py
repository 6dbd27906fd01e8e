"""The pages in front of another server's SPARQL endpoint: the same as at the server itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.conftest import start_server, stop_server

HTTP = urllib3.PoolManager()
PAGES = [
    "/", "/events", "/events?type=Airstrike&disputed=1", "/events/places.geojson", "/events.csv", "/events.csv?columns=acled",
    "/events.geojson", "/events.jsonld", "/events.rq", "/entities", "/articles", "/sources", "/conflicts", "/search?q=bardda", "/ontology/page",
    "/page/place/587057", "/page/state/ARM", "/page/person/porte-parole", "/page/article/a-levant", "/sources/state/AZE",
    "/query?example=tolls-by-source&run=1", "/page/place/587057?in=https://w3id.org/conflict-kg/ontology%23place",
]  # fmt: skip


@pytest.fixture(scope="module")
def behind_and_front(told_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server of a store, and one with two processes that knows only the first one's endpoint."""
    behind, store = start_server(told_store)
    # Its index stands in the folder for temporary files, which nobody else may have filled.
    temporary = str(tmp_path_factory.mktemp("temporary"))
    front, address = start_server(
        tmp_path_factory.mktemp("none"), "--endpoint", store + "/sparql", "--processes", "2", TMPDIR=temporary
    )
    yield store, address
    stop_server(front)
    stop_server(behind)


def _body(address: str, path: str) -> str:
    answer = HTTP.request("GET", address + path, headers={"Accept-Language": "fr", "Accept": "text/html, */*;q=0.1"})
    assert answer.status == 200, path
    return answer.data.decode().replace(address, "")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_in_front_of_an_endpoint(behind_and_front: tuple[str, str], path: str) -> None:
    store, front = behind_and_front
    assert _body(front, path) == _body(store, path)


def test_the_page_of_an_event_too(behind_and_front: tuple[str, str]) -> None:
    store, front = behind_and_front
    found = re.search(r'href="(/page/event/[0-9a-f]+)"', _body(front, "/events?type=Airstrike"))
    assert found
    page = _body(front, found[1])
    assert "14 morts" in page
    assert 'id="linkage"' in page
    assert page == _body(store, found[1])


def test_pages_outlive_the_store_behind_them_or_say_that_it_is_gone(
    told_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    behind, store = start_server(told_store)
    temporary = str(tmp_path_factory.mktemp("temporary"))
    front, address = start_server(tmp_path_factory.mktemp("none"), "--endpoint", store + "/sparql", TMPDIR=temporary)
    try:
        assert "Barda" in _body(address, "/entities")
        stop_server(behind)
        assert "Barda" in _body(address, "/entities")
        event = re.search(r'href="(/page/event/[0-9a-f]+)"', _body(address, "/events"))
        assert event
        answer = HTTP.request("GET", address + event[1], headers={"Accept": "text/html"})
        assert answer.status == 502
        assert b"<h1>" in answer.data
        assert b"Traceback" not in answer.data
    finally:
        stop_server(front)
        stop_server(behind)
