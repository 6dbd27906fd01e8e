"""``kg push``: load the graph into another triple store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import AUTHENTICATION, STORE, USER, counting, password_of


@click.command(name="push")
@click.argument("url")
@STORE
@click.option("--update", "by_update", is_flag=True, help="URL is a SPARQL Update address, not a Graph Store one.")
@click.option("--query", "query", metavar="URL", help="The server's query address, where it cannot be told from URL.")
@click.option("--token", envvar="KG_TOKEN", help="Bearer token of the server.")
@USER
@AUTHENTICATION
@click.option("--prune", is_flag=True, help="Take away graphs that were pushed before and are gone here.")
@click.option("--no-verify", is_flag=True, help="Do not read counts and hashes back afterwards.")
def command(
    url: str, store: Path, by_update: bool, query: str | None, token: str | None, user: str | None, auth: str,
    prune: bool, no_verify: bool,
) -> None:  # fmt: skip
    """Load the graph into another triple store, graph by graph; only what changed is sent.

    URL is the server's Graph Store address (Fuseki …/data, Oxigraph …/store, RDF4J …/rdf-graphs/service), or with
    --update its SPARQL Update address. A push that broke off goes on where it stopped.
    """
    from kg.stores.embedded import EmbeddedStore
    from kg.stores.push import push_graphs
    from kg.stores.sparql_server import Access, SparqlServer, query_address

    server = SparqlServer(
        None if by_update else url,
        url if by_update else None,
        query or query_address(url, by_update),
        Access(token, user, password_of(user), digest=auth == "digest"),
    )
    with counting("graphs") as tell:
        outcome = push_graphs(EmbeddedStore.reading(store), server, prune=prune, verify=not no_verify, progress=tell)
    taken = f", {outcome.dropped} taken away" if prune else ""
    click.echo(f"graphs: {outcome.moved} sent, {outcome.same} already there{taken}; triples sent: {outcome.triples}")
    if outcome.verified:
        click.echo(f"verified: {outcome.verified} graphs, counts and hashes as sent")
