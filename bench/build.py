"""What a build costs, and how that grows: `kg build` on generated corpora, against the bare French model in the same run.

    python bench/build.py [--sizes 1000,10000] [--more 100] [--two-workers-at SIZE] [--folder DIR]

Prints, for each size, wall time, processor time (of all processes together) and peak memory (proportional set size of
all processes together); then the ratios: time and memory of the largest size over the smallest, one worker over two,
the share of consolidation, a few more articles over the first build, articles a second over the bare spaCy pipeline.
On a machine that others use, processor time is the steadier figure; the wall time of two workers needs two free cores.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.generated_news import articles

_SAMPLE_SECONDS = 0.5
_BARE_ARTICLES = 300


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one build: seconds on the clock, seconds of processors, bytes at the peak, and what it reported."""

    wall: float
    processors: float
    peak: int
    summary: dict[str, Any]


def processes_below(pid: int) -> list[int]:
    """A process and those that it started, however deep."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def memory(pid: int) -> int:
    """Bytes that a process and those below it hold together; shared pages count once (proportional set size)."""
    total = 0
    for process in processes_below(pid):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def processor_time(pid: int) -> float:
    """Seconds of processor time of one process so far; 0 for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def build(corpus: Path, store: Path, workers: int) -> Cost:
    """Run `kg build` and measure it."""
    command = [
        sys.executable,
        "-m",
        "kg.cli",
        "build",
        str(corpus),
        "--store",
        str(store),
        "--workers",
        str(workers),
        "--json",
    ]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": "0"})
    peak = 0
    spent: dict[int, float] = {}
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(_SAMPLE_SECONDS):
            peak = max(peak, memory(process.pid))
            for each in processes_below(process.pid):
                spent[each] = max(spent.get(each, 0.0), processor_time(each))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    wall = time.monotonic() - began
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit("the build failed")
    return Cost(wall, sum(spent.values()), peak, json.loads(output))


def bare_rate(texts: list[str]) -> float:
    """Articles a second of processor time through the bare French model."""
    from kg.nlp.spacy_model import language

    nlp = language()
    nlp(texts[0])
    began = time.process_time()
    for text in texts:
        nlp(text)
    return len(texts) / (time.process_time() - began)


def write(path: Path, first: int, last: int) -> Path:
    """Articles `first` to `last` of the generated corpus, as JSON Lines."""
    with path.open("w", encoding="utf-8") as stream:
        for article in islice(articles(last), first, None):
            stream.write(json.dumps(article, ensure_ascii=False) + "\n")
    return path


def show(name: str, cost: Cost) -> None:
    """One line on a build."""
    share = cost.summary["consolidation_seconds"] / cost.summary["seconds"]
    print(f"{name:28} {cost.wall:8.1f} s  {cost.processors:8.1f} s of processors  {cost.peak / 2**20:7.0f} MB  consolidation {share:.1%}", flush=True)  # fmt: skip


def main() -> None:
    """Run all of it, the smallest size first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--more", type=int, default=100)
    parser.add_argument("--two-workers-at", type=int, metavar="SIZE", help="one of the sizes; the largest if not given")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    folder = options.folder or Path(tempfile.mkdtemp(prefix="kg-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    costs: dict[int, Cost] = {}
    for size in sizes:
        shutil.rmtree(folder / f"store-{size}", ignore_errors=True)
        costs[size] = build(write(folder / f"{size}.jsonl", 0, size), folder / f"store-{size}", 1)
        show(f"{size} articles, one worker", costs[size])
    least, most = sizes[0], sizes[-1]
    both = options.two_workers_at or most
    two = build(folder / f"{both}.jsonl", folder / "store-two", 2)
    show(f"{both} articles, two workers", two)
    shutil.rmtree(folder / "store-two")
    more = build(write(folder / "more.jsonl", most, most + options.more), folder / f"store-{most}", 1)
    show(f"{options.more} more after {most}", more)
    texts = [article["text"] for article in articles(_BARE_ARTICLES)]
    bare = bare_rate(texts)
    rate = least / costs[least].processors
    for name, value in (
        (f"wall time, {most} over {least}", costs[most].wall / costs[least].wall),
        (f"processor time, {most} over {least}", costs[most].processors / costs[least].processors),
        (f"peak memory, {most} over {least}", costs[most].peak / costs[least].peak),
        (f"wall time at {both}, one worker over two", costs[both].wall / two.wall),
        (
            f"consolidation, share of the time at {most}",
            costs[most].summary["consolidation_seconds"] / costs[most].summary["seconds"],
        ),
        (f"wall time, {options.more} more over the first {most}", more.wall / costs[most].wall),
        (f"processor time, {options.more} more over the first {most}", more.processors / costs[most].processors),
        (f"articles a second of processor time ({rate:.1f}) over the bare model ({bare:.1f})", rate / bare),
    ):
        print(f"{value:8.3f}  {name}")
    if options.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()
