"""``kg backup``: copy the store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="backup")
@click.argument("folder", type=click.Path(path_type=Path))
@STORE
def command(folder: Path, store: Path) -> None:
    """Copy the store's newest snapshot to FOLDER, which must not exist; `kg restore` makes a store of it."""
    from kg.stores.backup import backup

    click.echo(f"quads: {backup(store, folder)} kept in {folder}")
