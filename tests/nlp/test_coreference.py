"""What noun phrases, pronouns and descriptions refer to."""

from __future__ import annotations

from datetime import date

import pytest

from kg.gazetteer import Gazetteer
from kg.nlp.entities import Recognised, recognise
from kg.nlp.parse import parse


def read(text: str, day: date | None = date(2020, 10, 31)) -> tuple[Recognised, dict[str, int]]:
    """The text's entities, and the index of each word's last occurrence."""
    doc = parse(text)
    return recognise(doc, day, Gazetteer.open()), {token.text: token.i for token in doc}


def labels(text: str, word: str, what: str = "actor") -> list[set[str]]:
    found, at = read(text)
    keys = getattr(found, what)(at[word])
    return [{found.entities[key].label, *found.entities[key].aliases} for key in keys]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Le chef du mouvement, Moussa Kobéré, a signé.", "chef", "Moussa Kobéré"),
        ("L'ONG Secours Delta a distribué des vivres.", "ONG", "Secours Delta"),
        ("Des miliciens du Hezbollah ont tiré.", "miliciens", "Hezbollah"),
        ("Quelque 200 rebelles ont déposé les armes.", "rebelles", "rebelles"),
        ("Une dizaine de villageois ont été tués.", "dizaine", "villageois"),
        ("Des hommes armés ont attaqué le poste.", "hommes", "hommes armés"),
        ("Des frappes israéliennes ont touché le port.", "israéliennes", "Israël"),
        ("Le gouvernement malien a démissionné.", "gouvernement", "Mali"),
        ("Le porte-parole du PKK a démenti.", "porte-parole", "PKK"),
    ],
)
def test_a_noun_phrase_as_actor(text: str, word: str, expected: str) -> None:
    assert any(expected in forms for forms in labels(text, word)), labels(text, word)


def test_coordination_is_split() -> None:
    found, at = read("La Turquie et la Russie ont signé un accord.")
    assert found.actor(at["Turquie"]) == ["state/TUR", "state/RUS"]


def test_an_office_is_held_by_someone_at_the_date() -> None:
    text = "Le président français a appelé au calme."
    for day, name in ((date(2010, 5, 1), "Nicolas Sarkozy"), (date(2020, 5, 1), "Emmanuel Macron")):
        found, at = read(text, day)
        (key,) = found.actor(at["président"])
        assert found.entities[key].label == name


def test_an_office_of_nobody_known_is_a_group_with_the_country() -> None:
    found, at = read("Le président botswanais a appelé au calme.")
    (key,) = found.actor(at["président"])
    assert (found.entities[key].kind, found.entities[key].country) == ("group", "BWA")


@pytest.mark.parametrize(
    ("text", "word", "key"),
    [
        ("Moussa Kobéré a démenti. Il a demandé une enquête.", "Il", "person/musa-kobere"),
        ("Les civils, qui fuyaient vers le nord, ont été pris pour cible.", "qui", "group/civils"),
        ("Les otages ont été relâchés. Ils sont sains et saufs.", "Ils", "group/otages"),
        ("L'Algérie a rappelé son ambassadeur. Elle exige des excuses.", "Elle", "state/DZA"),
    ],
)
def test_a_pronoun_takes_up_what_was_named(text: str, word: str, key: str) -> None:
    found, at = read(text)
    assert found.actor(at[word]) == [key]


@pytest.mark.parametrize("text", ["Il faut une enquête.", "Il y a eu trois explosions.", "Il pleut sur la ville."])
def test_an_impersonal_pronoun_takes_up_nothing(text: str) -> None:
    found, at = read("Moussa Kobéré a parlé. " + text)
    assert found.actor(at["Il"]) == []


def test_descriptions_take_up_the_group_the_country_and_the_two_sides() -> None:
    found, at = read("Les shebab ont attaqué un marché. Le groupe a promis d'autres attaques.")
    assert found.actor(at["groupe"]) == [found.mentions[0].key]
    found, at = read("L'Érythrée et l'Éthiopie ont signé une trêve. Les deux pays échangeront leurs prisonniers.")
    assert set(found.actor(at["pays"])) == {"state/ERI", "state/ETH"}


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Un missile a touché la gare de Kramatorsk.", "gare", "Kramatorsk"),
        ("Une mine a explosé près de Goma.", "Goma", "Goma"),
        ("Les rebelles ont pris Kidal jeudi. La ville était encerclée.", "ville", "Kidal"),
    ],
)
def test_a_noun_phrase_as_place(text: str, word: str, expected: str) -> None:
    assert any(expected in forms for forms in labels(text, word, "place"))


def test_only_the_most_specific_place_is_given() -> None:
    found, at = read("Une bombe a explosé à Ganja, en Azerbaïdjan.")
    assert len(found.place(at["Ganja"])) == 1
    assert found.place(at["Azerbaïdjan"]) == []


def test_a_government_is_no_place_and_a_capital_asked_for_a_place_is_one() -> None:
    found, at = read("Le gouvernement malien a démenti. Moscou condamne.")
    assert found.place(at["gouvernement"]) == []
    (key,) = found.place(at["Moscou"])
    assert found.entities[key].kind == "place"
    assert found.actor(at["Moscou"]) == ["state/RUS"]
