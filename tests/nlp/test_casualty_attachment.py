"""To which event of an article a figure belongs. Triggers are given by their words and type."""

from __future__ import annotations

import pytest

from kg.nlp.casualties import find_casualties
from kg.nlp.casualty_attachment import attach
from kg.nlp.numbers import quantities
from kg.nlp.parse import parse
from kg.nlp.text import layout
from kg.nlp.triggers import Trigger

WAR = "La trêve rompue dans le nord\n\n"


def homes(text: str, events: dict[str, str]) -> dict[tuple[str, int | None, int | None], str | None]:
    """Each figure with the word of the event that it was given to."""
    doc = parse(text)
    triggers = []
    for word, kind in events.items():
        begin = text.index(word)
        span = doc.char_span(begin, begin + len(word), alignment_mode="expand")
        triggers.append(Trigger(span.start, span.end, span.root.i, kind))
    figures = find_casualties(doc, quantities(doc))
    found = attach(doc, figures, triggers, layout(text, None))
    words = list(events)
    return {(f.harm, f.low, f.high): None if i is None else words[i] for f, i in zip(figures, found, strict=True)}


@pytest.mark.parametrize(
    ("text", "events", "expected"),
    [
        (
            "Une frappe a fait dix morts à Alep et une embuscade a tué quatre soldats près de Homs.",
            {"frappe": "Airstrike", "embuscade": "ArmedAttack"},
            {("Killed", 10, 10): "frappe", ("Killed", 4, 4): "embuscade"},
        ),
        (
            "Six gendarmes ont été tués dans une attaque, après l'accord signé lundi.",
            {"attaque": "ArmedAttack", "accord": "Agreement"},
            {("Killed", 6, 6): "attaque"},
        ),
        (
            "Un attentat a visé le marché. Le ministre a parlé d'un crime. Vingt personnes ont péri, dont six enfants.",
            {"attentat": "Bombing"},
            {("Killed", 20, 20): "attentat", ("Killed", 6, 6): "attentat"},
        ),
        (
            "Des combats ont éclaté, et la police a arrêté douze hommes lors d'une rafle. Neuf soldats sont morts.",
            {"combats": "ArmedClash", "arrêté": "Arrest"},
            {("Captured", 12, 12): "arrêté", ("Killed", 9, 9): "combats"},
        ),
        (
            "Trois soldats ont été tués mardi.",
            {"tués": "Killing"},
            {("Killed", 3, 3): "tués"},
        ),
    ],
    ids=["own clause", "causes harm", "sentence before", "fitting type", "own predicate"],
)
def test_figure_goes_to_its_event(text: str, events: dict[str, str], expected: dict[tuple[str, int, int], str]) -> None:
    assert homes(text, events) == expected


def test_no_home_where_nothing_can_have_done_the_harm() -> None:
    assert homes("Trois soldats ont été tués. Un sommet s'ouvre jeudi.", {"sommet": "Meeting"}) == {
        ("Killed", 3, 3): None
    }


def test_headline_event_takes_a_figure_far_below() -> None:
    text = "Attentat meurtrier à Kano\n\n" + "Le gouverneur a parlé. " * 8 + "\n\nOnze morts ont été comptés."
    assert homes(text, {"Attentat": "Bombing"}) == {("Killed", 11, 11): "Attentat"}


def test_no_trigger_no_home() -> None:
    assert homes("Trois soldats ont été tués.", {}) == {("Killed", 3, 3): None}
