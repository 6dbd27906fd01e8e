"""``kg watch``: build what arrives."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path

import click

from kg.commands.build import report
from kg.commands.options import STORE, Day


@click.command(name="watch")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@STORE
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that read articles."
)
@click.option("--date", "day", type=Day(), help="Date of articles that carry none.")
@click.option("--every", type=click.FloatRange(min=0.1), default=5.0, show_default=True, help="Seconds between looks.")
@click.option("--once", is_flag=True, help="Look until nothing is new, then end.")
def command(folders: tuple[Path, ...], store: Path, workers: int, day: date | None, every: float, once: bool) -> None:
    """Build what arrives in FOLDERS, until interrupted. A file is read once it has stopped growing."""
    from kg.articles.arrivals import Arrivals
    from kg.pipeline import build

    arrivals = Arrivals(folders)
    while True:
        files = arrivals.settled()
        if files:
            summary = build(files, store, workers=workers, day=day)
            click.echo(datetime.now().astimezone().isoformat(timespec="seconds"))
            for line in (*summary.failed, *summary.skipped):
                click.echo(f"kg: {line}", err=True)
            report(summary)
        elif once and not arrivals.growing:
            return
        time.sleep(every)
