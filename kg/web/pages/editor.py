"""The query page: an editor with the saved queries as examples, and plain tables without scripts."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from kg.graph.queries import SavedQuery, saved_queries
from kg.graph.terms import PREFIXES
from kg.web import vocabulary
from kg.web.guard import check
from kg.web.pages.blueprint import blueprint
from kg.web.workers import Job, QueryError

_ROWS = 500
_TABLE_STYLE = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The one style element that YASGUI 4.6.2 adds, for the handles of its table's columns."""
GROUPS = {
    "actors": lazy_gettext("Actors"),
    "claims": lazy_gettext("Claims"),
    "events": lazy_gettext("Events"),
    "geosparql": "GeoSPARQL",
    "places": lazy_gettext("Places"),
    "provenance": lazy_gettext("Provenance"),
    "quality": lazy_gettext("Quality"),
    "tolls": lazy_gettext("Tolls"),
}
_FIRST = "PREFIX ckg: <https://w3id.org/conflict-kg/ontology#>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nSELECT ?event ?label WHERE {\n  ?event a ckg:Event ; rdfs:label ?label\n} LIMIT 20\n"


@blueprint.get("/query")
def editor() -> Response:
    """A form for SPARQL with the saved queries; `run` gives the first rows as a table."""
    saved = saved_queries()
    chosen = saved.get(request.args.get("example", ""))
    text = (request.args.get("query") or "")[:100_000] or (chosen.filled({}) if chosen else _FIRST)
    table = failure = None
    if "run" in request.args:
        try:
            table = _run(text)
        except (QueryError, ValueError) as fault:
            failure = str(fault)
    groups: dict[str, list[SavedQuery]] = defaultdict(list)
    for query in saved.values():
        groups[query.group].append(query)
    page = render_template(
        "query.html",
        text=text,
        groups=groups,
        chosen=chosen,
        table=table,
        failure=failure,
        most=_ROWS,
        group_names=GROUPS,
    )
    response = Response(page)
    policy: str = current_app.config["KG_POLICY"]
    response.headers["Content-Security-Policy"] = policy.replace("style-src 'self'", f"style-src 'self' {_TABLE_STYLE}")
    return response


@blueprint.get("/page/query/<name>")
def example(name: str) -> BaseResponse:
    """The page of a saved query is the editor with it."""
    if name not in saved_queries():
        abort(404)
    return redirect(url_for("pages.editor", example=name))


def _run(text: str) -> dict[str, Any]:
    check(text, current_app.config["KG_SERVICES"])
    job = Job(text, "application/sparql-results+json", "text/turtle")
    media, chunks = current_app.extensions["kg_workers"].run(job)
    body = b"".join(chunks)
    if media != "application/sparql-results+json":
        return {"graph": body[:200_000].decode("utf-8", "replace")}
    found = json.loads(body)
    if "boolean" in found:
        return {
            "names": [gettext("Answer")],
            "rows": [[{"value": gettext("yes") if found["boolean"] else gettext("no"), "type": "literal"}]],
            "total": 1,
        }
    names, bindings = found["head"]["vars"], found["results"]["bindings"]
    return {
        "names": names,
        "rows": [[binding.get(name) for name in names] for binding in bindings[:_ROWS]],
        "total": len(bindings),
    }


@blueprint.get("/query/completions")
def completions() -> dict[str, Any]:
    """Prefixes, and the classes and properties in use, for the editor's completion."""
    found = vocabulary.terms().values()
    return {
        "prefixes": dict(PREFIXES),
        "classes": [term.iri for term in found if term.kind == "class"],
        "properties": [term.iri for term in found if term.kind == "property"],
    }
