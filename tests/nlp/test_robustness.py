"""Texts that tell of no conflict give no report, and hostile ones neither crash nor take for ever."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.model import Article, Extraction
from kg.nlp.extract import Extractor
from kg.nlp.interest import worth_parsing
from kg.nlp.parse import parse


def extract(text: str, title: str | None = None) -> Extraction:
    return Extractor.shared().extract(Article("t", text, title, None, None, None, "fr"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n \t\n",
        "Gratin de courge\n\nÉpluchez la courge, coupez-la en dés. Faites revenir l'oignon, ajoutez la crème et le sel. "
        "Laissez cuire trente minutes à four chaud, puis servez avec une salade.",
        "Brest cueille Reims à froid\n\nBrest a ouvert la marque sur un tir dévié, avant que Reims ne pousse. Le gardien a "
        "sorti une frappe à bout portant. L'attaque rémoise a buté sur une défense regroupée. Score final : 1-0.",
        "Le voisin bruyant relaxé\n\nLe tribunal de Guéret a relaxé hier un retraité poursuivi pour tapage. Le juge a estimé "
        "que la plainte n'était pas étayée. L'avocat de la voisine songe à faire appel.",
        "Le tribunal a partagé les meubles du couple. L'audience a duré dix minutes.",
        "افتتح الوزير معرض الكتاب في العاصمة مساء اليوم.\n\nحضر الحفل مئات الزوار.",
        "Вчера в городе прошёл книжный фестиваль.\n\nГости пили чай и слушали стихи.",
        "🎈🎉 😀😀\n\n💐",
        "<html><body><p class=\"intro\">Bienvenue&nbsp;!</p><script>alert('x')</script><br/></body></html>",
        "\u0000\u0001\ufffd\u202e abc \U000e0001",
        "{}[]()<>\\/|`~^%$#@!?;:,.",
    ],
    ids=["empty", "blank", "recipe", "football", "court", "divorce", "arabic", "cyrillic", "emoji", "html", "controls", "marks"],
)  # fmt: skip
def test_no_report(text: str) -> None:
    assert extract(text).reports == ()


_PIECES = st.sampled_from(
    ["tués", " et ", "12", " 3.5e9 ", "\n\n", "«", "»", "attentat", " l'", "…", "M. ", "\u00ad", "\u202f", "🎉", "ا", "(", "- ", "depuis", "à", "2020-13-45", "\x00", "é" * 50]
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=60).map("".join)))
def test_any_text_is_read_and_every_mention_stands_in_it(text: str) -> None:
    for report in extract(text).reports:
        assert 0.0 <= report.confidence <= 1.0
        for mention in report.mentions:
            assert text[mention.begin : mention.end] == mention.text


def test_time_grows_with_the_length_of_a_paragraph_not_with_its_square() -> None:
    sentence = "Une bombe a explosé à Kaboul, tuant 12 civils selon l'armée, et des tirs ont éclaté lundi "
    extract(sentence)
    times = []
    for copies in (40, 160):
        began = time.perf_counter()
        extract(sentence * copies)
        times.append(time.perf_counter() - began)
    assert times[1] < 4 * times[0] * 4 + 5


def test_only_the_paragraphs_that_matter_are_parsed() -> None:
    plain = "Le marché aux fleurs a rouvert samedi sur la place. Les horticulteurs sont ravis. Il a fait beau."
    war = "Dans le nord du pays, des rebelles ont attaqué une caserne. Trois soldats sont morts."
    doc = parse("\n\n".join(["Le marché a rouvert", *[plain] * 6, war, *[plain] * 3]))
    parsed = {token.text for token in doc if token.dep_}
    assert {"rebelles", "caserne"} <= parsed
    assert sum(bool(token.dep_) for token in doc) < len(doc) / 2
    assert doc.text.count("horticulteurs") == 9


@pytest.mark.parametrize(
    "text", ["Rafales à 80 km/h. Le vent faiblit.", "Rafales à 80 km/h. Une frappe a tué dix civils."]
)
def test_every_token_has_edges_within_the_text_parsed_or_not(text: str) -> None:
    for token in parse(text):
        assert token.left_edge.i <= token.i <= token.right_edge.i


def test_an_article_whose_headline_tells_of_war_is_parsed_whole() -> None:
    words = ["attentat", "à", "kaboul", "a", "b", "c", "d", "e", "f", "g"]
    assert all(worth_parsing(words, list(range(10)), list(range(10)), "fr"))
    assert not any(worth_parsing(["x"] * 10, list(range(10)), list(range(10)), "fr"))


def test_the_tree_of_a_text_that_is_not_parsed_is_whole() -> None:
    plain = ["Le vent de nord soufflera à 80 km/h. Les plages resteront fermées."] * 7
    doc = parse("\n\n".join(["Météo du littoral", *plain]))
    assert not any(token.dep_ for token in doc)
    assert [(token.left_edge.i, token.right_edge.i) for token in doc] == [(token.i, token.i) for token in doc]


def of_paragraphs(words: list[str]) -> list[bool]:
    """Which of some paragraphs of one sentence of one word are parsed."""
    return worth_parsing(words, list(range(len(words))), list(range(len(words))), "fr")


def test_a_long_article_with_loose_words_here_and_there_is_read_around_its_sure_ones() -> None:
    third = ["bilan", "saison", "frappe"]
    assert all(of_paragraphs(third * 7))
    kept = of_paragraphs([*third * 4, "obus", *third * 5])
    assert [number for number, parsed in enumerate(kept) if parsed] == [11, 12]


BORROWED = """Le derby tourne au massacre

Samedi, l'équipe de Valdombre a capitulé devant Montferrier (0-5). Le score est sévère. Les visiteurs ont ouvert les
hostilités dès la troisième minute. Leur avant-centre a bombardé le but adverse. La défense a battu en retraite.

Le public a chanté jusqu'au bout. L'entraîneur a promis une contre-offensive au match retour. Il manquera deux titulaires.
La rencontre aura lieu dimanche. Un armistice semble exclu. Les billets sont en vente au guichet du stade. Il fera beau."""


def test_a_text_that_only_borrows_the_words_of_war_gives_no_report() -> None:
    assert Extractor.shared().extract(Article("match", BORROWED)).reports == ()


@pytest.mark.parametrize(
    "headline",
    [
        "Une attaque de missiles détruit une frégate au large de Tarkan",
        "Troisième nuit d'émeutes à Tarkan",
        "Vingt pêcheurs enlevés près de Tarkan",
    ],
)
def test_a_long_article_on_one_event_is_read(headline: str) -> None:
    filling = " ".join(f"Le village compte {n} maisons et une école." for n in range(20, 32))
    text = f"{headline}\n\nSelon le maire, une bombe a tué sept soldats lundi à Tarkan. {filling}"
    assert Extractor.shared().extract(Article("long", text)).reports


@pytest.mark.parametrize(
    "lead",
    [
        "Neuf appareils ont été abattus dans la région de Tarkan, et un dans celle de Vorel. Ces frappes répondent aux bombardements.",
        "Ces frappes répondent, assure le ministère, aux bombardements que subit le pays. Une attaque a blessé un passant.",
    ],
)
def test_an_article_of_events_whose_types_are_unsure_is_read(lead: str) -> None:
    filling = " ".join(f"L'alerte aérienne a duré {n} minutes." for n in range(20, 27))
    assert Extractor.shared().extract(Article("unsure", f"Guerre : le point\n\n{lead} {filling}")).reports
