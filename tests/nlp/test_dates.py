"""Date expressions: what they count from, how several stand together, and what breaks nothing.

Sentences with one date expression each stand in date_examples.toml.
"""

from __future__ import annotations

import time
from datetime import date

import pytest

from kg.nlp.dates import DateSpan, date_spans, resolve
from kg.nlp.parse import parse
from kg.nlp.spacy_model import language

REFERENCE = date(2020, 10, 31)


def spans(text: str, reference: date | None = REFERENCE) -> list[DateSpan]:
    return date_spans(parse(text), reference)


def said(text: str, reference: date | None = REFERENCE) -> list[tuple[str, str]]:
    return [(str(span.begin), str(span.finish)) for span in spans(text, reference) if span.days]


@pytest.mark.parametrize(
    ("text", "words", "anchor", "rule"),
    [
        ("Le pont a sauté le 3 mai 2019.", "le 3 mai 2019", "absolute", "day"),
        ("Le pont a sauté le 3 mai.", "le 3 mai", "article", "day"),
        ("Le pont a sauté lundi 5 mai 2014 au matin.", "lundi 5 mai 2014 au matin", "absolute", "day"),
        ("Le pont a sauté mardi soir.", "mardi soir", "article", "weekday"),
        ("Le pont a sauté la semaine dernière.", "la semaine dernière", "article", "week"),
        ("Le pont est fermé depuis le 3 mai.", "depuis le 3 mai", "article", "since day"),
        ("Le pont sera rouvert d'ici au 3 mai.", "d'ici au 3 mai", "article", "until day"),
        ("Le pont avait sauté la veille.", "la veille", "event", "relative"),
    ],
)
def test_a_span_tells_its_words_its_anchor_and_its_rule(text: str, words: str, anchor: str, rule: str) -> None:
    doc = parse(text)
    (span,) = date_spans(doc, REFERENCE)
    assert (doc[span.start : span.end].text, span.anchor, span.rule) == (words, anchor, rule)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("Le pont avait sauté la veille.", -1),
        ("L'avant-veille, le pont avait sauté.", -2),
        ("Le lendemain, le pont a sauté.", 1),
        ("Le surlendemain, le pont a sauté.", 2),
        ("Ce jour-là, le pont a sauté.", 0),
        ("Deux jours plus tard, le pont a sauté.", 2),
        ("Trois semaines plus tôt, le pont avait sauté.", -21),
        ("Une semaine après, le pont a sauté.", 7),
        ("Quatre jours auparavant, le pont avait sauté.", -4),
    ],
)
def test_some_dates_count_from_the_event_just_told(text: str, offset: int) -> None:
    (span,) = spans(text)
    assert (span.offset, span.days) == (offset, None)


def test_an_event_named_with_the_count_is_its_base() -> None:
    doc = parse("Deux jours après l'attaque, le pont a été rouvert.")
    (span,) = date_spans(doc, REFERENCE)
    assert span.offset == 2
    assert span.base is not None
    assert doc[span.base].text == "l'"


def test_resolve_counts_from_a_day_or_a_night_and_from_nothing_longer() -> None:
    (before,) = spans("Le pont avait sauté la veille.")
    (after,) = spans("Le lendemain, le pont a sauté.")
    night = (date(2020, 5, 3), date(2020, 5, 4))
    assert resolve(before, night) == (date(2020, 5, 2), date(2020, 5, 2))
    assert resolve(after, night) == (date(2020, 5, 5), date(2020, 5, 5))
    assert resolve(after, (date(2020, 5, 1), date(2020, 5, 31))) is None
    assert resolve(after, None) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Le 3, le 5 et le 9 mai, des raids ont visé le port.", ["2020-05-03", "2020-05-05", "2020-05-09"]),
        ("Il est arrivé mardi et repartira jeudi.", ["2020-10-27", "2020-11-05"]),
        ("La trêve, conclue le 3 mai 2019, a été rompue le 7 mai 2019.", ["2019-05-03", "2019-05-07"]),
        ("Le 3 mai 2011, le port est tombé. Le 9, l'armée l'a repris.", ["2011-05-03", "2011-05-09"]),
    ],
)
def test_several_dates_stay_apart(text: str, days: list[str]) -> None:
    assert said(text) == [(day, day) for day in days]


def test_entries_of_a_chronology_go_on_from_the_year_before() -> None:
    text = "28 décembre 2010 : le port est bombardé.\n\n3 janvier : le port tombe.\n\n9 février : une trêve est signée."
    assert [begin for begin, _ in said(text)] == ["2010-12-28", "2011-01-03", "2011-02-09"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (
            "--FEVRIER 2019--\n\n- 19: Le port est bombardé.\n\n- 22-25: Combats au pont.\n\n--MARS--\n\n- 3: Une trêve est signée.",
            [("2019-02-01", "2019-02-28"), ("2019-02-19",) * 2, ("2019-02-22", "2019-02-25"), ("2019-03-01", "2019-03-31"), ("2019-03-03",) * 2],
        ),
        (
            "Juin 2012\n\n1er : la ville tombe.\n\n14 : un raid fait 12 morts.",
            [("2012-06-01", "2012-06-30"), ("2012-06-01",) * 2, ("2012-06-14",) * 2],
        ),
        (
            "AOUT 2008\n\n7 – L'armée attaque.\n\n8 – Les blindés entrent en ville.",
            [("2008-08-01", "2008-08-31"), ("2008-08-07",) * 2, ("2008-08-08",) * 2],
        ),
        ("Trois points\n\n- 1: Le port.\n\n- 2: Le pont.\n\n- 19: La gare.", []),
    ],
    ids=["rules", "colons", "dashes", "no month"],
)  # fmt: skip
def test_entries_of_a_chronology_stand_in_the_month_that_heads_them(text: str, days: list[tuple[str, str]]) -> None:
    assert said(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "BAKOU, 28 octobre (Agence) -- Un village a brûlé.",
        "Paris, le 14 octobre 2020\n\nLe ministère condamne cette attaque.",
        "Frappes sur le port (23 octobre 2020)\n\nLe ministère condamne ces frappes.",
    ],
)
def test_a_dateline_is_known_for_what_it_is(text: str) -> None:
    assert [span.rule for span in spans(text)] == ["dateline"]


def test_without_an_article_date_only_full_dates_stay() -> None:
    text = "Mardi, le 3 mai, hier, la semaine dernière, depuis trois jours et en juin 2011, le port a été visé."
    assert said(text, None) == [("2011-06-01", "2011-06-30")]


def test_a_doc_without_a_parse_is_read_by_its_words() -> None:
    doc = language().make_doc("Le port a été visé mardi, puis le 3 mai 2019 et enfin la veille.")
    assert [(str(span.begin), span.rule) for span in date_spans(doc, REFERENCE)] == [
        ("2020-10-27", "weekday"),
        ("2019-05-03", "day"),
        ("None", "relative"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "", "\n\n", "🔥🔥 31 🔥", "هجوم يوم الثلاثاء ٣ مايو ٢٠١٩", "Во вторник 3 мая 2019 года", "<p>3</p> <b>mai</b> &nbsp;",
        "3 " * 50, "depuis " * 50, "du 3 au du 3 au du 3 au", "il y a il y a il y a", "le 0 mai, le 32 mai, le 99/99/2019, 2019-13-45",
        "il y a 999 ans, depuis 999 mois, dans 999 jours", "entre et entre et", "-" * 200, "٣٤ mai ²³ mai ½ mai",
    ],
)  # fmt: skip
@pytest.mark.parametrize("reference", [REFERENCE, date.min, date.max, None])
def test_odd_texts_give_no_error(text: str, reference: date | None) -> None:
    for span in spans(text, reference):
        assert span.begin is None or span.finish is None or span.begin <= span.finish


def test_time_grows_with_the_length_of_the_text() -> None:
    make = language().make_doc

    def seconds(times: int) -> float:
        doc = make("Le 3, le 5 et le 9 mai, depuis trois jours, le port a été visé mardi. " * times)
        began = time.perf_counter()
        date_spans(doc, REFERENCE)
        return time.perf_counter() - began

    seconds(10)
    assert seconds(2000) < 30 * max(seconds(200), 0.01)
