"""Copies of one text are found, other texts are not, and copies count once."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from bench.generated_news import articles, edited
from kg.articles.duplicates import Fingerprint
from kg.graph.event_reports import ArticleRecord
from kg.graph.report_index import ReportIndex
from kg.pipeline import build
from tests.consolidation.test_events import as_lines, ask

HEADLINES = ("Ce que l'on sait du drame", "Le point sur la situation", "Une journée sous tension", "Les faits du jour")


def reprinted(text: str, chance: random.Random) -> str:
    """A text as another outlet prints it: under another headline, a few words changed, perhaps its end cut."""
    return f"{chance.choice(HEADLINES)}\n\n{edited(text.partition(chr(10) * 2)[2], chance)}"


def record(name: str, text: str, issued: date | None) -> ArticleRecord:
    fingerprint = Fingerprint.of(text)
    return ArticleRecord(name, issued, f"{name}.example", fingerprint, (), ())


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_forty_edited_copies_among_a_hundred_articles(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    first: dict[str, str] = {}
    for article in articles(300, seed=seed, paragraphs=3):
        first.setdefault(article["id"].rpartition("-")[0], article["text"])
    originals = list(first.values())[:60]
    texts = list(originals)
    gold: set[tuple[int, int]] = set()
    source = list(range(len(originals)))
    for number in range(40):
        copied = number % 30
        texts.append(reprinted(originals[copied], chance))
        source.append(copied)
    for a in range(len(texts)):
        gold |= {(a, b) for b in range(a + 1, len(texts)) if source[a] == source[b]}
    assert len(texts) == 100
    index = ReportIndex(tmp_path / "index.sqlite")
    for number, text in enumerate(texts):
        index.add_article(record(str(number), text, date(2020, 1, 1) + timedelta(number % 9)))
    found = {(min(a, b), max(a, b)) for a in range(100) for b in map(int, index.copies(str(a))) if a != b}
    index.close()
    right = len(found & gold)
    assert right / len(found) >= 0.95
    assert right / len(gold) >= 0.95


def test_copies_are_looked_for_near_in_time_and_undated_ones_anywhere(tmp_path: Path) -> None:
    text = next(articles(1, seed=3))["text"]
    index = ReportIndex(tmp_path / "index.sqlite")
    for name, issued in (("a", date(2020, 1, 1)), ("b", date(2020, 1, 20)), ("c", date(2021, 6, 1))):
        index.add_article(record(name, text, issued))
    assert index.copies("b") == ["a", "b"]
    assert index.copies("c") == ["c"]
    index.add_article(record("d", text, None))
    assert index.copies("c") == ["a", "b", "c", "d"]
    index.remove_article("d")
    assert index.copies("c") == ["c"]
    index.close()


def test_a_fingerprint_reads_as_it_was_written() -> None:
    fingerprint = Fingerprint.of(next(articles(1))["text"])
    assert fingerprint is not None
    assert Fingerprint.decode(fingerprint.encode()) == fingerprint
    assert Fingerprint.of("Trop court pour dire quoi que ce soit.") is None
    with pytest.raises(ValueError, match="fingerprint"):
        Fingerprint.decode("0123456789")


WIRE = (
    "Une bombe a explosé mardi sur un marché de Kaboul, en Afghanistan, tuant douze personnes, a annoncé la police. "
    "L'engin avait été caché dans une charrette de légumes, à quelques mètres d'un poste de contrôle. "
    "Les secours ont évacué une trentaine de blessés vers deux hôpitaux de la capitale afghane. "
    "L'attentat n'a pas été revendiqué dans l'immédiat."
)
OTHER = (
    "Douze morts mardi dans un attentat à la bombe à Kaboul. Le marché visé, en Afghanistan, était bondé, "
    "selon des témoins qui décrivent une scène de panique."
)


def test_copies_keep_their_article_and_count_as_one_source(tmp_path: Path) -> None:
    """Three outlets, two of which print the wire: three reports, two sources, and the copy says what it copies."""
    chosen = [
        {"id": "wire", "text": WIRE, "date": "2021-03-03", "publisher": "agence.example"},
        {"id": "copy", "text": WIRE.replace("une trentaine de", "trente").replace("caché", "dissimulé"), "date": "2021-03-04", "publisher": "quotidien.example"},
        {"id": "other", "text": OTHER, "date": "2021-03-04", "publisher": "hebdo.example"},
    ]  # fmt: skip
    build([as_lines(tmp_path / "a.jsonl", chosen)], tmp_path / "store", workers=0)
    bombing = ask(
        tmp_path / "store",
        """SELECT ?reports ?sources WHERE { ?e a ckg:Bombing ; ckg:reportCount ?reports ; ckg:sourceCount ?sources }
           ORDER BY DESC(?reports) LIMIT 1""",
    )
    assert bombing == [["3", "2"]]
    copies = ask(tmp_path / "store", "SELECT ?copy ?of WHERE { ?copy ckg:copyOf ?of }")
    assert [[iri.rpartition("/")[2] for iri in row] for row in copies] == [["copy", "wire"]]
