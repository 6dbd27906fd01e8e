"""The Flask application: SPARQL endpoint, graph store, linked data and pages over one store."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, request

from kg.graph.terms import BASE
from kg.web.workers import Limits, WorkerPool

_POLICY = "default-src 'self'; style-src 'self'; img-src 'self' data:; script-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is started with. `token` is needed where `writable`."""

    store: Path
    endpoint: str | None = None
    writable: bool = False
    token: str | None = None
    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    services: frozenset[str] = frozenset()
    base: str = BASE


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
        KG_LIMITS=settings.limits, KG_SERVICES=settings.services, KG_BASE=settings.base, MAX_CONTENT_LENGTH=32 * 1024 * 1024,
    )  # fmt: skip
    if settings.endpoint is None:
        app.extensions["kg_workers"] = WorkerPool(settings.store, settings.workers, settings.limits)
    else:
        from kg.stores.remote import RemotePool

        app.extensions["kg_workers"] = RemotePool(settings.endpoint, settings.limits)
    for module in (sparql, graph_store, linked_data, pages):
        app.register_blueprint(module.blueprint)
    app.after_request(_headers)
    return app


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.path.startswith(("/sparql", "/rdf-graph-store", "/data/", "/id/", "/ontology", "/.well-known")):
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
    return response


def settings_from_environment() -> Settings:
    """Settings of the `KG_…` variables, for WSGI servers that import `kg.web.app:from_environment`."""
    limits = Limits(seconds=float(os.environ.get("KG_TIMEOUT", "30")))
    services = frozenset(os.environ.get("KG_SERVICES", "").split())
    return Settings(
        Path(os.environ.get("KG_STORE") or "kg-store"), os.environ.get("KG_ENDPOINT"), os.environ.get("KG_WRITABLE") == "1",
        os.environ.get("KG_TOKEN"), int(os.environ.get("KG_WORKERS", "2")), limits, services,
    )  # fmt: skip


def from_environment() -> Flask:
    """The application for the environment's settings."""
    return create_app(settings_from_environment())
