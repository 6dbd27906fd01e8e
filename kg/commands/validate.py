"""``kg validate``: check the graph against the SHACL shapes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="validate")
@STORE
@click.option("--lang", type=click.Choice(["fr", "en"]), default="en", show_default=True)
def command(store: Path, lang: str) -> None:
    """Check the whole graph against the SHACL shapes; exit 1 where it does not conform."""
    from kg.graph.shacl import validate
    from kg.stores.embedded import EmbeddedStore

    violations = validate(EmbeddedStore.reading(store).quads(), lang)
    for violation in violations:
        click.echo(f"{violation.node} {violation.path}: {violation.message}")
    click.echo("conforms" if not violations else f"{len(violations)} violations")
    if violations:
        sys.exit(1)
