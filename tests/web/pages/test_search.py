"""Search finds names written otherwise, events by place and day, and follows the store."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.graph.terms import BASE
from kg.web.index import PageIndex
from kg.web.index.search import search
from tests.web.pages.conftest import store_of, told


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("barda", "Barda"),
        ("Bardda", "Barda"),
        ("azerbaidjan", "Azerbaïdjan"),
        ("AZERBAÏDJAN", "Azerbaïdjan"),
        ("azerbaijan", "Azerbaïdjan"),
        ("azerbayjan", "Azerbaïdjan"),
        ("agence lev", "Agence du Levant"),
        ("F. Exemple", "Farid Exemple"),
        ("farid exempel", "Farid Exemple"),
        ("frappe barda 28 octobre 2020", "Frappe aérienne — Barda"),
        ("airstrike barda", "Frappe aérienne — Barda"),
        ("2020-10-28", "Frappe aérienne — Barda"),
        ("bilan", None),
    ],
)
def test_finds(client: FlaskClient, words: str, first: str | None) -> None:
    found = json.loads(client.get("/search/suggestions", query_string={"q": words}).data)["found"]
    assert (found[0]["label"] if found else None) == first


@pytest.mark.parametrize("words", ['"', "* OR a", "a" * 5000, "NEAR(", "\x00", "'; DROP TABLE name; --", "(((", "-"])
def test_any_characters_are_only_words(client: FlaskClient, words: str) -> None:
    assert client.get("/search", query_string={"q": words}).status_code == 200
    assert client.get("/search/suggestions", query_string={"q": words}).status_code == 200


def test_the_index_follows_the_store(tmp_path: Path) -> None:
    path = store_of(tmp_path / "store", [told("first", 3, "state/AZE", "Un")])
    index = PageIndex(path, BASE)
    index.refresh()
    assert not search(index, "45 morts")
    store_of(path, [told("second", 45, "organisation/agence", "Deux")])
    end = time.monotonic() + 30
    while not search(index, "45 morts") and time.monotonic() < end:
        index.refresh()
        time.sleep(0.05)
    assert search(index, "45 morts")[0].kind == "article"
    assert len(list((path / "pages").glob("*.sqlite"))) == 1, "the index before is removed"
