"""Quantities, by the examples of the language pack and by what must not be read as a number of people."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from kg.nlp.numbers import read_quantities

EXAMPLES = tomllib.loads((files("kg") / "fr" / "numbers.toml").read_text(encoding="utf-8"))["examples"]


def words(text: str) -> list[str]:
    return text.lower().replace("'", "' ").replace(",", " ," if ", " in text else ",").split()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["text"])
def test_example_of_the_language_pack(example: dict[str, object]) -> None:
    found = read_quantities(words(str(example["text"])))
    assert [(q.low, q.high, q.kind) for q in found] == [
        (example.get("low"), example.get("high"), example.get("kind", "count"))
    ]


def test_change_from_one_number_to_another_is_no_range() -> None:
    found = read_quantities(words("le bilan est passé de 12 à 17 morts"))
    assert [(q.low, q.high) for q in found] == [(12, 12), (17, 17)]


def test_span_covers_bounding_words() -> None:
    found = read_quantities(words("la guerre a fait entre 300 et 400 morts , au moins quelque 70 blessés"))
    assert [(q.start, q.end) for q in found] == [(4, 8), (10, 14)]


@pytest.mark.parametrize("text", ["2e régiment", "12h30", "F-16", "3,5 tonnes", "la dernière heure", ""])
def test_no_whole_number(text: str) -> None:
    assert read_quantities(words(text)) == []


def test_year_is_a_date() -> None:
    assert [q.kind for q in read_quantities(words("depuis 2013 , en 1998 , avec 2000 soldats"))] == [
        "date",
        "date",
        "count",
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("les 19 et 20 décembre", ["date", "date"]),
        ("les 3, 5 et 9 mai", ["date", "date", "date"]),
        ("le 12 et le 13 avril", ["date", "date"]),
        ("3 morts et 4 blessés en avril", ["count", "count"]),
    ],
)
def test_days_of_one_month_are_dates(text: str, kinds: list[str]) -> None:
    assert [q.kind for q in read_quantities(words(text))] == kinds


def test_absurd_numbers_are_dropped_and_time_is_linear() -> None:
    assert read_quantities(["9" * 5000]) == []
    assert len(read_quantities(["deux", "cents", "soldats"] * 20_000)) == 20_000
