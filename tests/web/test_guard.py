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
    "SELECT (COUNT(*) AS ?n) WHERE { ?s a/<http://b>*|^(<http://d>|!a)+ ?o }",
    "SELECT * WHERE { ?s ?p 1.5e3, true, -4 . ?s ?q .5 }",
    "SELECT * WHERE { ?s ?p ?x . FILTER (?x<3 && ?x>2) }",
    "PREFIX up: <http://example.org/a#> SELECT * WHERE { ?s <http://example.org/b#it's> up:d.e }",
    r'SELECT * WHERE { ?s <http://example.org/\u00e9t\u00e9> "\u00e9t\u00e9 \U0001F600" }',
    "SELECT * WHERE { ?s ?p '''a \" quote''', \"\"\"and ' another\"\"\" }",
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
    # Keywords that run into what stands beside them: the engine reads these as SERVICE or LOAD.
    "SELECT * WHERE { SERVICESILENT<http://x/>{ ?s ?p ?o } }",
    "PREFIX x: <http://x/> SELECT * WHERE { SERVICEx:y{ ?s ?p ?o } }",
    "SELECT * WHERE { ?s ?p true.SERVICE<http://x/>{ ?s ?p ?o } }",
    "SELECT * WHERE { ?s ?p trueSERVICE<http://x/>{ ?s ?p ?o } }",
    "SELECT * WHERE { ?s ?p 1.SERVICE<http://x/>{ ?s ?p ?o } }",
    "SELECT * WHERE { ?s ?p 1SERVICE<http://x/>{ ?s ?p ?o } }",
    "SELECT * WHERE { ?s ?p 1e3SERVICE<http://x/>{ ?s ?p ?o } }",
    "LOADSILENT<http://x/>",
    "INSERT DATA { <a:a> <a:b> 1 };LOAD<http://x/>",
    # Operators that look like the begin of an IRI, and so would hide what opens a string or a comment.
    "SELECT * WHERE { FILTER(1<1&&'>'='a') SERVICE <http://x/> { ?s ?p ?o } FILTER('a'='a') }",
    "SELECT * WHERE { FILTER(1<1#> '''\n) SERVICE <http://x/> { ?s ?p ?o } #'''\n}",
    # Escapes in a comment: it ends there for one reader, and not for another.
    "SELECT * WHERE { #\\u000A '''\nSERVICE <http://x/> { ?s ?p ?o } #'''\n}",
    # An escaped quotation mark: a string that ends there for one reader, and not for another.
    r'SELECT * WHERE { ?s ?p "a\u0022 . SERVICE <http://x/> { ?s ?p ?o } #" }',
    "SELECT * WHERE { ?s ?p ?o } \\",
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


def test_a_refusal_says_where() -> None:
    with pytest.raises(RefusedError, match="line 2, column 3: SERVICE") as refusal:
        check("SELECT * WHERE {\n  SERVICE <http://x/> { ?s ?p ?o } }")
    assert refusal.value.position == (2, 3)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_queries_are_sparql(text: str) -> None:
    import pyoxigraph

    pyoxigraph.Store().query(text)
