"""Paths, scripts in what is shown, and writes that the operator did not send."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.attacks.conftest import SCRIPT, TOKEN, Battle, call, query, update


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/data/../../etc/passwd.ttl",
        "/page/..%2f..%2fetc%2fpasswd",
        "/data/%00.ttl",
        "/page/%0d%0aSet-Cookie:%20a=b",
        "/id/%0d%0aLocation:%20http://evil/",
        "/id//evil.example/",
        "/rdf-graph-store/%3Cscript%3E",
        "//evil.example/%2e%2e",
    ],
)
def test_paths_lead_nowhere_else(battle: Battle, path: str) -> None:
    status, headers, body = call(battle, "GET", path)
    assert status in (200, 303, 308, 400, 404)
    assert b"root:" not in body
    assert "set-cookie" not in headers
    assert not headers.get("location", "/").startswith(("//", "http://evil"))


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (f"/sparql?query={quote(SCRIPT)}", "text/html, */*;q=0.1"),
        (f"/sparql?query={quote('SELECT * { ?s ?p <' + SCRIPT + '> }')}", "text/html, */*;q=0.1"),
        (f"/sparql?query=ASK%7B%7D&default-graph-uri={quote(SCRIPT)}", "text/html, */*;q=0.1"),
        (f"/rdf-graph-store?graph={quote(SCRIPT)}", "text/html"),
        (f"/{quote(SCRIPT)}", "text/html"),
        (f"/search?q={quote(SCRIPT)}", "text/html"),
        ("/search?q=alert", "text/html"),
        ("/page/place/hostile", "text/html"),
        (f"/page/{quote(SCRIPT)}", "text/html"),
        (f"/events?type={quote(SCRIPT)}&q={quote(SCRIPT)}", "text/html"),
        (f"/query?run=1&query={quote('SELECT * { ?s ?p ?o FILTER CONTAINS(STR(?o), ' + repr('script') + ') }')}", "text/html"),
        (f"/query?query={quote('</textarea>' + SCRIPT)}", "text/html"),
        (f"/query?example={quote(SCRIPT)}", "text/html"),
    ],
)  # fmt: skip
def test_no_script_of_others_runs_in_a_page(battle: Battle, path: str, accept: str) -> None:
    _, headers, body = call(battle, "GET", path, Accept=accept)
    assert SCRIPT.encode() not in body
    assert b"<img src=x" not in body
    assert b'href="javascript:' not in body
    assert headers["x-content-type-options"] == "nosniff"
    if headers["content-type"].startswith("text/html"):
        assert "script-src 'self'" in headers["content-security-policy"]


def test_labels_in_results_stay_data(battle: Battle) -> None:
    text = "SELECT ?l { <https://w3id.org/conflict-kg/id/place/hostile> ?p ?l FILTER isLITERAL(?l) }"
    for accept in ("application/sparql-results+xml", "application/json"):
        _, headers, body = query(battle, text, Accept=accept)
        assert headers["x-content-type-options"] == "nosniff"
        assert not headers["content-type"].startswith("text/html")
        assert accept == "application/json" or SCRIPT.encode() not in body


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer \xe9"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": f"bearer {TOKEN}x"}, 401),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
    ],
)
def test_updates_that_the_operator_did_not_send(battle: Battle, headers: dict[str, str], status: int) -> None:
    assert update(battle, "CLEAR ALL", **headers)[0] == status
    form = {"Content_Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {TOKEN}", **headers}
    assert call(battle, "POST", "/sparql", b"update=CLEAR%20ALL", **form)[0] == status
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        found = {"Content_Type": "text/turtle", "Authorization": f"Bearer {TOKEN}", **headers}
        assert call(battle, method, "/rdf-graph-store?default", b"", **found)[0] == status
