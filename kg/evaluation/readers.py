"""Read annotated articles, and extractions, into what `kg.evaluation.measures` compares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg.evaluation.matching import Coded, Named
from kg.evaluation.measures import CodedArticle
from kg.model import Entity, EventReport, Extraction

ROLES = ("agent", "target", "participant", "mediator")


class GoldError(ValueError):
    """An annotated file that cannot be used; the message names the file and the fault."""


def read_gold(path: Path) -> dict[str, Any]:
    """One annotated article as JSON.

    Raises GoldError where the file is no JSON object with `id`, `text`, `entities` and `events`.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise GoldError(f"{path}: {fault}") from fault
    missing = [key for key in ("id", "text", "entities", "events") if not isinstance(raw, dict) or key not in raw]
    if missing:
        raise GoldError(f"{path}: no {', '.join(missing)}")
    result: dict[str, Any] = raw
    return result


def mention_span(text: str, mention: dict[str, str]) -> tuple[int, int]:
    """Code points of a mention's trigger; GoldError if its quote does not stand exactly once in the text."""
    quote, trigger = mention["quote"], mention["trigger"]
    if text.count(quote) != 1 or trigger not in quote:
        raise GoldError(f"quote {quote!r} must stand once in the text and hold its trigger {trigger!r}")
    begin = text.index(quote) + quote.index(trigger)
    return begin, begin + len(trigger)


def coded_gold(raw: dict[str, Any]) -> CodedArticle:
    """An annotated article, ready to compare."""
    known = {
        row["name"]: Named.of(
            [row["name"], *row.get("aliases", [])], row["type"], row.get("country"), row.get("geonames"), row["name"]
        )
        for row in raw["entities"]
    }

    def named(name: str) -> Named:
        return known.get(name) or Named.of([name], "group", None, None, name)

    events = []
    for row in raw["events"]:
        day = row.get("date")
        events.append(
            Coded(
                row["type"],
                row["status"],
                tuple(mention_span(raw["text"], mention) for mention in row["mentions"]),
                (day["from"], day["to"]) if day else None,
                tuple(named(place) for place in row.get("places", ())),
                tuple((role, named(actor)) for role in ROLES for actor in row.get(role + "s", ())),
                tuple(named(source) for source in row.get("sources", ())),
                tuple((f["harm"], f.get("low"), f.get("high")) for f in row.get("casualties", ())),
                row["mentions"][0]["trigger"],
                cluster=None if row.get("cluster") is None else str(row["cluster"]),
            )
        )
    return CodedArticle(raw["id"], raw["text"], tuple(events), tuple(known.values()))


def coded_extraction(extraction: Extraction) -> CodedArticle:
    """What was extracted from an article, ready to compare."""
    known = {entity.key: _named(entity) for entity in extraction.entities}
    listed = tuple(known[entity.key] for entity in extraction.entities if entity.mentions)
    events = tuple(_coded(report, known) for report in extraction.reports)
    return CodedArticle(extraction.article.id, extraction.article.text, events, listed)


def _named(entity: Entity) -> Named:
    return Named.of([entity.label, *entity.aliases], entity.kind, entity.country, entity.geonames, entity.label)


def _coded(report: EventReport, known: dict[str, Named]) -> Coded:
    roles = {
        "agent": report.agents,
        "target": report.targets,
        "participant": report.participants,
        "mediator": report.mediators,
    }
    days = (report.begin.isoformat(), (report.end or report.begin).isoformat()) if report.begin else None
    return Coded(
        report.type,
        report.status,
        tuple(sorted((mention.begin, mention.end) for mention in report.mentions)),
        days,
        tuple(known[key] for key in report.places),
        tuple((role, known[key]) for role in ROLES for key in roles[role]),
        tuple(known[key] for key in report.sources),
        tuple((figure.harm, figure.low, figure.high) for figure in report.casualties),
        report.mentions[0].text,
        report.confidence,
        figure_confidences=tuple(figure.confidence for figure in report.casualties),
    )
