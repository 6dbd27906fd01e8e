"""SPARQL 1.1 Protocol: queries by GET and POST, updates by POST where the server is writable."""

from __future__ import annotations

import errno
import hashlib
import hmac
import logging
import tempfile
from collections.abc import Iterator

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from kg.web import bodies
from kg.web.conditional import entity_tag, is_steady, marked, unchanged
from kg.web.datasets import with_dataset
from kg.web.description import service_triples
from kg.web.guard import RefusedError, check
from kg.web.negotiation import GRAPH_ALIASES, GRAPHS, RESULT_ALIASES, RESULTS, choose, content_type, media_type
from kg.web.problems import problem
from kg.web.workers import Answer, Job, QueryError, WorkerPool
from kg.web.writing import Update, WriteError, write

__all__ = ["authorised", "blueprint", "problem"]

blueprint = Blueprint("sparql", __name__)
log = logging.getLogger("kg.web")
LARGEST_BODY = 1_000_000
_METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
_SPOOLED = 1024 * 1024


@blueprint.route("/sparql", methods=_METHODS)
@blueprint.route("/sparql/", methods=_METHODS)
def sparql() -> Response:
    """One address for queries and updates."""
    if request.method == "OPTIONS":
        return options(_METHODS, "Accept, Content-Type")
    values = bodies.parameters()
    if request.method != "POST":
        return _get(values)
    kind = media_type(request.content_type or "")
    if kind == "application/sparql-query":
        return _query([bodies.text(LARGEST_BODY)], values)
    if kind == "application/sparql-update":
        return _update(None, values)
    if kind == "application/x-www-form-urlencoded":
        values.update(bodies.form(LARGEST_BODY))
        if "update" in values and "query" in values:
            return problem("a request is a query or an update, not both", 400)
        if "update" in values:
            return _update(values.getlist("update"), values)
        return _query(values.getlist("query"), values)
    wanted = "application/sparql-query, application/sparql-update or application/x-www-form-urlencoded is wanted"
    return problem(f"Content-Type {kind or '(none)'}: {wanted}", 415)


def options(methods: list[str], headers: str) -> Response:
    """The answer to OPTIONS, and to a browser's question whether it may read from another site."""
    found = {
        "Allow": ", ".join(methods),
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": headers,
        "Access-Control-Max-Age": "86400",
    }
    return Response(status=204, headers=found)


def _get(values: MultiDict[str, str]) -> Response:
    if "update" in values:
        return problem("an update must be sent by POST", 400)
    queries = values.getlist("query")
    if queries:
        return _query(queries, values)
    editor = current_app.view_functions.get("pages.editor")
    wanted = request.accept_mimetypes
    asked = any(media == "text/html" for media, _ in wanted)
    if editor and asked and wanted.best_match(["text/html", *GRAPHS]) == "text/html":
        return editor()  # type: ignore[return-value]
    media = choose(wanted, GRAPHS, GRAPH_ALIASES)
    if media is None:
        return problem(f"can answer with: text/html, {', '.join(GRAPHS)}", 406)
    tag = entity_tag("service", media, current_app.config["KG_WRITABLE"], current_app.config["KG_SERVICES"])
    held = unchanged(tag)
    if held is not None:
        return held
    body = ox.serialize(service_triples(), format=GRAPHS[media])
    return marked(Response(body, content_type=content_type(media), headers={"Vary": "Accept"}), tag)


def _query(texts: list[str], values: MultiDict[str, str]) -> Response:
    if len(texts) != 1:
        return problem("exactly one query is wanted" if texts else "no query", 400)
    text = texts[0]
    request.environ["kg.query_hash"] = digest(text)
    rows = choose(request.accept_mimetypes, RESULTS, RESULT_ALIASES)
    graph = choose(request.accept_mimetypes, GRAPHS, GRAPH_ALIASES)
    if rows is None and graph is None:
        return problem(f"can answer with: {', '.join([*RESULTS, *GRAPHS])}", 406)
    try:
        defaults = tuple(_iris("default-graph-uri", values))
        named = tuple(_iris("named-graph-uri", values))
    except ValueError as fault:
        return problem(str(fault), 400)
    return answered(Job(text, rows, graph, defaults, named, _base()))


def answered(job: Job) -> Response:
    """The answer to a job, or what stands in its way, after the guard has seen it; 304 where the client has it."""
    try:
        check(job.text, current_app.config["KG_SERVICES"])
        tag = entity_tag(job) if request.method != "POST" and is_steady(job.text) else None
        held = unchanged(tag)
        if held is not None:
            return held
        pool: WorkerPool = current_app.extensions["kg_workers"]
        media, chunks = pool.run(job)
    except RefusedError as refused:
        return problem(str(refused), 400, None, refused.position)
    except QueryError as failure:
        return problem(str(failure), failure.status, None, failure.position)
    return marked(_response(media, chunks), tag)


def _response(media: str, chunks: Iterator[bytes]) -> Response:
    """Whole answers with their length, others as they come; to HTTP/1.0, where an end cannot be told from a break, whole."""
    if isinstance(chunks, Answer) and chunks.short:
        body = b"".join(chunks)
        chunks.close()
        response = Response(body, content_type=content_type(media))
    elif request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return _spooled(media, chunks)
    else:
        response = Response(_passed_on(chunks), content_type=content_type(media))
        response.call_on_close(getattr(chunks, "close", lambda: None))
    response.headers["Vary"] = "Accept"
    return response


def _passed_on(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks; a failure breaks the connection off, so that the client sees that the answer is not whole."""
    try:
        yield from chunks
    except QueryError as failure:
        log.warning("answer broken off: %s", failure)
        raise ConnectionResetError(errno.ECONNRESET, str(failure)) from None


def _spooled(media: str, chunks: Iterator[bytes]) -> Response:
    held = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115  (closed with the response)
    try:
        for chunk in chunks:
            held.write(chunk)
    except QueryError as failure:
        held.close()
        return problem(str(failure), failure.status, None, failure.position)
    finally:
        if isinstance(chunks, Answer):
            chunks.close()
    length = held.tell()
    held.seek(0)
    response = Response(iter(lambda: held.read(_SPOOLED), b""), content_type=content_type(media))
    response.call_on_close(held.close)
    response.headers.update({"Content-Length": str(length), "Vary": "Accept"})
    return response


def _base() -> str:
    """What relative IRIs in queries and updates are resolved against: the address of the endpoint."""
    return f"{request.scheme}://{request.host}/sparql"


def digest(text: str) -> str:
    """The first 16 hex digits of a query's SHA-256, by which logs name it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _iris(name: str, values: MultiDict[str, str]) -> Iterator[str]:
    for value in values.getlist(name):
        try:
            yield ox.NamedNode(value).value
        except ValueError as fault:
            raise ValueError(f"{name}: {value!r} is not an absolute IRI") from fault


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
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        return problem("a write from another site is refused", 403)
    return None


def _update(texts: list[str] | None, values: MultiDict[str, str]) -> Response:
    refused = authorised()
    if refused is not None:
        return refused
    if texts is None:
        texts = [bodies.text(current_app.config["MAX_CONTENT_LENGTH"])]
    if len(texts) != 1:
        return problem("exactly one update is wanted", 400)
    request.environ["kg.query_hash"] = digest(texts[0])
    try:
        check(texts[0], longest=current_app.config["MAX_CONTENT_LENGTH"])
        using, named = list(_iris("using-graph-uri", values)), list(_iris("using-named-graph-uri", values))
        write(Update(with_dataset(texts[0], using, named), _base()))
    except RefusedError as fault:
        return problem(str(fault), 400, None, fault.position)
    except WriteError as fault:
        return problem(str(fault), fault.status, None, fault.position)
    except ValueError as fault:
        return problem(str(fault), 400)
    return Response(status=204)


@blueprint.app_errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """Every HTTP error in the form the client asks for, with the headers that belong to it."""
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "WWW-Authenticate")}
    return problem(error.description or error.name, error.code or 500, kept)


@blueprint.app_errorhandler(Exception)
def unforeseen(fault: Exception) -> Response:
    """What nobody foresaw: the log tells where, the client is told that much."""
    log.exception("%s %s: %s", request.method, request.path, type(fault).__name__)
    return problem("a fault in the server; it is in its log", 500)
