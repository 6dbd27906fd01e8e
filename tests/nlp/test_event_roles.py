"""The actors of one event over all its mentions, and those that other sentences make evident."""

import pytest

from kg.gazetteer import Gazetteer
from kg.model import Entity
from kg.nlp.arguments import Argument, sentence_candidates
from kg.nlp.article_actors import ArticleActors
from kg.nlp.entities import recognise
from kg.nlp.event_role_features import EventActors
from kg.nlp.event_roles import as_its_sentence_says, event_roles, filled, same_actor
from kg.nlp.linear import LinearModel
from kg.nlp.parse import parse
from kg.nlp.trigger_features import context
from kg.nlp.triggers import Trigger

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


def test_in_which_role_an_actor_stands_is_for_its_sentence_to_say_too():
    weighed = as_its_sentence_says(chances(agent=0.4, target=0.45), chances(agent=0.58, target=0.08))
    assert weighed[0] > weighed[1]
    assert sum(weighed) == pytest.approx(0.85)


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


def read(text, *cues):
    """The actors of a text in which the cues, pairs of word and type, name events; no roles are known in sentences."""
    doc = parse(text)
    found = [next(token for token in doc if token.text == word) for word, _ in cues]
    triggers = [Trigger(t.i, t.i + 1, t.i, kind, 1.0) for t, (_, kind) in zip(found, cues, strict=True)]
    ctx, entities = context(doc, [], "fr"), recognise(doc, None, Gazetteer.open())
    candidates = sentence_candidates(doc, entities, ctx)
    rows = [
        [Argument(c.head, c.actors, c.kind, (0.0,) * 4) for c in candidates[ctx.sentence_of[trigger.root]]]
        for trigger in triggers
    ]
    return ArticleActors(doc, ctx, entities.entities, candidates, triggers, rows)


@pytest.mark.parametrize(
    ("text", "word", "kind", "label"),
    [
        ("Boko Haram a revendiqué l'opération. L'attentat a fait neuf morts.", "attentat", "Bombing", "Boko Haram"),
        ("L'aviation israélienne est passée deux fois. Le raid a tué un pêcheur.", "raid", "Airstrike", "aviation israélienne"),
        ("Le M23 avance au Kivu. L'attaque a surpris les habitants.", "attaque", "ArmedAttack", "Mouvement du 23-Mars"),
    ],
)  # fmt: skip
def test_who_acts_may_stand_in_the_sentence_before(text, word, kind, label):
    article = read(text, (word, kind))
    model = LinearModel({f"agent:reach=sentence before:{kind}": 3.0, "agent:kind=noun:" + kind: -9.0})
    assert label in [article.entities[key].label for key in event_roles(article, [0], kind, model)["agent"]]
    assert event_roles(article, [0], kind, model, confidence=0.1)["agent"] == ()


def test_a_side_is_a_state_with_its_government_and_forces():
    article = read("Le gouvernement malien et l'armée malienne négocient avec les rebelles maliens.")
    sides = {article.side(key) for places in article.occurrences.values() for key in {p.key for p in places}}
    assert "state/MLI" in sides
    assert [side for side in sides if "rebelles" in side] == ["group/MLI/rebelles-maliens"]


def test_who_stands_nearer_to_an_event_is_nearer():
    text = "La Turquie proteste. L'Iran se tait. Un raid a tué un pêcheur.\n\nLe Qatar appelle au calme."
    event = EventActors(read(text, ("raid", "Airstrike")), [0], "Airstrike")
    reach = {candidate.key: candidate.reach for candidate in event.candidates}
    assert reach["state/IRN"] == "sentence before"
    assert reach["state/TUR"] == "paragraph"
    assert reach["state/QAT"] == "sentence after"
