"""Linked data: /id/ answers 303 to a page or to data; /data/ gives RDF; the ontology, VoID and health."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from kg.resources import resource
from kg.web.conditional import entity_tag, marked, unchanged
from kg.web.description import void_triples
from kg.web.graph_access import ask, describe
from kg.web.negotiation import GRAPH_ALIASES, GRAPHS, SUFFIXES, choose
from kg.web.sparql import problem

blueprint = Blueprint("linked_data", __name__)
_HTML = ("text/html", "application/xhtml+xml")


def wants_page() -> bool:
    """Whether the client would rather have a page than RDF."""
    if not request.accept_mimetypes:
        return True
    best = request.accept_mimetypes.best_match([*_HTML, *GRAPHS])
    return best in _HTML


@blueprint.get("/id/<path:name>")
def thing(name: str) -> BaseResponse:
    """A thing itself cannot be sent: 303 See Other to its page or its data."""
    encoded = quote(name, safe="/~:@!$&'()*+,;=-._")
    if wants_page():
        response: BaseResponse = redirect(f"/page/{encoded}", 303)
    else:
        media = choose(request.accept_mimetypes, GRAPHS, GRAPH_ALIASES)
        suffix = next((s for s, m in SUFFIXES.items() if m == media), None)
        if suffix is None:
            return problem(f"can answer with: text/html, {', '.join(SUFFIXES.values())}", 406)
        response = redirect(f"/data/{encoded}.{suffix}", 303)
    response.headers["Vary"] = "Accept"
    return response


@blueprint.get("/data/<path:name>.<any(ttl, jsonld, rdf, nt):suffix>")
def data(name: str, suffix: str) -> Response:
    """All triples that a thing is the subject or the object of."""
    iri = current_app.config["KG_BASE"] + _raw(name, suffix)
    tag = entity_tag(iri, suffix)
    held = unchanged(tag)
    if held is not None:
        return held
    body = describe(iri, GRAPHS[SUFFIXES[suffix]])
    if not body:
        return problem("nothing is known of this", 404)
    links = {"Link": f'</page/{_raw(name, suffix)}>; rel="alternate"; type="text/html"'}
    return marked(Response(body, content_type=SUFFIXES[suffix], headers=links), tag)


def _raw(name: str, suffix: str) -> str:
    """The path as it was sent, still encoded, without the suffix: IRIs keep their percent signs."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "").partition("?")[0]
    prefix = "/data/"
    if raw.startswith(prefix) and raw.endswith(f".{suffix}"):
        return raw[len(prefix) : -len(suffix) - 1]
    return quote(name, safe="/~:@!$&'()*+,;=-._")


@blueprint.get("/ontology/context.jsonld")
def context() -> BaseResponse:
    """The JSON-LD 1.1 context that the exports' documents name."""
    return Response(resource("ontology/context.jsonld"), mimetype="application/ld+json")


@blueprint.get("/ontology")
def ontology() -> BaseResponse | str:
    """The vocabulary: a page for people, RDF for programs."""
    view = current_app.view_functions.get("pages.ontology_page")
    if wants_page() and view:
        return view()  # type: ignore[return-value]
    media = choose(request.accept_mimetypes, GRAPHS, GRAPH_ALIASES)
    if media is None:
        refusal = problem(f"can answer with: text/html, {', '.join(GRAPHS)}", 406)
        refusal.headers["Vary"] = "Accept"
        return refusal
    triples = ox.parse(resource("ontology/conflict.ttl"), format=ox.RdfFormat.TURTLE)
    body = ox.serialize((ox.Triple(q.subject, q.predicate, q.object) for q in triples), format=GRAPHS[media])
    return Response(body, content_type=media, headers={"Vary": "Accept"})


@blueprint.get("/.well-known/void")
def void() -> Response:
    """What the data set holds."""
    media = choose(request.accept_mimetypes, GRAPHS, GRAPH_ALIASES) or "text/turtle"
    tag = entity_tag("void", media)
    held = unchanged(tag)
    if held is not None:
        return held
    body = ox.serialize(void_triples(), format=GRAPHS[media])
    return marked(Response(body, content_type=media, headers={"Vary": "Accept"}), tag)


@blueprint.get("/health")
def health() -> Response:
    """200 when the store answers, 503 when it does not."""
    if ask("ASK { ?s ?p ?o }") is None:
        return Response('{"status": "unavailable"}', 503, content_type="application/json")
    return Response('{"status": "ok"}', content_type="application/json")
