"""``kg stats``: count what the graph holds."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="stats")
@STORE
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(store: Path, as_json: bool) -> None:
    """Count articles, reports, events and entities."""
    from kg.graph.statistics import counts
    from kg.stores.embedded import EmbeddedStore

    found = counts(EmbeddedStore.reading(store).ox)
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, count in found.items():
        click.echo(f"{count:10d}  {name}")
