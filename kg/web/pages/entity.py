"""What the page of an entity shows: its events on a map and over time, whom it acted on, what it claims."""

from __future__ import annotations

import json
from collections import defaultdict
from sqlite3 import Row
from typing import Any

from kg.web.index.selection import Selection, count, days, events, facet, points
from kg.web.pages.blueprint import base, index
from kg.web.pages.charts import histogram, network
from kg.web.pages.claims import compare
from kg.web.pages.gathering import claims, event_lines
from kg.web.pages.geojson import places_collection
from kg.web.pages.structured import entity_data
from kg.web.pages.summaries import entity_summary
from kg.web.pages.wording import language, path

_EVENTS, _CLAIMS, _NEIGHBOURS, _TYPES = 15, 12, 12, 6


def entity_parts(row: Row) -> dict[str, Any]:
    """What the template of an entity's page needs beyond the common parts."""
    chosen = selection_of(row)
    total = count(index(), chosen, base())
    found = claims(_NAMED, (row["id"],), _CLAIMS, order="a.issued DESC, a.id, r.id")
    compare(found)
    places: list[Any] = list(points(index(), chosen, base(), 200))
    own = [{**dict(row), "n": total, "killed": None}] if row["lat"] is not None and not places else []
    types = facet(index(), chosen, "type", base(), _TYPES)
    neighbours = _neighbours(row)
    country = (
        index().row("SELECT * FROM entity WHERE id = ? AND id != ?", (row["country"], row["id"]))
        if row["country"]
        else None
    )
    return {
        "label": None, "entity": row, "country": country, "selection": chosen, "total": total, "events": event_lines(events(index(), chosen, base(), _EVENTS)),
        "claims": found, "timeline": histogram(days(index(), chosen, base()), chosen), "places": places or own, "points": json.dumps(places_collection(places or own)),
        "network": network(neighbours), "types": types, "summary": entity_summary(row, country, total, types), "structured": entity_data(row, country), "relations": _relations(row),
    }  # fmt: skip


_NAMED = "r.id IN (SELECT report FROM report_entity WHERE entity = ? ORDER BY report DESC LIMIT 400)"


_TOWARDS = {
    "coChairOf": "coChairOf",
    "memberOf": "memberOf",
    "affiliatedWith": "affiliatedWith",
    "within": "within",
    "position": "offices",
}
_FROM = {"coChairOf": "coChairs", "memberOf": "members", "affiliatedWith": "affiliated", "position": "holders"}


def _relations(row: Row) -> dict[str, list[Row]]:
    """Members, co-chairs and holders of offices, and what this one belongs to; by name of the relation."""
    out: dict[str, list[Row]] = defaultdict(list)
    for names, own, other in ((_FROM, "object", "subject"), (_TOWARDS, "subject", "object")):
        found = index().rows(
            f"""SELECT DISTINCT r.property, r.office, r.begin, r.end, n.* FROM relation r JOIN entity n ON n.id = r.{other}
            WHERE r.{own} = ? AND r.{other} != r.{own} ORDER BY n.{language()}, r.begin LIMIT 300""",
            (row["id"],),
        )
        for item in found:
            if item["property"] in names:
                out[names[item["property"]]].append(item)
    chairs = {item["id"] for item in out["coChairs"]}
    out["members"] = [item for item in out["members"] if item["id"] not in chairs]
    return {name: items for name, items in out.items() if items}


def selection_of(row: Row) -> Selection:
    """The events of an entity: in a state, at a place, or with an actor."""
    name = (path(row["iri"]),)
    if row["kind"] == "State":
        return Selection(country=name)
    return Selection(place=name) if row["kind"] == "Place" else Selection(actor=name)


def _neighbours(row: Row) -> list[Row]:
    """Who acted on whom: the actors most often in events with this one, with how often each way."""
    return index().rows(
        """SELECT n.*, SUM(x.role = 'agent' AND y.role = 'target') AS acted, SUM(x.role = 'target' AND y.role = 'agent') AS suffered,
            SUM(x.role = y.role) AS together, COUNT(DISTINCT x.event) AS shared
        FROM event_entity x JOIN event_entity y ON y.event = x.event AND y.entity != x.entity JOIN entity n ON n.id = y.entity
        WHERE x.entity = ? AND x.role IN ('agent', 'target', 'participant', 'mediator') AND y.role IN ('agent', 'target', 'participant', 'mediator')
            AND (x.role = y.role OR (x.role = 'agent' AND y.role = 'target') OR (x.role = 'target' AND y.role = 'agent'))
        GROUP BY n.id ORDER BY shared DESC, acted + suffered DESC, n.id LIMIT ?""",
        (row["id"], _NEIGHBOURS),
    )
