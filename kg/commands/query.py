"""``kg query``: run SPARQL on the store or on an endpoint."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.commands.options import STORE, fail


@click.command(name="query")
@click.argument("query", required=False)
@STORE
@click.option("--list", "listed", is_flag=True, help="Name the saved queries, with their titles and parameters.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the store.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of a saved query.")
@click.option(
    "--format",
    "output",
    default="table",
    show_default=True,
    type=click.Choice(
        ["table", "json", "csv", "tsv", "xml", "turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld"]
    ),
)
def command(
    query: str | None, store: Path, listed: bool, endpoint: str | None, params: tuple[str, ...], output: str
) -> None:
    """Run a saved query by NAME, a SPARQL FILE, or standard input (-)."""
    from kg.results import print_results

    if listed:
        _list()
        return
    if query is None:
        raise click.UsageError("which query? kg query --list names those that are saved")
    text = _text(query, dict(_pair(param) for param in params))
    if endpoint is not None:
        from kg.stores.endpoint import ask

        print_results(ask(endpoint, text), output, sys.stdout.buffer)
        return
    from kg.stores.embedded import EmbeddedStore

    try:
        results = EmbeddedStore.reading(store).query(text)
    except SyntaxError as fault:
        fail(f"the query is not SPARQL: {fault}")
    print_results(results, output, sys.stdout.buffer)


def _list() -> None:
    """Print the saved queries by group."""
    from kg.graph.queries import saved_queries

    group = ""
    for saved in sorted(saved_queries().values(), key=lambda saved: (saved.group, saved.name)):
        if saved.group != group:
            group = saved.group
            click.echo(f"{group}:")
        parameters = "".join(f" {p.name}={p.default!r}" for p in saved.parameters)
        click.echo(f"  {saved.name:26} {saved.title['en']}{parameters and f' [{parameters.strip()}]'}")


def _text(query: str, values: dict[str, str]) -> str:
    """The SPARQL text that an argument stands for, with parameters filled in."""
    if query != "-" and not Path(query).is_file():
        from kg.graph.queries import saved_query

        return saved_query(query).filled(values)
    if values:
        raise click.UsageError("--param goes with a saved query")
    return sys.stdin.read() if query == "-" else Path(query).read_text(encoding="utf-8")


def _pair(param: str) -> tuple[str, str]:
    name, sign, value = param.partition("=")
    if not sign:
        raise click.UsageError(f"--param {param}: NAME=VALUE is wanted")
    return name, value
