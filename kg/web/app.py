"""The Flask application: SPARQL endpoint, graph store, linked data and pages over one store."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, request

from kg.web.compression import compressed
from kg.web.settings import Settings
from kg.web.settings import from_environment as settings_from_environment
from kg.web.tiles import tile_source
from kg.web.workers import WorkerPool

__all__ = ["Settings", "create_app", "from_environment", "settings_from_environment"]

POLICY = "default-src 'self'; style-src 'self'; img-src 'self' data:; script-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
_OPEN = ("/sparql", "/rdf-graph-store", "/data/", "/id/", "/ontology", "/.well-known")


def create_app(settings: Settings) -> Flask:
    """The application for these settings.

    Raises ValueError for a writable server without a token, and StoreError where there is no store.
    """
    from kg.stores.embedded import EmbeddedStore
    from kg.web import graph_store, linked_data, pages, sparql

    if settings.writable and not settings.token:
        raise ValueError("a writable server needs a token: set KG_TOKEN")
    if settings.endpoint is None:
        EmbeddedStore.reading(settings.store)
    app = Flask("kg.web")
    app.config.update(
        KG_STORE=settings.store, KG_WRITABLE=settings.writable, KG_TOKEN=settings.token or secrets.token_hex(32),
        KG_LIMITS=settings.limits, KG_SERVICES=settings.services, KG_BASE=settings.base, KG_ENDPOINT=settings.endpoint,
        KG_POLICY=_policy(settings.tiles), KG_TILES=settings.tiles, KG_TILES_ATTRIBUTION=settings.tiles_attribution,
        MAX_CONTENT_LENGTH=settings.largest_body,
    )  # fmt: skip
    if settings.endpoint is None:
        network = bool(settings.services)
        app.extensions["kg_workers"] = WorkerPool(settings.store, settings.workers, settings.limits, network=network)
    else:
        from kg.stores.remote import RemotePool

        app.extensions["kg_workers"] = RemotePool(settings.endpoint, settings.limits)
    for module in (sparql, graph_store, linked_data, pages):
        app.register_blueprint(module.blueprint)
    app.after_request(_headers)
    app.after_request(compressed)
    if settings.metrics:
        from kg.web import metrics

        metrics.measure(app)
    if settings.proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count)  # type: ignore[method-assign]
    return app


def _policy(tiles: str) -> str:
    """The Content-Security-Policy: nothing from elsewhere but the tiles that the operator named."""
    return POLICY.replace("img-src 'self'", f"img-src 'self' {tile_source(tiles)}") if tiles else POLICY


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", current_app.config["KG_POLICY"])
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.path.startswith(_OPEN):
        # Anybody may read; never with credentials, which `*` rules out.
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        response.headers.setdefault("Access-Control-Expose-Headers", "ETag, Location, Retry-After")
    return response


def from_environment() -> Flask:
    """The application for the environment's settings."""
    return create_app(settings_from_environment())
