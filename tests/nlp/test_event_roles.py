"""The actors of one event over all its mentions."""

import pytest

from kg.model import Entity
from kg.nlp.arguments import Argument
from kg.nlp.event_roles import event_roles, same_actor

ENTITIES = {
    "a": Entity("a", "state", "Valdie", country="AAA"),
    "b": Entity("b", "group", "armée valdienne", country="AAA"),
    "c": Entity("c", "group", "hommes armés"),
    "d": Entity("d", "group", "hommes"),
    "e": Entity("e", "person", "Awa Sarr", country="AAA"),
}


def argument(key, agent=0.0, target=0.0):
    return Argument(1, (key,), "noun", (agent, target, 0.0, 0.0))


def test_an_entity_takes_its_likeliest_role_of_all_mentions():
    roles = event_roles([[argument("a", agent=0.4)], [argument("a", target=0.8)]], ENTITIES)
    assert roles == {"agent": (), "target": ("a",), "participant": (), "mediator": ()}


def test_a_state_and_its_army_are_one_agent():
    assert event_roles([[argument("a", agent=0.5), argument("b", agent=0.7)]], ENTITIES)["agent"] == ("b",)


def test_a_state_and_its_army_may_be_in_different_roles():
    roles = event_roles([[argument("a", agent=0.5), argument("b", target=0.7)]], ENTITIES)
    assert (roles["agent"], roles["target"]) == (("a",), ("b",))


def test_unlikely_candidates_fill_nothing():
    assert event_roles([[argument("c", agent=0.2)]], ENTITIES)["agent"] == ()


@pytest.mark.parametrize(("one", "two", "same"), [("c", "d", True), ("a", "e", False), ("a", "c", False)])
def test_which_names_are_one_actor(one, two, same):
    assert same_actor(ENTITIES[one], ENTITIES[two]) is same
