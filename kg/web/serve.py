"""Start the application under gunicorn, with threads for connections and processes for queries."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from kg.web.app import Settings, create_app
from kg.web.connections import GatedWorker
from kg.web.workers import WorkerPool

THREADS = 128
CONNECTIONS = 2000
_FILES_BESIDE = 500
_GRACE = 30


class AccessLog(Logger):  # type: ignore[misc]
    """A line of JSON for each request: when, who, what, how long, and which query by its hash."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Write the line."""
        if not self.access_log_enabled:
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": environ.get("REMOTE_ADDR"),
            "method": environ.get("REQUEST_METHOD"),
            "path": environ.get("PATH_INFO"),
            "status": int(str(resp.status).partition(" ")[0]),
            "bytes": resp.sent,
            "seconds": round(request_time.total_seconds(), 4),
            "agent": environ.get("HTTP_USER_AGENT"),
        }
        if "kg.query_hash" in environ:
            line["query"] = environ["kg.query_hash"]
        self.access_log.info("%s", json.dumps(line, ensure_ascii=True))


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, address: str) -> None:
        self._settings, self._address = settings, address
        super().__init__()

    def load_config(self) -> None:
        GatedWorker.longest = self._settings.limits.seconds + _GRACE
        values: dict[str, Any] = {
            "bind": self._address, "workers": self._settings.processes, "worker_class": GatedWorker, "threads": THREADS,
            "worker_connections": _connections(), "timeout": 120, "graceful_timeout": 10, "keepalive": 15,
            "accesslog": self._settings.access_log or None, "logger_class": AccessLog, "loglevel": "warning",
            # The gate has its own limit on heads, long enough for queries sent by GET.
            "limit_request_line": 0, "limit_request_fields": 100, "limit_request_field_size": 16380,
            "control_socket_disable": True, "post_worker_init": _warm, "worker_exit": _close, "child_exit": _forget,
        }  # fmt: skip
        for name, value in values.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self._settings)


def _connections() -> int:
    """How many connections to hold: as many as there are files to be had for them."""
    try:
        import resource
    except ImportError:
        return CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(THREADS + 1, min(CONNECTIONS, soft - _FILES_BESIDE))


def _pool(worker: Any) -> Any:
    application = worker.wsgi
    return application.extensions["kg_workers"] if hasattr(application, "extensions") else None


def _warm(worker: Any) -> None:
    pool = _pool(worker)
    if isinstance(pool, WorkerPool):
        pool.warm()
    if pool is not None:
        worker.wsgi.extensions["kg_index"].begin()


def _close(_arbiter: Any, worker: Any) -> None:
    pool = _pool(worker)
    if pool is not None:
        pool.close()


def _forget(_arbiter: Any, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _check(settings: Settings) -> None:
    """Make the application once, in a process of its own: what RocksDB has opened does not survive a fork.

    Raises ValueError with the message of what cannot work.
    """
    apart = multiprocessing.get_context("fork")
    ours, theirs = apart.Pipe(duplex=False)
    process = apart.Process(target=_tell_fault, args=(settings, theirs))
    process.start()
    theirs.close()
    try:
        fault = ours.recv_bytes().decode()
    except EOFError:
        fault = "the store cannot be opened"
    process.join()
    if fault:
        raise ValueError(fault)


def _tell_fault(settings: Settings, pipe: Connection) -> None:
    try:
        create_app(settings)
        fault = ""
    except (ValueError, OSError, RuntimeError) as found:
        fault = str(found) or type(found).__name__
    pipe.send_bytes(fault.encode())
    os._exit(0)


def run(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted. Raises ValueError or StoreError where the settings cannot work."""
    folder = None
    if settings.metrics:
        # Set before prometheus-client is first imported: it decides then how values are kept.
        folder = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="kg-metrics-")
    writes = logging.getLogger("kg.web.writes")
    writes.setLevel(logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logging.getLogger("kg.web").addHandler(handler)
    _check(settings)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    owner = os.getpid()
    try:
        _Server(settings, f"[{host}]:{port}" if ":" in host else f"{host}:{port}").run()
    finally:
        if folder and os.getpid() == owner:
            shutil.rmtree(Path(folder), ignore_errors=True)
