"""Options and answers that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

USER = click.option("--user", metavar="NAME", help="A name; the password is $KG_PASSWORD, or asked for.")
AUTHENTICATION = click.option(
    "--auth",
    type=click.Choice(["basic", "digest"]),
    default="basic",
    show_default=True,
    help="HTTP authentication with --user; Virtuoso wants digest.",
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


def password_of(user: str | None) -> str | None:
    """The password that goes with a name: ``$KG_PASSWORD``, or asked for on a terminal; none without a name."""
    if user is None:
        return None
    given = os.environ.get("KG_PASSWORD")
    if given is None and sys.stdin.isatty():
        given = click.prompt(f"Password of {user}", hide_input=True, err=True)
    return given


@contextmanager
def counting(unit: str) -> Iterator[Callable[[int, int], None]]:
    """A function to tell how many of how many are done: a bar on a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tell
