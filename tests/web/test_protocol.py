"""What the W3C's tests leave out of the protocol: errors and where, HEAD, CORS, compression, datasets, HTTP/1.0."""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import brotli
import pyoxigraph as ox
import pytest
import urllib3
import zstandard

from tests.conftest import start_server, stop_server
from tests.web.conftest import EX, HTTP, make_store, numbered

TOKEN = "protocol"
BROKEN = "SELECT * WHERE {\n  ?s ?p }"
UPDATE = "application/sparql-update"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = make_store(tmp_path_factory.mktemp("protocol") / "store", numbered(30_000))
    process, address = start_server(store, "--writable", "--max-body", "1", "--max-rows", "25000", KG_TOKEN=TOKEN)
    yield address
    stop_server(process)


def ask(address: str, query: str, accept: str = "*/*", **headers: str) -> urllib3.BaseHTTPResponse:
    return HTTP.request("GET", address + "/sparql", fields={"query": query}, headers={"Accept": accept, **headers})


def send(
    address: str, method: str, path: str, body: bytes | str, kind: str, **headers: str
) -> urllib3.BaseHTTPResponse:
    found = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind, **headers}
    return HTTP.request(method, address + path, body=body, headers=found)


class TestErrors:
    def test_json_says_what_and_where(self, address: str) -> None:
        answer = ask(address, BROKEN, "application/json")
        assert answer.status == 400
        found = answer.json()
        assert (found["status"], found["line"], found["column"]) == (400, 2, 10)
        assert found["error"].startswith("line 2, column 10: ")
        assert len(found["error"]) < 400

    def test_a_client_that_asks_for_json_results_gets_json_errors(self, address: str) -> None:
        assert ask(address, BROKEN, "application/sparql-results+json").json()["line"] == 2

    def test_plain_text_is_one_line(self, address: str) -> None:
        answer = ask(address, BROKEN)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.data.startswith(b"line 2, column 10: ")
        assert answer.data.count(b"\n") == 1

    def test_html_escapes_what_it_repeats(self, address: str) -> None:
        answer = ask(address, "SELECT * { ?s <script>alert(1)</script> }", "text/html, */*;q=0.1")
        assert (answer.status, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
        assert b"<script>" not in answer.data

    def test_the_guard_says_where_too(self, address: str) -> None:
        found = ask(address, "SELECT * {\n\n SERVICE <http://x/> {} }", "application/json").json()
        assert (found["line"], found["column"]) == (3, 2)

    def test_an_update_says_where(self, address: str) -> None:
        answer = send(address, "POST", "/sparql", "CLEAR\nXYZ", UPDATE, Accept="application/json")
        assert (answer.status, answer.json()["line"]) == (400, 2)

    def test_a_turtle_body_says_where(self, address: str) -> None:
        answer = send(address, "PUT", "/rdf-graph-store?graph=http://g/", "<a:a> <a:b>\n ;; .", "text/turtle")
        assert answer.status == 400
        assert b"line 2" in answer.data

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    def test_other_methods_are_405_with_those_that_are_there(self, address: str, method: str) -> None:
        answer = HTTP.request(method, address + "/sparql")
        assert answer.status == 405
        assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("query=%FF", 400),
            ("query=ASK%20%7B%7D&query=ASK%20%7B%7D", 400),
            ("query=ASK%20%7B%7D&default-graph-uri=relative", 400),
            ("update=CLEAR%20ALL", 400),
            ("other=1&query=", 400),
            ("&".join(f"x{n}=1" for n in range(200)), 400),
        ],
    )
    def test_wrong_parameters(self, address: str, query: str, status: int) -> None:
        assert HTTP.request("GET", f"{address}/sparql?{query}").status == status

    @pytest.mark.parametrize("body", ["query=%FF", "query=ASK {}&update=CLEAR ALL", "nothing=1"])
    def test_wrong_forms(self, address: str, body: str) -> None:
        assert send(address, "POST", "/sparql", body, "application/x-www-form-urlencoded").status == 400

    def test_an_answer_with_too_many_rows_is_broken_off(self, address: str) -> None:
        with pytest.raises(urllib3.exceptions.ProtocolError):
            _ = ask(address, "SELECT * WHERE { ?s ?p ?o }").data


class TestReading:
    def test_the_default_graph_is_the_union_of_all(self, address: str) -> None:
        found = ask(address, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").json()
        assert found["results"]["bindings"][0]["n"]["value"] == "30000"

    def test_a_dataset_in_the_query_or_the_request_narrows_it(self, address: str) -> None:
        count = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?s ?p ?o }}"
        graph = EX + "g/3"
        for query, fields in (
            (count.format(f"FROM <{graph}>"), {}),
            (count.format(""), {"default-graph-uri": graph}),
            (count.format("FROM <http://none/>"), {"default-graph-uri": graph}),
        ):
            answer = HTTP.request("GET", address + "/sparql", fields={"query": query, **fields})
            assert answer.json()["results"]["bindings"][0]["n"]["value"] == "3000"

    def test_head_has_the_headers_and_no_body(self, address: str) -> None:
        url = f"{address}/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 5')}"
        answer = HTTP.request("HEAD", url, headers={"Accept": "text/csv"})
        assert (answer.status, answer.headers["Content-Type"], answer.data) == (200, "text/csv; charset=utf-8", b"")
        assert answer.headers["Content-Length"] == str(
            len(ask(address, "SELECT * { ?s ?p ?o } LIMIT 5", "text/csv").data)
        )

    def test_heads_of_long_answers_leave_no_worker_behind(self, address: str) -> None:
        url = f"{address}/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 20000')}"
        for _ in range(6):
            assert HTTP.request("HEAD", url).status == 200
        assert ask(address, "ASK {}").status == 200

    def test_other_sites_may_read_but_not_with_credentials(self, address: str) -> None:
        asked = HTTP.request("OPTIONS", address + "/sparql", headers={"Origin": "http://elsewhere"})
        assert asked.status == 204
        assert "POST" in asked.headers["Access-Control-Allow-Methods"]
        assert "Authorization" not in asked.headers["Access-Control-Allow-Headers"]
        answer = ask(address, "ASK {}", Origin="http://elsewhere")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert ask(address, BROKEN).headers["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize(
        ("encoding", "opened"),
        [
            ("gzip", gzip.decompress),
            ("br", brotli.decompress),
            ("zstd", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
        ],
    )
    @pytest.mark.parametrize("rows", [100, 20_000])
    def test_compressed_answers(self, address: str, encoding: str, opened: object, rows: int) -> None:
        query = f"SELECT * WHERE {{ ?s ?p ?o }} LIMIT {rows}"
        url = f"{address}/sparql?query={quote(query)}"
        answer = HTTP.request("GET", url, headers={"Accept-Encoding": encoding}, decode_content=False)
        assert answer.headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in answer.headers["Vary"]
        found = json.loads(opened(answer.data))  # type: ignore[operator]
        assert len(found["results"]["bindings"]) == rows

    def test_plain_for_who_does_not_ask(self, address: str) -> None:
        answer = ask(address, "SELECT * { ?s ?p ?o } LIMIT 100", **{"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in answer.headers

    def test_no_truth_value_in_csv(self, address: str) -> None:
        assert ask(address, "ASK {}", "text/csv, application/json;q=0.1").json()["boolean"] is True

    @pytest.mark.parametrize(
        ("accept", "media"),
        [
            ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
            ("application/sparql-results+json;charset=utf-8", "application/sparql-results+json"),
            ("text/html, */*;q=0.1", "application/sparql-results+json"),
            ("application/json", "application/sparql-results+json"),
            ("text/*", "text/csv; charset=utf-8"),
        ],
    )
    def test_the_media_type_liked_best(self, address: str, accept: str, media: str) -> None:
        assert ask(address, "SELECT * { ?s ?p ?o } LIMIT 1", accept).headers["Content-Type"] == media

    def test_to_http_1_0_an_answer_goes_whole_or_not_at_all(self, address: str) -> None:
        place = urlsplit(address)
        for rows, status in ((20_000, b"200"), (30_000, b"507")):
            query = quote(f"SELECT * WHERE {{ ?s ?p ?o }} LIMIT {rows}")
            with socket.create_connection((place.hostname or "", place.port or 0)) as raw:
                raw.sendall(f"GET /sparql?query={query} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
                answer = b"".join(iter(lambda raw=raw: raw.recv(65536), b""))  # type: ignore[misc]
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.split()[1] == status
            assert f"Content-Length: {len(body)}".encode() in head

    def test_a_long_query_by_get(self, address: str) -> None:
        values = " ".join(f'"value {number}"' for number in range(1000))
        assert ask(address, f"SELECT * {{ VALUES ?x {{ {values} }} }}").status == 200


class TestWriting:
    def count(self, address: str, graph: str) -> int:
        answer = HTTP.request(
            "GET", f"{address}/rdf-graph-store?graph={graph}", headers={"Accept": "application/n-triples"}
        )
        return len(answer.data.splitlines()) if answer.status == 200 else -answer.status

    @pytest.mark.parametrize(
        ("media", "body"),
        [
            ("text/turtle", "<a:a> <a:b> 1, 2 ."),
            ("application/n-triples", "<a:a> <a:b> <a:c> .\n<a:a> <a:b> <a:d> ."),
            ("application/n-quads", "<a:a> <a:b> <a:c> .\n<a:a> <a:b> <a:d> ."),
            ("application/trig", "<a:a> <a:b> 1, 2 ."),
            ("text/n3", "<a:a> <a:b> 1, 2 ."),
            ("application/ld+json", '{"@id": "a:a", "a:b": [{"@id": "a:c"}, {"@id": "a:d"}]}'),
            (
                "application/rdf+xml",
                '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
                '<rdf:Description rdf:about="http://a"><e:b>1</e:b><e:b>2</e:b></rdf:Description></rdf:RDF>',
            ),
        ],
    )
    def test_graphs_come_in_all_formats(self, address: str, media: str, body: str) -> None:
        graph = "http://formats/" + media
        assert send(address, "PUT", f"/rdf-graph-store?graph={quote(graph)}", body, media).status == 201
        assert self.count(address, quote(graph)) == 2

    @pytest.mark.parametrize(
        ("encoding", "press"),
        [("gzip", gzip.compress), ("deflate", zlib.compress), ("zstd", zstandard.ZstdCompressor().compress)],
    )
    def test_bodies_come_compressed(self, address: str, encoding: str, press: object) -> None:
        body = press("".join(f"<a:a> <a:b> {number} .\n" for number in range(500)).encode())  # type: ignore[operator]
        path = f"/rdf-graph-store?graph=http://packed/{encoding}"
        assert send(address, "PUT", path, body, "text/turtle", **{"Content-Encoding": encoding}).status == 201
        assert self.count(address, f"http://packed/{encoding}") == 500

    def test_a_body_over_the_cap_is_413_compressed_or_not(self, address: str) -> None:
        body = b"<a:a> <a:b> 1 .\n" * 100_000
        path = "/rdf-graph-store?graph=http://large/"
        assert send(address, "PUT", path, body, "text/turtle").status == 413
        assert (
            send(address, "PUT", path, gzip.compress(body), "text/turtle", **{"Content-Encoding": "gzip"}).status == 413
        )
        assert self.count(address, "http://large/") == -404

    @pytest.mark.parametrize("encoding", ["gzip", "zstd", "br", "gzip, gzip"])
    def test_what_is_not_compressed_as_it_says(self, address: str, encoding: str) -> None:
        headers = {"Content-Encoding": encoding}
        answer = send(address, "PUT", "/rdf-graph-store?graph=http://x/", b"no", "text/turtle", **headers)
        assert answer.status in (400, 415)

    def test_patch_concerns_the_graph_alone(self, address: str) -> None:
        path, graph = "/rdf-graph-store?graph=http://patched/", "http://patched/"
        assert send(address, "PATCH", path, "INSERT DATA { <a:a> <a:b> 1, 2 }", UPDATE).status == 201
        update = "PREFIX x: <a:> DELETE { ?s x:b ?o } INSERT { ?s x:c ?o } WHERE { ?s x:b ?o FILTER (?o > 1) }"
        assert send(address, "PATCH", path, update, UPDATE).status == 204
        assert self.count(address, graph) == 2
        assert ask(address, "ASK { GRAPH <http://patched/> { <a:a> <a:c> 2 } }").json()["boolean"] is True
        assert send(address, "PATCH", path, "DELETE WHERE { ?s <a:c> ?o }", UPDATE).status == 204
        assert self.count(address, graph) == 1
        for foreign in (
            "CLEAR ALL",
            "INSERT DATA { GRAPH <http://other/> { <a:a> <a:b> 1 } }",
            "DROP GRAPH <http://x/>",
        ):
            assert send(address, "PATCH", path, foreign, UPDATE).status == 400

    def test_using_graph_reaches_every_operation_and_no_inner_where(self, address: str) -> None:
        for name in ("one", "two"):
            send(address, "PUT", f"/rdf-graph-store?graph=http://using/{name}", f"<a:{name}> <a:p> 1 .", "text/turtle")
        update = (
            "INSERT { GRAPH <http://using/out> { ?s <a:q> 1 } } WHERE { { SELECT ?s WHERE { ?s <a:p> 1 } } } ;"
            "DELETE WHERE { ?s <a:p> 1 . GRAPH <http://using/out> { ?s <a:q> 1 } }"
        )
        answer = send(address, "POST", "/sparql?using-graph-uri=http://using/one", update, UPDATE)
        assert answer.status == 204
        assert self.count(address, "http://using/out") == 1

    def test_a_failed_update_leaves_nothing_behind(self, address: str) -> None:
        update = "INSERT DATA { GRAPH <http://half/> { <a:a> <a:b> 1 } } ; DROP GRAPH <http://never-there/>"
        assert send(address, "POST", "/sparql", update, UPDATE).status == 400
        assert self.count(address, "http://half/") == -404

    def test_parts_of_a_body_keep_their_blank_nodes_apart(self, address: str) -> None:
        fields = {name: (name, "_:b <a:p> <a:" + name + "> .", "text/turtle") for name in ("one", "two")}
        body, kind = urllib3.encode_multipart_formdata(fields)
        assert send(address, "PUT", "/rdf-graph-store?graph=http://parts/", body, kind).status == 201
        found = HTTP.request("GET", address + "/rdf-graph-store?graph=http://parts/", headers={"Accept": "text/turtle"})
        subjects = {str(quad.subject) for quad in ox.parse(found.data, format=ox.RdfFormat.TURTLE)}
        assert len(subjects) == 2

    def test_writes_from_a_page_of_another_site_are_refused(self, address: str) -> None:
        for headers in ({"Origin": "http://evil"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            assert send(address, "POST", "/sparql", "CLEAR ALL", UPDATE, **headers).status == 403
        assert send(address, "POST", "/sparql", "CLEAR SILENT GRAPH <http://x/>", UPDATE, Origin=address).status == 204


class TestConditionalRequests:
    """RFC 9110, section 13: who has an answer already is told so, until the store changes."""

    PATHS = (f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 3')}", "/sparql", "/.well-known/void")

    @pytest.mark.parametrize("path", PATHS)
    def test_an_answer_that_the_client_has_is_not_sent_again(self, address: str, path: str) -> None:
        first = HTTP.request("GET", address + path, headers={"Accept": "*/*"})
        assert (first.status, first.headers["Cache-Control"]) == (200, "no-cache")
        again = HTTP.request("GET", address + path, headers={"Accept": "*/*", "If-None-Match": first.headers["ETag"]})
        assert (again.status, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert "Accept" in again.headers["Vary"]

    def test_another_form_or_question_is_another_answer(self, address: str) -> None:
        def tag(query: str, accept: str = "text/csv", graph: str = "") -> str:
            wanted = f"/sparql?query={quote(query)}" + (f"&default-graph-uri={quote(graph)}" if graph else "")
            return HTTP.request("GET", address + wanted, headers={"Accept": accept}).headers["ETag"]

        asked = [
            tag("SELECT * {}"), tag("SELECT  * {}"), tag("SELECT * {}", "text/tab-separated-values"),
            tag("SELECT * {}", graph=EX + "g/0"), tag("SELECT * {}", graph=EX + "g/1"),
        ]  # fmt: skip
        assert len(set(asked)) == len(asked)

    def test_after_a_write_the_answer_is_sent(self, address: str) -> None:
        path = f"{address}/sparql?query={quote('SELECT * { ?s <http://example.org/fresh> ?o }')}"
        first = HTTP.request("GET", path)
        headers = {"Content-Type": UPDATE, "Authorization": f"Bearer {TOKEN}"}
        inserted = b"INSERT DATA { <http://example.org/a> <http://example.org/fresh> 1 }"
        assert HTTP.request("POST", address + "/sparql", body=inserted, headers=headers).status == 204
        again = HTTP.request("GET", path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status, len(again.json()["results"]["bindings"])) == (200, 1)

    @pytest.mark.parametrize(
        "query", ["SELECT (NOW() AS ?t) {}", "SELECT (rand() AS ?r) {}", "SELECT * { BIND (UUID() AS ?u) }", BROKEN]
    )
    def test_what_differs_each_time_or_failed_has_no_tag(self, address: str, query: str) -> None:
        assert "ETag" not in ask(address, query).headers

    def test_an_answer_to_post_has_no_tag(self, address: str) -> None:
        answer = HTTP.request("POST", address + "/sparql", fields={"query": "SELECT * {}"}, encode_multipart=False)
        assert answer.status == 200
        assert "ETag" not in answer.headers
