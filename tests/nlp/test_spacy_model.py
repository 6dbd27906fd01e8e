"""The French model made faster says what the model says as it comes."""

from __future__ import annotations

import spacy
from spacy.tokens import Doc

from kg.nlp.parse import parse
from kg.nlp.spacy_model import MODEL, language

TEXT = """Trois soldats ont été tués mardi près de Vallombre

VALLOMBRE, 3 mai -- Des tirs d'artillerie ont visé le marché, a déclaré à la presse la porte-parole du ministère de
la Défense, Mme Odile Carrant, qui s'est dite « très préoccupée ».
Selon l'Organisation des Nations unies, au moins 1 200 habitants auraient fui vers la frontière ; les combattants,
eux, affirment n'avoir bombardé que des casernes."""


def analyses(doc: Doc) -> list[tuple[str, ...]]:
    """All that the model says of each token, but for the tag."""
    return [
        (t.text, t.pos_, str(t.morph), t.lemma_, t.dep_, t.head.text, t.ent_iob_, t.ent_type_, str(t.is_sent_start))
        for t in doc
    ]


def test_analyses_are_those_of_the_untouched_model() -> None:
    untouched = spacy.load(MODEL)
    assert analyses(language()(TEXT)) == analyses(untouched(TEXT))


def test_line_breaks_are_blanks_that_start_no_sentence() -> None:
    doc = parse(TEXT)
    blanks = [token for token in doc if token.is_space]
    assert {(token.pos_, token.is_sent_start) for token in blanks} == {("SPACE", False)}
    assert [doc[token.i + 1].is_sent_start for token in blanks] == [True] * 4


def test_a_sentence_that_is_too_long_is_cut_at_a_pause() -> None:
    doc = parse("Les soldats avancent" + ", puis ils tirent" * 100 + ".")
    lengths = [len(sentence) for sentence in doc.sents]
    assert len(lengths) > 1
    assert max(lengths) <= 160
    assert all(doc[sentence.start - 1].text == "," for sentence in list(doc.sents)[1:])
