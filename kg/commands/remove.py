"""``kg remove``: take articles out."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE, fail


@click.command(name="remove")
@click.argument("articles", nargs=-1, required=True)
@STORE
def command(articles: tuple[str, ...], store: Path) -> None:
    """Take ARTICLES out by identifier; the events that they told of are looked at again."""
    from kg.pipeline import remove

    missing = remove(articles, store)
    click.echo(f"articles: {len(articles) - len(missing)} removed")
    if missing:
        fail(f"not in the store: {', '.join(missing)}")
