"""docs/cli.md says what the program does: every command, every option with an example, no example that is refused."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import pytest

from kg.cli import COMMANDS
from kg.exports import event_data
from kg.graph.records import Records
from kg.stores.embedded import EmbeddedStore
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## kg (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
STORES = (ROOT / "docs" / "stores.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"`(kg \w+[^`]*)`", PAGE) + re.findall(r"^(kg (?:push|pull|query|export) .*)$", STORES, re.M)


def command(name: str) -> click.Command:
    return import_module(f"kg.commands.{name}").command


def test_every_command_has_a_section() -> None:
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_has_an_example(name: str) -> None:
    examples = " ".join(re.findall(rf"`(kg {name}[^`]*)`", SECTIONS[name]))
    for option in command(name).params:
        if isinstance(option, click.Option):
            assert any(f"{form} " in examples + " " for form in option.opts), option.opts


@pytest.mark.parametrize("example", [e for e in EXAMPLES if not re.fullmatch(r"kg \w+", e) and "COMMAND" not in e])
def test_every_example_is_understood(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("inbox", "gold"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    _, name, *arguments = shlex.split(example.split(" | ")[0].removesuffix(" &"))
    assert command(name).make_context(name, arguments).params


@pytest.mark.parametrize(
    ("table", "columns", "row"),
    [("ged", event_data.GED_COLUMNS, event_data.ged_row), ("acled", event_data.ACLED_COLUMNS, event_data.acled_row)],
)
def test_columns_that_stay_empty_are_named(
    table: str, columns: tuple[str, ...], row: Callable[[event_data.DatasetEvent], dict[str, str]], seed_store: Path
) -> None:
    event = next(Records(EmbeddedStore.reading(seed_store).ox).events())
    listed = re.findall(rf"^\| `{table}` \| (.*?) \|", SECTIONS["export"], re.M)
    named = [column for cell in listed for column in re.findall(r"`(\w+)`", cell)]
    never = set(columns) - set(row(event_data.dataset_event(event)))
    assert sorted(named) == sorted(never)
