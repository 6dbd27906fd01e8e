"""Who says it: cues and speakers in example sentences, the speaker by the head of its noun phrase."""

from __future__ import annotations

import pytest

from kg.nlp.attribution import attributions
from kg.nlp.parse import parse

EXAMPLES = [
    ("Dix mineurs ont péri, a rapporté dimanche le coordinateur du camp.", "rapporté", "coordinateur"),
    ("Les otages sont libres, a reconnu mardi à Lima le porte-parole de la guérilla, Inti Quispe.", "reconnu", "porte-parole"),
    ("Douze pêcheurs ont disparu, indiquent vendredi matin les autorités locales.", "indiquent", "autorités"),
    ("L'aviation a touché l'aéroport de Tarkan, indique l'Observatoire des frontières.", "indique", "Observatoire"),
    ("Le pont a sauté, a fait savoir le commandement.", "fait", "commandement"),
    ("« Nous tiendrons », a lancé devant la presse le colonel Barmou.", "lancé", "colonel"),
    ("Le général, interrogé à Tarkan, a dit vouloir la paix.", "dit", "général"),
    ("La police parle d'une dizaine d'arrestations.", "parle", "police"),
    ("Selon le maire, deux obus sont tombés sur l'école.", "Selon", "maire"),
    ("Deux soldats sont morts, a-t-on appris auprès de l'hôpital.", "appris", "hôpital"),
    ("Trois maisons ont brûlé, d'après un berger.", "d'", "berger"),
    ("Le ministère de la Défense a annoncé le retrait de ses troupes.", "annoncé", "ministère"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cue", "speaker"), EXAMPLES)
def test_the_speaker_of_a_sentence(text: str, cue: str, speaker: str) -> None:
    doc = parse(text)
    found = {(doc[a.cue].text, doc[a.speaker].text) for a in attributions(doc)}
    assert (cue, speaker) in found


@pytest.mark.parametrize(
    "text",
    ["Dimanche, le pont a sauté.", "Les rebelles ont pris la ville mardi à l'aube.", ""],
)
def test_a_sentence_without_a_speaker_has_none(text: str) -> None:
    assert attributions(parse(text)) == []


def test_a_day_or_a_place_is_no_speaker() -> None:
    doc = parse("Le convoi est parti, a précisé jeudi soir à Dakar un responsable de la mission.")
    assert [doc[a.speaker].text for a in attributions(doc)] == ["responsable"]
