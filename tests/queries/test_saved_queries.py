"""Every saved query is answered by the seed's graph through a live server, by a real client."""

from __future__ import annotations

import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

from kg.graph.queries import Parameter, QueryError, as_term, saved_queries, saved_query

MAY_BE_EMPTY = {"denials", "planned-events", "disputed-events"}


def rows(server: str, text: str) -> list[dict]:
    client = SPARQLWrapper(server + "/sparql")
    client.setQuery(text)
    client.setReturnFormat(JSON)
    return client.query().convert()["results"]["bindings"]


@pytest.mark.parametrize("name", sorted(saved_queries()))
def test_saved_query_runs_and_answers(server: str, name: str) -> None:
    found = rows(server, saved_query(name).filled({}))
    assert found or name in MAY_BE_EMPTY


def test_every_toll_comes_with_its_source(server: str) -> None:
    found = rows(server, saved_query("tolls-by-source").filled({}))
    numbers = {int(row["low"]["value"]) for row in found if "low" in row}
    assert {21, 70, 90, 392, 5000} <= numbers


def test_the_minsk_group_has_three_co_chairs(server: str) -> None:
    found = rows(server, saved_query("co-chairs").filled({"name": "groupe de Minsk"}))
    assert {row["name"]["value"] for row in found} >= {"France", "Russie"}
    assert len({row["member"]["value"] for row in found}) == 3


def test_a_parameter_cannot_break_out_of_its_place() -> None:
    text = saved_query("co-chairs").filled({"name": 'x" } DROP ALL # '})
    assert '"x\\" } DROP ALL # "' in text


def test_a_wrong_parameter_is_refused() -> None:
    with pytest.raises(QueryError, match="no parameter 'planet'"):
        saved_query("co-chairs").filled({"planet": "Mars"})
    with pytest.raises(QueryError, match="is no date"):
        as_term(Parameter("from", "date", ""), "hier")
    with pytest.raises(QueryError, match="no saved query"):
        saved_query("nonsense")
