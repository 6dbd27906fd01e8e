"""Queries run in processes that may die: each has a read-only view of the store, a deadline and a memory cap.

The web process hands a job to an idle worker over a pipe and passes its chunks on. A worker that runs past its
deadline, is left by its client, or crashes is killed and replaced.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

CHUNK = 64 * 1024


class QueryError(RuntimeError):
    """A query that gave no result: `status` is the HTTP status that fits."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Job:
    """One query: its text, the media types that the client takes for rows and for graphs, and its dataset."""

    text: str
    rows: str | None
    graph: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use: seconds, bytes of memory above the idle worker, bytes and of answer; and how many wait."""

    seconds: float = 30.0
    memory: int = 2 * 1024**3
    answer: int = 512 * 1024**2
    waiting: int = 64


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    born: float = field(default_factory=time.monotonic)


class _Pipe(io.BytesIO):
    """A stream that sends what is written to it in chunks, and stops at the answer's cap."""

    def __init__(self, pipe: Connection, most: int) -> None:
        super().__init__()
        self._pipe, self._left, self._buffer = pipe, most, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        block = bytes(data)
        self._left -= len(block)
        if self._left < 0:
            raise MemoryError("the answer is larger than this server gives")
        self._buffer += block
        if len(self._buffer) >= CHUNK:
            self.send()
        return len(block)

    def send(self) -> None:
        if self._buffer:
            self._pipe.send(("data", bytes(self._buffer)))
            self._buffer.clear()


def _serve(path: str, pipe: Connection, limits: Limits) -> None:
    """The worker's loop: open the store, answer jobs until the pipe closes."""
    from kg.stores.embedded import EmbeddedStore, generation

    _cap_memory(limits.memory)
    store, seen = EmbeddedStore.reading(Path(path)), generation(Path(path))
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        now = generation(Path(path))
        if now != seen:
            store, seen = EmbeddedStore.reading(Path(path)), now
        try:
            _answer(store.ox, job, pipe, limits)
        except SyntaxError as fault:
            pipe.send(("error", str(fault), 400))
        except MemoryError as fault:
            pipe.send(("error", str(fault) or "the query needs more memory than this server gives", 507))
        except (ValueError, OSError, RuntimeError) as fault:
            pipe.send(("error", str(fault).splitlines()[0] if str(fault) else type(fault).__name__, 400))


def _answer(store: Any, job: Job, pipe: Connection, limits: Limits) -> None:
    import pyoxigraph as ox

    from kg.web.negotiation import GRAPHS, RESULTS

    options: dict[str, Any] = {"base_iri": job.base}
    if job.default_graphs or job.named_graphs:
        options["default_graph"] = [ox.NamedNode(g) for g in job.default_graphs]
        options["named_graphs"] = [ox.NamedNode(g) for g in job.named_graphs]
    elif not _names_dataset(job.text):
        options["use_default_graph_as_union"] = True
    results = store.query(job.text, **options)
    media = job.graph if isinstance(results, ox.QueryTriples) else job.rows
    if media is None:
        pipe.send(("error", "none of the media types asked for can carry this answer", 406))
        return
    pipe.send(("head", media))
    out = _Pipe(pipe, limits.answer)
    if isinstance(results, ox.QueryTriples):
        results.serialize(out, format=GRAPHS[media])
    else:
        results.serialize(out, format=RESULTS[media])
    out.send()
    pipe.send(("end",))


def _names_dataset(text: str) -> bool:
    from kg.web.guard import tokens

    return any(kind == "word" and word.upper() == "FROM" for kind, word in tokens(text))


def _cap_memory(most: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


class WorkerPool:
    """A fixed number of query workers with a fair queue in front."""

    def __init__(self, path: Path, size: int, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._context = multiprocessing.get_context("spawn")
        self._idle: list[_Worker] = []
        self._free = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._waiting = 0
        self.size = size
        self.killed = 0

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(str(self._path), theirs, self._limits), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def warm(self) -> None:
        """Start all workers now rather than with the first queries."""
        with self._lock:
            self._idle += [self._start() for _ in range(self.size - len(self._idle))]

    def run(self, job: Job) -> tuple[str, Iterator[bytes]]:
        """The media type and the chunks of an answer.

        Raises QueryError with status 503 where too many queries wait, 504 past the deadline, 400 for what the
        engine refuses. A failure after the first chunk raises from the iterator, which ends the response early.
        """
        deadline = time.monotonic() + self._limits.seconds
        with self._lock:
            if self._waiting >= self._limits.waiting:
                raise QueryError("too many queries are waiting; try again in a few seconds", 503)
            self._waiting += 1
        try:
            if not self._free.acquire(timeout=max(0.0, deadline - time.monotonic())):
                raise QueryError("the server is busy; try again in a few seconds", 503)
        finally:
            with self._lock:
                self._waiting -= 1
        try:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            worker = worker or self._start()
            worker.pipe.send(job)
            first = self._receive(worker, deadline)
        except BaseException:
            self._free.release()
            raise
        if first[0] == "error":
            self._give_back(worker)
            raise QueryError(first[1], first[2])
        return first[1], self._chunks(worker, deadline)

    def _chunks(self, worker: _Worker, deadline: float) -> Iterator[bytes]:
        done = False
        try:
            while True:
                try:
                    message = self._receive(worker, deadline)
                except QueryError:
                    done = True
                    self._free.release()
                    raise
                if message[0] == "data":
                    yield message[1]
                    continue
                done = True
                self._give_back(worker)
                if message[0] == "error":
                    raise QueryError(message[1], message[2])
                return
        finally:
            if not done:
                self._kill(worker)
                self._free.release()

    def _receive(self, worker: _Worker, deadline: float) -> Any:
        try:
            if worker.pipe.poll(max(0.0, deadline - time.monotonic())):
                return worker.pipe.recv()
        except (EOFError, OSError):
            self._kill(worker)
            raise QueryError("the query could not be evaluated: it needs more than this server gives", 500) from None
        self._kill(worker)
        raise QueryError(f"the query took longer than {self._limits.seconds:g} seconds", 504)

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            self._idle.append(worker)
        self._free.release()

    def _kill(self, worker: _Worker) -> None:
        self.killed += 1
        with contextlib.suppress(OSError):
            worker.pipe.close()
        worker.process.kill()
        worker.process.join(5)

    def close(self) -> None:
        """End all idle workers."""
        with self._lock:
            for worker in self._idle:
                self._kill(worker)
            self._idle.clear()
