"""The command line: parse arguments, call, print. Heavy imports happen inside the command that needs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from kg import __version__

STORE = click.option(
    "--store",
    type=click.Path(path_type=Path),
    envvar="KG_STORE",
    default="kg-store",
    show_default=True,
    help="Folder of the store.",
)
_EXPORT = {
    "nq": "N_QUADS",
    "trig": "TRIG",
    "ttl": "TURTLE",
    "nt": "N_TRIPLES",
    "rdfxml": "RDF_XML",
    "rdf": "RDF_XML",
    "jsonld": "JSON_LD",
}


def fail(message: str) -> NoReturn:
    """One line on standard error, exit status 1."""
    click.echo(f"kg: {message}", err=True)
    sys.exit(1)


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date (YYYY-MM-DD)", param, ctx)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
def cli() -> None:
    """A knowledge graph of armed conflict from news articles: build, query, serve."""


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@STORE
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that read articles."
)
@click.option("--date", "day", type=_Day(), help="Date of articles that carry none.")
@click.option(
    "--validate",
    "check",
    is_flag=True,
    help="Check each article's graph against the SHACL shapes; keep out what fails.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def build(paths: tuple[Path, ...], store: Path, workers: int, day: date | None, check: bool, as_json: bool) -> None:
    """Read articles, extract, store, consolidate. Building the same again changes nothing."""
    from tqdm import tqdm

    from kg.pipeline import build as run

    with tqdm(unit=" articles", disable=not sys.stderr.isatty(), file=sys.stderr) as bar:

        def progress(done: int) -> None:
            bar.update(done - bar.n)

        summary = run(list(paths), store, workers=workers, day=day, check=check, progress=progress)
    for line in summary.failed:
        click.echo(f"kg: {line}", err=True)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "built": summary.built,
                    "unchanged": summary.unchanged,
                    "entities": summary.entities,
                    "reports": dict(sorted(summary.reports.items())),
                    "failed": summary.failed,
                },
                ensure_ascii=False,
            )
        )
    else:
        _print_summary(summary.built, summary.unchanged, summary.reports, summary.entities, len(summary.failed))
    if summary.failed:
        sys.exit(1)


def _print_summary(built: int, unchanged: int, reports: dict[str, int], entities: int, failed: int) -> None:
    click.echo(f"articles: {built} built, {unchanged} unchanged, {failed} failed")
    click.echo(f"reports: {sum(reports.values())}; entities named: {entities}")
    for name, count in sorted(reports.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"  {count:5d}  {name}")


@cli.command()
@click.argument("query")
@STORE
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
def query(query: str, store: Path, params: tuple[str, ...], output: str) -> None:
    """Run a saved query by NAME, a SPARQL FILE, or standard input (-)."""
    from kg.graph.queries import saved_query
    from kg.results import print_results
    from kg.stores.embedded import EmbeddedStore

    values = dict(_pair(param) for param in params)
    if query == "-":
        text = sys.stdin.read()
    elif Path(query).is_file():
        text = Path(query).read_text(encoding="utf-8")
    else:
        saved = saved_query(query)
        text = saved.filled(values)
        values = {}
    if values:
        raise click.UsageError("--param goes with a saved query")
    opened = EmbeddedStore.reading(store)
    try:
        results = opened.query(text)
    except SyntaxError as fault:
        fail(f"the query is not SPARQL: {fault}")
    print_results(results, output, sys.stdout.buffer)


def _pair(param: str) -> tuple[str, str]:
    name, sign, value = param.partition("=")
    if not sign:
        raise click.UsageError(f"--param {param}: NAME=VALUE is wanted")
    return name, value


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@STORE
@click.option(
    "--format", "output", type=click.Choice([*_EXPORT, "geojson", "csv"]), help="By the file's ending where not given."
)
def export(file: Path, store: Path, output: str | None) -> None:
    """Write the whole graph to FILE ('-': standard output)."""
    from kg.exports import ExportError, export_to
    from kg.stores.embedded import EmbeddedStore

    try:
        export_to(EmbeddedStore.reading(store), file, output)
    except ExportError as fault:
        raise click.UsageError(str(fault)) from fault


@cli.command()
@click.argument("url")
@STORE
@click.option("--update", "by_update", is_flag=True, help="URL is a SPARQL Update address, not a Graph Store one.")
@click.option("--token", envvar="KG_TOKEN", help="Bearer token of the server.")
def push(url: str, store: Path, by_update: bool, token: str | None) -> None:
    """Load the graph into another triple store, graph by graph; only what changed is sent."""
    from kg.stores.embedded import EmbeddedStore
    from kg.stores.push import push_graphs

    sent, same = push_graphs(EmbeddedStore.reading(store), url, by_update=by_update, token=token)
    click.echo(f"graphs: {sent} sent, {same} already there")


@cli.command()
@click.argument("articles", nargs=-1, required=True)
@STORE
def remove(articles: tuple[str, ...], store: Path) -> None:
    """Take ARTICLES out by identifier."""
    from kg.pipeline import remove as run

    missing = run(articles, store)
    click.echo(f"articles: {len(articles) - len(missing)} removed")
    if missing:
        fail(f"not in the store: {', '.join(missing)}")


@cli.command()
@STORE
@click.option("--lang", type=click.Choice(["fr", "en"]), default="en", show_default=True)
def validate(store: Path, lang: str) -> None:
    """Check the whole graph against the SHACL shapes; exit 1 where it does not conform."""
    from kg.graph.shacl import validate as check
    from kg.stores.embedded import EmbeddedStore

    violations = check(EmbeddedStore.reading(store).quads(), lang)
    for violation in violations:
        click.echo(f"{violation.node} {violation.path}: {violation.message}")
    click.echo("conforms" if not violations else f"{len(violations)} violations")
    if violations:
        sys.exit(1)


@cli.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--store", type=click.Path(path_type=Path), help="Score the graph in this store instead of extracting anew."
)
@click.option("--errors", is_flag=True, help="List every error.")
@click.option("--types", is_flag=True, help="Figures by event type.")
@click.option("--events", is_flag=True, help="Score consolidation: gold events carry a 'cluster' key.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--markdown", "as_markdown", is_flag=True, help="The page docs/evaluation.md.")
def evaluate(
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


@cli.command()
@STORE
@click.option("--json", "as_json", is_flag=True)
def stats(store: Path, as_json: bool) -> None:
    """Count articles, reports, events and entities."""
    from kg.graph.statistics import counts
    from kg.stores.embedded import EmbeddedStore

    found = counts(EmbeddedStore.reading(store).ox)
    if as_json:
        click.echo(json.dumps(found))
    else:
        for name, count in found.items():
            click.echo(f"{count:10d}  {name}")


@cli.command()
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
def serve(
    store: Path, endpoint: str | None, host: str, port: int, writable: bool, workers: int, timeout: float
) -> None:
    """Serve the SPARQL endpoint and the pages."""
    from kg.web.serve import run

    run(store, endpoint=endpoint, host=host, port=port, writable=writable, workers=workers, timeout=timeout)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the `kg` command: errors become one line, without a traceback."""
    expected: tuple[type[BaseException], ...] = (OSError, RuntimeError, ValueError)
    run: Callable[..., Any] = cli
    try:
        run(args=arguments, prog_name="kg", standalone_mode=True)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt:
        fail("interrupted")
    except expected as fault:
        fail(str(fault).splitlines()[0] if str(fault) else type(fault).__name__)


if __name__ == "__main__":
    main()
