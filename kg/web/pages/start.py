"""The start page: what there is, what happened last, where sources disagree."""

from __future__ import annotations

from flask import render_template

from kg.web.index.selection import Selection, days, events, facet, points
from kg.web.pages.blueprint import base, blueprint, index
from kg.web.pages.charts import histogram
from kg.web.pages.gathering import event_lines

_LATEST, _DISPUTED, _COUNTRIES = 8, 5, 12


@blueprint.get("/")
def start() -> str:
    """Counts, search, map, latest and disputed events."""
    everything = Selection()
    latest = index().rows(
        "SELECT * FROM event e WHERE e.begin IS NOT NULL AND e.begin <= COALESCE(e.last, e.begin) AND e.high IS NOT NULL ORDER BY e.begin DESC, e.high DESC, e.id LIMIT ?",
        (_LATEST,),
    )
    latest = latest or events(index(), everything, base(), _LATEST)
    disputed = events(index(), Selection(disputed=True, sort="-sources"), base(), _DISPUTED)
    return render_template(
        "start.html",
        counts=index().meta()["counts"],
        latest=event_lines(latest),
        disputed=event_lines(disputed),
        countries=facet(index(), everything, "country", base(), _COUNTRIES),
        types=facet(index(), everything, "type", base(), _COUNTRIES),
        timeline=histogram(days(index(), everything, base()), Selection()),
        has_points=bool(points(index(), everything, base(), 1)),
    )
