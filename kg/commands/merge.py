"""``kg merge``: an operator decides that events are one."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="merge")
@click.argument("events", nargs=-1, required=True)
@STORE
@click.option("--because", "reason", metavar="TEXT", help="Why; kept with the decision.")
@click.option("--undo", is_flag=True, help="EVENTS are decisions; take them back.")
def command(events: tuple[str, ...], store: Path, reason: str | None, undo: bool) -> None:
    """Decide that EVENTS (their IRIs, or what follows …/id/event/) are one. Prints the decision's IRI."""
    from kg.graph.operator import merge_events, take_back

    if undo:
        click.echo(f"decisions: {take_back(store, events)} taken back")
        return
    if len(events) < 2:
        raise click.UsageError("two events or more are wanted")
    click.echo(merge_events(store, events, reason))
