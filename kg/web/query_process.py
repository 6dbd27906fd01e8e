"""The process that evaluates queries: it reads jobs from a pipe, sends answers back, and may die of either.

Over the control pipe go JSON messages: from here ``end`` (the most memory held so far, in bytes) or ``error``. A short
answer stands before ``end`` in one message of its own (`WHOLE`, the media type, a line break, the bytes). A longer one
is announced by ``head`` (the media type) and goes through a pipe of its own, whose reading end follows: what the
kernel holds of it outlives the job, so that a slow client does not hold the process.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.stores.embedded import EmbeddedStore, StoreError, generation
from kg.web.confinement import confine, end_after, without_network
from kg.web.guard import tokens
from kg.web.jobs import Job, Limits
from kg.web.negotiation import GRAPHS, RESULTS

# What stands between the rows of an answer, whatever the literals hold but for CSV, where a line break in one counts.
_ROW: Mapping[str, bytes] = {
    "application/sparql-results+json": b'"}},{',
    "application/sparql-results+xml": b"<result>",
    "text/csv": b"\n",
    "text/tab-separated-values": b"\n",
}
_POSITION = re.compile(r"^(?:error at |Parser error at line )(\d+)(?::| column )(\d+)[^:]*: ?", re.DOTALL)
_LONGEST_MESSAGE = 300
WHOLE = b"\0"
_HELD = 64 * 1024
_PIPE = 1024 * 1024
_F_SETPIPE_SZ = 1031


class _CapError(Exception):
    """The answer has outgrown a cap; the message says which."""


class Sink(io.RawIOBase):
    """Where an answer is written: short ones into one message, longer ones into a pipe; stops at the caps.

    The pipe is opened once the answer outgrows `_HELD` bytes, and its reading end sent after the head.
    """

    def __init__(self, control: Connection, media: str, limits: Limits) -> None:
        self._control, self._media, self._limits = control, media, limits
        self._bytes, self._rows, self._data = 0, 0, -1
        self._held = bytearray()
        self._separator = _ROW.get(media)
        self._tail = b""

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, block: Any) -> int:
        """Pass a block on. Raises _CapError, BrokenPipeError."""
        self._count(bytes(block))
        if self._data < 0:
            self._held += block
            if len(self._held) > _HELD:
                self._open()
                self._pass(self._held)
                self._held.clear()
        else:
            self._pass(block)
        return len(block)

    def finish(self) -> None:
        """After the last block: send all of a short answer."""
        if self._data < 0:
            self._control.send_bytes(WHOLE + self._media.encode() + b"\n" + self._held)

    def end(self) -> None:
        """Close the pipe."""
        if self._data >= 0:
            os.close(self._data)
            self._data = -1

    def _count(self, block: bytes) -> None:
        self._bytes += len(block)
        if self._bytes > self._limits.answer:
            raise _CapError(f"the answer is longer than {self._limits.answer} bytes")
        if self._separator is not None:
            seen = self._tail + block
            self._rows += seen.count(self._separator)
            self._tail = seen[len(seen) - len(self._separator) + 1 :]
            if self._rows > self._limits.rows:
                raise _CapError(f"the answer has more than {self._limits.rows} rows; ask with LIMIT and OFFSET")

    def _open(self) -> None:
        reading, self._data = os.pipe()
        with contextlib.suppress(ImportError, OSError, ValueError):
            import fcntl

            fcntl.fcntl(reading, _F_SETPIPE_SZ, _PIPE)
        tell(self._control, "head", self._media)
        send_handle(self._control, reading, os.getppid())
        os.close(reading)

    def _pass(self, block: Any) -> None:
        view = memoryview(bytes(block))
        while view:
            view = view[os.write(self._data, view) :]


def tell(control: Connection, *message: object) -> None:
    """Send a message over the control pipe."""
    control.send_bytes(json.dumps(message).encode())


def serve(path: str, control: Connection, limits: Limits, network: bool) -> None:
    """Answer jobs until the control pipe closes; without `network` the process can reach nobody."""
    confine(limits.memory)
    if not network:
        without_network()
    store: EmbeddedStore | None = None
    seen = -1
    while True:
        try:
            job = Job(**json.loads(control.recv_bytes()))
        except (EOFError, OSError):
            return
        end_after(limits.seconds)
        try:
            now = generation(Path(path))
            if store is None or now != seen:
                store, seen = EmbeddedStore.reading(Path(path)), now
            failure = _failure(store.ox, job, control, limits)
        except StoreError as fault:
            failure = ("error", str(fault), 503)
        end_after(0)
        try:
            tell(control, *(failure or ("end", _peak())))
        except OSError:
            return


def _failure(
    store: ox.Store, job: Job, control: Connection, limits: Limits
) -> tuple[str, str, int] | tuple[str, str, int, int, int] | None:
    """Evaluate a job and write its answer; None where that went well."""
    try:
        return _answer(store, job, control, limits)
    except SyntaxError as fault:
        message, position = explained(fault)
        return ("error", message, 400, *position) if position else ("error", message, 400)
    except _CapError as fault:
        return "error", str(fault), 507
    except MemoryError:
        return "error", "the query needs more memory than this server gives", 507
    except BrokenPipeError:
        return "error", "the client is gone", 499
    except (ValueError, OSError, RuntimeError) as fault:
        return "error", explained(fault)[0], 400


def _answer(store: ox.Store, job: Job, control: Connection, limits: Limits) -> tuple[str, str, int] | None:
    options: dict[str, Any] = {"base_iri": job.base}
    if job.default_graphs or job.named_graphs:
        options["default_graph"] = [ox.NamedNode(graph) for graph in job.default_graphs]
        options["named_graphs"] = [ox.NamedNode(graph) for graph in job.named_graphs]
    elif job.union and not _names_dataset(job.text):
        options["use_default_graph_as_union"] = True
    results: Any = store.query(job.text, **options)
    forms: Mapping[str, Any] = GRAPHS if isinstance(results, ox.QueryTriples) else RESULTS
    media = job.graph if isinstance(results, ox.QueryTriples) else job.rows
    form = forms.get(media or "")
    if media is None or form is None:
        return "error", "none of the media types asked for can carry this answer", 406
    if isinstance(results, ox.QueryBoolean) and not form.media_type.startswith("application/"):
        # CSV and TSV have no form for a truth value (SPARQL 1.1 CSV and TSV, section 1).
        media, form = "application/sparql-results+json", ox.QueryResultsFormat.JSON
    out = Sink(control, media, limits)
    try:
        results.serialize(out, format=form)
        out.finish()
    finally:
        out.end()
    return None


def _names_dataset(text: str) -> bool:
    return any(kind == "word" and word.upper() == "FROM" for kind, word, _ in tokens(text))


def explained(fault: BaseException) -> tuple[str, tuple[int, int] | None]:
    """What an engine's error says, without the grammar's terminals, and where: line and column from 1."""
    text = str(fault) or type(fault).__name__
    position = None
    if match := _POSITION.match(text):
        position, text = (int(match[1]), int(match[2])), text[match.end() :]
    text = " ".join(text.split())
    if "Prefix not found" in text:
        text = "a prefix that is not declared"
    if len(text) > _LONGEST_MESSAGE:
        text = text[:_LONGEST_MESSAGE].rsplit(",", 1)[0] + ", …"
    return (f"line {position[0]}, column {position[1]}: {text}" if position else text), position


def _peak() -> int:
    """Bytes of memory that this process had at its largest."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
