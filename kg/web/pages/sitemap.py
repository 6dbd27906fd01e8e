"""For crawlers: robots.txt, and a sitemap of events, entities and articles (sitemaps.org 0.9)."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from kg.web.pages.blueprint import blueprint, index

_PER_FILE = 5_000
_TABLES = {"event": "last", "entity": "NULL", "article": "issued"}


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers should leave: endless lists of selections, and the endpoint."""
    lines = [
        "User-agent: *",
        "Disallow: /sparql",
        "Disallow: /query",
        "Disallow: /search",
        "Disallow: /events?",
        "Disallow: /rdf-graph-store",
        "Disallow: /data/",
    ]
    return Response(
        "\n".join([*lines, f"Sitemap: {request.url_root}sitemap.xml", ""]), content_type="text/plain; charset=utf-8"
    )


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    """The list of sitemaps, each of at most 5,000 addresses."""
    parts = []
    for table in _TABLES:
        found = index().row(f"SELECT COUNT(*) AS n FROM {table}")
        parts += [
            f"{request.url_root}sitemap-{table}-{number}.xml"
            for number in range(-(-(found["n"] if found else 0) // _PER_FILE))
        ]
    return Response(render_template("sitemap_index.xml", parts=parts), content_type="application/xml; charset=utf-8")


@blueprint.get("/sitemap-<any(event, entity, article):table>-<int:number>.xml")
def sitemap(table: str, number: int) -> Response:
    """The pages of one kind of thing."""
    query = f"SELECT iri, {_TABLES[table]} AS changed FROM {table} ORDER BY id LIMIT ? OFFSET ?"
    rows = index().rows(query, (_PER_FILE, min(number, 10**6) * _PER_FILE))
    if not rows:
        abort(404)
    return Response(render_template("sitemap.xml", rows=rows), content_type="application/xml; charset=utf-8")
