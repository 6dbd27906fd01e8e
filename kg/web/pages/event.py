"""What the page of an event shows: claims side by side, derived values, evidence, map, neighbours in time."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from sqlite3 import Row
from typing import Any

from kg.web.pages.blueprint import index
from kg.web.pages.charts import curves
from kg.web.pages.claims import compare, scales
from kg.web.pages.gathering import Claim, claims, event_lines
from kg.web.pages.geojson import places_collection
from kg.web.pages.passages import pieces
from kg.web.pages.reasons import linkages
from kg.web.pages.structured import event_data
from kg.web.pages.summaries import event_summary
from kg.web.pages.wording import local, named

_CLAIMS, _NEAR, _NEIGHBOURS = 200, timedelta(days=7), 8


def event_parts(row: Row) -> dict[str, Any]:
    """What the template of an event's page needs beyond the common parts."""
    (line,) = event_lines([row])
    found = claims("r.event = ?", (row["id"],), _CLAIMS)
    differing = compare(found)
    evidence = [
        (claim, pieces(claim.row["sentence"], claim.row["sentence_begin"], claim.spans))
        for claim in found
        if claim.row["sentence"]
    ]
    places = index().rows(
        """SELECT n.*, 1 AS n, e.best AS killed FROM event_entity x JOIN entity n ON n.id = x.entity JOIN event e ON e.id = x.event
        WHERE x.event = ? AND x.role = 'place' AND n.lat IS NOT NULL AND (n.kind != 'State' OR e.lat = n.lat)""",
        (row["id"],),
    )
    return {
        "label": line.dated_title, "event": line, "claims": found, "differing": differing, "evidence": evidence, "scales": scales(found),
        "places": places, "points": json.dumps(places_collection(places)), "summary": event_summary(line, found),
        "neighbours": _neighbours(line.row), "structured": event_data(line, found), "counted": Counter(claim.row["status"] for claim in found),
        "series": curves(toll_series(found)), "linkages": linkages(row["iri"]) if row["reports"] > 1 else [],
        "claim_of": {claim.row["iri"]: claim for claim in found},
    }  # fmt: skip


def toll_series(found: list[Claim]) -> list[tuple[str, str, str, int, str]]:
    """The killed that each source gives, by the day its article came out."""
    out = []
    for claim in found:
        for figure in claim.figures:
            low = figure.row["low"] if figure.row["low"] is not None else figure.row["high"]
            if figure.row["harm"] != "Killed" or not claim.row["issued"] or low is None:
                continue
            sources = figure.sources or claim.entities["accordingTo"]
            name = named(sources[0]) if sources else claim.row["publisher"] or claim.row["identifier"]
            page = local(sources[0]["iri"]) if sources else local(claim.row["article_iri"])
            out.append((name, page, claim.row["issued"], low, local(claim.row["iri"])))
    return out


def _neighbours(row: Row) -> list[Any]:
    """Other events at the same places within a week."""
    try:
        begin = date.fromisoformat(row["begin"] or "")
        first, last = begin - _NEAR, begin + _NEAR
    except (ValueError, OverflowError):
        return []
    rows = index().rows(
        """SELECT DISTINCT e.* FROM event_entity x JOIN event_entity y ON y.entity = x.entity AND y.role = 'place' JOIN event e ON e.id = y.event
        WHERE x.event = ? AND x.role = 'place' AND e.id != x.event AND e.begin BETWEEN ? AND ? ORDER BY e.begin, e.id LIMIT ?""",
        (row["id"], first.isoformat(), last.isoformat(), _NEIGHBOURS),
    )
    return event_lines(rows)
