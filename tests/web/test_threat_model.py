"""The documentation beside the code: every promise's test is there, every option stands in the table."""

from __future__ import annotations

import ast
import re

import pytest

from kg.web.settings import OPTIONS, settings
from tests.conftest import ROOT

THREATS = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
HTTP = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
PROMISES = [line for line in THREATS.splitlines() if line.startswith("|") and "---" not in line][1:]


@pytest.mark.parametrize("promise", PROMISES, ids=[line.split("|")[1].strip() for line in PROMISES])
def test_every_promise_names_tests_that_are_there(promise: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", promise)
    assert named
    for path, function in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, (
            f"{path}::{function}"
        )


def test_the_table_of_options_is_that_of_the_code() -> None:
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in HTTP.splitlines() if line.startswith("| `--")]
    assert [(row[0].strip("`"), row[1].strip("`"), row[3]) for row in lines] == [
        (o.flag, o.variable, o.help) for o in OPTIONS
    ]
    for row, option in zip(lines, OPTIONS, strict=True):
        shown = "off" if option.switch else f"`{option.default}`" if option.default else "none"
        assert row[2] == shown


def test_the_example_unit_uses_variables_that_are_there() -> None:
    unit = (ROOT / "docs" / "deploy" / "kg.service").read_text(encoding="utf-8")
    used = set(re.findall(r"\b(KG_[A-Z_]+)=", unit))
    assert used <= {option.variable for option in OPTIONS} | {"KG_STORE", "KG_TOKEN"}
    assert len(used) > 4


def test_settings_read_from_text_as_from_numbers() -> None:
    values = {
        "KG_TIMEOUT": "2.5",
        "KG_MEMORY": "100",
        "KG_WRITABLE": "1",
        "KG_SERVICES": "http://a/ http://b/",
        "KG_QUEUE": 7,
    }
    found = settings(ROOT, values, "token")
    assert (found.limits.seconds, found.limits.memory, found.limits.waiting) == (2.5, 100 * 1024**2, 7)
    assert (found.writable, found.services, found.metrics) == (True, frozenset({"http://a/", "http://b/"}), False)


@pytest.mark.parametrize(("variable", "value"), [("KG_TIMEOUT", "soon"), ("KG_WORKERS", "0"), ("KG_TIMEOUT", "nan")])
def test_settings_that_cannot_be_are_named(variable: str, value: str) -> None:
    with pytest.raises(ValueError, match=variable):
        settings(ROOT, {variable: value}, None)
