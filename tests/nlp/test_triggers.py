"""Cues and what decides whether they name an event."""

from __future__ import annotations

import csv
import tomllib
from importlib.resources import files

import pytest

from kg.nlp.cues import CueLexicon, french_verb_forms
from kg.nlp.event_coreference import FAMILIES
from kg.nlp.parse import parse
from kg.nlp.token_columns import columns
from kg.nlp.trigger_features import governors

GOVERNORS = tomllib.loads((files("kg") / "fr" / "governors.toml").read_text(encoding="utf-8"))
with (files("kg") / "fr" / "cues.csv").open(encoding="utf-8") as lines:
    CUES = list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def lexicon() -> CueLexicon:
    return CueLexicon.load("fr", french_verb_forms())


@pytest.mark.parametrize("example", GOVERNORS["examples"], ids=lambda e: e["text"])
def test_governors(example: dict) -> None:
    doc = parse(example["text"])
    token = next(token for token in doc if token.text == example["word"])
    assert [name for steps, name in governors(columns(token.doc), token.i, "fr") if steps == 1] == example["classes"]


def test_every_cue_has_known_types_a_strength_and_one_row() -> None:
    for row in CUES:
        assert row["pos"] in "nva", row
        assert row["strength"] in ("strong", "usual", "weak"), row
        if row["types"]:
            assert set(row["types"].split("|")) <= set().union(*FAMILIES), row
        else:
            assert " " in row["cue"], row
    assert len({(row["cue"], row["pos"]) for row in CUES}) == len(CUES)


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("Les otages ont été relâchés hier.", ["otage", "relâcher"]),
        ("Ils se sont emparés du port.", ["se emparer"]),
        ("Des tirs d'armes automatiques ont retenti.", ["tir d' arme automatique"]),
        ("Le pays a fermé son espace aérien.", ["fermer son espace aérien"]),
        ("Une trêve humanitaire entrera en vigueur.", ["trêve humanitaire", "entrer en vigueur"]),
        ("Des miliciens s'en sont pris à un village.", ["se en prendre"]),
        ("Les mutins s'en prennent aux écoles.", ["se en prendre"]),
        ("Les deux camps en sont venus aux mains.", ["en venir aux main"]),
        ("Elle en appelle à la communauté.", ["en appeler"]),
        ("Ils ont pris un village.", ["prendre"]),
        ("Trois postes de contrôle ont été repris.", ["reprendre"]),
        ("Des colons de Cisjordanie occupée ont attaqué un berger.", ["attaquer"]),
        ("Les blindés ont occupé la Cisjordanie.", ["occuper"]),
        ("Il juge « très probable » une nouvelle guerre.", ["guerre"]),
        ("La cour a jugé trois miliciens.", ["juger"]),
        ("La lauréate du prix Nobel de la paix a été arrêtée.", ["arrêter"]),
        ("La mission de maintien de la paix a perdu deux soldats.", ["perdre"]),
    ],
)
def test_cues_are_found_in_every_form_the_longest_first(lexicon: CueLexicon, text: str, cues: list[str]) -> None:
    assert [match.cue.name for match in lexicon.find(parse(text))] == cues
