"""Under whom a casualty figure stands, by the sentence that gives it."""

from __future__ import annotations

import pytest

from kg.model import Article
from kg.nlp.extract import Extractor

EXAMPLES = [
    ("Un raid a tué douze civils lundi à Tarkan, a annoncé mardi le maire de la ville.", 12, "maire"),
    ("Selon l'hôpital, l'attaque de Tarkan a fait neuf morts.", 9, "hôpital"),
    ("L'embuscade a fait 14 morts, d'après un communiqué du ministère malien de la Défense.", 14, "ministère"),
    ("Une bombe a explosé sur le marché, faisant sept morts, a fait savoir la police haïtienne.", 7, "police"),
    ("Le ministère malien de la Défense a déclaré que l'attaque avait coûté la vie à 23 soldats.", 23, "ministère"),
]


@pytest.mark.parametrize(("text", "low", "speaker"), EXAMPLES)
def test_a_figure_stands_under_who_gives_it(text: str, low: int, speaker: str) -> None:
    extraction = Extractor.shared().extract(Article("example", text))
    labels = {entity.key: entity.label for entity in extraction.entities}
    (figure,) = [f for report in extraction.reports for f in report.casualties if f.low == low]
    assert any(speaker in labels[key] for key in figure.sources), figure.sources


def test_rival_tolls_stand_under_their_own_speakers() -> None:
    text = (
        "Un raid aérien a visé lundi la ville de Tarkan. Selon l'hôpital, l'attaque a fait 40 morts. "
        "Selon la police haïtienne, l'attaque a fait douze morts."
    )
    extraction = Extractor.shared().extract(Article("example", text))
    labels = {entity.key: entity.label for entity in extraction.entities}
    figures = {f.low: {labels[k] for k in f.sources} for r in extraction.reports for f in r.casualties}
    assert any("hôpital" in name for name in figures[40])
    assert all("hôpital" not in name for name in figures[12])


def test_a_figure_that_nobody_gives_stands_alone() -> None:
    extraction = Extractor.shared().extract(Article("example", "Une bombe a tué six soldats jeudi à Tarkan."))
    (figure,) = [f for report in extraction.reports for f in report.casualties]
    assert figure.sources == ()
