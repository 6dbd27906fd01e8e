"""Whether an event took place: own sentences, four or more of each status, with the trigger given."""

from datetime import date

import pytest

from kg.gazetteer import Gazetteer
from kg.nlp.arguments import sentence_candidates
from kg.nlp.cues import CueLexicon, french_verb_forms
from kg.nlp.dates import date_spans
from kg.nlp.entities import recognise
from kg.nlp.event_status import when
from kg.nlp.parse import parse
from kg.nlp.reading import Models, Surroundings, read_mentions
from kg.nlp.speakers import all_said
from kg.nlp.text import layout
from kg.nlp.trigger_features import context
from kg.nlp.triggers import Trigger

DAY = date(2021, 3, 4)
EXAMPLES = [
    ("Actual", "Airstrike", "frappe", "Une frappe aérienne a tué douze civils mardi à Goma, a indiqué l'ONU."),
    ("Actual", "Arrest", "arrêté", "La gendarmerie a arrêté lundi quatre hommes armés près de Gao."),
    (
        "Actual",
        "Shelling",
        "bombardé",
        "Selon plusieurs habitants, l'aviation a bombardé dimanche le marché de Kharkiv.",
    ),
    (
        "Actual",
        "Agreement",
        "accord de paix",
        "Le gouvernement et les rebelles ont signé samedi un accord de paix à Doha.",
    ),
    (
        "Alleged",
        "Shelling",
        "bombardé",
        "Les rebelles accusent l'armée d'avoir bombardé dimanche un village près de Goma.",
    ),
    ("Alleged", "TerritoryChange", "pris", "Les rebelles affirment avoir pris la ville de Goma."),
    ("Alleged", "ArmedAttack", "raid", "L'armée assure avoir tué vingt combattants dans un raid près de Gao."),
    ("Alleged", "ArmedAttack", "attaqué", "Des hommes armés auraient attaqué un convoi près de Gao."),
    ("Alleged", "TerritoryChange", "reprise", "Le ministère russe de la Défense revendique la reprise de Kharkiv."),
    ("Planned", "Meeting", "réunion", "Une réunion est prévue vendredi prochain à Genève entre les deux parties."),
    ("Planned", "Meeting", "rencontrera", "Le président rencontrera mardi prochain son homologue turc à Ankara."),
    ("Planned", "Withdrawal", "retrait", "Le retrait des troupes commencera le 15 mars 2021, a annoncé le ministère."),
    (
        "Planned",
        "Meeting",
        "attendu",
        "Le ministre français des Affaires étrangères est attendu samedi prochain à Bamako.",
    ),
    ("Denied", "Meeting", "pourparlers", "Prévus mardi, les pourparlers de Genève n'ont pas eu lieu."),
    ("Denied", "Meeting", "réunion", "La réunion prévue lundi à Doha n'a pas eu lieu."),
    ("Denied", "Meeting", "sommet", "Le sommet d'Ankara n'a jamais eu lieu."),
    ("Denied", "Deployment", "entré", "Contrairement à une rumeur, aucun char n'est entré à Goma."),
]


def mention(text, words, kind):
    """One mention of an event, read with the trigger given by its words and its type."""
    doc = parse(text)
    entities = recognise(doc, DAY, Gazetteer.open())
    span = doc.char_span(text.index(words), text.index(words) + len(words))
    trigger = Trigger(span.start, span.end, span.root.i, kind, 1.0)
    facts, blocks = context(doc, CueLexicon.load("fr", french_verb_forms()).find(doc), "fr"), layout(text, None)
    around = Surroundings(
        doc=doc,
        context=facts,
        entities=entities,
        spans=date_spans(doc, DAY),
        said=all_said(doc, entities),
        figures=[],
        candidates=sentence_candidates(doc, entities, facts, blocks),
        blocks=blocks,
        reference=DAY,
    )
    return read_mentions(around, [trigger], Models.load("fr"), "fr")[0]


@pytest.mark.parametrize(("status", "kind", "words", "text"), EXAMPLES, ids=[row[3] for row in EXAMPLES])
def test_the_status_of_an_event(status, kind, words, text):
    assert mention(text, words, kind).status == status


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((date(2021, 3, 1), date(2021, 3, 2)), "past"),
        ((date(2021, 3, 4), date(2021, 3, 4)), "today"),
        ((date(2021, 3, 1), date(2021, 3, 31)), "today"),
        ((date(2021, 3, 5), date(2021, 3, 6)), "future"),
        (None, "undated"),
    ],
)
def test_how_an_event_lies_to_the_day_of_the_article(days, expected):
    assert when(days, DAY) == expected


def test_without_an_article_date_nothing_is_past_or_future():
    assert when((date(2021, 3, 1), date(2021, 3, 2)), None) == "undated"
