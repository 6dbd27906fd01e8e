"""Writes over HTTP: each runs in a process of its own, one after the other, and is logged."""

from __future__ import annotations

import contextlib
import json
import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from flask import current_app, request

from kg.web.confinement import cause_of_death, context
from kg.web.write_process import Drop, Load, Patch, Update, Write, run

__all__ = ["Drop", "Load", "Patch", "Update", "Write", "WriteError", "files", "write"]

log = logging.getLogger("kg.web.writes")
_PUBLISHING = 60.0
_GRACE = 2.0
_one_at_a_time = threading.Lock()


class WriteError(RuntimeError):
    """A write that was not carried out; `status` is the HTTP status that fits. The store is as before."""

    def __init__(self, message: str, status: int, position: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.status, self.position = status, position


def write(task: Write) -> bool:
    """Carry a write out in one transaction; whether the graph that it concerns was there before. Raises WriteError."""
    began = time.monotonic()
    status = 500
    try:
        existed = _carried_out(task)
        status = 204
        return existed
    except WriteError as failure:
        status = failure.status
        raise
    finally:
        log.info(
            "%s",
            json.dumps(
                {"write": type(task).__name__.lower(), "client": request.remote_addr, "status": status, "seconds": round(time.monotonic() - began, 3)}
                | _named(task)
            ),
        )  # fmt: skip


def _named(task: Write) -> dict[str, str | None]:
    if isinstance(task, Update):
        return {"update": request.environ.get("kg.query_hash")}
    return {"graph": task.graph or "default"}


def _carried_out(task: Write) -> bool:
    if current_app.config.get("KG_ENDPOINT"):
        raise WriteError("this server shows a remote store, and does not write to it", 403)
    limits = current_app.config["KG_LIMITS"]
    deadline = time.monotonic() + limits.seconds
    if not _one_at_a_time.acquire(timeout=limits.seconds):
        raise WriteError("others are writing; try again in a few seconds", 503)
    try:
        started = context()
        ours, theirs = started.Pipe()
        process = started.Process(  # type: ignore[attr-defined]
            target=run, args=(str(current_app.config["KG_STORE"]), task, theirs, limits), daemon=True
        )
        process.start()
        theirs.close()
        try:
            message = _told(ours, deadline - time.monotonic())
            if message == ["committed"]:
                # It is written; readers see it a moment later.
                message = _told(ours, _PUBLISHING)
        except EOFError:
            process.join(_GRACE)
            raise WriteError(*cause_of_death(process.exitcode, "write")) from None
        finally:
            ours.close()
            process.kill()
            process.join(_GRACE)
    finally:
        _one_at_a_time.release()
    if message[0] == "done":
        return bool(message[1])
    _, text, status, *position = message
    raise WriteError(text, status, (position[0], position[1]) if position else None)


def _told(control: Connection, seconds: float) -> list[Any]:
    if not control.poll(max(0.0, seconds)):
        raise WriteError("the write took too long and was not carried out", 504)
    found: list[Any] = json.loads(control.recv_bytes())
    return found


@contextlib.contextmanager
def files(parts: list[tuple[bytes, str]]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Bodies as temporary files that another process can read, each with its media type."""
    with contextlib.ExitStack() as stack:
        named = []
        for data, media in parts:
            held = stack.enter_context(tempfile.NamedTemporaryFile(prefix="kg-body-"))
            held.write(data)
            held.flush()
            named.append((held.name, media))
        yield tuple(named)
