"""``kg evaluate``: measure against annotated articles."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import fail


@click.command(name="evaluate")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--store", type=click.Path(path_type=Path), help="Score the graph in this store instead of extracting anew."
)
@click.option("--errors", is_flag=True, help="List every error.")
@click.option("--types", is_flag=True, help="Figures by event type.")
@click.option("--events", is_flag=True, help="Score consolidation: gold events carry a 'cluster' key.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--markdown", "as_markdown", is_flag=True, help="The page docs/evaluation.md.")
def command(
    gold: tuple[Path, ...],
    store: Path | None,
    errors: bool,
    types: bool,
    events: bool,
    as_json: bool,
    as_markdown: bool,
) -> None:
    """Measure against annotated articles: precision, recall and F1 of every slot."""
    from kg.evaluation.readers import GoldError
    from kg.evaluation.run import evaluate_files

    try:
        text = evaluate_files(
            list(gold), store, errors=errors, types=types, events=events, as_json=as_json, as_markdown=as_markdown
        )
    except GoldError as fault:
        fail(str(fault))
    click.echo(text)
