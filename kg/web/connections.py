"""gunicorn's threaded worker, with a gate: a thread is given to a request once all of it has arrived.

A client that sends slowly, or nothing, costs a few bytes and an entry in the poller, never a thread; it has
`REQUEST_SECONDS` to send its request, and gives way to others when the table of connections is full. A client that
reads slowly has `longest` seconds from its request to the end of the answer.
"""

from __future__ import annotations

import contextlib
import errno
import re
import select
import selectors
import socket
import struct
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

REQUEST_SECONDS = 10.0
LARGEST_HEAD = 64 * 1024
BUFFERED_BODY = 1_100_000
MOST_UPLOADS = 8
_LINGER_SECONDS = 2.0
_SEND_SECONDS = 10
_BLOCK = 64 * 1024
_MOMENT_MS = 3
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"


class Arrival:
    """A request on its way in: its bytes, and how much of it they are."""

    def __init__(self) -> None:
        self.received = bytearray()
        self._head = -1
        self._looked = 0
        self._needed: int | None = None
        self._invited = False

    def add(self, data: bytes) -> None:
        """More bytes."""
        self.received += data
        if self._head < 0:
            self._head = self.received.find(b"\r\n\r\n", max(0, self._looked - 3))
            self._looked = len(self.received)
            if self._head >= 0:
                head = bytes(self.received[: self._head + 4])
                length = _LENGTH.search(head)
                chunked = _CHUNKED.search(head) is not None
                self._needed = None if chunked else self._head + 4 + (int(length[1]) if length else 0)

    @property
    def too_large(self) -> bool:
        """Whether the head is longer than any that is taken."""
        return (len(self.received) if self._head < 0 else self._head) > LARGEST_HEAD

    @property
    def whole(self) -> bool:
        """Whether head and body are there."""
        if self._head < 0:
            return False
        if self._needed is None:
            return self.received.endswith(b"0\r\n\r\n")
        return len(self.received) >= self._needed

    @property
    def large(self) -> bool:
        """Whether the head is there, and the body is too large to wait for."""
        if self._head < 0:
            return False
        return max(len(self.received), self._needed or 0) > self._head + 4 + BUFFERED_BODY

    def invite(self) -> bool:
        """Whether the client waits to be asked for the body; True once."""
        if self._head < 0 or self._invited or len(self.received) > self._head + 4:
            return False
        self._invited = _CONTINUE.search(bytes(self.received[: self._head + 4])) is not None
        return self._invited


class _Connection(TConn):  # type: ignore[misc]
    """A connection, with the request that arrives on it."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.arrival = Arrival()
        self.whole = True


class GatedWorker(ThreadWorker):  # type: ignore[misc]
    """The worker. `longest` is set by who starts it."""

    longest = 60.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting: dict[_Connection, float] = {}
        self._serving: dict[_Connection, float] = {}
        self._uploads = 0

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; where the table is full, in place of the one that has waited longest."""
        if self.nr_conns >= self.worker_connections - 1:
            self._evict()
        try:
            sock, address = listener.accept()
        except OSError as fault:
            if fault.errno in (errno.EMFILE, errno.ENFILE):
                self._evict()
            elif fault.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        with contextlib.suppress(OSError, struct.error):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))
        conn = _Connection(self.cfg, sock, address, listener.getsockname())
        self._wait(conn, REQUEST_SECONDS, partial(self._receive, conn))

    def _wait(self, conn: _Connection, seconds: float, callback: Callable[..., None]) -> None:
        conn.sock.setblocking(False)
        self._waiting[conn] = time.monotonic() + seconds
        self.poller.register(conn.sock, selectors.EVENT_READ, callback)

    def _forget(self, conn: _Connection) -> None:
        self._waiting.pop(conn, None)
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)

    def _drop(self, conn: _Connection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _evict(self) -> None:
        oldest = next(iter(self._waiting), None)
        if oldest is not None:
            self._drop(oldest)

    def _receive(self, conn: _Connection, _sock: Any) -> None:
        try:
            data = conn.sock.recv(_BLOCK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
            return
        if conn.initialized and not conn.arrival.received:
            # A kept connection with a new request on it: its time begins now.
            self._waiting[conn] = time.monotonic() + REQUEST_SECONDS
        conn.arrival.add(data)
        self._look(conn)

    def _look(self, conn: _Connection) -> None:
        """Hand a request over once it is whole; or refuse it."""
        arrival = conn.arrival
        if arrival.too_large:
            self._refuse(conn, _TOO_LARGE)
        elif arrival.whole:
            self._serve(conn, whole=True)
        elif arrival.large:
            if self._uploads >= MOST_UPLOADS:
                self._refuse(conn, _BUSY)
            else:
                self._serve(conn, whole=False)
        elif arrival.invite():
            with contextlib.suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _refuse(self, conn: _Connection, answer: bytes) -> None:
        self._forget(conn)
        with contextlib.suppress(OSError):
            conn.sock.send(answer)
        self._linger(conn)

    def _serve(self, conn: _Connection, whole: bool) -> None:
        self._forget(conn)
        conn.whole = whole
        self._uploads += not whole
        self._serving[conn] = time.monotonic()
        conn.init()
        conn.sock.setblocking(True)
        conn.parser.unreader.unread(bytes(conn.arrival.received))
        conn.arrival = Arrival()
        self.enqueue_req(conn)

    def handle(self, conn: _Connection) -> Any:
        """Answer a request, and those that follow on its heels, without a way back through the poller."""
        while True:
            result = super().handle(conn)
            if result is not True or not conn.whole or not self.alive or not self._followed(conn):
                return result
            self._serving[conn] = time.monotonic()

    def _followed(self, conn: _Connection) -> bool:
        """Whether the next request is there in whole within a moment; what has come of it is kept otherwise."""
        if conn.parser.unreader.buf.getvalue():
            return False
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        if not poll.poll(_MOMENT_MS):
            return False
        data = conn.sock.recv(_BLOCK, socket.MSG_DONTWAIT)
        if not data:
            return False
        conn.arrival.add(data)
        if not conn.arrival.whole:
            return False
        conn.parser.unreader.unread(bytes(conn.arrival.received))
        conn.arrival = Arrival()
        return True

    def handle_request(self, req: Any, conn: _Connection) -> Any:
        """Answer a request; the connection of one whose body may not have been read ends with it, and says so."""
        if not conn.whole:
            req.force_close()
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: _Connection, keepalive: bool) -> bool:
        return bool(keepalive and conn.whole)

    def finish_request(self, conn: _Connection, fs: Any) -> None:
        """After an answer: wait for the next request on the connection, or end it."""
        self._serving.pop(conn, None)
        self._uploads -= not conn.whole
        keep = not fs.cancelled() and fs.exception() is None and fs.result() is True
        try:
            if not keep:
                self._linger(conn)
                return
            early = conn.parser.unreader.take_buffered()
            self._wait(conn, self.cfg.keepalive, partial(self._receive, conn))
            if early:
                conn.arrival.add(early)
            if conn.arrival.received:
                self._look(conn)
        except (OSError, ValueError):
            self._drop(conn)

    def _linger(self, conn: _Connection) -> None:
        """Close the sending side, and the rest a little later: a reset at once could overtake the answer."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            self._wait(conn, _LINGER_SECONDS, partial(self._drain, conn))
        except (OSError, ValueError):
            self._drop(conn)

    def _drain(self, conn: _Connection, _sock: Any) -> None:
        try:
            if conn.sock.recv(_BLOCK):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._drop(conn)

    def murder_pending(self) -> None:
        """Once a second: end what has waited, or been answered, for too long. (The name is gunicorn's.)"""
        now = time.monotonic()
        for conn, until in list(self._waiting.items()):
            idle = not self.alive and not conn.arrival.received
            if now > until or idle:
                self._drop(conn)
        for conn, since in list(self._serving.items()):
            if now > since + self.longest:
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)
