"""Options and answers that several commands share."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

STORE = click.option(
    "--store",
    type=click.Path(path_type=Path),
    envvar="KG_STORE",
    default="kg-store",
    show_default=True,
    help="Folder of the store.",
)


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a wrong one is a wrong call."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date (YYYY-MM-DD)", param, ctx)


def fail(message: str) -> NoReturn:
    """One line on standard error, exit status 1."""
    click.echo(f"kg: {message}", err=True)
    sys.exit(1)
