"""Nothing makes the server ask another one: SERVICE and LOAD in every position, datasets, contexts, entities."""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Battle, call, query, update, upload

FETCHES = {
    "service": "SELECT * {{ SERVICE <{trap}> {{ ?s ?p ?o }} }}",
    "silent": "SELECT * {{ SERVICE SILENT <{trap}> {{ ?s ?p ?o }} }}",
    "in exists": "SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{trap}> {{ ?s ?p ?o }} }} }}",
    "in not exists": "SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ SERVICE <{trap}> {{ ?s ?p ?o }} }} }}",
    "in a sub-select": "SELECT * {{ {{ SELECT * {{ SERVICE <{trap}> {{ ?s ?p ?o }} }} }} }}",
    "in optional": "SELECT * {{ ?s ?p ?o OPTIONAL {{ SERVICE <{trap}> {{ ?s ?q ?r }} }} }}",
    "in minus": "SELECT * {{ ?s ?p ?o MINUS {{ SERVICE <{trap}> {{ ?s ?q ?r }} }} }}",
    "in a union": "SELECT * {{ {{ ?s ?p ?o }} UNION {{ SERVICE <{trap}> {{ ?s ?p ?o }} }} }}",
    "in a graph": "SELECT * {{ GRAPH ?g {{ SERVICE <{trap}> {{ ?s ?p ?o }} }} }}",
    "variable": "SELECT * {{ VALUES ?where {{ <{trap}> }} SERVICE ?where {{ ?s ?p ?o }} }}",
    "bound": "SELECT * {{ BIND (IRI('{trap}') AS ?where) SERVICE ?where {{ ?s ?p ?o }} }}",
    "prefixed": "PREFIX t: <{trap}> SELECT * {{ SERVICE t:x {{ ?s ?p ?o }} }}",
    "relative": "BASE <{trap}> SELECT * {{ SERVICE <x> {{ ?s ?p ?o }} }}",
    "escaped": "SELECT * {{ \\u0053ERVICE <{trap}> {{ ?s ?p ?o }} }}",
    "commented": "SELECT * {{ SERVICE # }}\n <{trap}> {{ ?s ?p ?o }} }}",
    "glued": "SELECT * {{ SERVICESILENT<{trap}>{{ ?s ?p ?o }} }}",
    "glued to a number": "SELECT * {{ ?s ?p 1.SERVICE<{trap}>{{ ?s ?p ?o }} }}",
    "behind an operator": "SELECT * {{ FILTER(1<1&&'>'='a') SERVICE <{trap}> {{ ?s ?p ?o }} FILTER('a'='a') }}",
    "behind a comment": "SELECT * {{ FILTER(1<2#> '''\n) SERVICE <{trap}> {{ ?s ?p ?o }} #'''\n}}",
    "behind an escape": "SELECT * {{ #\\u000A '''\n SERVICE <{trap}> {{ ?s ?p ?o }} #'''\n}}",
    "construct": "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{trap}> {{ ?s ?p ?o }} }}",
    "describe": "DESCRIBE ?s WHERE {{ SERVICE <{trap}> {{ ?s ?p ?o }} }}",
    "ask": "ASK {{ SERVICE <{trap}> {{ ?s ?p ?o }} }}",
}
FETCHING_UPDATES = {
    "load": "LOAD <{trap}>",
    "load silent": "LOAD SILENT <{trap}> INTO GRAPH <http://g/>",
    "load a file": "LOAD <file:///etc/passwd>",
    "load glued": "LOADSILENT<{trap}>",
    "load second": "INSERT DATA {{ <a:a> <a:b> 1 }};LOAD<{trap}>",
    "where": "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{trap}> {{ ?s ?p ?o }} }}",
    "delete": "DELETE {{ ?s ?p ?o }} WHERE {{ SERVICE <{trap}> {{ ?s ?p ?o }} }}",
    "using": "INSERT {{ ?s ?p ?o }} USING <{trap}> WHERE {{ SERVICE SILENT <{trap}> {{ ?s ?p ?o }} }}",
}


@pytest.mark.parametrize("text", FETCHES.values(), ids=FETCHES)
def test_a_query_fetches_nothing(battle: Battle, text: str) -> None:
    assert query(battle, text.format(trap=battle.trap))[0] == 400
    assert battle.caught == []


@pytest.mark.parametrize("text", FETCHING_UPDATES.values(), ids=FETCHING_UPDATES)
def test_an_update_fetches_nothing(battle: Battle, text: str) -> None:
    assert update(battle, text.format(trap=battle.trap))[0] == 400
    assert battle.caught == []


def test_a_dataset_is_never_fetched(battle: Battle) -> None:
    for text in (f"SELECT * FROM <{battle.trap}> {{ ?s ?p ?o }}", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"):
        status, _, body = query(battle, text, Accept="text/csv")
        assert (status, len(body.splitlines())) == (200, 1)
    assert battle.caught == []


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/ld+json", '{{"@context": "{trap}context", "@id": "http://a/", "p": 1}}'),
        ("application/ld+json", '{{"@context": {{"@import": "{trap}context"}}, "@id": "http://a/", "p": 1}}'),
        (
            "application/rdf+xml",
            '<!DOCTYPE r SYSTEM "{trap}dtd"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        ),
        (
            "application/rdf+xml",
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="http://x/"><e:p xmlns:e="http://e/">&x;</e:p></rdf:Description></rdf:RDF>',
        ),
    ],
    ids=["remote context", "imported context", "remote DTD", "external entity"],
)
def test_an_upload_fetches_nothing(battle: Battle, media: str, body: str) -> None:
    status, _, _ = upload(battle, body.format(trap=battle.trap).encode(), media)
    assert battle.caught == []
    assert status in (201, 204, 400, 504)
    _, _, stored = call(battle, "GET", "/rdf-graph-store?graph=http://upload/", Accept="application/n-triples")
    assert b"root:" not in stored
