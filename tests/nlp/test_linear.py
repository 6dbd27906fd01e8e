"""A linear model gives crossed features what it gives them spelled out."""

from __future__ import annotations

import pytest

from kg.nlp import linear
from kg.nlp.linear import LinearModel, likeliest, spelled

MODEL = LinearModel(
    {"any:near": 1.0, "agent:near": 2.0, "target:near": -4.0, "agent/Bombing:near": 8.0, "any:far": 16.0}
)
LIST, TUPLE = ["near", "unknown"], ("near", "far")
ALTERNATIVES = [
    [("any", LIST), ("agent", LIST), ("any", TUPLE), ("agent", TUPLE), ("agent/Bombing", TUPLE)],
    [("any", LIST), ("target", LIST), ("any", TUPLE), ("target", TUPLE), ("other", TUPLE)],
]


def test_crossed_features_weigh_what_they_weigh_spelled_out():
    expected = [MODEL.score(spelled(features)) for features in ALTERNATIVES]
    assert expected == [30.0, 10.0]
    assert MODEL.score_alternatives(ALTERNATIVES) == expected
    assert MODEL.score_alternatives(ALTERNATIVES) == expected


def test_options_with_one_key_speak_for_it_together():
    index, chance = likeliest(["Ituri", "Kivu", "Ituri"], [0.27, 0.35, 0.31], 0.4)
    assert (index, round(chance, 2)) == (2, 0.58)
    assert likeliest(["Ituri", "Kivu"], [0.27, 0.35], 0.4) is None
    assert likeliest([], [], 0.4) is None


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(linear, "_REMEMBERED", 3)
    model = LinearModel({f"any:{i}": float(i) for i in range(20)})
    for i in range(20):
        assert model.score_alternatives([[("any", (str(i),))]]) == [i]
    assert sum(map(len, model._sums.values())) <= 3
