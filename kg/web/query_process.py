"""The process that evaluates queries: it reads jobs from a pipe, writes answers into another, and may die of either.

Over the control pipe go JSON messages: from here ``head`` (the media type), then ``end`` or ``error``. The answer's
bytes go through a pipe that comes with each job, so that what the kernel holds of it outlives the job.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
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


class _CapError(Exception):
    """The answer has outgrown a cap; the message says which."""


class Sink(io.RawIOBase):
    """A pipe that announces the media type before the first byte, and stops at the caps on bytes and rows."""

    def __init__(self, control: Connection, data: int, media: str, limits: Limits) -> None:
        self._control, self._data, self._media = control, data, media
        self._bytes, self._rows, self._limits = 0, 0, limits
        self._separator = _ROW.get(media)
        self._tail = b""
        self.begun = False

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, block: Any) -> int:
        """Pass a block on. Raises _CapError, BrokenPipeError."""
        self.begin()
        self._bytes += len(block)
        if self._bytes > self._limits.answer:
            raise _CapError(f"the answer is longer than {self._limits.answer} bytes")
        if self._separator is not None:
            seen = self._tail + bytes(block)
            self._rows += seen.count(self._separator)
            self._tail = seen[len(seen) - len(self._separator) + 1 :]
            if self._rows > self._limits.rows:
                raise _CapError(f"the answer has more than {self._limits.rows} rows; ask with LIMIT and OFFSET")
        view = memoryview(block)
        while view:
            view = view[os.write(self._data, view) :]
        return len(block)

    def begin(self) -> None:
        """Announce the media type, once."""
        if not self.begun:
            self.begun = True
            tell(self._control, "head", self._media)


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
            data = recv_handle(control)
        except (EOFError, OSError):
            return
        end_after(limits.seconds)
        try:
            now = generation(Path(path))
            if store is None or now != seen:
                store, seen = EmbeddedStore.reading(Path(path)), now
            failure = _failure(store.ox, job, control, data, limits)
        except StoreError as fault:
            failure = ("error", str(fault), 503)
        finally:
            os.close(data)
        end_after(0)
        try:
            tell(control, *(failure or ("end", _peak())))
        except OSError:
            return


def _failure(
    store: ox.Store, job: Job, control: Connection, data: int, limits: Limits
) -> tuple[str, str, int] | tuple[str, str, int, int, int] | None:
    """Evaluate a job and write its answer; None where that went well."""
    try:
        return _answer(store, job, control, data, limits)
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


def _answer(store: ox.Store, job: Job, control: Connection, data: int, limits: Limits) -> tuple[str, str, int] | None:
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
    out = Sink(control, data, media, limits)
    results.serialize(out, format=form)
    out.begin()
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
