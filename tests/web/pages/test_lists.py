"""Lists answer: facets count, selections mean the same in SPARQL, downloads hold exactly the selection."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from kg.exports.event_data import ACLED_COLUMNS, GED_COLUMNS
from kg.graph.terms import BASE, PROLOGUE
from kg.stores.embedded import EmbeddedStore
from kg.web.index import PageIndex
from kg.web.index.selection import Selection, count, events, facet

SELECTIONS = [
    "",
    "type=Airstrike",
    "type=Airstrike&type=Meeting&status=Actual",
    "place=place/587057",
    "country=state/AZE",
    "actor=state/ARM&type=Airstrike",
    "source=state/AZE",
    "from=2020-10-01&to=2020-10-31",
    "to=2019-12-31",
    "disputed=1&sort=-sources",
    "deadly=1&sort=-killed",
]


def selection(arguments: str) -> Selection:
    from urllib.parse import parse_qsl

    return Selection.read(MultiDict(parse_qsl(arguments)))


@pytest.fixture(scope="module", params=["told_store", "seed_store"])
def indexed(request: pytest.FixtureRequest) -> tuple[PageIndex, EmbeddedStore]:
    path: Path = request.getfixturevalue(request.param)
    index = PageIndex(path, BASE)
    index.refresh()
    return index, EmbeddedStore.reading(path)


@pytest.mark.parametrize("arguments", SELECTIONS)
def test_a_selection_means_the_same_in_the_index_and_in_sparql(
    indexed: tuple[PageIndex, EmbeddedStore], arguments: str
) -> None:
    index, store = indexed
    chosen = selection(arguments)
    listed = {row["iri"] for row in events(index, chosen, BASE, 1000)}
    asked = {row["event"].value for row in store.query(PROLOGUE + chosen.sparql(BASE))}
    assert listed == asked
    assert count(index, chosen, BASE) == len(listed)


@pytest.mark.parametrize("name", ["type", "country", "place", "actor", "status", "source"])
def test_a_facet_counts_what_choosing_it_gives(indexed: tuple[PageIndex, EmbeddedStore], name: str) -> None:
    index, _ = indexed
    for row in facet(index, Selection(), name, BASE, 100):
        assert count(index, Selection().toggled(name, row["value"]), BASE) == row["n"]


def test_a_selection_reads_back_from_its_own_address() -> None:
    chosen = selection("type=Airstrike&status=Denied&place=place/1&from=2020-01-02&disputed=1&sort=date")
    assert Selection.read(MultiDict(chosen.arguments())) == chosen


def test_what_is_not_well_formed_is_left_out() -> None:
    assert selection("type=Nope&status=x&from=2020-13-01&place=a%20b%3E&sort=;drop") == Selection()


def test_the_contradicting_reports_are_one_disputed_event(client: FlaskClient) -> None:
    page = client.get("/events?disputed=1").get_data(as_text=True)
    assert "Frappe aérienne — Barda" in page
    assert "contesté" in page
    assert "(14–21)" in page


@pytest.mark.parametrize(
    ("address", "columns"),
    [("/events.csv?deadly=1", GED_COLUMNS), ("/events.csv?columns=acled&deadly=1", ACLED_COLUMNS)],
)
def test_csv_has_the_columns_of_the_data_set_it_follows(
    client: FlaskClient, address: str, columns: tuple[str, ...]
) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(address).get_data(as_text=True))))
    assert tuple(rows[0]) == columns
    assert len(rows) == 1
    strike = rows[0]
    assert strike.get("country") == "Azerbaijan"
    assert (
        (strike.get("low"), strike.get("high")) == ("14", "21")
        if columns is GED_COLUMNS
        else strike["sub_event_type"] == "Air/drone strike"
    )


def test_geojson_and_jsonld_hold_the_selection(client: FlaskClient) -> None:
    collection = json.loads(client.get("/events.geojson?deadly=1").data)
    (feature,) = collection["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [47.12619, 40.37577]}
    assert feature["properties"]["killed"] == {"low": 14, "best": 21, "high": 21}
    graph = json.loads(client.get("/events.jsonld?deadly=1").data)
    assert feature["id"] in {node["@id"] for node in graph}
    assert json.loads(client.get("/events.jsonld?type=Coup").data) == []


def test_pages_of_a_list_have_stable_links(client: FlaskClient) -> None:
    page = client.get("/events?type=Airstrike&page=99").get_data(as_text=True)
    assert "Frappe aérienne — Barda" in page, "a page past the end is the last page"


@pytest.mark.parametrize(
    "address",
    ["/entities?kind=Person", "/articles?publisher=Le+Nord", "/articles?q=bilan%25", "/sources", "/conflicts"],
)
def test_other_lists_answer(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200


def test_sources_tell_how_often_others_contradict(client: FlaskClient) -> None:
    page = client.get("/sources").get_data(as_text=True)
    row = page[page.index("Agence du Levant") :].split("</tr>")[0]
    assert row.count('<td class="number">1</td>') == 3, "one claim, one event, one disputed"
