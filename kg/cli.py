"""The command line: `kg COMMAND`. Each command's module is loaded when it is called, so that help answers at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from kg import __version__

COMMANDS = {
    "backup": "Copy the store to a folder, while it is read or written.",
    "build": "Read articles, extract, store, consolidate.",
    "evaluate": "Measure against annotated articles.",
    "export": "Write the whole graph to a file.",
    "links": "Check the links to GeoNames and Wikidata; write them as a linkset.",
    "merge": "Decide that events are one.",
    "pull": "Fetch the graph from another triple store.",
    "push": "Load the graph into another triple store.",
    "query": "Run a saved query, a SPARQL file, or standard input.",
    "remove": "Take articles out.",
    "restore": "Make a store from a backup.",
    "serve": "Serve the SPARQL endpoint and the pages.",
    "split": "Decide that some reports are of another event.",
    "stats": "Count what the graph holds.",
    "validate": "Check the whole graph against the SHACL shapes.",
    "watch": "Build what arrives in folders.",
}


class _Commands(click.Group):
    """A group that imports ``kg.commands.<name>`` when that command is called, and no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"kg.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
def cli() -> None:
    """A knowledge graph of armed conflict from news articles: build, query, serve."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the `kg` command: errors become one line, without a traceback."""
    try:
        cli(args=arguments, prog_name="kg", standalone_mode=True)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt:
        _fail("interrupted")
    except (OSError, RuntimeError, ValueError) as fault:
        _fail(str(fault).splitlines()[0] if str(fault) else type(fault).__name__)
    except Exception as fault:
        if os.environ.get("KG_DEBUG"):
            raise
        _fail(f"a fault in kg itself: {type(fault).__name__}: {fault} (KG_DEBUG=1 shows where)".replace("\n", " "))


def _fail(message: str) -> None:
    click.echo(f"kg: {message}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
