"""What the start page and the list of events show while the first index of a store is being made."""

from __future__ import annotations

from flask import Response, render_template, request

from kg.graph.terms import CKG
from kg.web.graph_access import rows
from kg.web.index.selection import Selection
from kg.web.pages.blueprint import base

_EVENTS = 20
_COUNTS = {"event": "ckg:Event", "article": "ckg:Article", "report": "ckg:EventReport"}


def preview() -> Response:
    """The first events of the selection that the address asks for, and counts, straight from the graph.

    Asks the browser to come back for the whole page. Raises QueryError where the store does not answer.
    """
    found = [
        {**row, "status": row["status"].removeprefix(CKG)}
        for row in rows(f"{Selection.read(request.args).sparql(base())} LIMIT {_EVENTS}")
    ]
    counts = {
        name: int(rows(f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a {kind} }}")[0]["n"])
        for name, kind in _COUNTS.items()
    }
    return Response(render_template("preview.html", events=found, counts=counts), headers={"Refresh": "5"})
