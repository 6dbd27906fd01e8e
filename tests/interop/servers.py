"""Other people's triple stores, started for tests as docs/stores.md shows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import urllib3

from kg.stores.sparql_server import Access
from tests.conftest import free_port
from tests.interop.foreign_parsers import FETCHED, JENA

PROGRAMS = Path(sys.executable).parent
GEOSPARQL = FETCHED / "geosparql"
RDF4J, JETTY = FETCHED / "rdf4j-http-server.war", FETCHED / "jetty-runner.jar"
_HTTP = urllib3.PoolManager(retries=False, timeout=10)
_REPOSITORY = """
@prefix rep: <http://www.openrdf.org/config/repository#> . @prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
[] a rep:Repository ; rep:repositoryID "kg" ; rdfs:label "kg" ; rep:repositoryImpl [ rep:repositoryType "openrdf:SailRepository" ;
   sr:sailImpl [ sail:sailType "openrdf:MemoryStore" ] ] .
"""


Rows = Counter[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Why a server answers a query otherwise than SPARQL says, and what of the answer is the same all the same.

    `rest` takes rows, from there and from here, to what must be equal; without it nothing of the answer can be used.
    """

    reason: str
    rest: Callable[[Rows], object] | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where to push, where to ask over the union of all graphs, which queries it answers otherwise.

    `ask_named` is the address for queries that name graphs, where that is another. `alters` says what the server
    changes in the triples that it is given.
    """

    push: str
    ask: str
    by_update: bool = False
    differences: Mapping[str, Difference] = field(default_factory=dict)
    ask_named: str = ""
    access: Access | None = None
    alters: str = ""

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
        yield Server(f"http://{address}/store", f"http://{address}/query")


_PLANAR = "geof:distance of Jena before 6.2 knows no metres between longitudes and latitudes (apache/jena issue 3320)"
_NO_FUNCTIONS = "it has no GeoSPARQL functions"


@contextmanager
def fuseki(folder: Path) -> Iterator[Server]:
    """Fuseki with the jars of Jena's GeoSPARQL functions beside it."""
    port = free_port()
    jars = ":".join(map(str, [JENA, *sorted(GEOSPARQL.glob("*.jar"))]))
    command: list[str | Path] = [
        "java", "-Xmx512m", "-cp", jars, "org.apache.jena.fuseki.main.cmds.FusekiServerCmd", "--localhost", "--port", str(port),
        "--mem", "--update", "/kg",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with running(command, f"{address}/$/ping", folder / "log"):
        yield Server(
            f"{address}/kg/data",
            f"{address}/kg/query?default-graph-uri=urn:x-arq:UnionGraph",
            differences={"events-near-place": Difference(_PLANAR)},
            ask_named=f"{address}/kg/query",
        )


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
        lacking = {name: Difference(_NO_FUNCTIONS) for name in ("events-near-place", "places-in-polygon")}
        yield Server(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/", by_update=True, differences=lacking)


VIRTUOSO, ISQL = shutil.which("virtuoso-t"), shutil.which("isql-vt")
_VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = 1000000
"""
_VIRTUOSO_OWN = ("<http://www.openlinksw.com/", "<http://localuriqaserver/", "<http://www.w3.org/ns/ldp#")


def _places_of_points(rows: Rows) -> object:
    """Points by longitude and latitude to four decimals (ten metres), since it keeps them in single precision."""
    return Counter(
        tuple(
            tuple(round(float(number), 4) for number in re.findall(r"-?\d+(?:\.\d+)?", str(term).partition("^^")[0]))
            if str(term).startswith('"POINT')
            else term
            for term in row
        )
        for row in rows.elements()
    )


def _graphs_of_ours(rows: Rows) -> object:
    return Counter({row: count for row, count in rows.items() if not str(row[0]).startswith(_VIRTUOSO_OWN)})


_VIRTUOSO_DIFFERENCES = {
    "geometries": Difference("it turns WKT literals into its own geometries in single precision", _places_of_points),
    "graphs": Difference("its own graphs are listed among ours", _graphs_of_ours),
    "tolls-by-source": Difference("DISTINCT leaves rows twice whose label stands in two graphs", set),
    "events-near-place": Difference(_NO_FUNCTIONS),
    "places-in-polygon": Difference(_NO_FUNCTIONS),
}


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO_INI.format(sql=sql, http=http, folder=folder))
    address = f"http://127.0.0.1:{http}"
    command: list[str | Path] = [VIRTUOSO or "virtuoso-t", "-f", "+configfile", "virtuoso.ini"]
    with running(command, f"{address}/sparql?query=ASK%7B%7D", folder / "log"):
        yield Server(
            f"{address}/sparql-graph-crud-auth",
            f"{address}/sparql",
            differences=_VIRTUOSO_DIFFERENCES,
            access=Access(user="dba", password="dba", digest=True),
            alters=_VIRTUOSO_DIFFERENCES["geometries"].reason,
        )


def load_into_virtuoso(folder: Path, file: Path) -> None:
    """Bulk-load an N-Quads file of a server's folder, as its isql does."""
    port = re.search(r"ServerPort = (127.0.0.1:\d+)\nDirs", (folder / "virtuoso.ini").read_text())
    assert port is not None
    statements = f"ld_dir('{file.parent}', '{file.name}', 'http://localhost/'); rdf_loader_run(); checkpoint;"
    done = subprocess.run(
        [ISQL or "isql-vt", port.group(1), "dba", "dba", f"exec={statements}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
