"""Events in the terms of UCDP GED and ACLED: only what their codebooks mean by them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.web.app import Settings, create_app
from kg.web.pages import columns
from kg.web.pages.columns import sub_event_type
from kg.web.pages.gathering import EventLine
from kg.web.vocabulary import broader_concept, concept_label
from tests.web.pages.conftest import store_of, told

STATE = {"iri": "id/state/AZE", "class": "State", "en": "Azerbaijan"}
NEIGHBOUR = {"iri": "id/state/ARM", "class": "State", "en": "Armenia"}
REBELS = {"iri": "id/organisation/front", "class": "ArmedGroup", "en": "Front"}
MILITIA = {"iri": "id/organisation/milice", "class": "ArmedGroup", "en": "Militia"}
CROWD = {"iri": "id/group/habitants", "class": "Group", "en": "Villagers"}


def line(kind: str, **entities: list[dict[str, str]]) -> EventLine:
    """An event of a class with its entities by role."""
    made: Any = EventLine({"id": 0, "type": kind, "best": None})  # type: ignore[arg-type]
    made.types.append(kind)
    for role, rows in entities.items():
        made.entities[role].extend(rows)
    return made  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("event", "event_type", "sub_event"),
    [
        (line("Shelling"), "Explosions/Remote violence", "Shelling/artillery/missile attack"),
        (line("Riot"), "Riots", "Mob violence"),
        (line("Arrest", agent=[STATE]), "Strategic developments", "Arrests"),
        (line("Killing", agent=[REBELS], target=[CROWD]), "Violence against civilians", "Attack"),
        (line("ArmedAttack", agent=[REBELS], target=[STATE]), "", ""),
        (line("TerritoryChange", agent=[STATE], country=[STATE]), "Battles", "Government regains territory"),
        (line("TerritoryChange", agent=[NEIGHBOUR], country=[STATE]), "Battles", "Non-state actor overtakes territory"),
        (line("TerritoryChange", agent=[REBELS], country=[STATE]), "Battles", "Non-state actor overtakes territory"),
        (line("TerritoryChange", country=[STATE]), "", ""),
        (line("Meeting"), "", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_acleds_types_are_those_of_the_alignment_where_one_fits(
    event: EventLine, event_type: str, sub_event: str
) -> None:
    found = sub_event_type(event)
    assert (concept_label(found) if found else "") == sub_event
    above = broader_concept(found)
    assert (concept_label(above) if above else "") == event_type


@pytest.mark.parametrize(
    ("event", "violence"),
    [
        (line("ArmedClash", participant=[STATE, REBELS]), 1),
        (line("Airstrike", agent=[STATE], target=[REBELS]), 1),
        (line("ArmedAttack", agent=[REBELS], target=[MILITIA]), 2),
        (line("ArmedClash", participant=[STATE]), ""),
        (line("Shelling", agent=[STATE]), ""),
        (line("Meeting", participant=[STATE, REBELS]), ""),
    ],
)
def test_geds_type_of_violence_follows_the_sides(app: Flask, event: EventLine, violence: int | str) -> None:
    with app.test_request_context():
        app.preprocess_request()
        assert columns._violence(event) == violence


def test_force_against_civilians_is_one_sided(tmp_path: Path) -> None:
    article = told("a-levant", 21, "organisation/agence", "Le Levant")
    (report,) = article.reports
    (toll,) = report.casualties
    civilians = replace(toll, victims="Civilians")
    article = replace(article, reports=(replace(report, casualties=(civilians,)),))
    application = create_app(Settings(store_of(tmp_path / "store", [article]), workers=1))
    try:
        client: FlaskClient = application.test_client()
        (strike,) = csv.DictReader(io.StringIO(client.get("/events.csv").text))
        assert (strike["type_of_violence"], strike["side_a"], strike["side_b"]) == ("3", "Armenia", "")
        assert (strike["deaths_civilians"], strike["deaths_unknown"], strike["best"]) == ("21", "0", "21")
        (strike,) = csv.DictReader(io.StringIO(client.get("/events.csv?columns=acled").text))
        assert (strike["disorder_type"], strike["event_type"]) == ("Political violence", "Explosions/Remote violence")
    finally:
        application.extensions["kg_workers"].close()
