"""Other people's triple stores, started for tests as docs/stores.md shows."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3

from tests.conftest import free_port
from tests.interop.foreign_parsers import FETCHED, JENA

PROGRAMS = Path(sys.executable).parent
RDF4J, JETTY = FETCHED / "rdf4j-http-server.war", FETCHED / "jetty-runner.jar"
_HTTP = urllib3.PoolManager(retries=False, timeout=10)
_REPOSITORY = """
@prefix rep: <http://www.openrdf.org/config/repository#> . @prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
[] a rep:Repository ; rep:repositoryID "kg" ; rdfs:label "kg" ; rep:repositoryImpl [ rep:repositoryType "openrdf:SailRepository" ;
   sr:sailImpl [ sail:sailType "openrdf:MemoryStore" ] ] .
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where to push, where to ask over the union of all graphs, what it can do beyond SPARQL.

    `ask_named` is the address for queries that name graphs, where that is another.
    """

    push: str
    ask: str
    by_update: bool = False
    extras: frozenset[str] = frozenset()
    ask_named: str = ""

    def address_for(self, query: str) -> str:
        """The address to send a query to."""
        return self.ask_named if self.ask_named and "GRAPH ?" in query else self.ask


@contextmanager
def running(command: list[str | Path], ready: str, log: Path) -> Iterator[None]:
    """A program that answers at `ready` within a minute, until the block ends."""
    with log.open("wb") as stream:
        process = subprocess.Popen(list(map(str, command)), stdout=stream, stderr=subprocess.STDOUT, cwd=log.parent)
    try:
        for _ in range(600):
            if process.poll() is not None:
                break
            try:
                if _HTTP.request("GET", ready).status < 500:
                    break
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
        else:
            raise RuntimeError("no answer within a minute")
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} ended: {log.read_text(errors='replace')[-1500:]}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    address = f"127.0.0.1:{free_port()}"
    command: list[str | Path] = [
        PROGRAMS / "oxigraph", "serve", "--location", folder / "data", "--bind", address, "--union-default-graph"
    ]  # fmt: skip
    with running(command, f"http://{address}/query?query=ASK%7B%7D", folder / "log"):
        yield Server(f"http://{address}/store", f"http://{address}/query", extras=frozenset({"GeoSPARQL"}))


@contextmanager
def fuseki(folder: Path) -> Iterator[Server]:
    port = free_port()
    command: list[str | Path] = [
        "java", "-Xmx512m", "-jar", JENA, "--localhost", "--port", str(port), "--mem", "--update", "/kg"
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with running(command, f"{address}/$/ping", folder / "log"):
        union = f"{address}/kg/query?default-graph-uri=urn:x-arq:UnionGraph"
        yield Server(f"{address}/kg/data", union, ask_named=f"{address}/kg/query")


@contextmanager
def rdf4j(folder: Path) -> Iterator[Server]:
    port = free_port()
    address = f"http://127.0.0.1:{port}/rdf4j-server"
    command: list[str | Path] = [
        "java", "-Xmx512m", f"-Dorg.eclipse.rdf4j.appdata.basedir={folder / 'data'}", "-jar", JETTY, "--host", "127.0.0.1",
        "--port", str(port), "--path", "/rdf4j-server", RDF4J,
    ]  # fmt: skip
    with running(command, f"{address}/protocol", folder / "log"):
        made = _HTTP.request(
            "PUT", f"{address}/repositories/kg", body=_REPOSITORY, headers={"Content-Type": "text/turtle"}
        )
        assert made.status == 204, made.data
        yield Server(f"{address}/repositories/kg/rdf-graphs/service", f"{address}/repositories/kg")


@contextmanager
def rdflib_endpoint(folder: Path) -> Iterator[Server]:
    port = free_port()
    (folder / "empty.nq").write_text("")
    command: list[str | Path] = [
        PROGRAMS / "rdflib-endpoint", "serve", "--host", "127.0.0.1", "--port", str(port), "--enable-update", folder / "empty.nq"
    ]  # fmt: skip
    with running(command, f"http://127.0.0.1:{port}/", folder / "log"):
        yield Server(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/", by_update=True)
