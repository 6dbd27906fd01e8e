"""Casualty figures, by the examples of the language pack."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from kg.nlp.casualties import CasualtySpan, find_casualties
from kg.nlp.numbers import quantities
from kg.nlp.parse import parse

EXAMPLES = tomllib.loads((files("kg") / "fr" / "casualties.toml").read_text(encoding="utf-8"))["examples"]


def figures(text: str) -> list[CasualtySpan]:
    doc = parse(text)
    return find_casualties(doc, quantities(doc))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["text"])
def test_example_of_the_language_pack(example: dict[str, object]) -> None:
    found = [[f.harm, f.low or 0, f.high or 0, f.victims or ""] for f in figures(str(example["text"]))]
    assert found == example["figures"]
