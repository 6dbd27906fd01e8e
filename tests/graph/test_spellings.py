"""One person, one address, whatever the spelling; the graph tells which spellings were joined, and by which rule."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.gazetteer.personal_names import RULE
from kg.graph.queries import saved_query
from kg.graph.terms import BASE
from kg.model import Article
from kg.workers.task import Task, read

SAID = "Une mine a tué deux civils lundi à Mossoul, a déclaré {}, porte-parole de la mission."


def persons(*names: str) -> dict[str, set[str]]:
    """Address to spellings, of those that the saved query says were joined, of people that speak in an article each."""
    store = ox.Store()
    for number, name in enumerate(names):
        outcome = read(Task(BASE, check=True), Article(str(number), SAID.format(name)))
        assert outcome.failure is None
        store.load(outcome.quads, format=ox.RdfFormat.N_QUADS)
    found: dict[str, set[str]] = {}
    text = saved_query("spellings-of-persons").filled({})
    for row in store.query(text, use_default_graph_as_union=True):
        if row["rule"] is None:
            continue
        assert row["rule"].value == RULE
        found.setdefault(row["person"].value.removeprefix(BASE), set()).add(row["spelling"].value)
    return found


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        ("Sergueï Melnikov", "Sergey Melnikoff", "person/sergei-melnikov"),
        ("Oussama Djaber", "Osama Jaber", "person/osama-jaber"),
        ("Youri Zelinsky", "Iouri Zelinskiy", "person/iuri-zelinski"),
    ],
)
def test_two_spellings_are_one_person_and_the_graph_says_so(one: str, other: str, key: str) -> None:
    assert persons(one, other) == {key: {one, other}}


def test_two_given_names_are_two_people() -> None:
    assert all(len(spellings) == 1 for spellings in persons("Louis Ortega", "Luis Ortega").values())


def test_a_name_spelt_as_its_address_is_not_listed() -> None:
    assert persons("Adama Konaté") == {}
