"""Every saved query is answered by the seed's graph through a live server, by a real client."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

from kg.graph.queries import Parameter, QueryError, as_term, read_query, saved_queries, saved_query
from kg.stores.embedded import EmbeddedStore

QUERIES = saved_queries()
GROUPS = {"events", "tolls", "claims", "actors", "places", "provenance", "quality", "geosparql"}


def rows(server: str, text: str) -> tuple[list[str], list[dict]]:
    client = SPARQLWrapper(server + "/sparql")
    client.setQuery(text)
    client.setReturnFormat(JSON)
    found = client.query().convert()
    return found["head"]["vars"], found["results"]["bindings"]


def test_there_are_queries_of_every_group() -> None:
    assert len(QUERIES) >= 30
    assert {query.group for query in QUERIES.values()} == GROUPS


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_saved_query_answers_with_its_columns(answering_server: str, name: str) -> None:
    names, found = rows(answering_server, QUERIES[name].filled({}))
    assert tuple(names) == QUERIES[name].columns
    assert found


@pytest.mark.parametrize("name", sorted(name for name, query in QUERIES.items() if query.parameters))
def test_a_values_block_binds_as_the_terms_in_place_would(answering_store: Path, name: str) -> None:
    store, query = EmbeddedStore.reading(answering_store), QUERIES[name]
    terms = {variable.value: str(term) for variable, term in query.bound({}).items()}
    ours = store.query(query.filled({}))
    theirs = store.query(re.sub(r"\?(_\w+)", lambda match: terms[match[1]], query.text))
    assert [str(row) for row in ours] == [str(row) for row in theirs]


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_only_the_folder_that_says_so_needs_more_than_sparql(name: str) -> None:
    query = QUERIES[name]
    assert bool(re.search(r"\bgeof:", query.text)) == (query.needs == "GeoSPARQL")
    for prefix in re.findall(r"PREFIX (\w+):", query.text):
        assert len(re.findall(rf"\b{prefix}:", query.text)) > 1, f"{prefix} is not used"
    assert all(query.title[language] and query.descriptions[language] for language in ("fr", "en"))
    assert query.descriptions["fr"] != query.descriptions["en"]


def test_every_toll_comes_with_its_source(server: str) -> None:
    _, found = rows(server, saved_query("tolls-by-source").filled({}))
    numbers = {int(row["low"]["value"]) for row in found if "low" in row}
    assert {21, 70, 90, 392, 5000} <= numbers


def test_the_minsk_group_has_three_co_chairs(server: str) -> None:
    _, found = rows(server, saved_query("co-chairs").filled({"name": "groupe de Minsk"}))
    assert {row["name"]["value"] for row in found} >= {"France", "Russie"}
    assert len({row["member"]["value"] for row in found}) == 3


def test_barda_is_near_itself_and_paris_is_not(server: str) -> None:
    _, found = rows(server, saved_query("events-near-place").filled({"place": "Barda", "within": "20"}))
    assert {row["place"]["value"] for row in found} == {"Barda"}
    assert {float(row["kilometres"]["value"]) for row in found} == {0.0}


def test_a_parameter_cannot_break_out_of_its_place(server: str) -> None:
    hostile = 'x" } DROP ALL # \\ \n'
    text = saved_query("co-chairs").filled({"name": hostile})
    assert str(ox.Literal(hostile)) in text
    assert rows(server, text)[1] == []


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("co-chairs", {"planet": "Mars"}, "no parameter 'planet'"),
        ("events-in-country", {"from": "hier"}, "is no date"),
        ("low-confidence", {"percent": "many"}, "is no integer"),
        ("evidence", {"type": "Airstrike> ?x"}, "is no class"),
    ],
)
def test_a_wrong_parameter_is_refused(name: str, values: dict[str, str], words: str) -> None:
    with pytest.raises(QueryError, match=re.escape(words)):
        saved_query(name).filled(values)


def test_an_unknown_query_is_told_what_there_is() -> None:
    with pytest.raises(QueryError, match=r"no saved query 'nonsense'; there are: .*co-chairs"):
        saved_query("nonsense")
    with pytest.raises(QueryError, match="is no iri"):
        as_term(Parameter("x", "iri", ""), "no iri")


def test_a_comment_or_a_string_does_not_draw_the_values_to_itself(tmp_path: Path) -> None:
    header = "".join(f"#+ {key}: where {{ x }}\n" for key in ("title", "title.en", "description", "description.en"))
    (tmp_path / "odd.rq").write_text(
        header + "#+ group: events\n#+ columns: s\n#+ param: n integer 1\n"
        'SELECT ?s WHERE { VALUES ?s { "where {" 1 } FILTER (?s = ?_n) }',
        encoding="utf-8",
    )
    found = ox.Store().query(read_query(tmp_path / "odd.rq").filled({}))
    assert [row["s"].value for row in found] == ["1"]
