"""``kg serve``: the SPARQL endpoint and the pages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from kg.commands.options import STORE


class _Command(click.Command):
    """A command whose options are those of `kg.web.settings.OPTIONS`, read when it is called."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        from kg.web.settings import OPTIONS

        for option in OPTIONS:
            shown: dict[str, Any] = {"envvar": option.variable, "help": option.help, "default": None}
            if option.switch:
                shown |= {"is_flag": True, "default": False}
            elif option.number is not None:
                least = option.least
                shown["type"] = click.IntRange(int(least)) if option.number is int else click.FloatRange(least)
            if option.default:
                shown["help"] = f"{option.help}  [default: {option.default}]"
            self.params.append(click.Option([option.flag, option.variable], **shown))


@click.command(name="serve", cls=_Command)
@STORE
def command(store: Path, **values: Any) -> None:
    """Serve the SPARQL endpoint and the pages. Each option has a variable of the same name: KG_PORT, KG_TIMEOUT, …"""
    from kg.web.serve import run
    from kg.web.settings import settings

    chosen = settings(store, values, os.environ.get("KG_TOKEN"))
    run(chosen, values["KG_HOST"] or "127.0.0.1", values["KG_PORT"] or 5000)
