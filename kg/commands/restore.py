"""``kg restore``: make a store from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="restore")
@click.argument("folder", type=click.Path(path_type=Path))
@STORE
def command(folder: Path, store: Path) -> None:
    """Make the store anew from a backup FOLDER. A store that is there already is left alone: remove it first."""
    from kg.stores.backup import restore

    click.echo(f"quads: {restore(folder, store)} in {store}")
