"""Conflicts: how their tolls went over time, the series of contradicting sources drawn together."""

from __future__ import annotations

from flask import render_template

from kg.web.index.selection import Selection, count, events
from kg.web.pages.blueprint import base, blueprint, index
from kg.web.pages.charts import curves
from kg.web.pages.event import toll_series
from kg.web.pages.gathering import EventLine, claims, event_lines, marks
from kg.web.pages.paging import Paging

_PER_PAGE, _CLAIMS, _COUNTRIES = 10, 300, 12


@blueprint.get("/conflicts")
def conflicts_list() -> str:
    """Wars, campaigns and insurgencies, each with what sources say of its dead; and the countries with most deaths."""
    chosen = Selection(type=("Conflict",), sort="-killed")
    paging = Paging.read(count(index(), chosen, base()), _PER_PAGE)
    found = event_lines(events(index(), chosen, base(), paging.per_page, paging.offset))
    drawn = [(line, curves(toll_series(claims(*_within(line), _CLAIMS)))) for line in found]
    countries = index().rows(
        """SELECT n.*, COUNT(*) AS n, SUM(e.best) AS killed, SUM(e.low) AS low, SUM(e.high) AS high, SUM(e.disputed) AS disputed, MIN(e.begin) AS first, MAX(e.begin) AS last
        FROM event e JOIN event_entity x ON x.event = e.id AND x.role = 'country' JOIN entity n ON n.id = x.entity
        WHERE e.high IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event_type t WHERE t.event = e.id AND t.type = 'Conflict')
        GROUP BY n.id ORDER BY killed DESC, n.id LIMIT ?""",
        (_COUNTRIES,),
    )
    return render_template("conflicts.html", conflicts=drawn, paging=paging, countries=countries)


def _within(line: EventLine) -> tuple[str, list[object]]:
    """The condition for reports of a conflict itself, and of violence in its countries during its days."""
    countries = [row["id"] for row in line.entities["country"]]
    if not countries or not line.row["begin"]:
        return "r.event = ?", [line.row["id"]]
    where = f"""(r.event = ? OR r.event IN (SELECT v.id FROM event v JOIN event_entity x ON x.event = v.id AND x.role = 'country'
        WHERE v.high IS NOT NULL AND x.entity IN ({marks(countries)}) AND v.begin BETWEEN ? AND ?))"""
    return where, [line.row["id"], *countries, line.row["begin"], line.row["end"] or "9999-12-31"]
