"""Casualty figures, by the examples of the language pack."""

from __future__ import annotations

import time
import tomllib
from importlib.resources import files

import pytest
from spacy.tokens import Doc

from kg.nlp.casualties import CasualtySpan, find_casualties
from kg.nlp.numbers import quantities
from kg.nlp.parse import parse
from kg.nlp.spacy_model import language
from kg.nlp.text import layout

EXAMPLES = tomllib.loads((files("kg") / "fr" / "casualties.toml").read_text(encoding="utf-8"))["examples"]


def figures(text: str) -> list[CasualtySpan]:
    doc = parse(text)
    return find_casualties(doc, quantities(doc))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["text"])
def test_example_of_the_language_pack(example: dict[str, object]) -> None:
    found = [[f.harm, f.low or 0, f.high or 0, f.victims or ""] for f in figures(str(example["text"]))]
    assert found == example["figures"]


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("Six gardes ont été tués.", "tués"),
        ("Six gardes ont perdu la vie.", "perdu la vie"),
        ("L'armée annonce la mort de six gardes.", "mort"),
        ("L'attaque a fait six morts.", "morts"),
    ],
)
def test_predicate_is_the_words_that_name_the_harm(text: str, trigger: str) -> None:
    doc = parse(text)
    (figure,) = find_casualties(doc, quantities(doc))
    assert doc[figure.predicate : figure.predicate_end].text == trigger


def test_part_is_told_from_whole() -> None:
    whole, part = figures("Onze personnes, dont deux enfants, ont été tuées.")
    assert (whole.part, part.part) == (False, True)


def test_span_covers_bounds_and_noun() -> None:
    doc = parse("La police a interpellé plus de trente manifestants.")
    (figure,) = find_casualties(doc, quantities(doc))
    assert doc[figure.start : figure.end].text == "plus de trente manifestants"


def test_rival_count_takes_up_the_dead_not_the_wounded() -> None:
    found = figures("L'ONU compte 40 morts et 90 blessés. Le gouvernement n'en reconnaît que douze.")
    assert [(f.harm, f.low) for f in found] == [("Killed", 40), ("Wounded", 90), ("Killed", 12)]


def test_lines_that_lead_elsewhere_have_no_figures() -> None:
    text = "Sommet à Oslo\n\nLire aussi : Neuf soldats tués dans le nord\n\nDeux gardes ont été tués lundi."
    doc = parse(text)
    found = find_casualties(doc, quantities(doc), blocks=layout(text, None))
    assert [f.low for f in found] == [2]


def test_coordinated_names_are_one_figure() -> None:
    found = figures("Le préfet et le maire ont été assassinés à leur domicile.")
    assert [(f.harm, f.low, f.high) for f in found] == [("Killed", 2, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Battez 3 œufs avec 200 grammes de sucre et enfournez 40 minutes.",
        "L'avant-centre a inscrit deux buts contre les visiteurs, battus 3-1.",
        "Le film raconte la vie de trois sœurs à la campagne.",
        "Le conseil a voté un budget de 12 millions d'euros pour 400 logements.",
        "قتل 12 شخصا",
    ],
)
def test_no_figure_without_harm(text: str) -> None:
    assert figures(text) == []


def test_one_sentence_of_a_hundred_thousand_words_takes_bounded_time() -> None:
    doc = Doc(language().vocab, words=["deux", "soldats", "tués", ",", "dont"] * 20_000)
    begin = time.perf_counter()
    find_casualties(doc, quantities(doc))
    assert time.perf_counter() - begin < 20
