"""`make demo` as a newcomer calls it: the graph of the seed article, served, with the answers that the README promises."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

from kg.graph.queries import saved_query
from tests.conftest import ROOT, free_port

PREFIXES = """
PREFIX ckg: <https://w3id.org/conflict-kg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""

pytestmark = pytest.mark.skipif(
    not (ROOT / ".venv" / "installed").exists() or shutil.which("make") is None, reason="make install comes first"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a demo that has come up, and the file that its output goes to."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    printed = folder / "printed"
    command = ["make", "--no-print-directory", "demo", f"PORT={port}", f"STORE={folder / 'store'}"]
    with printed.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        assert _answers(address + "/health", process), printed.read_text(encoding="utf-8")
        yield address, printed
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _answers(url: str, process: subprocess.Popen[bytes], seconds: float = 90) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


def rows(address: str, text: str) -> list[dict[str, str]]:
    client = SPARQLWrapper(address + "/sparql")
    client.setQuery(text)
    client.setReturnFormat(JSON)
    found = client.query().convert()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in found]


def test_the_strike_on_barda_is_found_by_type_and_place(demo: tuple[str, Path]) -> None:
    query = """SELECT ?e WHERE { VALUES ?type { ckg:Shelling ckg:Airstrike }
               ?e a ?type ; ckg:place/rdfs:label "Barda"@fr }"""
    assert rows(demo[0], PREFIXES + query)


@pytest.mark.parametrize(
    ("harm", "low", "speaker"),
    [
        ("Killed", "21", "procureur"),
        ("Wounded", "70", "procureur"),
        ("Killed", "90", "autorités azerbaïdjanaises"),
        ("Wounded", "392", "autorités azerbaïdjanaises"),
        ("Killed", "5000", "poutine"),
    ],
)
def test_every_toll_stands_under_its_speaker(demo: tuple[str, Path], harm: str, low: str, speaker: str) -> None:
    found = rows(demo[0], saved_query("tolls-by-source").filled({}))
    speakers = {row.get("source", "").lower() for row in found if row.get("low") == low and harm in row["harm"]}
    assert any(speaker in name for name in speakers), speakers


def test_the_page_of_the_minsk_group_lists_its_co_chairs(demo: tuple[str, Path]) -> None:
    with urllib.request.urlopen(demo[0] + "/page/organisation/Q2268915", timeout=30) as answer:
        page = answer.read().decode()
    assert all(name in page for name in ("France", "Russie", "États-Unis"))


def test_the_addresses_that_it_prints_answer(demo: tuple[str, Path]) -> None:
    address, printed = demo
    links = [word for line in printed.read_text(encoding="utf-8").splitlines() for word in line.split()]
    links = [word for word in links if word.startswith(address)]
    assert len(links) >= 4
    for link in links:
        with urllib.request.urlopen(link, timeout=30) as answer:
            assert answer.status == 200
