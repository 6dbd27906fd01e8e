"""Example tables of the language pack, and sentences that must and must not give events."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from kg.model import Article, Extraction
from kg.nlp.dates import date_spans
from kg.nlp.extract import Extractor
from kg.nlp.parse import parse

DATES = tomllib.loads((Path(__file__).parent / "date_examples.toml").read_text(encoding="utf-8"))["examples"]


@pytest.mark.parametrize("example", DATES, ids=lambda e: e["text"])
def test_date_expressions(example: dict[str, str]) -> None:
    reference = date.fromisoformat(example["date"]) if "date" in example else None
    found = [
        tuple(day.isoformat() for day in span.days)
        for span in date_spans(parse(example["text"]), reference)
        if span.days
    ]
    assert found == ([(example["from"], example["to"])] if "from" in example else [])


def extract(text: str, day: date | None = date(2021, 3, 4)) -> Extraction:
    return Extractor.shared().extract(Article("t", text, None, day, None, None, "fr"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("L'aviation a bombardé le village de Karvan mardi.", "Airstrike"),
        ("Des obus de mortier sont tombés sur un marché, tuant deux passants.", "Shelling"),
        ("Une voiture piégée a explosé devant le commissariat.", "Bombing"),
        ("Des hommes armés ont attaqué une caserne à l'aube.", "ArmedAttack"),
        ("Trois infirmières ont été enlevées près de la frontière.", "Abduction"),
        ("La police a arrêté douze manifestants à Lomé.", "Arrest"),
        ("Les rebelles se sont emparés de la ville de Goma.", "TerritoryChange"),
        ("Les deux présidents se sont rencontrés jeudi à Genève.", "Meeting"),
        ("Les belligérants ont signé un cessez-le-feu.", "Agreement"),
        ("L'ONU a appelé les deux camps à la retenue.", "Appeal"),
        ("Le ministre a accusé les rebelles d'avoir violé la trêve.", "Accusation"),
        ("L'armée a démenti ces informations.", "Denial"),
        ("Des milliers d'habitants ont fui les combats.", "Displacement"),
        ("Des milliers d'étudiants ont manifesté dans la capitale.", "Protest"),
    ],
)
def test_plain_sentences_give_their_event(text: str, kind: str) -> None:
    assert kind in {report.type for report in extract(text).reports}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n ",
        "Battez les œufs, ajoutez la farine et laissez reposer la pâte une heure au frais.",
        "Le club a attaqué la seconde période avec trois défenseurs et s'est imposé 2-1 grâce à son buteur.",
        "Le tribunal a examiné hier le divorce du couple. L'avocate a plaidé pendant une heure.",
        "أعلنت الوزارة اليوم عن افتتاح معرض الكتاب.",
        "Сегодня в городе открылась книжная ярмарка.",
        "🎉🔥 😀 💥 !!! ???",
        "<div class='x'><p>Bonjour&nbsp;!</p><script>var a = 1;</script></div>",
        "La banque a frappé une nouvelle pièce de deux euros.",
    ],
)
def test_other_texts_give_no_event(text: str) -> None:
    assert extract(text).reports == ()


def test_every_mention_stands_on_its_characters() -> None:
    text = "Selon l’AFP, une frappe a tué « 12 civils » à Bar\u00adda.\n\nBakou dément."
    extraction = extract(text)
    spans = [m for report in extraction.reports for m in (*report.mentions, *(f.mention for f in report.casualties))]
    spans += [m for entity in extraction.entities for m in entity.mentions]
    assert spans
    assert all(text[m.begin : m.end] == m.text for m in spans)


def test_the_same_text_gives_the_same_extraction() -> None:
    text = "Les rebelles ont pris Goma lundi, tuant trente soldats, a annoncé l'armée."
    assert extract(text) == extract(text)


def test_a_megabyte_in_one_paragraph_is_read_in_bounded_time() -> None:
    import time

    began = time.monotonic()
    extract("Une bombe a explosé à Kaboul. " * 400)
    small = time.monotonic() - began
    assert small < 60
