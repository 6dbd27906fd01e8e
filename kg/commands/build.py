"""``kg build``: read articles, extract, store, consolidate."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import STORE, Day

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.pipeline import Summary

_LINE_SECONDS = 10.0


@click.command(name="build")
@click.argument("paths", nargs=-1, required=True)
@STORE
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that read articles."
)
@click.option("--scheduler", metavar="ADDRESS", help="Read articles on the Dask cluster of this scheduler instead.")
@click.option("--date", "day", type=Day(), help="Date of articles that carry none.")
@click.option("--time-limit", "seconds", type=click.FloatRange(min=0.1), help="Seconds that an article may take.")
@click.option("--retry", is_flag=True, help="Try again what took too long before.")
@click.option(
    "--validate",
    "check",
    is_flag=True,
    help="Check each article's graph against the SHACL shapes; keep out what fails.",
)
@click.option("--progress", type=click.Choice(["auto", "bar", "lines", "none"]), default="auto", show_default=True,
    help="auto: a bar on a terminal, else nothing.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def command(
    paths: tuple[str, ...], store: Path, workers: int, scheduler: str | None, day: date | None, seconds: float | None,
    retry: bool, check: bool, progress: str, as_json: bool,
) -> None:  # fmt: skip
    """Read articles, extract, store, consolidate. Building the same again changes nothing.

    PATHS are text, HTML, JSON, JSON Lines, feeds (saved, or by address), any of them gzipped or zipped, folders,
    patterns ("2020-*/*.txt"), or - for JSON Lines on standard input.
    """
    from kg.graph.terms import BASE
    from kg.pipeline import build
    from kg.workers.task import Task

    with _shown(paths, progress) as tell:
        summary = build(
            paths, store, workers=workers, scheduler=scheduler, day=day, seconds=seconds, retry=retry,
            task=Task(BASE, check), progress=tell,
        )  # fmt: skip
    for line in (*summary.failed, *summary.skipped, *summary.warnings):
        click.echo(f"kg: {line}", err=True)
    report(summary, as_json)
    if summary.failed:
        sys.exit(1)


def report(summary: Summary, as_json: bool = False) -> None:
    """Print what a build did: for people, or as JSON."""
    if as_json:
        values: dict[str, Any] = {
            "built": summary.built,
            "unchanged": summary.unchanged,
            "entities": summary.entities,
            "reports": dict(sorted(summary.reports.items())),
            "warnings": summary.warnings,
            "skipped": summary.skipped,
            "failed": summary.failed,
            "seconds": round(summary.seconds, 3),
            "consolidation_seconds": round(summary.consolidation_seconds, 3),
        }
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    skipped = f", {len(summary.skipped)} skipped" if summary.skipped else ""
    click.echo(f"articles: {summary.built} built, {summary.unchanged} unchanged{skipped}, {len(summary.failed)} failed")
    click.echo(f"reports: {sum(summary.reports.values())}; entities named: {summary.entities}")
    for name, count in sorted(summary.reports.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"  {count:5d}  {name}")


@contextmanager
def _shown(paths: tuple[str, ...], progress: str) -> Iterator[Callable[[Summary], None]]:
    """A function to tell of progress: a bar, plain lines, or nothing."""
    if progress == "auto":
        progress = "bar" if sys.stderr.isatty() else "none"
    if progress == "none":
        yield lambda summary: None
    elif progress == "lines":
        yield _Lines()
    else:
        from tqdm import tqdm

        from kg.articles.reading import estimate

        with tqdm(total=estimate(paths), unit=" articles", file=sys.stderr) as bar:
            yield lambda summary: bar.update(summary.done - bar.n) and None


class _Lines:
    """A line of progress every ten seconds, for logs."""

    def __init__(self) -> None:
        self.started = self.told = time.monotonic()

    def __call__(self, summary: Summary) -> None:
        now = time.monotonic()
        if now - self.told >= _LINE_SECONDS:
            self.told = now
            rate = summary.done / (now - self.started)
            click.echo(f"kg: {summary.done} articles, {rate:.1f} a second, {len(summary.failed)} failed", err=True)
