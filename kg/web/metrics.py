"""Prometheus metrics at /metrics, summed over all processes that take requests."""

from __future__ import annotations

import os
import time

import prometheus_client as prom
from flask import Flask, Response, g, request
from prometheus_client import multiprocess

REQUESTS = prom.Counter("kg_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = prom.Histogram(
    "kg_http_request_seconds", "Seconds from a request to the begin of its answer.", ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)  # fmt: skip
TIMEOUTS = prom.Counter("kg_query_timeouts", "Queries ended at their deadline.")
REFUSALS = prom.Counter("kg_queries_turned_away", "Requests answered with 503.")
STARTED = prom.Counter("kg_query_processes_started", "Query processes started, the first ones included.")
WAITING = prom.Gauge("kg_queries_waiting", "Queries that wait for a process.", multiprocess_mode="livesum")
RUNNING = prom.Gauge("kg_queries_running", "Queries being evaluated.", multiprocess_mode="livesum")
WORKERS = prom.Gauge("kg_query_processes", "Query processes that there should be.", multiprocess_mode="livesum")
TRIPLES = prom.Gauge("kg_store_triples", "Triples in the union of all graphs.", multiprocess_mode="livemax")
_seen = {"timeouts": 0, "started": 0}


def measure(app: Flask) -> None:
    """Count the requests of an application, and answer /metrics."""

    @app.before_request
    def begin() -> None:
        g.begun = time.monotonic()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        REQUESTS.labels(request.method, route, str(response.status_code)).inc()
        if "begun" in g:
            SECONDS.labels(route).observe(time.monotonic() - g.begun)
        if response.status_code == 503:
            REFUSALS.inc()
        _look(app)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        from kg.web.description import statistics

        TRIPLES.set(statistics().triples)
        _look(app)
        registry: prom.CollectorRegistry = prom.REGISTRY
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = prom.CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(prom.generate_latest(registry), content_type=prom.CONTENT_TYPE_LATEST)


def _look(app: Flask) -> None:
    """Take over what the pool counts."""
    pool = app.extensions["kg_workers"]
    queue = getattr(pool, "queue", None)
    if queue is None:
        return
    WAITING.set(queue.waiting)
    RUNNING.set(queue.running)
    WORKERS.set(pool.size)
    for name, counter in (("timeouts", TIMEOUTS), ("started", STARTED)):
        now = getattr(pool, name)
        counter.inc(max(0, now - _seen[name]))
        _seen[name] = now
