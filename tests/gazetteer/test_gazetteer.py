"""Who and where, by form."""

from __future__ import annotations

import csv
import re
import time
import tomllib
from datetime import date
from importlib.resources import files

import pytest

from kg.gazetteer import Gazetteer, GazetteerError
from kg.gazetteer.folding import fold, sound

TABLE = tomllib.loads((files("kg.gazetteer") / "transliteration.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


@pytest.mark.parametrize(("first", "second"), TABLE["same"])
def test_spellings_of_one_name_meet(first: str, second: str) -> None:
    assert sound(first) == sound(second)


@pytest.mark.parametrize(("first", "second"), TABLE["apart"])
def test_different_names_stay_apart(first: str, second: str) -> None:
    assert sound(first) != sound(second)


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ("Barda", "place/587057"),
        ("Etats-Unis", "state/USA"),
        ("États-Unis", "state/USA"),
        ("ONU", "organisation/Q1065"),
        ("groupe de Minsk", "organisation/Q2268915"),
        ("Bakou", "place/587084"),
        ("Tchassiv Iar", "place/710915"),
    ],
)
def test_forms_of_the_french_press_are_found(gazetteer: Gazetteer, form: str, key: str) -> None:
    assert gazetteer.lookup(form)[0].entry.key == key


def test_the_longest_form_wins(gazetteer: Gazetteer) -> None:
    words = ["le", "Conseil", "de", "sécurité", "de", "l'", "ONU", "a", "voté"]
    end, candidates = gazetteer.longest(words, 1) or (0, ())
    assert (end, candidates[0].entry.label) == (7, "Conseil de sécurité des Nations unies")


def test_demonyms_seats_and_holders(gazetteer: Gazetteer) -> None:
    assert gazetteer.demonym("azerbaïdjanaises") == "AZE"
    assert gazetteer.seat("Kremlin") == "RUS"
    assert "Ilham Aliev" in {entry.label for entry in gazetteer.holders("head-of-state", "AZE", date(2020, 10, 31))}
    assert gazetteer.holders("head-of-state", "AZE", date(1890, 1, 1)) == ()


def test_opening_is_quick_and_a_missing_index_says_what_to_do(tmp_path) -> None:
    began = time.monotonic()
    Gazetteer(files("kg.gazetteer") / "index" / "gazetteer.sqlite")
    assert time.monotonic() - began < 1
    with pytest.raises(GazetteerError, match=r"kg\.gazetteer\.compile"):
        Gazetteer(tmp_path / "none")


def test_identifiers_in_the_tables_are_well_formed() -> None:
    for name in ("countries", "regions", "organisations", "persons"):
        with (files("kg.gazetteer") / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                assert re.fullmatch(r"(Q\d+)?", row["wikidata"]), row
                assert re.fullmatch(r"\d*", row.get("geonames_id") or ""), row


def test_folding() -> None:
    assert fold("L'Été à Saint-Étienne") == "l ete a saint etienne"
