"""SPARQL 1.1 Graph Store HTTP Protocol: indirect (`?graph=`, `?default`) and direct graph identification."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.formparser import MultiPartParser

from kg.web import bodies
from kg.web.datasets import on_graph
from kg.web.guard import RefusedError, check
from kg.web.negotiation import GRAPH_ALIASES, GRAPHS, choose, media_type
from kg.web.problems import problem
from kg.web.sparql import answered, authorised, digest, options
from kg.web.workers import Job, WorkerPool
from kg.web.writing import Drop, Load, Patch, Update, WriteError, files, write

blueprint = Blueprint("graph_store", __name__)
PATH = "/rdf-graph-store"
_METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]
_READING = ["GET", "HEAD", "OPTIONS"]
_MOST_PARTS = 100


@blueprint.route(PATH, methods=_METHODS)
@blueprint.route(PATH + "/", methods=_METHODS)
@blueprint.route(PATH + "/<path:name>", methods=_METHODS)
def graph_store(name: str | None = None) -> Response:
    """Read or write one graph."""
    if request.method == "OPTIONS":
        return options(_METHODS if current_app.config["KG_WRITABLE"] else _READING, "Accept, Content-Type")
    if request.method not in ("GET", "HEAD"):
        refused = authorised()
        if refused is not None:
            return refused
    graph = _identified(name)
    if request.method in ("GET", "HEAD"):
        return _read(graph)
    try:
        return _write(graph)
    except RefusedError as fault:
        return problem(str(fault), 400, None, fault.position)
    except WriteError as fault:
        return problem(str(fault), fault.status, None, fault.position)


def _identified(name: str | None) -> ox.NamedNode | ox.DefaultGraph | None:
    """The graph a request names; None for a POST to the store itself, which makes a new graph. Raises BadRequest."""
    values = bodies.parameters()
    given = values.getlist("graph")
    if name:
        if given or "default" in values:
            raise BadRequest("the path names a graph already")
        return ox.NamedNode(_address())
    if "default" in values and not given:
        return ox.DefaultGraph()
    if len(given) == 1 and "default" not in values:
        try:
            return ox.NamedNode(given[0])
        except ValueError as fault:
            raise BadRequest(f"not an absolute IRI: {given[0]!r}") from fault
    if not given and request.method == "POST":
        return None
    raise BadRequest("one of ?graph=IRI or ?default is wanted")


def _address() -> str:
    """The request's own address, still encoded as it was sent."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "").partition("?")[0]
    return request.host_url.rstrip("/") + raw if raw.startswith(PATH) else request.base_url


def _read(graph: ox.NamedNode | ox.DefaultGraph | None) -> Response:
    media = choose(request.accept_mimetypes, GRAPHS, GRAPH_ALIASES)
    if media is None:
        return problem(f"can answer with: {', '.join(GRAPHS)}", 406)
    if isinstance(graph, ox.NamedNode):
        pool: WorkerPool = current_app.extensions["kg_workers"]
        _, chunks = pool.run(Job(f"ASK {{ GRAPH {graph} {{}} }}", "application/sparql-results+json", None, union=False))
        try:
            if b"true" not in b"".join(chunks):
                return problem("no such graph", 404)
        finally:
            getattr(chunks, "close", lambda: None)()
    job = Job("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", None, media, union=False)
    return answered(replace(job, default_graphs=(graph.value,)) if isinstance(graph, ox.NamedNode) else job)


def _write(graph: ox.NamedNode | ox.DefaultGraph | None) -> Response:
    iri = graph.value if isinstance(graph, ox.NamedNode) else None
    if request.method == "PATCH":
        return _patch(graph, iri)
    if request.method == "DELETE":
        write(Drop(iri))
        return Response(status=204)
    location = None
    if graph is None:
        iri = location = f"{request.url_root.rstrip('/')}{PATH}/{uuid.uuid4()}"
    with files(_parts()) as parts:
        existed = write(Load(iri, parts, iri or _address(), replace=request.method == "PUT"))
    headers = {"Location": location} if location else None
    return Response(status=204 if existed else 201, headers=headers)


def _patch(graph: ox.NamedNode | ox.DefaultGraph | None, iri: str | None) -> Response:
    if graph is None:
        return problem("one of ?graph=IRI or ?default is wanted", 400)
    if media_type(request.content_type or "") != "application/sparql-update":
        return problem("PATCH takes application/sparql-update", 415)
    most = current_app.config["MAX_CONTENT_LENGTH"]
    text = bodies.text(most)
    request.environ["kg.query_hash"] = digest(text)
    check(text, longest=most)
    existed = write(Patch(iri, Update(on_graph(text, iri), iri or _address())))
    return Response(status=204 if existed else 201)


def _parts() -> list[tuple[bytes, str]]:
    """The body, or each file of a multipart body, with the name of its RDF format. Raises HTTPException."""
    most = current_app.config["MAX_CONTENT_LENGTH"]
    kind = media_type(request.content_type or "")
    data = bodies.body(most)
    if kind != "multipart/form-data":
        return [(data, _format(kind, request.mimetype_params.get("charset")))]
    boundary = request.mimetype_params.get("boundary", "")
    try:
        _, found = MultiPartParser(max_form_parts=_MOST_PARTS).parse(io.BytesIO(data), boundary.encode(), len(data))
    except ValueError as fault:
        raise BadRequest(f"the body is not multipart/form-data: {fault}") from fault
    parts = [part for several in found.listvalues() for part in several]
    if not parts:
        raise BadRequest("a multipart body without a file")
    return [(part.read(), _format(media_type(part.content_type or ""), None)) for part in parts]


def _format(media: str, charset: str | None) -> str:
    known = GRAPH_ALIASES.get(media, media)
    if known not in GRAPHS:
        raise UnsupportedMediaType(f"Content-Type {media or '(none)'} is no RDF format: {', '.join(GRAPHS)}")
    if charset and charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"charset {charset}: UTF-8 is wanted")
    return known
