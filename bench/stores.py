"""How long the graph takes to leave the store, against Oxigraph's own programs, measured in the same run.

``python bench/stores.py [--quads N] [--keep DIR]`` makes a store of N quads (1,000,000) from copies of the seed's graph and prints

- ``kg export graph.nq`` against ``oxigraph dump`` (wanted: at most 1.5),
- ``kg push`` to ``oxigraph serve`` against one POST of the whole N-Quads file to the same server (wanted: at most 2),
- the memory (peak resident set) of both commands above that of a command that only opens the store (wanted: below 300 MB).
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pyoxigraph as ox

from kg.graph.terms import BASE
from kg.stores.embedded import EmbeddedStore

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent


def main() -> None:
    """Make the store, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="Folder to make the store in, or to find it in.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = (options.keep or Path(folder)) / "store"
        if not store.is_dir():
            make(store, options.quads)
        measure(store, Path(folder))


def make(path: Path, wanted: int) -> None:
    """A store of at least `wanted` quads: the seed's article graph under other names, and its events beside them."""
    from kg.pipeline import build

    build([ROOT / "seeds"], path, workers=0)
    with EmbeddedStore.writing(path) as store:
        text = (store.ox.dump(format=ox.RdfFormat.N_QUADS) or b"").decode()
        lines = [line for line in text.splitlines(keepends=True) if "graph/known" not in line]
        copy = 0
        while len(store.ox) < wanted:
            copy += 1
            store.ox.bulk_load("".join(renamed(line, copy) for line in lines).encode(), format=ox.RdfFormat.N_QUADS)
        print(f"{len(store.ox)} quads, {copy + 1} articles")


def renamed(line: str, copy: int) -> str:
    """The line with other names for what belongs to one article."""
    for kind in ("article/", "report/", "figure/", "event/", "linkage/", "position/"):
        line = line.replace(f"<{BASE}{kind}", f"<{BASE}{kind}c{copy}-")
    return line.replace(f"<{BASE}graph/article/", f"<{BASE}graph/article/c{copy}-")


def measure(store: Path, folder: Path) -> None:
    """Print the ratios."""
    idle = run("kg.cli", "query", "-", "--store", store, text="ASK {}")[1]
    ours, memory = run("kg.cli", "export", folder / "ours.nq", "--store", store)
    snapshots = [path for path in (store / "snapshots").iterdir() if path.name.isdigit()]
    snapshot = max(snapshots, key=lambda path: int(path.name))
    started = time.monotonic()
    subprocess.run(
        [PROGRAMS / "oxigraph", "dump", "--location", snapshot, "--file", folder / "theirs.nq"],
        check=True,
        capture_output=True,
    )
    theirs = time.monotonic() - started
    print(
        f"export: kg {ours:.2f} s, oxigraph dump {theirs:.2f} s, ratio {ours / theirs:.2f}, memory +{memory - idle} MB"
    )
    body = (folder / "theirs.nq").read_bytes()
    with Server(folder / "whole") as address:
        started = time.monotonic()
        urllib.request.urlopen(
            urllib.request.Request(f"{address}/store", body, {"Content-Type": "application/n-quads"}, method="POST"),
            timeout=3600,
        ).close()
        theirs = time.monotonic() - started
    with Server(folder / "pushed") as address:
        ours, memory = run("kg.cli", "push", f"{address}/store", "--store", store)
        again, _ = run("kg.cli", "push", f"{address}/store", "--store", store)
    print(f"push: kg {ours:.2f} s, one POST {theirs:.2f} s, ratio {ours / theirs:.2f}, memory +{memory - idle} MB")
    print(f"push again, nothing changed: {again:.2f} s")


def run(module: str, *arguments: object, text: str = "") -> tuple[float, int]:
    """Seconds and peak memory (MB) of a command."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT
    )
    if process.stdin is not None:
        process.stdin.write(text.encode())
        process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{module} {arguments}: exit status {process.returncode}")
    return time.monotonic() - started, memory_of(usage)


def memory_of(usage: resource.struct_rusage) -> int:
    """Peak resident set in MB (Linux counts in KB, macOS in bytes)."""
    return int(usage.ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024))


class Server:
    """`oxigraph serve` on a free port, until the block ends."""

    def __init__(self, location: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.bind = f"127.0.0.1:{probe.getsockname()[1]}"
        self.process = subprocess.Popen(
            [PROGRAMS / "oxigraph", "serve", "--location", location, "--bind", self.bind],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> str:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://{self.bind}/query?query=ASK%7B%7D", timeout=5).close()
                return f"http://{self.bind}"
            except OSError:
                time.sleep(0.1)
        raise SystemExit("oxigraph serve does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)


if __name__ == "__main__":
    main()
