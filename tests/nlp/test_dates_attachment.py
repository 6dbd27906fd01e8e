"""Which date expression dates which event."""

from __future__ import annotations

from datetime import date

import pytest
from spacy.tokens import Doc

from kg.nlp.date_attachment import datings, event_dates
from kg.nlp.dates import date_spans
from kg.nlp.parse import parse
from kg.nlp.text import Block
from kg.nlp.triggers import Trigger

REFERENCE = date(2020, 10, 31)


def trigger(doc: Doc, words: str, kind: str) -> Trigger:
    begin = doc.text.index(words)
    span = doc.char_span(begin, begin + len(words), alignment_mode="expand")
    assert span is not None
    return Trigger(span.start, span.end, span.root.i, kind)


def dates(text: str, **events: str) -> list[str | None]:
    """The first day of each event; events are given as kind=words."""
    doc = parse(text)
    triggers = [trigger(doc, words, kind.rstrip("_")) for kind, words in events.items()]
    found = event_dates(doc, triggers, date_spans(doc, REFERENCE), REFERENCE)
    return [str(days[0]) if days else None for days in found]


@pytest.mark.parametrize(
    ("text", "kind", "words", "day"),
    [
        ("L'aviation a bombardé le port mardi.", "Airstrike", "bombardé", "2020-10-27"),
        ("Mardi, l'aviation a bombardé le port.", "Airstrike", "bombardé", "2020-10-27"),
        ("Le bombardement du port a eu lieu mardi.", "Airstrike", "bombardement", "2020-10-27"),
        ("Une attaque survenue mardi a fait trois morts.", "ArmedAttack", "attaque", "2020-10-27"),
        ("L'attaque du 3 mai a fait trois morts.", "ArmedAttack", "attaque", "2020-05-03"),
        ("Trois soldats ont péri mardi dans une embuscade.", "ArmedAttack", "embuscade", "2020-10-27"),
        ("Le ministre a accusé mardi les rebelles.", "Accusation", "accusé", "2020-10-27"),
        ("Les deux présidents se retrouveront mardi à Genève.", "Meeting", "retrouveront", "2020-11-03"),
        ("Des milliers d'habitants ont fui la ville depuis le 3 mai.", "Displacement", "fui", "2020-05-03"),
    ],
)
def test_a_date_holds_for_the_event_of_its_clause(text: str, kind: str, words: str, day: str) -> None:
    assert dates(text, **{kind: words}) == [day]


def test_each_clause_keeps_its_own_date() -> None:
    text = "L'aviation a bombardé le port lundi et les rebelles ont pris la ville jeudi."
    assert dates(text, Airstrike="bombardé", TerritoryChange="pris") == ["2020-10-26", "2020-10-29"]


@pytest.mark.parametrize(
    "text",
    [
        "Lundi, l'armée a reconnu avoir perdu la ville.",
        "L'armée a annoncé lundi avoir perdu la ville.",
        "L'armée a affirmé lundi qu'elle avait perdu la ville.",
    ],
)
def test_the_day_of_the_telling_is_not_that_of_the_event(text: str) -> None:
    assert dates(text, TerritoryChange="perdu") == [None]


@pytest.mark.parametrize(
    ("text", "kind", "words", "day"),
    [
        ("Le ministre a dit vouloir retirer ses troupes d'ici au 3 novembre.", "Withdrawal", "retirer", "2020-10-31"),
        ("Les deux camps ont conclu vendredi un cessez-le-feu.", "Agreement", "cessez-le-feu", "2020-10-30"),
        ("Les habitants ont observé dimanche une grève.", "Protest", "grève", "2020-10-25"),
        ("La mission condamne l'attaque du 5 mai contre un convoi.", "ArmedAttack", "attaque", "2020-05-05"),
    ],
)
def test_a_date_after_what_is_told_is_not_that_of_the_telling(text: str, kind: str, words: str, day: str) -> None:
    assert dates(text, **{kind: words}) == [day]


def test_an_event_of_the_same_day_has_the_day_told_before() -> None:
    text = "Un obus est tombé mardi sur le marché. Dans la soirée, la foule a incendié la mairie."
    assert dates(text, Shelling="obus", Riot="incendié") == ["2020-10-27", "2020-10-27"]


def test_a_dateline_dates_no_event() -> None:
    text = "BAKOU, 28 octobre (Agence) -- Un village a été bombardé."
    doc = parse(text)
    found = [trigger(doc, "bombardé", "Shelling")]
    assert event_dates(doc, found, date_spans(doc, REFERENCE), REFERENCE) == [None]
    spans = date_spans(parse("Un village a été bombardé mardi."), REFERENCE)
    doc = parse("Un village a été bombardé mardi.")
    whole = [Block(0, len(doc.text), "dateline")]
    assert event_dates(doc, [trigger(doc, "bombardé", "Shelling")], spans, REFERENCE, whole) == [None]


def test_the_day_before_counts_from_the_day_told_last() -> None:
    text = "Mardi, l'aviation a bombardé le port. La veille, les rebelles avaient pris la ville."
    assert dates(text, Airstrike="bombardé", TerritoryChange="pris") == ["2020-10-27", "2020-10-26"]


def test_an_event_compared_with_a_dated_one_is_dated_too() -> None:
    text = "L'aviation a bombardé le port mardi, trois jours après l'enlèvement du maire."
    assert dates(text, Airstrike="bombardé", Abduction="enlèvement") == ["2020-10-27", "2020-10-24"]


def test_a_war_begun_on_a_day_goes_on() -> None:
    doc = parse("Déclenchée en mars 2011, la guerre a fait des milliers de morts.")
    (days,) = event_dates(doc, [trigger(doc, "guerre", "Conflict")], date_spans(doc, REFERENCE), REFERENCE)
    assert days == (date(2011, 3, 1), REFERENCE)


def test_items_of_a_live_blog_have_its_day() -> None:
    text = (
        "12 h 05. Un drone a frappé le port.\n\n11 h 40. Les rebelles ont pris la ville.\n\n"
        "9 h 15. Mardi, un convoi avait été attaqué."
    )
    found = dates(text, Airstrike="frappé", TerritoryChange="pris", ArmedAttack="attaqué")
    assert found == ["2020-10-31", "2020-10-31", "2020-10-27"]


def test_entries_headed_by_their_month_have_their_own_days_and_make_no_live_blog() -> None:
    text = "MAI 2019\n\n- 4: Un raid sur le port fait neuf morts.\n\n- 12: Combats au pont de Vorel.\n\n- 13: Une trêve est signée."
    assert dates(text, Airstrike="raid", ArmedClash="Combats", Agreement="trêve") == [
        "2019-05-04",
        "2019-05-12",
        "2019-05-13",
    ]


def test_no_date_is_said_no_date_is_given() -> None:
    assert dates("L'aviation a bombardé le port.", Airstrike="bombardé") == [None]


def test_a_dating_tells_its_expression_and_its_probability() -> None:
    doc = parse("L'aviation a bombardé le port mardi.")
    (dating,) = datings(doc, [trigger(doc, "bombardé", "Airstrike")], date_spans(doc, REFERENCE), REFERENCE)
    assert dating is not None
    assert dating.span is not None
    assert doc[dating.span.start].text == "mardi"
    assert 0.5 < dating.score <= 1.0


def test_nothing_to_date_and_nothing_to_say_are_no_error() -> None:
    doc = parse("")
    assert event_dates(doc, [], date_spans(doc, REFERENCE), REFERENCE) == []
