"""Every article written for training is annotated in the terms of the ontology, about the entities it names."""

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from marked_text import read_marked

from kg.evaluation.matching import FAMILY
from kg.model import EntityKind, Harm, Status, Victims

FOLDER = Path(__file__).parents[2] / "training" / "articles"
ARTICLES = sorted(FOLDER.glob("*.txt"))
ROLES = ("agents", "targets", "participants", "mediators", "sources")


def fillers(event: dict[str, Any]) -> set[str]:
    """The names in an event's roles and in the sources of its figures."""
    return {name for role in ROLES for name in event[role]} | {s for f in event["casualties"] for s in f["sources"]}


def event_faults(event: dict[str, Any], named: set[str]) -> list[str]:
    """What is wrong with one event of an article that names these entities."""
    day = event["date"]
    faults = {
        f"type {event['type']}": event["type"] not in FAMILY,
        f"status {event['status']}": event["status"] not in get_args(Status),
        f"date {day}": bool(day) and date.fromisoformat(day["from"]) > date.fromisoformat(day["to"]),
        f"places {event['places']}": not named.issuperset(event["places"]),
    }
    for name in fillers(event) - named:
        faults[f"{name!r} is no entity and no plain noun"] = not name or name[0].isupper()
    for figure in event["casualties"]:
        low, high = figure["low"], figure["high"]
        faults[f"harm of {figure}"] = figure["harm"] not in get_args(Harm)
        faults[f"victims of {figure}"] = figure["victims"] not in (None, *get_args(Victims))
        faults[f"bounds of {figure}"] = (low, high) == (None, None) or (high is not None and (low or 0) > high)
    return [f"{event['id']}: {fault}" for fault, wrong in faults.items() if wrong]


def entity_faults(entity: dict[str, Any], text: str) -> list[str]:
    """What is wrong with one entity of the table below an article."""
    country = entity["country"]
    faults = {
        "kind": entity["type"] not in get_args(EntityKind),
        "country": country is not None and not (len(country) == 3 and country.isupper()),
        "no form of it stands in the text": not any(form in text for form in [entity["name"], *entity["aliases"]]),
    }
    return [f"{entity['name']}: {fault}" for fault, wrong in faults.items() if wrong]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_article_is_well_annotated(path: Path) -> None:
    article = read_marked(path)
    names = [entity["name"] for entity in article["entities"]]
    assert len(names) == len(set(names)), "an entity stands twice in the table"
    assert article["date"] is None or date.fromisoformat(article["date"])
    assert article["text"].startswith(article["title"])
    assert [f for event in article["events"] for f in event_faults(event, set(names))] == []
    assert [f for entity in article["entities"] for f in entity_faults(entity, article["text"])] == []
    for mention in (m for event in article["events"] for m in event["mentions"]):
        assert article["text"][mention["begin"] :].startswith(mention["trigger"])


MARKED = """Deux {e1,e2:tirs} | 2001-02-03 | quotidien.example
Deux {e1,e2:tirs}

Cinq morts selon l'hôpital, huit selon la radio et le maire.
---
e1 Shelling Actual 2001-02-01 @Port s=hôpital c=Killed:5:5,Killed:8:-:Civilians:radio+maire,Wounded:-:3::-
e2 Shelling Alleged
---
Port | place | FRA | port
"""


def test_a_mark_may_name_two_events_and_a_figure_its_own_sources(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    path.write_text(MARKED, encoding="utf-8")
    first, second = read_marked(path)["events"]
    assert first["mentions"] == second["mentions"] == [{"begin": 5, "trigger": "tirs"}]
    assert [(f["victims"], f["sources"]) for f in first["casualties"]] == [
        (None, ["hôpital"]),
        ("Civilians", ["radio", "maire"]),
        (None, []),
    ]
    assert first["date"] == {"from": "2001-02-01", "to": "2001-02-01"}


def test_a_mark_without_its_event_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    path.write_text(MARKED.replace("e1,e2", "e1,e3"), encoding="utf-8")
    with pytest.raises(ValueError, match="e2, e3"):
        read_marked(path)
