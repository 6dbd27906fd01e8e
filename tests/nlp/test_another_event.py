"""Words and numbers that tell of another event, and what they do to an article's events."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from kg.model import Article
from kg.nlp.another_event import announcement
from kg.nlp.extract import Extractor
from kg.nlp.parse import parse

EXAMPLES = tomllib.loads((files("kg") / "fr" / "another_event.toml").read_text(encoding="utf-8"))["examples"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["text"])
def test_example_of_the_language_pack(example: dict[str, str]) -> None:
    doc = parse(example["text"])
    root = next(token.i for token in doc if token.text == example["word"])
    assert announcement(doc, root) == example["announced"]


@pytest.mark.parametrize(
    "text",
    [
        "Des raids ont tué trois civils mardi à Karal. D'autres raids ont tué deux soldats.",
        "Un attentat a fait douze morts à Karal. Un deuxième attentat a fait neuf morts.",
        "Une embuscade a tué cinq soldats mardi à Karal. Trois policiers ont également été tués dans une attaque.",
        "La police a arrêté deux étudiants à Karal. Elle a aussi arrêté un avocat.",
    ],
)
def test_another_event_is_a_report_of_its_own(text: str) -> None:
    assert len(Extractor.shared().extract(Article("other", text)).reports) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Une bombe a tué cinq soldats mardi à Karal. Une bombe a tué neuf passants à Karal.",
        "Une voiture piégée a fait 15 morts mardi à Karal. Au marché, une bombe a fait cinq morts.",
        "Un raid a tué trois civils mardi à Karal. Des avions ont bombardé un hameau, tuant onze personnes.",
        "La police a arrêté douze étudiants mardi à Karal. Dans le nord, elle a arrêté deux avocats.",
    ],
)
def test_other_numbers_of_one_harm_are_of_another_event(text: str) -> None:
    assert len(Extractor.shared().extract(Article("toll", text)).reports) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Une attaque a fait 12 morts mardi à Karal, selon la police. Cette attaque a fait 20 morts, d'après l'ONU.",
        "Une attaque a tué cinq soldats à Karal. L'attaque a tué cinq soldats et en a blessé trois, selon l'armée.",
        "Attentat à Karal : 40 morts\n\nUn attentat a fait 38 morts mardi à Karal, selon la police.",
    ],
)
def test_rival_tolls_and_a_headlines_round_number_are_of_one_event(text: str) -> None:
    assert len(Extractor.shared().extract(Article("rival", text)).reports) == 1
