"""``kg serve``: the SPARQL endpoint and the pages."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import STORE


@click.command(name="serve")
@STORE
@click.option("--endpoint", help="Serve a remote SPARQL 1.1 store instead.")
@click.option("--host", default="127.0.0.1", show_default=True, envvar="KG_HOST")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True, envvar="KG_PORT")
@click.option(
    "--writable", is_flag=True, help="Allow SPARQL Update and graph store writes with the bearer token in KG_TOKEN."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    envvar="KG_WORKERS",
    help="Processes that answer queries.",
)
@click.option(
    "--timeout", type=float, default=30.0, show_default=True, envvar="KG_TIMEOUT", help="Seconds that a query may take."
)
def command(
    store: Path, endpoint: str | None, host: str, port: int, writable: bool, workers: int, timeout: float
) -> None:
    """Serve the SPARQL endpoint and the pages."""
    from kg.web.serve import run

    run(store, endpoint=endpoint, host=host, port=port, writable=writable, workers=workers, timeout=timeout)
