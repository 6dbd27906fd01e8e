"""Updates over HTTP: one process at a time takes the writer's lock, runs the update and may die of it."""

from __future__ import annotations

import logging
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from flask import current_app, request

log = logging.getLogger("kg.web.writes")


class WriteError(RuntimeError):
    """An update that was not carried out; `status` is the HTTP status that fits. The store is as before."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def _run(path: str, text: str, pipe: Connection) -> None:
    from kg.stores.embedded import EmbeddedStore, StoreError

    try:
        with EmbeddedStore.writing(Path(path)) as store:
            store.ox.update(text)
        pipe.send((204, ""))
    except SyntaxError as fault:
        pipe.send((400, str(fault)))
    except StoreError as fault:
        pipe.send((503, str(fault)))
    except (ValueError, OSError, RuntimeError) as fault:
        pipe.send((400, str(fault)))


def run_update(text: str, using: list[str], using_named: list[str]) -> None:
    """Run a SPARQL Update in a process of its own, in one transaction. Raises WriteError."""
    if using or using_named:
        if any(word in text.upper() for word in ("USING ", "WITH ")):
            raise WriteError("USING or WITH in the update and using-graph-uri in the request exclude each other", 400)
        text = _with_dataset(text, using, using_named)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(str(current_app.config["KG_STORE"]), text, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(current_app.config["KG_LIMITS"].seconds):
            raise WriteError("the update took too long and was not carried out", 504)
        status, message = ours.recv()
    except EOFError:
        raise WriteError("the update could not be carried out", 500) from None
    finally:
        process.kill()
        process.join(5)
    log.info("update from %s: %d, %d characters", request.remote_addr, status, len(text))
    if status != 204:
        raise WriteError(message, status)


def _with_dataset(text: str, using: list[str], using_named: list[str]) -> str:
    """The update with USING clauses before each WHERE."""
    import re

    clauses = " ".join([*(f"USING <{iri}>" for iri in using), *(f"USING NAMED <{iri}>" for iri in using_named)])
    return re.sub(r"\bWHERE\b", f"{clauses} WHERE", text, flags=re.IGNORECASE)
