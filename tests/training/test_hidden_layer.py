"""A network learns what features mean together, which no sum of weights can say."""

from __future__ import annotations

import numpy as np
from hidden_layer import Labelled, Settings, fit_labels

SETTINGS = Settings(
    units=16, passes=60, rate=0.02, feature_dropout=0, unit_dropout=0, vector_dropout=0, smoothing=0, seeds=2
)
ALLOWED = ("same", "different")


def rows() -> list[Labelled]:
    """A home side and a guest: whether both are of one colour. The vector says nothing."""
    pairs = [(a, b) for a in ("red", "blue") for b in ("red", "blue")] * 16
    still = np.zeros(1, np.float32)
    return [Labelled([f"home={a}", f"guest={b}"], ALLOWED, ALLOWED[a != b], 1.0, still) for a, b in pairs]


def test_features_that_count_only_together_are_learnt() -> None:
    network = fit_labels(rows(), ALLOWED, SETTINGS)
    for row in rows()[:4]:
        scores = network.scores([row.features], np.zeros((1, 1), np.float32))[0]
        assert network.labels[int(scores.argmax())] == row.right


def test_the_same_rows_give_the_same_network() -> None:
    one, two = fit_labels(rows(), ALLOWED, SETTINGS), fit_labels(rows(), ALLOWED, SETTINGS)
    assert np.array_equal(one.hidden, two.hidden)
    assert np.array_equal(one.output, two.output)


def test_a_label_that_a_row_may_not_have_is_not_learnt_from_it() -> None:
    network = fit_labels([Labelled(["only"], ("same",), "same", 1.0, np.zeros(1, np.float32))] * 8, ALLOWED, SETTINGS)
    assert network.labels == ALLOWED
    assert np.isfinite(network.scores([["only"]], np.zeros((1, 1), np.float32))).all()
