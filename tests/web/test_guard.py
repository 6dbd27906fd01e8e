"""What the tokeniser lets through, and what it refuses before evaluation."""

from __future__ import annotations

import pytest

from kg.web.guard import RefusedError, check

HARMLESS = [
    "SELECT * WHERE { ?s ?p ?o }",
    'SELECT * WHERE { ?s ?p "SERVICE <http://x/>" }',
    "SELECT * WHERE { ?s ?p ?o } # LOAD <http://x/>",
    "PREFIX s: <http://example.org/SERVICE#> SELECT * WHERE { ?s s:LOAD ?SERVICE }",
    "SELECT * WHERE { ?s <http://example.org/LOAD> '''a SERVICE b''' }",
    'SELECT ?x WHERE { ?x a "l\'été"@fr . FILTER(?x < 3 && ?y > 2) }',
    "SELECT (COUNT(*) AS ?n) WHERE { ?s a/b:c*|^d:e ?o }",
    "SELECT * WHERE { ?s ?p 1.5e3, true, -4 }",
]
REFUSED = [
    "SELECT * WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * WHERE { service silent <http://x/> { ?s ?p ?o } }",
    "SELECT * WHERE { SERVICE ?where { ?s ?p ?o } }",
    "SELECT * WHERE { FILTER EXISTS { SERVICE <http://x/> { ?s ?p ?o } } }",
    "SELECT * WHERE { { SELECT * WHERE { SERVICE <http://x/> { ?s ?p ?o } } } }",
    r"SELECT * WHERE { \u0053ERVICE <http://x/> { ?s ?p ?o } }",
    r"SELECT * WHERE { S\U00000045RVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * WHERE { ?s ?p ?o . SERVICE#comment\n<http://x/> { } }",
    "LOAD <http://x/>",
    "load silent <file:///etc/passwd> into graph <http://g/>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * WHERE " + "{" * 200 + "}" * 200,
    "SELECT * WHERE { ?s ?p ?o }" + " " * 200_000,
    'SELECT * WHERE { ?s ?p "unfinished }',
    "SELECT * WHERE { ?s " + "/".join(["<http://p>"] * 500) + " ?o }",
    r"SELECT * WHERE { ?s ?p \uD800 }",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_queries_pass(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", REFUSED)
def test_dangerous_queries_are_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        check(text)


def test_an_address_that_the_operator_allows_passes() -> None:
    query = "SELECT * WHERE { SERVICE SILENT <http://ok/sparql> { ?s ?p ?o } }"
    check(query, frozenset({"http://ok/sparql"}))
    with pytest.raises(RefusedError):
        check(query.replace("ok", "evil"), frozenset({"http://ok/sparql"}))
