"""Which entities speak: own sentences, with the entities that the article names."""

from datetime import date

import pytest

from kg.gazetteer import Gazetteer
from kg.nlp.attribution import attributions
from kg.nlp.entities import recognise
from kg.nlp.parse import parse
from kg.nlp.speakers import all_said, speakers, spoken

NAMED_BEHIND = [
    ("Dix civils sont morts, selon l'agence Meridia.", "Meridia"),
    ("Le pont a sauté, rapporte le site TamilNet.", "TamilNet"),
    ("Dix morts, a indiqué l'état-major.", "état-major"),
    ("L'état-major affirme avoir repris Gao.", "état-major"),
    ("Le fort est tombé, a déclaré le général Ousmane Kalifa.", "Ousmane Kalifa"),
]
NOT_SPOKEN = [
    "Mali : trois soldats tués dans une embuscade",
    "Cinq blessés ont été soignés par le Comité international de la Croix-Rouge (CICR).",
    "Selon le bilan provisoire, dix civils sont morts.",
]
INTERVIEW = """« La nuit, on dormait dans la cave »

Infirmière à Mossoul, Salma Idriss a quitté la ville en mars. Nous l'avons jointe par téléphone.

Que s'est-il passé au marché ?

Des obus sont tombés vers midi. Nous avons soigné trente blessés, mes voisins surtout.

Qui les a tirés ?

Je ne sais pas. Notre hôpital a été touché le lendemain.

Propos recueillis par Jean Morel"""


def found(text):
    doc = parse(text)
    entities = recognise(doc, date(2021, 3, 4), Gazetteer.open())
    return doc, entities


@pytest.mark.parametrize(("text", "expected"), NAMED_BEHIND)
def test_the_name_behind_an_office_or_a_kind_of_body_speaks(text, expected):
    doc, entities = found(text)
    labels = [entities.entities[key].label for a in attributions(doc) for key in speakers(doc, entities, a)]
    assert labels == [expected]


@pytest.mark.parametrize("text", NOT_SPOKEN)
def test_scenes_acronyms_and_documents_do_not_speak(text):
    doc, entities = found(text)
    assert spoken(doc, entities, attributions(doc)) == []


def test_a_capital_before_a_colon_is_its_government():
    doc, entities = found("Bamako : « Nous avons repris la ville »")
    assert [doc[a.speaker].text for a in spoken(doc, entities, attributions(doc))] == ["Bamako"]


def test_the_answers_of_an_interview_are_in_the_voice_of_who_is_asked():
    doc, entities = found(INTERVIEW)
    voices = [a for a in all_said(doc, entities) if a.kind == "interview"]
    assert [doc[a.start : a.start + 3].text for a in voices] == ["Des obus sont", "Je ne sais"]
    assert {entities.entities[entities.actor(a.speaker)[0]].label for a in voices} == {"Salma Idriss"}
    assert {a.lemma for a in voices} == {"witness"}


def test_a_press_release_is_in_the_voice_of_who_issues_it():
    doc, entities = found(
        "COMMUNIQUÉ – Violences à Mopti\n\nBamako, le 3 mars 2021\n\n"
        "Le ministère de la Défense condamne l'attaque du camp. Deux soldats sont morts."
    )
    assert [(a.kind, doc[a.speaker].text) for a in all_said(doc, entities) if a.kind == "release"] == [
        ("release", "ministère")
    ]


def test_an_article_with_one_question_is_no_interview():
    doc, entities = found("Que veut le préfet ?\n\nLe préfet a parlé mardi. Deux soldats sont morts.")
    assert [a for a in all_said(doc, entities) if a.kind == "interview"] == []
