"""Start the application under gunicorn, with threads for connections and processes for queries."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from kg.web.app import Settings, create_app
from kg.web.workers import Limits, WorkerPool

THREADS = 32


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, address: str) -> None:
        self._settings, self._address = settings, address
        super().__init__()

    def load_config(self) -> None:
        values: dict[str, Any] = {
            "bind": self._address, "workers": 1, "worker_class": "gthread", "threads": THREADS, "timeout": 120, "graceful_timeout": 10,
            "keepalive": 5, "accesslog": "-", "access_log_format": '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(L)s', "loglevel": "warning",
            "limit_request_line": 8190, "control_socket_disable": True, "post_worker_init": _warm,
        }  # fmt: skip
        for name, value in values.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self._settings)


def _warm(worker: Any) -> None:
    pool = worker.wsgi.extensions["kg_workers"]
    if isinstance(pool, WorkerPool):
        pool.warm()


def run(
    store: Path, *, endpoint: str | None, host: str, port: int, writable: bool, workers: int, timeout: float
) -> None:
    """Serve until interrupted. Raises ValueError or StoreError where the settings cannot work."""
    import os

    services = frozenset(os.environ.get("KG_SERVICES", "").split())
    settings = Settings(
        store, endpoint, writable, os.environ.get("KG_TOKEN"), workers, Limits(seconds=timeout), services
    )
    create_app(settings)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _Server(settings, f"{host}:{port}").run()
