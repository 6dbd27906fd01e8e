"""The actors of one event over all its mentions, and those that other sentences make evident."""

import pytest

from kg.model import Article, Entity
from kg.nlp.event_roles import filled, same_actor
from kg.nlp.extract import Extractor

ENTITIES = {
    "a": Entity("a", "state", "Valdie", country="AAA"),
    "b": Entity("b", "group", "armée valdienne", country="AAA"),
    "c": Entity("c", "group", "hommes armés"),
    "d": Entity("d", "group", "hommes"),
    "e": Entity("e", "person", "Awa Sarr", country="AAA"),
}


def chances(agent=0.0, target=0.0):
    return (agent, target, 0.0, 0.0)


def test_an_entity_takes_its_likeliest_role():
    roles = filled({"a": chances(agent=0.4, target=0.5)}, ENTITIES)
    assert roles == {"agent": (), "target": ("a",), "participant": (), "mediator": ()}


def test_a_state_and_its_army_are_one_agent():
    assert filled({"a": chances(agent=0.5), "b": chances(agent=0.7)}, ENTITIES)["agent"] == ("b",)


def test_a_state_and_its_army_may_be_in_different_roles():
    roles = filled({"a": chances(agent=0.5), "b": chances(target=0.7)}, ENTITIES)
    assert (roles["agent"], roles["target"]) == (("a",), ("b",))


def test_unlikely_candidates_fill_nothing():
    assert filled({"c": chances(agent=0.2)}, ENTITIES)["agent"] == ()


@pytest.mark.parametrize(("one", "two", "same"), [("c", "d", True), ("a", "e", False), ("a", "c", False)])
def test_which_names_are_one_actor(one, two, same):
    assert same_actor(ENTITIES[one], ENTITIES[two]) is same


@pytest.mark.parametrize(
    ("text", "word", "role", "label"),
    [
        (
            "L'armée soudanaise et les Forces de soutien rapide s'affrontent depuis avril. De nouveaux combats ont éclaté "
            "mercredi à El-Obeid.",
            "combats",
            "participants",
            "Forces de soutien rapide",
        ),
    ],
)
def test_who_acts_is_told_in_another_sentence(text, word, role, label):
    found = Extractor.shared().extract(Article("t", text, language="fr"))
    labels = {entity.key: entity.label for entity in found.entities}
    (report,) = [report for report in found.reports if word in (mention.text for mention in report.mentions)]
    assert label in [labels[key] for key in getattr(report, role)]
