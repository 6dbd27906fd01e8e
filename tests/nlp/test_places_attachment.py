"""Which place is that of which event."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from kg.gazetteer import Gazetteer
from kg.nlp.cues import CueLexicon, french_verb_forms
from kg.nlp.entities import recognise
from kg.nlp.parse import parse
from kg.nlp.place_attachment import Placing, placings
from kg.nlp.trigger_features import context
from kg.nlp.triggers import Trigger

EXAMPLES = tomllib.loads((Path(__file__).parent / "place_examples.toml").read_text(encoding="utf-8"))["example"]
_MARK = re.compile(r"\[(?P<own>[^\]]+)\]|\{(?P<type>\w+):(?P<other>[^}]+)\}")


def placed(marked: str, kind: str) -> tuple[Placing | None, list[str]]:
    """The placing of the event in square brackets, and the names of its places."""
    text, spans, done = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[done : match.start()]
        word = match["own"] or match["other"]
        spans.append((len(text), len(text) + len(word), match["type"] or kind, match["own"] is not None))
        text += word
        done = match.end()
    doc = parse(text + marked[done:])
    triggers, own = [], 0
    for begin, end, type_, asked in spans:
        span = doc.char_span(begin, end, alignment_mode="expand")
        assert span is not None
        own = len(triggers) if asked else own
        triggers.append(Trigger(span.start, span.end, span.root.i, type_))
    entities = recognise(doc, date(2020, 10, 31), Gazetteer.open())
    lexicon = CueLexicon.load("fr", french_verb_forms())
    placing = placings(doc, triggers, entities, context(doc, lexicon.find(doc), "fr"))[own]
    return placing, [entities.entities[key].label for key in placing.keys] if placing else []


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["text"][:60] for example in EXAMPLES])
def test_the_place_of_an_event(example: dict[str, object]) -> None:
    _, names = placed(str(example["text"]), str(example["type"]))
    assert names == example["places"]


def test_a_placing_tells_its_token_and_its_probability() -> None:
    placing, _ = placed("L'aviation a [bombardé] mardi un dépôt de carburant à Taëz.", "Airstrike")
    assert placing is not None
    assert placing.head == 10
    assert 0.5 < placing.score <= 1.0


def test_no_event_and_no_place_are_no_error() -> None:
    doc = parse("")
    entities = recognise(doc, None, Gazetteer.open())
    assert placings(doc, [], entities, context(doc, [], "fr")) == []
