"""What a noun phrase is to a trigger, whatever the construction."""

import pytest

from kg.nlp.grammatical_relations import Relations
from kg.nlp.parse import parse

VERBS = [
    ("Les rebelles ont tué des civils.", "tué", {"rebelles": "subject", "civils": "object"}),
    ("Des civils ont été tués par les rebelles.", "tués", {"rebelles": "par", "civils": "object"}),
    ("Les civils tués par les rebelles ont été inhumés.", "tués", {"rebelles": "par", "civils": "object"}),
    ("Les rebelles, qui ont tué des civils, ont fui.", "tué", {"rebelles": "subject", "civils": "object"}),
    ("Les rebelles ont pillé le marché et tué des civils.", "tué", {"rebelles": "subject", "civils": "object"}),
    ("Le ministère a accusé les rebelles d'avoir tué des civils.", "tué", {"rebelles": "subject", "civils": "object"}),
    ("Les rebelles se sont emparés de la ville.", "emparés", {"rebelles": "subject", "ville": "de"}),
    ("Les manifestants se sont fait arrêter par la police.", "arrêter", {"manifestants": "object", "police": "par"}),
    ("Le général a promis de libérer les otages.", "libérer", {"général": "subject", "otages": "object"}),
    ("Une base que les insurgés ont attaquée a brûlé.", "attaquée", {"base": "object", "insurgés": "subject"}),
    ("Le soldat et le policier ont été enlevés.", "enlevés", {"soldat": "object", "policier": "object"}),
]
NOUNS = [
    ("Un raid de l'aviation contre un marché a eu lieu.", "raid", {"aviation": "de", "marché": "contre"}),
    ("Une attaque menée par la milice a eu lieu.", "attaque", {"milice": "par"}),
    ("L'armée a lancé un assaut.", "assaut", {"armée": "object<subject"}),
    ("Les frappes israéliennes continuent.", "frappes", {"israéliennes": "adjective"}),
    ("Le bombardement a tué des civils.", "bombardement", {"civils": "subject<object"}),
    ("L'arrestation de membres de la milice continue.", "arrestation", {"membres": "de", "milice": "de>de"}),
]


@pytest.mark.parametrize(("text", "trigger", "expected"), VERBS, ids=[row[0] for row in VERBS])
def test_relations_of_a_verb(text, trigger, expected):
    assert relations(text, trigger, verbal=True, words=expected) == expected


@pytest.mark.parametrize(("text", "trigger", "expected"), NOUNS, ids=[row[0] for row in NOUNS])
def test_relations_of_a_noun(text, trigger, expected):
    assert relations(text, trigger, verbal=False, words=expected) == expected


def test_a_word_of_another_clause_is_nothing_to_the_trigger():
    text = "Les rebelles ont tué des civils ; dans la capitale, selon un diplomate, le calme régnait."
    assert relations(text, "tué", verbal=True, words=["diplomate"]) == {"diplomate": "none"}


def relations(text, trigger, *, verbal, words):
    doc = parse(text)
    found = Relations(next(token for token in doc if token.text == trigger), verbal)
    return {word: found.of(next(token for token in doc if token.text == word)) for word in words}
