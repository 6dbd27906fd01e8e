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


BEFORE_OR_AFTER = [
    ("Le préfet de Tarkan, Jules Amory, condamne avec force cette embuscade.", "condamne", "préfet"),
    ("La rébellion, elle, évoque une retraite en bon ordre.", "évoque", "rébellion"),
    ("Le mouvement, maître de la colline, annonce une trêve de trois jours.", "annonce", "mouvement"),
    (
        "Un convoi de vivres qui regagnait Tarkan a été visé, ont affirmé samedi plusieurs chauffeurs.",
        "affirmé",
        "chauffeurs",
    ),
    ("Douze marins ont été enlevés au large du cap, a annoncé leur compagnie.", "annoncé", "compagnie"),
    ("Trois maisons ont brûlé, nous dit un médecin.", "dit", "médecin"),
    ("Dimanche, Jules Amory, le préfet, a proclamé la fin de l'opération.", "proclamé", "Jules"),
    ("L'état-major, après avoir nié tout raid, a annoncé dans la nuit une enquête.", "annoncé", "état"),
    ("La police, qui réclame des renforts, n'a arrêté personne.", "réclame", "police"),
    ("Quatre rebelles tués et deux otages récupérés, affirment les forces de Tarkan.", "affirment", "forces"),
    ("« Ils demandent une rançon », raconte le frère d'un disparu.", "raconte", "frère"),
    ("Un pêcheur interrogé par notre journal raconte trois explosions.", "raconte", "pêcheur"),
    ("« Ils sont venus à l'aube », raconte Mirza, 30 ans, qui a fui par la forêt.", "raconte", "Mirza"),
    (
        "Des soldats ont brûlé neuf maisons et tué deux vieillards, ont affirmé dimanche des résistants locaux.",
        "affirmé",
        "résistants",
    ),
    ("« C'est faux », s'est défendu le préfet.", "défendu", "préfet"),
    ("L'ONU chiffre à 40 morts le bilan de la semaine.", "chiffre", "ONU"),
    ("Tarkan dément : la garnison aurait tenu.", "dément", "Tarkan"),
    ("Le maire a fui. « Ils frappaient à toutes les portes », lâche-t-il au micro de la radio.", "lâche", "maire"),
    ("Ils les ont, dit un témoin, roués de coups.", "dit", "témoin"),
    ("L'armée a repoussé les rebelles. Ces derniers disent tenir la rive.", "disent", "rebelles"),
    ("Le colonel accuse les rebelles d'avoir tiré.", "accuse", "colonel"),
    ("Le ministre fait état de douze arrestations.", "fait", "ministre"),
]
PASSIVE = [
    ("Une trêve annoncée par Lima n'a pas tenu.", "annoncée", "Lima"),
    ("Le bilan, diffusé par la radio d'Etat, est provisoire.", "diffusé", "radio"),
    ("L'annonce par Lima d'un retrait a surpris.", "annonce", "Lima"),
]
ONE_SAYS = [
    ("Le pont a été miné, assure-t-on à l'état-major.", "assure", "état"),
    ("Neuf corps ont été déposés, comptait-on mardi à l'hôpital.", "comptait", "hôpital"),
    ("Un accord est proche, dit-on au ministère.", "dit", "ministère"),
]
DOCUMENTS = [
    ("Selon le décompte de la Croix-Rouge, dix civils sont morts.", "Selon", "Croix"),
    ("D'après un communiqué du ministère, le raid a échoué.", "D'", "ministère"),
    ("L'armée dément l'information, donnée par la radio, selon laquelle le fort est tombé.", "selon", "radio"),
]
AGAIN = [
    ("Le maire nie tout en bloc. A l'en croire, personne n'a tiré.", "A", "maire"),
    ("La police compte deux morts. De même source, on parle de cinq blessés.", "De", "police"),
    (
        "Dix obus sont tombés, ont dit les autorités du port.\n\nLe préfet a fui. Elles assurent tenir la rade.",
        "assurent",
        "autorités",
    ),
    ("Les rebelles ont appelé la radio. A les entendre, le fort est tombé.", "A", "rebelles"),
]
BRACKETS = [
    ("Une bombe tue trois soldats près de Tarkan (habitants).", "(", "habitants"),
    ("Un paysan tué par un obus dans son champ (hôpital central)", "(", "hôpital"),
    ("Soixante civils tués depuis mercredi sur la ligne (décompte de la Croix-Rouge).", "(", "Croix"),
]


@pytest.mark.parametrize(
    ("text", "cue", "speaker"), [*BEFORE_OR_AFTER, *PASSIVE, *ONE_SAYS, *DOCUMENTS, *AGAIN, *BRACKETS]
)
def test_who_speaks_where_the_sentence_offers_several(text: str, cue: str, speaker: str) -> None:
    doc = parse(text)
    found = [doc[a.speaker].text for a in attributions(doc) if doc[a.cue].text == cue]
    assert found == [speaker]


@pytest.mark.parametrize(
    "text",
    [
        "Personne n'a revendiqué l'attaque.",
        "Bilan : dix morts.",
        "13h10 : un obus est tombé.",
        "Deux morts dans le port (PHOTOS)",
    ],
)
def test_what_names_nobody_is_no_attribution(text: str) -> None:
    assert attributions(parse(text)) == []


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
