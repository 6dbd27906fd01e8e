"""Clients that send slowly, read slowly, hang up, or speak another language than HTTP."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from urllib.parse import quote

import pytest

from tests.attacks.conftest import SECONDS, Battle, raw, recovers


def test_slow_heads_and_bodies_and_silent_connections(battle: Battle) -> None:
    connections = []
    try:
        for number in range(600):
            connection = raw(battle)
            connections.append(connection)
            if number % 3 == 0:
                connection.sendall(b"GET /sparql?query=ASK HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            elif number % 3 == 1:
                connection.sendall(
                    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 999\r\n\r\nASK"
                )
        for _ in range(5):
            for connection in connections[::3]:
                with contextlib.suppress(OSError):
                    connection.sendall(b"a")
            time.sleep(0.2)
        assert recovers(battle)
    finally:
        for connection in connections:
            connection.close()


def test_a_slow_request_is_ended(battle: Battle) -> None:
    with raw(battle) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        connection.settimeout(20)
        assert connection.recv(100) == b""


def test_clients_that_do_not_read(battle: Battle) -> None:
    large = quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 200000")
    connections = [raw(battle) for _ in range(40)]
    for connection in connections:
        connection.sendall(f"GET /sparql?query={large} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    time.sleep(SECONDS + 1)
    for connection in connections:
        connection.close()
    assert recovers(battle)


def test_connections_that_reset(battle: Battle) -> None:
    for _ in range(50):
        connection = raw(battle)
        connection.sendall(b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    assert recovers(battle)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 500 + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nASK{}",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n0\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: [\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"BREW /sparql HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["long header", "many headers", "long path", "nul", "version", "TLS", "HTTP/2", "two lengths", "negative length",
         "length and chunks", "bad chunk", "bad coding", "bad host", "two hosts", "method"],
)  # fmt: skip
def test_malformed_requests_are_refused_or_ended(battle: Battle, request_: bytes) -> None:
    with raw(battle) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(request_)
        answer = b""
        with contextlib.suppress(OSError):
            answer = connection.recv(4000)
    assert (
        not answer or answer.split()[1][:1] in (b"3", b"4", b"5") or request_.startswith(b"GET / HTTP/1.1\r\nHost: a")
    )
    assert b"Traceback" not in answer
    assert recovers(battle)
