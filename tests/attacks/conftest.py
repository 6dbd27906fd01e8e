"""Attacks on a live server, with a well-behaved client beside them.

The attackers come from 127.0.0.2, the well-behaved client from 127.0.0.1: the server shares its places out by
address, as it would between attackers and readers on the open web. The client asks throughout, sees no error, and
waits at most three times as long (95th percentile) as when it is alone, which it is before the attacks, between
their modules and after them, so that whatever else the machine does weighs on both alike; each attack is met with the status that it
deserves, or with a connection that ends; and no attack makes the server ask another one (a trap listens).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from tests.conftest import start_server, stop_server
from tests.web.conftest import make_store, node, numbered

TOKEN = "attacked"
ATTACKER = "127.0.0.2"
SECONDS = 1.0
CALM = 1.0
SCRIPT = "<script>alert(1)</script>"


class Reader(threading.Thread):
    """The well-behaved client: asks a small question, again and again, on a connection of its own."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.waits: list[tuple[float, float]] = []
        """When a question was asked (monotonic clock), and the seconds until it was answered."""
        self.faults: list[str] = []
        self.over = threading.Event()
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)

    def ask(self) -> tuple[float, float]:
        began = time.monotonic()
        query = quote('SELECT (COUNT(*) AS ?n) { ?s <http://example.org/p/3> ?o FILTER CONTAINS(STR(?o), "7") }')
        self._connection.request("GET", f"/sparql?query={query}", headers={"Accept": "application/json"})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200 or b'"value":"983"' not in body:
            self.faults.append(f"{answer.status} {body[:200]!r}")
        return began, time.monotonic() - began

    def run(self) -> None:
        while not self.over.wait(0.01):
            try:
                self.waits.append(self.ask())
            except (OSError, http.client.HTTPException) as fault:
                self.faults.append(repr(fault))
                self._connection.close()


def percentile95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]


@dataclass
class Battle:
    """The server under attack, the trap, how the reader fares, and when nobody attacked (begin, end)."""

    address: str
    process: subprocess.Popen[bytes]
    trap: str
    caught: list[bytes]
    reader: Reader
    calm: list[tuple[float, float]] = field(default_factory=list)

    def pause(self) -> None:
        """Let what the attacks left come to its deadline, and then the reader be alone for a while."""
        time.sleep(SECONDS)
        began = time.monotonic()
        time.sleep(CALM)
        self.calm.append((began, time.monotonic()))


@pytest.fixture(scope="session")
def battle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Battle]:
    store = make_store(tmp_path_factory.mktemp("attacked") / "store", [*numbered(20_000), *_hostile_quads()])
    arguments = ("--writable", "--timeout", str(SECONDS), "--workers", "2", "--memory", "600", "--max-body", "2")
    process, address = start_server(store, *arguments, KG_TOKEN=TOKEN, KG_ACCESS_LOG="")
    trap = socket.create_server(("127.0.0.1", 0))
    caught: list[bytes] = []
    threading.Thread(target=_spring, args=(trap, caught), daemon=True).start()
    reader = Reader(address)
    reader.start()
    found = Battle(address, process, f"http://127.0.0.1:{trap.getsockname()[1]}/", caught, reader)
    found.pause()
    yield found
    reader.over.set()
    reader.join(30)
    trap.close()
    stop_server(process)


@pytest.fixture(scope="module", autouse=True)
def _pause_after_each_module(battle: Battle) -> Iterator[None]:
    yield
    if not battle.reader.over.is_set():
        battle.pause()


def _hostile_quads() -> Iterator[ox.Quad]:
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    thing = ox.NamedNode("https://w3id.org/conflict-kg/id/place/hostile")
    graph = ox.NamedNode("http://example.org/%3Cscript%3Ealert(1)%3C/script%3E")
    yield ox.Quad(thing, kind, ox.NamedNode("https://w3id.org/conflict-kg/ontology#Place"), graph)
    yield ox.Quad(thing, label, ox.Literal(f"{SCRIPT}\"'><img src=x onerror=alert(1)>", language="fr"), graph)
    yield ox.Quad(thing, node("link"), ox.NamedNode("javascript:alert(1)"), graph)
    yield ox.Quad(thing, node("link"), ox.Literal("{{ 7 * 7 }} ${7*7}"), graph)


def _spring(trap: socket.socket, caught: list[bytes]) -> None:
    while True:
        try:
            connection, _ = trap.accept()
        except OSError:
            return
        connection.settimeout(1)
        with connection, contextlib.suppress(OSError):
            caught.append(connection.recv(1000))


def call(
    battle: Battle, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """A request from the attacker's address: status, headers and body."""
    place = urlsplit(battle.address)
    connection = http.client.HTTPConnection(place.netloc, timeout=30, source_address=(ATTACKER, 0))
    with contextlib.closing(connection):
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def query(battle: Battle, text: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return call(battle, "POST", "/sparql", text.encode(), Content_Type="application/sparql-query", **headers)


def update(battle: Battle, text: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    found = {"Content_Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}", **headers}
    return call(battle, "POST", "/sparql", text.encode(), **found)


def raw(battle: Battle) -> socket.socket:
    """A connection from the attacker's address."""
    place = urlsplit(battle.address)
    return socket.create_connection((place.hostname, place.port), 30, source_address=(ATTACKER, 0))


def upload(battle: Battle, body: bytes, media: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    found = {"Content_Type": media, "Authorization": f"Bearer {TOKEN}", **headers}
    return call(battle, "PUT", "/rdf-graph-store?graph=http://upload/", body, **found)


def recovers(battle: Battle) -> bool:
    """Whether the attacker itself gets an answer again, within a few seconds."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if query(battle, "ASK {}")[0] == 200:
            return True
        time.sleep(0.1)
    return False


def survived(battle: Battle) -> None:
    """What the last test looks back on: the server stood, and the reader saw nothing of it."""
    battle.pause()
    battle.reader.over.set()
    battle.reader.join(30)
    assert battle.process.poll() is None
    assert battle.reader.faults == []
    assert battle.caught == []
    assert len(battle.reader.waits) > 500
    alone, attacked = [], []
    for began, wait in battle.reader.waits:
        undisturbed = any(begin <= began <= end for begin, end in battle.calm)
        (alone if undisturbed else attacked).append(wait)
    assert percentile95(attacked) <= 3 * percentile95(alone)
    workers = [path for path in Path("/proc").iterdir() if path.name.isdigit() and _is_child(path, battle.process.pid)]
    assert len(workers) < 15, "a process was left behind"
    assert json.loads(query(battle, "ASK { ?s ?p ?o }")[2])["boolean"] is True


def _is_child(path: Path, pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError, ValueError):
        parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        while parent > 1:
            if parent == pid:
                return True
            parent = int(Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1])
    return False
