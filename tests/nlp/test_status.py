"""Whether an event took place: own sentences read by the whole extractor, four or more of each status."""

from datetime import date

import pytest

from kg.model import Article
from kg.nlp.event_status import when
from kg.nlp.extract import Extractor

DAY = date(2021, 3, 4)
EXAMPLES = [
    ("Actual", "frappe", "Une frappe aérienne a tué douze civils mardi à Goma, a indiqué l'ONU."),
    ("Actual", "arrêté", "La gendarmerie a arrêté lundi quatre hommes armés près de Gao."),
    ("Actual", "bombardé", "Selon plusieurs habitants, l'aviation a bombardé dimanche le marché de Kharkiv."),
    ("Actual", "accord de paix", "Le gouvernement et les rebelles ont signé samedi un accord de paix à Doha."),
    ("Alleged", "bombardé", "Les rebelles accusent l'armée d'avoir bombardé dimanche un village près de Goma."),
    ("Alleged", "pris", "Les rebelles affirment avoir pris la ville de Goma."),
    ("Alleged", "raid", "L'armée assure avoir tué vingt combattants dans un raid près de Gao."),
    ("Alleged", "attaqué", "Des hommes armés auraient attaqué un convoi près de Gao."),
    ("Alleged", "reprise", "Le ministère russe de la Défense revendique la reprise de Kharkiv."),
    ("Planned", "réunion", "Une réunion est prévue vendredi prochain à Genève entre les deux parties."),
    ("Planned", "rencontrera", "Le président rencontrera mardi prochain son homologue turc à Ankara."),
    ("Planned", "retrait", "Le retrait des troupes commencera le 15 mars 2021, a annoncé le ministère."),
    ("Planned", "attendu", "Le ministre français des Affaires étrangères est attendu samedi prochain à Bamako."),
    ("Denied", "pourparlers", "Prévus mardi, les pourparlers de Genève n'ont pas eu lieu."),
    ("Denied", "réunion", "La réunion prévue lundi à Doha n'a pas eu lieu."),
    ("Denied", "sommet", "Le sommet d'Ankara n'a jamais eu lieu."),
    ("Denied", "entré", "Contrairement à une rumeur, aucun char n'est entré à Goma."),
]


@pytest.mark.parametrize(("status", "trigger", "text"), EXAMPLES, ids=[row[2] for row in EXAMPLES])
def test_the_status_of_an_event(status, trigger, text):
    found = Extractor.shared().extract(Article("a", text, title=None, date=DAY))
    statuses = {mention.text: report.status for report in found.reports for mention in report.mentions}
    assert statuses[trigger] == status


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
