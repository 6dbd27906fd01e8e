"""Which of the places of one name is meant."""

from __future__ import annotations

from datetime import date

import pytest

from kg.gazetteer import Gazetteer
from kg.nlp.entities import recognise
from kg.nlp.parse import parse


@pytest.mark.parametrize(
    ("text", "name", "geonames"),
    [
        (
            "L'Ukraine a saisi le Conseil. À Kharkiv comme à Kiev, on attend la réunion de New York.",
            "New York",
            5128581,
        ),
    ],
)
def test_a_large_town_outweighs_a_namesake_where_the_article_is_set(text: str, name: str, geonames: int) -> None:
    found = recognise(parse(text), date(2020, 10, 31), Gazetteer.open())
    assert [found.entities[key].geonames for key in found.named if found.entities[key].label == name] == [geonames]
