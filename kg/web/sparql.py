"""SPARQL 1.1 Protocol: queries by GET and POST, updates by POST where the server is writable."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Iterator

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from kg.web.guard import RefusedError, check
from kg.web.negotiation import GRAPH_ALIASES, GRAPHS, RESULT_ALIASES, RESULTS, choose, media_type
from kg.web.workers import Job, QueryError, WorkerPool

blueprint = Blueprint("sparql", __name__)
log = logging.getLogger("kg.web")
LARGEST_BODY = 1_000_000


def problem(message: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """An error in the form the client asks for: JSON, HTML or plain text."""
    best = request.accept_mimetypes.best_match(["text/plain", "application/json", "text/html"], "text/plain")
    if best == "application/json":
        return Response(
            json.dumps({"error": message, "status": status}), status, headers, content_type="application/json"
        )
    if best == "text/html":
        from markupsafe import escape

        return Response(
            f"<!doctype html><title>{status}</title><h1>{status}</h1><pre>{escape(message)}</pre>",
            status,
            headers,
            content_type="text/html; charset=utf-8",
        )
    return Response(message + "\n", status, headers, content_type="text/plain; charset=utf-8")


@blueprint.route("/sparql", methods=["GET", "HEAD", "POST", "OPTIONS"])
def sparql() -> Response:
    """One address for queries and updates."""
    if request.method == "OPTIONS":
        return Response(
            status=204,
            headers={
                "Allow": "GET, HEAD, POST, OPTIONS",
                "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
                "Access-Control-Allow-Headers": "Accept, Content-Type",
            },
        )
    if request.content_length and request.content_length > LARGEST_BODY:
        return problem(f"the body is larger than {LARGEST_BODY} bytes", 413)
    if request.method != "POST":
        return _get()
    kind = media_type(request.content_type or "")
    if kind == "application/sparql-query":
        return _query([_body()], request.args)
    if kind == "application/sparql-update":
        return _update([_body()], request.args)
    if kind == "application/x-www-form-urlencoded":
        if "update" in request.form and "query" in request.form:
            return problem("a request is a query or an update, not both", 400)
        if "update" in request.form:
            return _update(request.form.getlist("update"), request.form)
        return _query(request.form.getlist("query"), request.form)
    return problem(
        f"Content-Type {kind or '(none)'}: application/sparql-query, application/sparql-update or application/x-www-form-urlencoded is wanted",
        415,
    )


def _body() -> str | None:
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError:
        return None


def _get() -> Response:
    if "update" in request.args:
        return problem("an update must be sent by POST", 400)
    queries = request.args.getlist("query")
    if not queries:
        editor = current_app.view_functions.get("pages.editor")
        if (
            editor
            and request.accept_mimetypes.best_match(["text/html", *GRAPHS]) == "text/html"
            and "text/html" in str(request.accept_mimetypes)
        ):
            return editor()  # type: ignore[return-value]
        from kg.web.description import service_description

        media = choose(request.accept_mimetypes, GRAPHS, GRAPH_ALIASES) or "text/turtle"
        body = ox.serialize(service_description(request.base_url), format=GRAPHS[media])
        return Response(body, content_type=media)
    return _query(queries, request.args)


def _query(texts: list[str | None] | list[str], values: object) -> Response:
    if len(texts) != 1 or texts[0] is None:
        return problem("exactly one query in UTF-8 is wanted" if texts else "no query", 400)
    text = texts[0]
    try:
        check(text, current_app.config["KG_SERVICES"])
    except RefusedError as refused:
        return problem(str(refused), 400)
    getlist = values.getlist  # type: ignore[attr-defined]
    rows = choose(request.accept_mimetypes, RESULTS, RESULT_ALIASES)
    graph = choose(request.accept_mimetypes, GRAPHS, GRAPH_ALIASES)
    if rows is None and graph is None:
        return problem(f"can answer with: {', '.join([*RESULTS, *GRAPHS])}", 406)
    try:
        defaults, named = tuple(_iris(getlist("default-graph-uri"))), tuple(_iris(getlist("named-graph-uri")))
        pool: WorkerPool = current_app.extensions["kg_workers"]
        media, chunks = pool.run(Job(text, rows, graph, defaults, named))
    except ValueError as fault:
        return problem(f"not an IRI: {fault}", 400)
    except QueryError as failure:
        return problem(str(failure), failure.status, {"Retry-After": "5"} if failure.status == 503 else None)
    content_type = media + ("; charset=utf-8" if media.startswith("text/") else "")
    return Response(_logged(chunks), content_type=content_type, headers={"Vary": "Accept"})


def _iris(values: list[str]) -> Iterator[str]:
    for value in values:
        yield ox.NamedNode(value).value


def _logged(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass chunks on; a failure is logged and breaks the transfer off, so that the client sees it is not whole."""
    try:
        yield from chunks
    except QueryError as failure:
        log.warning("answer broken off: %s", failure)
        raise


def authorised() -> Response | None:
    """None where the request may write; else the response that refuses it."""
    if not current_app.config["KG_WRITABLE"]:
        return problem("this server is read-only", 403)
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {current_app.config['KG_TOKEN']}"
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        return problem("writing needs the server's bearer token", 401, {"WWW-Authenticate": 'Bearer realm="kg"'})
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return problem("a write from another site is refused", 403)
    return None


def _update(texts: list[str | None] | list[str], values: object) -> Response:
    refused = authorised()
    if refused is not None:
        return refused
    if len(texts) != 1 or texts[0] is None:
        return problem("exactly one update in UTF-8 is wanted", 400)
    from kg.web.writing import WriteError, run_update

    getlist = values.getlist  # type: ignore[attr-defined]
    try:
        check(texts[0])
        run_update(texts[0], getlist("using-graph-uri"), getlist("using-named-graph-uri"))
    except RefusedError as fault:
        return problem(str(fault), 400)
    except WriteError as fault:
        return problem(str(fault), fault.status)
    return Response(status=204)


@blueprint.app_errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """Every HTTP error in the form the client asks for."""
    return problem(error.description or error.name, error.code or 500)
