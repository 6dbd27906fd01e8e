"""``kg export``: write the graph to a file."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE

_FORMATS = ("nq", "trig", "ttl", "nt", "rdfxml", "rdf", "jsonld", "geojson", "csv")


@click.command(name="export")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@STORE
@click.option("--format", "output", type=click.Choice(_FORMATS), help="By the file's ending where not given.")
def command(file: Path, store: Path, output: str | None) -> None:
    """Write the whole graph to FILE ('-': standard output), gzipped where its name ends in .gz."""
    from kg.exports import ExportError, export_to
    from kg.stores.embedded import EmbeddedStore

    try:
        export_to(EmbeddedStore.reading(store), file, output)
    except ExportError as fault:
        raise click.UsageError(str(fault)) from fault
