"""Events in the terms of UCDP GED and ACLED: only what their codebooks mean by them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.exports.event_data import DatasetEvent, acled_row, ged_row, sub_event_type, type_of_violence
from kg.graph.records import EntityRecord
from kg.graph.schemes import broader_concept, concept_label


def actor(key: str, kind: str, name: str) -> EntityRecord:
    return EntityRecord(f"http://example.org/{key}", name, frozenset({kind}))


STATE = actor("state/AZE", "State", "Azerbaijan")
NEIGHBOUR = actor("state/ARM", "State", "Armenia")
REBELS = actor("organisation/front", "ArmedGroup", "Front")
MILITIA = actor("organisation/milice", "ArmedGroup", "Militia")
CROWD = actor("group/habitants", "Group", "Villagers")


def line(kind: str, country: tuple[EntityRecord, ...] = (), **sides: list[EntityRecord]) -> DatasetEvent:
    """An event of a class with who takes part in it and the country that it is in."""
    agents, targets, participants = (tuple(sides.get(role, ())) for role in ("agent", "target", "participant"))
    return DatasetEvent(
        "http://example.org/event/1", (kind,), "2020-10-28", "2020-10-28", (), tuple(c.label for c in country),
        agents, targets, participants, (), (), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "event_type", "sub_event"),
    [
        (line("Shelling"), "Explosions/Remote violence", "Shelling/artillery/missile attack"),
        (line("Riot"), "Riots", "Mob violence"),
        (line("Arrest", agent=[STATE]), "Strategic developments", "Arrests"),
        (line("Killing", agent=[REBELS], target=[CROWD]), "Violence against civilians", "Attack"),
        (line("ArmedAttack", agent=[REBELS], target=[STATE]), "", ""),
        (line("TerritoryChange", agent=[STATE], country=(STATE,)), "Battles", "Government regains territory"),
        (
            line("TerritoryChange", agent=[NEIGHBOUR], country=(STATE,)),
            "Battles",
            "Non-state actor overtakes territory",
        ),
        (line("TerritoryChange", agent=[REBELS], country=(STATE,)), "Battles", "Non-state actor overtakes territory"),
        (line("TerritoryChange", country=(STATE,)), "", ""),
        (line("Meeting"), "", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_acleds_types_are_those_of_the_alignment_where_one_fits(
    event: DatasetEvent, event_type: str, sub_event: str
) -> None:
    found = sub_event_type(event)
    assert (concept_label(found) if found else "") == sub_event
    above = broader_concept(found)
    assert (concept_label(above) if above else "") == event_type


@pytest.mark.parametrize(
    ("event", "violence"),
    [
        (line("ArmedClash", participant=[STATE, REBELS]), "1"),
        (line("Airstrike", agent=[STATE], target=[REBELS]), "1"),
        (line("ArmedAttack", agent=[REBELS], target=[MILITIA]), "2"),
        (line("ArmedClash", participant=[STATE]), ""),
        (line("Shelling", agent=[STATE]), ""),
        (line("Meeting", participant=[STATE, REBELS]), ""),
    ],
)
def test_geds_type_of_violence_follows_the_sides(event: DatasetEvent, violence: str) -> None:
    assert type_of_violence(event) == violence


@pytest.mark.parametrize(
    ("end", "precision", "clarity"),
    [("2020-10-28", "1", "1"), ("2020-11-02", "2", "2"), ("2020-11-03", "3", "2"), ("2020-11-27", "4", "2"), ("2021-01-01", "5", "2")],
)  # fmt: skip
def test_geds_precision_of_dates_follows_the_days(end: str, precision: str, clarity: str) -> None:
    row = ged_row(replace(line("Shelling"), end=end))
    assert (row["date_prec"], row["event_clarity"]) == (precision, clarity)


def test_a_toll_of_civilians_is_no_larger_than_the_best_estimate() -> None:
    strike = replace(line("Airstrike", agent=[STATE]), best="21", civilians=30)
    row = ged_row(strike)
    assert (row["type_of_violence"], row["deaths_civilians"], row["deaths_unknown"]) == ("3", "21", "0")
    assert (acled_row(strike)["actor2"], acled_row(strike)["civilian_targeting"]) == ("Civilians", "Civilian targeting")
    fought = acled_row(replace(strike, targets=(REBELS,)))
    assert (fought["actor2"], fought["inter2"], fought["civilian_targeting"]) == ("Front", "Rebel group", "")
