"""``kg push``: load the graph into another triple store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="push")
@click.argument("url")
@STORE
@click.option("--update", "by_update", is_flag=True, help="URL is a SPARQL Update address, not a Graph Store one.")
@click.option("--token", envvar="KG_TOKEN", help="Bearer token of the server.")
def command(url: str, store: Path, by_update: bool, token: str | None) -> None:
    """Load the graph into another triple store, graph by graph; only what changed is sent."""
    from kg.stores.embedded import EmbeddedStore
    from kg.stores.push import push_graphs

    sent, same = push_graphs(EmbeddedStore.reading(store), url, by_update=by_update, token=token)
    click.echo(f"graphs: {sent} sent, {same} already there")
