"""How long do the pages take on a large graph, beside a page that only says "ok"? bench/pages.py [QUADS [ARTICLES...]].

Builds the articles (the 28 of ../shared/gold/dev where they are, else the seeds), multiplies their graph to QUADS (one
million): each copy has articles, reports, figures and events of its own and shares places, people and organisations,
so that these become hubs. Serves it as `kg serve` does and asks for each page in turn. Prints the first answer and the
median in milliseconds and the ratio to the "ok" page; exits with 1 where a median is over 300 ms.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import urllib3
from flask import Flask

ROOT = Path(__file__).parent.parent
ROUNDS, MOST = 15, 300.0
OWN = re.compile(r"(?<=/id/)((?:graph/)?article|report|figure|event|linkage)/([^/>]+)")
PAGES = [
    "/ok", "/", "/events", "/events?type=Airstrike", "/events?country=state/AZE&status=Actual", "/events?deadly=1&sort=-killed&from=2015-01-01&to=2025-01-01",
    "/events?page=200", "/events/places.geojson", "/events/map.svg", "/entities", "/entities?kind=Person&page=3", "/articles", "/articles?q=attaque", "/sources",
    "/conflicts", "/search?q=barda", "/search?q=azerbaidjn", "/search/suggestions?q=is", "/query", "/ontology", "HUB", "HUB?in=INVERSE&links=40", "STATE", "PERSON", "SOURCE",
    "EVENT", "ARTICLE", "/sitemap-event-0.xml",
]  # fmt: skip


def application() -> Flask:
    """The program's own application with a page that says "ok"; for the server that this script starts."""
    from kg.web.app import Settings, create_app

    app = create_app(Settings(Path(os.environ["BENCH_STORE"])))
    app.add_url_rule("/ok", "ok", lambda: "ok")
    return app


def main() -> None:
    """Build, serve, measure."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    gold = sorted((ROOT.parent / "shared" / "gold" / "dev").glob("*.json"))
    articles = [Path(a) for a in sys.argv[2:]] or gold or [ROOT / "seeds"]
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        _multiply(articles, Path(folder) / "small", store, wanted)
        worst = _measure(store)
    sys.exit(1 if worst > MOST else 0)


def _multiply(articles: list[Path], small: Path, large: Path, wanted: int) -> None:
    from kg.pipeline import build
    from kg.stores.embedded import EmbeddedStore

    build(articles, small)
    quads = list(EmbeddedStore.reading(small).quads())
    copies = max(1, round(wanted / len(quads)))
    with EmbeddedStore.writing(large) as store:
        for copy in range(copies):
            store.ox.bulk_extend(_renamed(quads, copy))
        print(f"{len(store.ox):,} quads: {len(quads):,} of {len(articles)} articles, {copies} times")


def _renamed(quads: list[ox.Quad], copy: int) -> Iterator[ox.Quad]:
    """The quads with articles, reports, figures and events of this copy."""

    def own(node: object) -> object:
        if copy and isinstance(node, ox.NamedNode):
            return ox.NamedNode(OWN.sub(rf"\1/\2-{copy}", node.value))
        return node

    for quad in quads:
        yield ox.Quad(own(quad.subject), quad.predicate, own(quad.object), own(quad.graph_name))


def _measure(store: Path) -> float:
    """Start the server, ask for every page, print; returns the largest median in milliseconds."""
    address = "127.0.0.1:5099"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--threads",
        "8",
        "--bind",
        address,
        "--log-level",
        "error",
        "--timeout",
        "300",
        "pages:application()",
    ]
    server = subprocess.Popen(command, cwd=Path(__file__).parent, env={**os.environ, "BENCH_STORE": str(store)})
    http = urllib3.PoolManager(timeout=300, retries=urllib3.Retry(60, backoff_factor=0.2, status_forcelist=[503]))
    try:
        started = time.perf_counter()
        http.request("GET", f"http://{address}/articles")  # waits for the index, which the start page does not
        print(f"index ready after {time.perf_counter() - started:.1f} s")
        print(f"{'page':58} {'first':>7} {'median':>7} {'x ok':>6} {'bytes':>9}")
        times: dict[str, float] = {}
        for page in _pages(store):
            first, *rest = (_once(http, f"http://{address}{page}") for _ in range(ROUNDS + 1))
            times[page] = statistics.median(taken for taken, _ in rest)
            print(f"{page[:58]:58} {first[0]:7.1f} {times[page]:7.1f} {times[page] / times['/ok']:6.1f} {first[1]:9,}")
        return max(times.values())
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _once(http: urllib3.PoolManager, address: str) -> tuple[float, int]:
    started = time.perf_counter()
    answer = http.request("GET", address, headers={"Accept": "text/html", "Accept-Language": "fr"})
    if answer.status != 200:
        raise SystemExit(f"{address}: {answer.status}")
    return (time.perf_counter() - started) * 1000, len(answer.data)


def _pages(store: Path) -> Iterator[str]:
    """The pages, with the things that most leads to in place of names."""
    (path,) = (store / "pages").glob("*.sqlite")
    with sqlite3.connect(path) as index:

        def best(query: str) -> str:
            return str(index.execute(query).fetchone()[0]).split("/id/")[1]

        named = {
            "HUB?in=INVERSE": "/page/{}?in={}".format(*_hub(index)),
            "HUB": "/page/" + best("SELECT object FROM link GROUP BY object ORDER BY SUM(links) DESC"),
            "STATE": "/page/" + best("SELECT iri FROM entity WHERE kind = 'State' ORDER BY events DESC"),
            "PERSON": "/page/" + best("SELECT iri FROM entity WHERE kind = 'Person' ORDER BY events DESC"),
            "SOURCE": "/sources/" + best("SELECT iri FROM entity ORDER BY claims DESC"),
            "EVENT": "/page/" + best("SELECT iri FROM event ORDER BY reports DESC, id"),
            "ARTICLE": "/page/" + best("SELECT iri FROM article ORDER BY reports DESC, id"),
        }
    for page in PAGES:
        name = next((n for n in named if page.startswith(n)), None)
        yield page.replace(name, named[name]) if name else page


def _hub(index: sqlite3.Connection) -> tuple[str, str]:
    iri, prop = index.execute("SELECT object, property FROM link ORDER BY links DESC").fetchone()
    return iri.split("/id/")[1], quote(prop)


if __name__ == "__main__":
    main()
