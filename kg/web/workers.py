"""Queries run in processes that may die: each has a read-only view of the store, a deadline and a memory cap.

The web process hands a job to an idle worker over a pipe and passes its chunks on. A worker that runs past its
deadline, is left by its client, or crashes is killed and replaced.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle
from pathlib import Path

from kg.web.clients import Client, current_client
from kg.web.confinement import cause_of_death, context
from kg.web.fair_queue import FairQueue, FullError
from kg.web.jobs import Job, Limits, QueryError
from kg.web.query_process import WHOLE, serve

__all__ = ["Answer", "Job", "Limits", "QueryError", "WorkerPool"]

log = logging.getLogger("kg.web")
CHUNK = 256 * 1024
_LOOK = 0.25
_LONG = 0.5
_NICER = 10
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL | getattr(select, "POLLRDHUP", 0)
BUSY = "the server is busy; try again in a few seconds"


@dataclass(slots=True, eq=False)
class Worker:
    """A query process, the control pipe to it, and whether it is to end after the job it has."""

    process: BaseProcess
    control: Connection
    retiring: bool = False


class WorkerPool:
    """A fixed number of query workers with a fair queue in front.

    `most_open` bounds the answers on their way to clients, finished or not.
    """

    def __init__(self, path: Path, size: int, limits: Limits, *, most_open: int = 96, network: bool = False) -> None:
        self._path, self.limits, self._network = path, limits, network
        self._context = context()
        self._idle: list[Worker] = []
        self._answers: set[Answer] = set()
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None
        self.queue = FairQueue(size, limits.waiting, most_open)
        self.size = size
        self.killed = self.timeouts = self.started = 0

    def run(self, job: Job, client: Client | None = None) -> tuple[str, Answer]:
        """The media type and the chunks of an answer, for the client of the current request or another one.

        Raises QueryError with status 503 where too many queries wait, 504 past the deadline, 400 for what the
        engine refuses, 499 for a client that has gone. A failure after the first chunk raises from the iterator,
        which ends the response early. An iterator that is not read to its end must be closed.
        """
        client = client or current_client()
        deadline = time.monotonic() + self.limits.seconds
        try:
            placed = self.queue.acquire(client.network, self.limits.seconds, client.gone)
        except FullError:
            raise QueryError(BUSY, 503) from None
        if not placed:
            raise QueryError("the client is gone", 499) if client.gone() else QueryError(BUSY, 503)
        answer = Answer(self, client, deadline)
        try:
            return answer.begin(job), answer
        except BaseException:
            answer.close()
            raise

    def warm(self) -> None:
        """Start all workers now rather than with the first queries."""
        self._watch()

    def take(self, answer: Answer) -> Worker:
        """An idle worker, or a new one, for an answer that is watched from now on."""
        self._watch()
        with self._lock:
            self._answers.add(answer)
            worker = self._idle.pop() if self._idle else None
        return worker or self._start()

    def give_back(self, answer: Answer, worker: Worker) -> None:
        """A worker has done its job."""
        with self._lock:
            self._answers.discard(answer)
            if not worker.retiring and not self._closed.is_set():
                self._idle.append(worker)
                worker = None  # type: ignore[assignment]
        if worker is not None:
            self.end(worker)
        self.queue.release(answer.client.network)

    def discard(self, answer: Answer, worker: Worker) -> int | None:
        """End a worker in the middle of its job; returns its exit code where it had ended by itself."""
        with self._lock:
            self._answers.discard(answer)
        self.killed += 1
        worker.process.join(0.5 if not worker.control.closed and _ended(worker) else 0)
        code = worker.process.exitcode
        self.end(worker)
        self.queue.release(answer.client.network)
        return code

    def abandon(self, answer: Answer) -> None:
        """An answer that no worker could be had for gives its place back."""
        with self._lock:
            self._answers.discard(answer)
        self.queue.release(answer.client.network)

    def close(self) -> None:
        """End all workers."""
        self._closed.set()
        with self._lock:
            idle, self._idle = self._idle, []
            running = [answer.worker for answer in self._answers]
        for worker in [*idle, *(worker for worker in running if worker)]:
            self.end(worker)

    def _start(self) -> Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(  # type: ignore[attr-defined]
            target=serve, args=(str(self._path), theirs, self.limits, self._network), daemon=True
        )
        with self._starting:
            process.start()
        theirs.close()
        self.started += 1
        return Worker(process, ours)

    def end(self, worker: Worker) -> None:
        """End a worker, whatever it does."""
        with contextlib.suppress(OSError):
            worker.control.close()
        worker.process.kill()
        worker.process.join(5)
        with contextlib.suppress(ValueError):
            worker.process.close()

    def _watch(self) -> None:
        """Start the thread that fills the pool up, ends what overstays, and lets long queries go after short ones."""
        with self._lock:
            if self._watcher is not None:
                return
            self._watcher = threading.Thread(target=self._look, name="workers", daemon=True)
        self._fill()
        self._watcher.start()

    def _fill(self) -> None:
        while not self._closed.is_set():
            with self._lock:
                missing = self.size - len(self._idle) - len(self._answers)
            if missing <= 0:
                return
            worker = self._start()
            with self._lock:
                self._idle.append(worker)

    def _look(self) -> None:
        while not self._closed.wait(_LOOK):
            now = time.monotonic()
            with self._lock:
                answers = list(self._answers)
            for answer in answers:
                worker = answer.worker
                if worker is None:
                    continue
                if now > answer.deadline + _LOOK:
                    with contextlib.suppress(ValueError):
                        worker.process.kill()
                elif now > answer.begun + _LONG and not worker.retiring:
                    worker.retiring = True
                    _nice(worker)
            try:
                self._fill()
            except OSError:
                log.exception("a query process cannot be started")


class Answer(Iterator[bytes]):
    """An answer on its way from a worker to a client: an iterator of chunks, to be closed where it is not read to its end."""

    def __init__(self, pool: WorkerPool, client: Client, deadline: float) -> None:
        self._pool, self.client, self.deadline = pool, client, deadline
        self.begun = time.monotonic()
        self.worker: Worker | None = None
        self._data = -1
        self._media: str | None = None
        self._failure: QueryError | None = None
        self._whole: bytes | None = None
        self._finished = self._closed = False
        self._poll = select.poll()

    def begin(self, job: Job) -> str:
        """Send the job; the media type, once the whole of a short answer or the first bytes of a longer one are there.

        Raises QueryError.
        """
        message = json.dumps({name: getattr(job, name) for name in Job.__slots__}).encode()
        self.worker = self._pool.take(self)
        while not _sent(self.worker, message):
            # It died while it was idle.
            self._pool.end(self.worker)
            self.worker = self._pool.take(self)
        self._poll.register(self.worker.control, select.POLLIN)
        if self.client.connection is not None:
            self._poll.register(self.client.connection, _GONE)
        while self._media is None:
            self._wait()
        return self._media

    @property
    def short(self) -> bool:
        """Whether all of it is here."""
        return self._whole is not None

    def __next__(self) -> bytes:
        try:
            return self._next()
        except (StopIteration, QueryError):
            self.close()
            raise

    def __del__(self) -> None:
        if hasattr(self, "_closed"):
            self.close()

    def _next(self) -> bytes:
        while True:
            if self._failure is not None:
                raise self._failure
            if self._closed:
                raise StopIteration
            if self._whole is not None:
                block, self._whole = self._whole, b""
                if block:
                    return block
                raise StopIteration
            if self._finished or self._readable():
                block = os.read(self._data, CHUNK)
                if block:
                    return block
                if self._finished:
                    raise StopIteration
                self._poll.unregister(self._data)
            self._wait()

    def close(self) -> None:
        """Free what the answer holds; a worker still at it is ended."""
        if self._closed:
            return
        self._closed = True
        if self.worker is not None:
            worker, self.worker = self.worker, None
            self._pool.discard(self, worker)
        elif not self._finished and self._failure is None:
            self._pool.abandon(self)
        if self._data >= 0:
            os.close(self._data)
        self._pool.queue.leave(self.client.network)

    def _readable(self) -> bool:
        poll = select.poll()
        poll.register(self._data, select.POLLIN)
        return any(event & select.POLLIN for _, event in poll.poll(0))

    def _wait(self) -> None:
        """Wait until something happens: bytes, a message, the end of the client or of the time. Raises QueryError."""
        assert self.worker is not None
        left = self.deadline - time.monotonic()
        events = dict(self._poll.poll(max(0.0, left) * 1000))
        if not events:
            self._pool.timeouts += 1
            self._fail(QueryError(f"the query took longer than {self._pool.limits.seconds:g} seconds", 504))
        connection = self.client.connection
        if connection is not None and connection.fileno() in events:
            self._fail(QueryError("the client is gone", 499))
        if self.worker.control.fileno() in events:
            self._receive()

    def _receive(self) -> None:
        assert self.worker is not None
        try:
            received = self.worker.control.recv_bytes()
            if received.startswith(WHOLE):
                media, _, self._whole = received[len(WHOLE) :].partition(b"\n")
                received = self.worker.control.recv_bytes()
                self._media = media.decode()
            message = json.loads(received)
            if message[0] == "head":
                self._data = recv_handle(self.worker.control)
                self._poll.register(self._data, select.POLLIN)
                self._media = message[1]
                return
        except (EOFError, OSError):
            self._fail(self._died())
        self._poll.unregister(self.worker.control)
        worker, self.worker = self.worker, None
        self._finished = True
        if message[0] == "end":
            worker.retiring = worker.retiring or message[1] > self._pool.limits.memory // 2
            self._pool.give_back(self, worker)
            return
        self._pool.give_back(self, worker)
        _, text, status, *position = message
        self._failure = QueryError(text, status, (position[0], position[1]) if position else None)
        raise self._failure

    def _died(self) -> QueryError:
        """Why the worker is no more."""
        if time.monotonic() > self.deadline:
            self._pool.timeouts += 1
            return QueryError(f"the query took longer than {self._pool.limits.seconds:g} seconds", 504)
        assert self.worker is not None
        worker, self.worker = self.worker, None
        text, status = cause_of_death(self._pool.discard(self, worker), "query")
        log.warning("a query process ended: %s", text)
        return QueryError(text, status)

    def _fail(self, failure: QueryError) -> None:
        self._failure = failure
        if self.worker is not None:
            worker, self.worker = self.worker, None
            self._pool.discard(self, worker)
        raise failure


def _sent(worker: Worker, message: bytes) -> bool:
    try:
        worker.control.send_bytes(message)
    except OSError:
        return False
    return True


def _ended(worker: Worker) -> bool:
    try:
        return worker.control.poll(0)
    except (OSError, EOFError):
        return True


def _nice(worker: Worker) -> None:
    with contextlib.suppress(OSError, AttributeError, ValueError):
        if worker.process.pid:
            os.setpriority(os.PRIO_PROCESS, worker.process.pid, _NICER)
