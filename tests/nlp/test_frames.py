"""Frames: every frame's example has a cue that takes the frame, and fills the roles that the example says."""

import tomllib
from importlib.resources import files

import pytest

from kg.nlp.cues import CueLexicon, french_verb_forms
from kg.nlp.frames import frame_of, frames
from kg.nlp.grammatical_relations import Relations
from kg.nlp.parse import parse

TABLE = tomllib.loads((files("kg") / "fr" / "frames.toml").read_text(encoding="utf-8"))["frame"]


@pytest.fixture(scope="module")
def lexicon():
    return CueLexicon.load("fr", french_verb_forms())


@pytest.mark.parametrize("number", range(len(TABLE)), ids=[row["example"] for row in TABLE])
def test_the_example_of_a_frame(number, lexicon):
    row = TABLE[number]
    doc = parse(row["example"])
    found = [
        (match, kind)
        for match in lexicon.find(doc)
        for kind in match.cue.types
        if frame_of(match.cue.name, match.cue.pos, kind, "fr").number == number
    ]
    assert found, "no cue of the example takes this frame"
    match, _ = found[0]
    relations = Relations(doc[match.root], match.cue.pos == "v")
    heads = {token.text: row["roles"].get(relations.of(token)) for token in doc}
    assert {role: name for role, name in row["filled"].items() if heads[name] == role} == row["filled"]


def test_every_cue_of_a_frame_is_in_the_cue_table(lexicon):
    names = {cue.name for entries in lexicon._first.values() for cue, _ in entries}
    written = {name.replace("s'", "se ").replace("'", "' ") for row in TABLE for name in row.get("cues", ())}
    assert {name for name in written if name not in names} == set()


def test_the_last_frame_takes_what_no_other_fits():
    assert frame_of("surgeler", "v", "Shelling", "fr").roles["object"] == "target"
    assert frame_of("x", "z", "Shelling", "fr") is frames("fr")[-1]
