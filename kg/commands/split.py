"""``kg split``: an operator decides that some reports of an event are of another."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="split")
@click.argument("event")
@click.argument("reports", nargs=-1)
@STORE
@click.option("--because", "reason", metavar="TEXT", help="Why; kept with the decision.")
@click.option("--undo", is_flag=True, help="EVENT is a decision; take it back.")
def command(event: str, reports: tuple[str, ...], store: Path, reason: str | None, undo: bool) -> None:
    """Decide that REPORTS of an EVENT are of another one. Prints the decision's IRI.

    Events and reports are given by IRI, or by what follows …/id/event/ and …/id/report/; an article's identifier
    stands for its reports of the event.
    """
    from kg.graph.operator import split_event, take_back

    if undo:
        click.echo(f"decisions: {take_back(store, [event])} taken back")
        return
    if not reports:
        raise click.UsageError("which reports are of another event?")
    click.echo(split_event(store, event, reports, reason))
