"""SPARQL 1.1 Graph Store HTTP Protocol: indirect (`?graph=`, `?default`) and direct graph identification."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import FileStorage

from kg.stores.embedded import EmbeddedStore
from kg.web.guard import RefusedError, check
from kg.web.negotiation import GRAPH_ALIASES, GRAPHS, choose, media_type
from kg.web.sparql import authorised, problem
from kg.web.writing import WriteError, run_update

blueprint = Blueprint("graph_store", __name__)
PATH = "/rdf-graph-store"
_METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]


class _BadRequestError(ValueError):
    pass


@blueprint.route(PATH, methods=_METHODS)
@blueprint.route(PATH + "/<path:name>", methods=_METHODS)
def graph_store(name: str | None = None) -> Response:
    """Read or write one graph."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join(_METHODS)})
    try:
        graph = _identified(name)
    except _BadRequestError as fault:
        return problem(str(fault), 400)
    if request.method in ("GET", "HEAD"):
        return _read(graph)
    refused = authorised()
    if refused is not None:
        return refused
    try:
        return _write(graph, name)
    except (_BadRequestError, RefusedError) as fault:
        return problem(str(fault), 400)
    except WriteError as fault:
        return problem(str(fault), fault.status)


def _identified(name: str | None) -> ox.NamedNode | ox.DefaultGraph | None:
    """The graph a request names; None for a POST to the store itself, which makes a new graph."""
    if name is not None:
        return ox.NamedNode(request.base_url)
    given = request.args.getlist("graph")
    if "default" in request.args and not given:
        return ox.DefaultGraph()
    if len(given) == 1 and "default" not in request.args:
        try:
            return ox.NamedNode(given[0])
        except ValueError as fault:
            raise _BadRequestError(f"not an absolute IRI: {given[0]!r}") from fault
    if not given and request.method == "POST":
        return None
    raise _BadRequestError("one of ?graph=IRI or ?default is wanted")


def _triples(graph: ox.NamedNode | ox.DefaultGraph) -> list[ox.Triple]:
    store = EmbeddedStore.reading(current_app.config["KG_STORE"]).ox
    return [ox.Triple(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph)]


def _exists(graph: ox.NamedNode | ox.DefaultGraph) -> bool:
    store = EmbeddedStore.reading(current_app.config["KG_STORE"]).ox
    return isinstance(graph, ox.DefaultGraph) or store.contains_named_graph(graph)


def _read(graph: ox.NamedNode | ox.DefaultGraph | None) -> Response:
    if graph is None or not _exists(graph):
        return problem("no such graph", 404)
    media = choose(request.accept_mimetypes, GRAPHS, GRAPH_ALIASES)
    if media is None:
        return problem(f"can answer with: {', '.join(GRAPHS)}", 406)
    return Response(ox.serialize(_triples(graph), format=GRAPHS[media]), content_type=media, headers={"Vary": "Accept"})


def _write(graph: ox.NamedNode | ox.DefaultGraph | None, name: str | None) -> Response:
    if request.method == "PATCH":
        if media_type(request.content_type or "") != "application/sparql-update":
            return problem("PATCH takes application/sparql-update", 415)
        text = request.get_data().decode("utf-8")
        check(text)
        existed = graph is not None and _exists(graph)
        run_update(text, [graph.value] if isinstance(graph, ox.NamedNode) else [], [])
        return Response(status=204 if existed else 201)
    if request.method == "DELETE":
        if graph is None or not _exists(graph):
            return problem("no such graph", 404)
        run_update(f"DROP {_target(graph)}", [], [])
        return Response(status=204)
    location = None
    if graph is None:
        import uuid

        graph = ox.NamedNode(f"{request.url_root.rstrip('/')}{PATH}/{uuid.uuid4()}")
        location = graph.value
    existed = _exists(graph)
    body = "".join(_parsed())
    where = f"GRAPH {graph} {{ {body} }}" if isinstance(graph, ox.NamedNode) else body
    clear = f"DROP SILENT {_target(graph)} ; " if request.method == "PUT" else ""
    create = f"CREATE SILENT GRAPH {graph} ; " if isinstance(graph, ox.NamedNode) else ""
    run_update(f"{clear}{create}INSERT DATA {{ {where} }}", [], [])
    headers = {"Location": location} if location else None
    return Response(status=204 if existed else 201, headers=headers)


def _target(graph: ox.NamedNode | ox.DefaultGraph) -> str:
    return f"GRAPH {graph}" if isinstance(graph, ox.NamedNode) else "DEFAULT"


def _parsed() -> list[str]:
    """The triples of the body (or of each part of a multipart body) as N-Triples lines."""
    if media_type(request.content_type or "") == "multipart/form-data":
        parts = [(part.read(), media_type(part.content_type or "")) for part in _files()]
    else:
        parts = [(request.get_data(), media_type(request.content_type or ""))]
    out = []
    for data, media in parts:
        format_ = GRAPHS.get(GRAPH_ALIASES.get(media, media))
        if format_ is None:
            raise WriteError(f"Content-Type {media or '(none)'} is no RDF format: {', '.join(GRAPHS)}", 415)
        if media.endswith("xml") and b"<!ENTITY" in data:
            raise _BadRequestError("XML entities are not taken")
        try:
            triples = [
                ox.Triple(q.subject, q.predicate, q.object)
                for q in ox.parse(data, format=format_, base_iri=request.base_url)
            ]
        except SyntaxError as fault:
            raise _BadRequestError(f"the body is not {media}: {fault}") from fault
        out.append((ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode())
    return out


def _files() -> list[FileStorage]:
    return [part for parts in request.files.listvalues() for part in parts]
