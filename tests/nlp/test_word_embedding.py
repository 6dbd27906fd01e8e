"""What a network remembers of words is what it would work out anew, whatever was read before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

from kg.nlp.spacy_model import MODEL
from kg.nlp.word_embedding import RememberedRows

WORDS = [
    "Des",
    "tirs",
    "ont",
    "visé",
    "le",
    "marché",
    ",",
    "puis",
    "le",
    "pont",
    "de",
    "Vallombre",
    "\n\n",
    "Tirs",
    ".",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(MODEL)


@pytest.fixture(scope="module", params=["tok2vec", "ner"])
def layer(nlp: Language, request: pytest.FixtureRequest) -> Model[Any, Any]:
    network = nlp.get_pipe(request.param).model  # type: ignore[attr-defined]
    return next(node for node in network.walk() if node.layers and node.layers[-1].name == "ragged2list")


def doc(nlp: Language, words: list[str]) -> Doc:
    return Doc(nlp.vocab, words=words)


def test_remembered_rows_are_those_of_the_layer(nlp: Language, layer: Model[Any, Any]) -> None:
    rows = RememberedRows(layer, 96)
    expected = layer.predict([doc(nlp, WORDS)])[0]
    for _ in range(2):
        assert np.allclose(rows.of(doc(nlp, WORDS)), expected, atol=1e-4)


def test_a_space_behind_a_word_and_a_norm_of_its_own_tell_it_from_another(
    nlp: Language, layer: Model[Any, Any]
) -> None:
    rows = RememberedRows(layer, 96)
    plain, close = doc(nlp, ["tir", "tir"]), Doc(nlp.vocab, words=["tir", "tir"], spaces=[True, False])
    close[0].norm_ = "bombe"
    seen = [rows.of(plain), rows.of(close)]
    for got, text in zip(seen, (plain, close), strict=True):
        assert np.allclose(got, layer.predict([text])[0], atol=1e-4)
    assert not np.allclose(seen[0][0], seen[1][0])


def test_a_text_with_more_words_than_are_kept_is_worked_out(nlp: Language, layer: Model[Any, Any]) -> None:
    rows = RememberedRows(layer, 96, capacity=5)
    expected = layer.predict([doc(nlp, WORDS)])[0]
    assert np.allclose(rows.of(doc(nlp, WORDS[:4])), expected[:4], atol=1e-4)
    assert np.allclose(rows.of(doc(nlp, WORDS[4:8])), expected[4:8], atol=1e-4)
    assert np.allclose(rows.of(doc(nlp, WORDS)), expected, atol=1e-4)


def test_rows_are_the_same_bits_whatever_was_read_before(nlp: Language, layer: Model[Any, Any]) -> None:
    words = [f"mot{number}" for number in range(40)]
    others = [f"autre{number}" for number in range(77)]
    one_by_one, together = RememberedRows(layer, 96), RememberedRows(layer, 96)
    alone = np.concatenate([one_by_one.of(doc(nlp, [word])) for word in words])
    assert np.array_equal(alone, together.of(doc(nlp, [*others, *words]))[len(others) :])
