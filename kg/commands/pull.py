"""``kg pull``: fetch the graph from another triple store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import AUTHENTICATION, STORE, USER, counting, password_of


@click.command(name="pull")
@click.argument("url")
@STORE
@click.option("--token", envvar="KG_TOKEN", help="Bearer token of the server.")
@USER
@AUTHENTICATION
def command(url: str, store: Path, token: str | None, user: str | None, auth: str) -> None:
    """Fetch every named graph from a server into the store, where it differs. URL is the SPARQL query address."""
    from kg.stores.embedded import EmbeddedStore
    from kg.stores.push import pull_graphs
    from kg.stores.sparql_server import Access, SparqlServer

    server = SparqlServer(query=url, access=Access(token, user, password_of(user), digest=auth == "digest"))
    with counting("graphs") as tell, EmbeddedStore.writing(store) as opened:
        outcome = pull_graphs(opened, server, progress=tell)
    click.echo(f"graphs: {outcome.moved} fetched, {outcome.same} already here; triples fetched: {outcome.triples}")
