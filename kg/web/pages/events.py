"""The list of events: facets with counts, map, timeline, sorting, paging, downloads."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Row
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request
from flask_babel import lazy_gettext

from kg.graph.terms import PROLOGUE
from kg.web.index.selection import SORTS, STATUSES, Selection, count, days, events, facet, points
from kg.web.pages.blueprint import base, blueprint, index
from kg.web.pages.charts import histogram, locator_map
from kg.web.pages.gathering import event_lines
from kg.web.pages.geojson import places_collection
from kg.web.pages.paging import Paging
from kg.web.pages.wording import named, term

_SHOWN, _MOST = 8, 60
FACETS = {
    "type": lazy_gettext("Type"),
    "country": lazy_gettext("Country"),
    "place": lazy_gettext("Place"),
    "actor": lazy_gettext("Actor"),
    "status": lazy_gettext("Status"),
    "source": lazy_gettext("Source"),
}
SORT_NAMES = {
    "-date": lazy_gettext("Latest first"),
    "date": lazy_gettext("Earliest first"),
    "-killed": lazy_gettext("Most deaths"),
    "-sources": lazy_gettext("Most sources"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many events it would give, and whether it is chosen."""

    value: str
    label: str
    events: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its first values and the further ones."""

    name: str
    label: Any
    shown: list[Choice]
    more: list[Choice]


def facets(selection: Selection) -> list[Facet]:
    """All facets of a selection, counted; chosen values always stand in front."""
    return [_facet(selection, name, label) for name, label in FACETS.items()]


def _facet(selection: Selection, name: str, label: Any) -> Facet:
    chosen = getattr(selection, name)
    rows = {str(row["value"]): row for row in facet(index(), selection, name, base(), _MOST)}
    choices = [Choice(v, _label(name, v, rows.get(v)), rows[v]["n"] if v in rows else 0, True) for v in chosen]
    choices += [Choice(v, _label(name, v, row), row["n"], False) for v, row in rows.items() if v not in chosen]
    if name == "status":
        choices = [choice for choice in choices if choice.value in STATUSES]
        choices.sort(key=lambda choice: STATUSES.index(choice.value))
    shown = max(_SHOWN, len(chosen))
    return Facet(name, label, choices[:shown], choices[shown:])


def _label(name: str, value: str, row: Row | None) -> str:
    if name in ("type", "status"):
        label = term(value)
        return label[:1].upper() + label[1:]
    row = row if row is not None else index().row("SELECT fr, en FROM entity WHERE iri = ?", (base() + value,))
    return named(row) if row is not None else value


@blueprint.get("/events")
def events_list() -> str:
    """Events of a selection."""
    selection = Selection.read(request.args)
    paging = Paging.read(count(index(), selection, base()))
    found = events(index(), selection, base(), paging.per_page, paging.offset)
    arguments = urlencode(selection.arguments())
    return render_template(
        "events.html",
        selection=selection,
        facets=facets(selection),
        events=event_lines(found),
        paging=paging,
        arguments=arguments,
        sorts={name: SORT_NAMES[name] for name in SORTS},
        timeline=histogram(days(index(), selection, base()), selection),
        has_points=bool(points(index(), selection, base(), 1)),
        sparql=PROLOGUE + selection.sparql(base()),
        chips=[(name, label, value) for name, label in FACETS.items() for value in _chips(selection, name)],
    )


def _chips(selection: Selection, name: str) -> list[dict[str, str]]:
    out = []
    for value in getattr(selection, name):
        rest = urlencode(selection.toggled(name, value).arguments())
        out.append({"label": _label(name, value, None), "href": f"/events?{rest}" if rest else "/events"})
    return out


@blueprint.get("/events/places.geojson")
def places() -> dict[str, Any]:
    """The places of a selection with how many events each has, for the map."""
    selection = Selection.read(request.args)
    return places_collection(points(index(), selection, base()), selection)


@blueprint.get("/events/map.svg")
def picture() -> Response:
    """The map of a selection as a picture, for readers without scripts."""
    selection = Selection.read(request.args)
    svg = locator_map([(r["lat"], r["long"], r["n"], named(r)) for r in points(index(), selection, base(), 200)])
    return Response(svg, content_type="image/svg+xml; charset=utf-8")
