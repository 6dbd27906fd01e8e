"""``kg export``: write the graph to a file."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE

_FORMATS = ("nq", "trig", "ttl", "nt", "rdfxml", "rdf", "xml", "jsonld", "geojson", "csv")
_TABLES = ("events", "ged", "acled", "claims", "tolls")


@click.command(name="export")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@STORE
@click.option("--format", "output", type=click.Choice(_FORMATS), help="By the file's ending where not given.")
@click.option("--table", type=click.Choice(_TABLES), default="events", show_default=True, help="What CSV holds.")
@click.option("--article", "articles", multiple=True, metavar="ID", help="Only this article's graph; may be repeated.")
@click.option("--graph", "graphs", multiple=True, metavar="IRI", help="Only this named graph; may be repeated.")
@click.option("--where", metavar="QUERY", help="Only what a CONSTRUCT query gives: its text, or a file with it.")
@click.option("--package", is_flag=True, help="FILE is a folder for a full dump: graph, tables, links, checksums.")
def command(
    file: Path, store: Path, output: str | None, table: str, articles: tuple[str, ...], graphs: tuple[str, ...],
    where: str | None, package: bool,
) -> None:  # fmt: skip
    """Write the graph to FILE ('-': standard output), gzipped where its name ends in .gz.

    The same graph gives the same bytes. RDF holds everything or the part asked for; GeoJSON and CSV hold events.
    """
    from kg.exports import ExportError, Selection, export_to
    from kg.stores.embedded import EmbeddedStore

    if where is not None and (articles or graphs):
        raise click.UsageError("--where goes without --article and --graph")
    selection = Selection(articles, graphs, _query(where), table)
    opened = EmbeddedStore.reading(store)
    try:
        if package:
            from kg.exports.package import export_package

            if output or not selection.everything:
                raise click.UsageError("--package holds everything, in formats of its own")
            for written in export_package(opened, file):
                click.echo(f"{written.stat().st_size:12d}  {written}")
            return
        export_to(opened, file, output, selection)
    except ExportError as fault:
        raise click.UsageError(str(fault)) from fault


def _query(where: str | None) -> str | None:
    """The query that --where stands for."""
    if where is not None and "{" not in where:
        try:
            return Path(where).read_text(encoding="utf-8")
        except OSError as fault:
            raise click.UsageError(f"--where {where}: neither a query nor a file that can be read") from fault
    return where
