"""Spellings of one person's name share a key; two people do not."""

from __future__ import annotations

import itertools
import tomllib
from importlib.resources import files

import pytest

from kg.gazetteer.personal_names import spelling_key

TABLE = tomllib.loads((files("kg.gazetteer") / "personal_names.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("names", TABLE["same"], ids=lambda names: names[0])
def test_spellings_of_one_person_share_a_key(names: list[str]) -> None:
    assert len({spelling_key(name) for name in names}) == 1, [spelling_key(name) for name in names]


@pytest.mark.parametrize(("one", "other"), TABLE["apart"])
def test_two_people_keep_two_keys(one: str, other: str) -> None:
    assert spelling_key(one) != spelling_key(other)


def test_people_of_different_examples_are_different() -> None:
    keys = [spelling_key(names[0]) for names in TABLE["same"]]
    assert all(one != other for one, other in itertools.combinations(keys, 2))


def test_a_word_is_spelt_one_way_only() -> None:
    forms = [form for group in TABLE["words"] for form in group]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("name", ["M.", "El", "abd", "J. F.", "général", "Путин"])
def test_what_is_hardly_a_name_keeps_a_key(name: str) -> None:
    assert spelling_key(name)


def test_a_key_is_its_own_key() -> None:
    for names in TABLE["same"]:
        key = spelling_key(names[0])
        assert spelling_key(key) == key
