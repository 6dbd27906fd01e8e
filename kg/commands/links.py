"""``kg links``: check the links to GeoNames and Wikidata, and write them as a linkset."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="links")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), required=False)
@STORE
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def command(file: Path | None, store: Path, as_json: bool) -> None:
    """Check the links to GeoNames and Wikidata by rule: type, country, distance, one link an entity.

    Prints counts, and a line on standard error for each link that breaks a rule; exit 1 where one does. With FILE
    ('-': standard output), writes the links that hold as Turtle, under a VoID description.
    """
    from kg.gazetteer import Gazetteer
    from kg.graph.links import checked_links, statistics, write_linkset
    from kg.graph.terms import BASE
    from kg.stores.embedded import EmbeddedStore

    links = checked_links(EmbeddedStore.reading(store).ox, Gazetteer.open())
    for link in links:
        if link.broken:
            click.echo(f"kg: {link.entity.iri} ({link.entity.label}) → {link.target}: {link.broken}", err=True)
    if file is not None and str(file) == "-":
        sys.stdout.buffer.write(write_linkset(links, BASE))
    else:
        if file is not None:
            file.write_bytes(write_linkset(links, BASE))
        found = statistics(links)
        if as_json:
            click.echo(json.dumps(found))
        else:
            click.echo("".join(f"{count:10d}  {name}\n" for name, count in found.items()), nl=False)
    if any(link.broken for link in links):
        sys.exit(1)
