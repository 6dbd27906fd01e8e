"""The live server: protocol, negotiation, limits, writing, pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import urllib3

from tests.conftest import start_server, stop_server

HTTP = urllib3.PoolManager(retries=False, timeout=60)
SELECT = "SELECT * WHERE { ?s ?p ?o } LIMIT 3"


def get(url: str, accept: str | None = None, **fields: str) -> urllib3.BaseHTTPResponse:
    return HTTP.request("GET", url, fields=fields or None, headers={"Accept": accept} if accept else {}, redirect=False)


@pytest.mark.parametrize(
    "media",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
def test_rows_in_the_format_asked_for(server: str, media: str) -> None:
    answer = get(server + "/sparql", media, query=SELECT)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith(media)
    if media == "text/csv":
        assert len(answer.data.splitlines()) == 4
        return
    assert len(list(ox.parse_query_results(answer.data, format=ox.QueryResultsFormat.from_media_type(media)))) == 3


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_graphs_in_the_format_asked_for(server: str, media: str) -> None:
    for query in ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", "DESCRIBE <https://w3id.org/conflict-kg/id/place/587057>"):
        answer = get(server + "/sparql", media, query=query)
        assert answer.headers["Content-Type"] == media + ("; charset=utf-8" if media.startswith("text/") else "")
        assert list(ox.parse(answer.data, format=ox.RdfFormat.from_media_type(media)))


def test_post_as_form_and_as_body(server: str) -> None:
    form = HTTP.request("POST", server + "/sparql", fields={"query": "ASK { ?s ?p ?o }"}, encode_multipart=False)
    body = HTTP.request(
        "POST", server + "/sparql", body="ASK { ?s ?p ?o }", headers={"Content-Type": "application/sparql-query"}
    )
    assert json.loads(form.data)["boolean"] is json.loads(body.data)["boolean"] is True


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"query": "SELECT WHERE"}, 400),
        ({"query": "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"}, 400),
        ({"update": "CLEAR ALL"}, 400),
        ({"query": SELECT, "default-graph-uri": "not an iri"}, 400),
    ],
)
def test_wrong_requests_are_told_so(server: str, fields: dict[str, str], status: int) -> None:
    answer = get(server + "/sparql", None, **fields)
    assert answer.status == status
    assert len(answer.data) > 10
    assert b"Traceback" not in answer.data


def test_an_unknown_media_type_is_406(server: str) -> None:
    assert get(server + "/sparql", "image/png", query=SELECT).status == 406


def test_the_vocabulary_is_a_page_or_rdf_or_406(server: str) -> None:
    assert get(server + "/ontology", "text/html").headers["Content-Type"].startswith("text/html")
    assert get(server + "/ontology", "text/turtle").headers["Content-Type"].startswith("text/turtle")
    refused = get(server + "/ontology", "image/png")
    assert (refused.status, refused.headers["Vary"]) == (406, "Accept")
    assert b"text/turtle" in refused.data


def test_writing_is_refused_on_a_read_only_server(server: str) -> None:
    assert (
        HTTP.request(
            "POST", server + "/sparql", body="CLEAR ALL", headers={"Content-Type": "application/sparql-update"}
        ).status
        == 403
    )
    assert HTTP.request("DELETE", server + "/rdf-graph-store?default").status == 403


def test_a_query_past_its_deadline_ends_and_the_server_goes_on(seed_store: Path) -> None:
    process, address = start_server(seed_store, "--timeout", "2", "--workers", "1")
    try:
        slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER (STR(?a) < STR(?i)) }"
        assert get(address + "/sparql", None, query=slow).status == 504
        assert get(address + "/sparql", None, query=SELECT).status == 200
    finally:
        stop_server(process)


def test_things_lead_to_pages_and_data(server: str) -> None:
    page = get(server + "/id/place/587057", "text/html")
    assert (page.status, page.headers["Location"], page.headers["Vary"]) == (303, "/page/place/587057", "Accept")
    data = get(server + "/id/place/587057", "text/turtle")
    assert (data.status, data.headers["Location"]) == (303, "/data/place/587057.ttl")
    turtle = get(server + data.headers["Location"])
    assert any('"Barda"' in str(quad.object) for quad in ox.parse(turtle.data, format=ox.RdfFormat.TURTLE))
    assert get(server + "/id/place/587057", "image/png").status == 406
    assert get(server + "/page/place/none-such").status == 404


def test_the_demo_question_is_answered(server: str) -> None:
    query = (
        "PREFIX ckg: <https://w3id.org/conflict-kg/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        'SELECT ?e WHERE { { ?e a ckg:Airstrike } UNION { ?e a ckg:Shelling } ?e ckg:place/rdfs:label "Barda"@fr }'
    )
    assert json.loads(get(server + "/sparql", None, query=query).data)["results"]["bindings"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/events",
        "/events?type=Airstrike&status=Actual",
        "/search?q=barda",
        "/query?example=tolls-by-source&run=1",
        "/page/place/587057",
        "/ontology",
    ],
)
def test_pages_answer(server: str, path: str) -> None:
    answer = get(server + path, "text/html")
    assert answer.status == 200
    assert b"<h1" in answer.data
    assert "script" not in answer.headers["Content-Security-Policy"].replace("script-src 'self'", "")


def test_the_minsk_group_page_lists_its_co_chairs(server: str) -> None:
    page = get(server + "/page/organisation/Q2268915", "text/html").data.decode()
    heading = page.index("Coprésidents")
    assert all(name in page[heading : heading + 800] for name in ("France", "Russie", "tats-Unis"))


def test_hostile_words_are_shown_as_words(server: str) -> None:
    page = get(server + "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22'", "text/html")
    assert page.status == 200
    assert b"<script>" not in page.data


def test_service_description_names_the_union_graph(server: str) -> None:
    triples = list(ox.parse(get(server + "/sparql", "text/turtle").data, format=ox.RdfFormat.TURTLE))
    assert any(str(t.object.value).endswith("UnionDefaultGraph") for t in triples if isinstance(t.object, ox.NamedNode))


class TestWriting:
    token = "a-long-token"

    @pytest.fixture(scope="class")
    def writable(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
        from kg.stores.embedded import EmbeddedStore

        path = tmp_path_factory.mktemp("writable") / "store"
        with EmbeddedStore.writing(path):
            pass
        process, address = start_server(path, "--writable", KG_TOKEN=self.token)
        yield address
        stop_server(process)

    def send(
        self, method: str, url: str, body: str = "", kind: str = "application/sparql-update", token: str | None = token
    ) -> urllib3.BaseHTTPResponse:
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
        return HTTP.request(method, url, body=body.encode(), headers=headers)

    def test_needs_the_token(self, writable: str) -> None:
        for token in (None, "wrong"):
            assert self.send("POST", writable + "/sparql", "CLEAR ALL", token=token).status == 401

    def test_update_is_seen_by_the_next_query(self, writable: str) -> None:
        assert self.send("POST", writable + "/sparql", "INSERT DATA { <http://a> <http://b> <http://c> }").status == 204
        assert (
            json.loads(get(writable + "/sparql", None, query="ASK { <http://a> <http://b> <http://c> }").data)[
                "boolean"
            ]
            is True
        )

    def test_graph_store_round_trip(self, writable: str) -> None:
        url = writable + "/rdf-graph-store?graph=http%3A%2F%2Fg%2F1"
        turtle = "<http://x> <http://y> 'été'@fr ."
        assert self.send("PUT", url, turtle, "text/turtle").status == 201
        assert self.send("POST", url, "<http://x> <http://y> 2 .", "text/turtle").status == 204
        assert len(list(ox.parse(get(url, "text/turtle").data, format=ox.RdfFormat.TURTLE))) == 2
        assert self.send("PUT", url, "not turtle", "text/turtle").status == 400
        assert self.send("PUT", url, "{}", "image/png").status == 415
        assert self.send("DELETE", url).status == 204
        assert get(url).status == 404

    def test_a_writable_server_without_a_token_does_not_start(self, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError, match="KG_TOKEN"):
            start_server(tmp_path, "--writable", KG_TOKEN="")


def test_the_context_of_the_exports_is_served(server: str) -> None:
    answer = urllib3.request("GET", server + "/ontology/context.jsonld", retries=False)
    assert answer.headers["Content-Type"].startswith("application/ld+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "EventReport" in json.dumps(json.loads(answer.data)["@context"])
