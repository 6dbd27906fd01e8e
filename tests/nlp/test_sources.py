"""According to whom, and whether it took place: own sentences read by the whole extractor."""

from datetime import date

import pytest

from kg.model import Article
from kg.nlp.attribution import attributions
from kg.nlp.extract import Extractor
from kg.nlp.parse import parse

SPEAKERS = [
    ("Vingt assaillants ont été tués dans le raid (ministère de la Défense).", ["ministère"]),
    ("L'attaque a fait dix morts, selon l'ONU.", ["ONU"]),
    ("D'après la Croix-Rouge, dix civils ont péri.", ["Croix"]),
    ("Dix civils ont péri, a indiqué mardi le gouverneur.", ["gouverneur"]),
    ("Le gouverneur affirme avoir repris le village.", ["gouverneur"]),
    ("Le raid a tué dix civils, a fait savoir la police.", ["police"]),
]
NO_SPEAKERS = [
    "L'attaque a fait dix morts.",
    "Le Mouvement pour la paix (MPP) a quitté la table.",
    "L'armée a repris Valmora (nord).",
    "Dix soldats sont rentrés en Ukraine (Europe de l'Est) hier.",
]
SOURCES = [
    ("L'aviation a bombardé le marché de Kharkiv, tuant dix civils, selon la Croix-Rouge.", "Croix-Rouge"),
    (
        "Des hommes armés ont attaqué un village près de Gao et tué six habitants, a indiqué la gendarmerie.",
        "gendarmerie",
    ),
    ("Selon la police, un kamikaze s'est fait exploser devant une mosquée de Peshawar.", "police"),
]


@pytest.mark.parametrize(("text", "expected"), SPEAKERS, ids=[row[0] for row in SPEAKERS])
def test_who_is_named_as_a_speaker(text, expected):
    doc = parse(text)
    assert [doc[found.speaker].text for found in attributions(doc)] == expected


@pytest.mark.parametrize("text", NO_SPEAKERS)
def test_brackets_that_name_no_speaker(text):
    assert attributions(parse(text)) == []


@pytest.mark.parametrize(("text", "expected"), SOURCES, ids=[row[0] for row in SOURCES])
def test_the_source_of_an_event(text, expected):
    article = Article("a", text, title=None, date=date(2021, 3, 4))
    found = Extractor.shared().extract(article)
    label = {entity.key: entity.label for entity in found.entities}
    violent = [report for report in found.reports if report.sources]
    assert violent
    assert any(expected.lower() in label[key].lower() for key in violent[0].sources)
