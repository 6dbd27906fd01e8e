"""The list of entities: people, organisations, states, groups, places."""

from __future__ import annotations

from flask import render_template, request

from kg.web.index.building import KINDS
from kg.web.pages.blueprint import blueprint, index
from kg.web.pages.gathering import marks
from kg.web.pages.paging import Paging
from kg.web.pages.wording import language

_SORTS = {
    "events": "events DESC, articles DESC, id",
    "articles": "articles DESC, id",
    "name": "{name} COLLATE NOCASE, id",
}


@blueprint.get("/entities")
def entities_list() -> str:
    """Entities by kind, with how many events and articles each is in."""
    kinds = tuple(kind for kind in dict.fromkeys(request.args.getlist("kind")) if kind in KINDS)
    sort = request.args.get("sort", "events")
    order = _SORTS.get(sort, _SORTS["events"]).format(name=language())
    where = f"kind IN ({marks(kinds)})" if kinds else "1"
    counted = {row["kind"]: row["n"] for row in index().rows("SELECT kind, COUNT(*) AS n FROM entity GROUP BY kind")}
    paging = Paging.read(sum(n for kind, n in counted.items() if not kinds or kind in kinds))
    query = f"SELECT * FROM entity WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    rows = index().rows(query, (*kinds, paging.per_page, paging.offset))
    return render_template(
        "entities.html", rows=rows, paging=paging, kinds=KINDS, chosen=kinds, counted=counted, sort=sort
    )
