"""The command line, run as users run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.conftest import ROOT, start_server, stop_server

SENTENCE = "Une bombe a explosé mardi à Kaboul, tuant quatre soldats, selon la police."


def kg(*arguments: str | Path, status: int = 0, text: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", *map(str, arguments)],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, subprocess.CompletedProcess[str]]:
    """A folder with good and bad input, built once."""
    folder = tmp_path_factory.mktemp("input")
    (folder / "good.txt").write_text(SENTENCE, encoding="utf-8")
    (folder / "good.toml").write_text('title = "Attentat"\ndate = 2021-03-04\n', encoding="utf-8")
    (folder / "latin.txt").write_bytes(
        "L'armée a été attaquée près de la frontière, où des réfugiés se sont rassemblés à l'été.".encode("latin-1")
    )
    (folder / "empty.txt").write_text("  \n", encoding="utf-8")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 10)
    lines = [
        {"id": "l1", "text": SENTENCE, "date": "2021-03-04"},
        {"text": "no id"},
        {"id": "l3"},
        {"id": "l4", "text": "x", "date": "hier"},
    ]
    (folder / "lines.jsonl").write_text("\n".join([*map(json.dumps, lines), "{broken", '"a string"']), encoding="utf-8")
    store = tmp_path_factory.mktemp("out") / "store"
    return folder, store, kg("build", folder, folder / "none.txt", "--store", store, status=1)


def test_what_is_wrong_is_named_with_file_and_line_and_the_rest_is_built(built) -> None:
    _, store, done = built
    complaints = done.stderr.splitlines()
    for words in (
        "empty.txt: an empty article",
        "binary.txt: a binary file",
        "lines.jsonl:2: no 'id'",
        "lines.jsonl:3: no 'text'",
        "lines.jsonl:4: a bad date 'hier'",
        "lines.jsonl:5: not JSON",
        "lines.jsonl:6: not a JSON object",
        "none.txt: no such file",
    ):
        assert any(words in line for line in complaints), words
    assert "3 built" in done.stdout
    assert json.loads(kg("stats", "--store", store, "--json").stdout)["articles"] == 3


def test_building_again_changes_nothing(built) -> None:
    folder, store, _ = built
    before = kg("export", "-", "--store", store).stdout
    assert "3 unchanged" in kg("build", folder, "--store", store, status=1).stdout
    assert kg("export", "-", "--store", store).stdout == before


def test_a_changed_article_replaces_its_own_graph_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(SENTENCE, encoding="utf-8")
    store = tmp_path / "store"
    kg("build", tmp_path / "a.txt", tmp_path / "b.txt", "--store", store, "--date", "2021-03-04")
    kept = [
        line for line in kg("export", "-", "--store", store).stdout.splitlines() if line.endswith("graph/article/b> .")
    ]
    (tmp_path / "a.txt").write_text("Des manifestants ont défilé à Lomé.", encoding="utf-8")
    kg("build", tmp_path / "a.txt", "--store", store)
    after = kg("export", "-", "--store", store).stdout.splitlines()
    assert [line for line in after if line.endswith("graph/article/b> .")] == kept
    assert not any("Kaboul" in line for line in after if line.endswith("graph/article/a> ."))
    assert "removed" in kg("remove", "a", "--store", store).stdout
    assert not any("graph/article/a>" in line for line in kg("export", "-", "--store", store).stdout.splitlines())
    assert "not in the store" in kg("remove", "a", "--store", store, status=1).stderr


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    from kg.stores.embedded import EmbeddedStore

    with EmbeddedStore.writing(tmp_path / "store"):
        done = kg("build", ROOT / "seeds", "--store", tmp_path / "store", status=1)
    assert "another process is writing" in done.stderr


@pytest.mark.parametrize("ending", ["nq", "trig", "ttl", "nt", "rdf", "jsonld"])
def test_exports_parse_and_repeat_byte_for_byte(seed_store: Path, tmp_path: Path, ending: str) -> None:
    files = [tmp_path / f"{n}.{ending}" for n in "ab"]
    for file in files:
        kg("export", file, "--store", seed_store)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert len(list(ox.parse(path=str(files[0])))) > 1000


def test_events_as_geojson_and_csv(seed_store: Path) -> None:
    collection = json.loads(kg("export", "-", "--format", "geojson", "--store", seed_store).stdout)
    assert any(feature["geometry"] and feature["properties"]["place"] for feature in collection["features"])
    assert kg("export", "-", "--format", "csv", "--store", seed_store).stdout.startswith(
        "event,label,type,status,begin,end,place"
    )


def test_validate_accepts_the_seed(seed_store: Path) -> None:
    assert "conforms" in kg("validate", "--store", seed_store).stdout


def test_a_build_can_check_every_article(tmp_path: Path) -> None:
    assert "1 built" in kg("build", ROOT / "seeds", "--store", tmp_path / "s", "--validate").stdout


def test_query_by_name_file_and_standard_input(seed_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", encoding="utf-8")
    assert "Barda" in kg("query", "place-timeline", "--param", "place=Barda", "--store", seed_store).stdout
    by_file = kg("query", file, "--store", seed_store, "--format", "csv").stdout
    assert by_file == kg("query", "-", "--store", seed_store, "--format", "csv", text=file.read_text()).stdout
    assert "no saved query" in kg("query", "nonsense", "--store", seed_store, status=1).stderr
    assert "not SPARQL" in kg("query", "-", "--store", seed_store, status=1, text="SELECT").stderr


def test_wrong_calls_exit_with_2(seed_store: Path) -> None:
    kg("frobnicate", status=2)
    kg("build", status=2)
    kg("build", "seeds", "--date", "yesterday", status=2)
    kg("export", "x.doc", "--store", seed_store, status=2)


def test_a_missing_store_is_one_clear_line(tmp_path: Path) -> None:
    done = kg("stats", "--store", tmp_path / "none", status=1)
    assert len(done.stderr.splitlines()) == 1
    assert "no store here" in done.stderr


def test_push_fills_another_server_and_then_sends_nothing(
    seed_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.stores.embedded import EmbeddedStore

    with EmbeddedStore.writing(tmp_path / "empty"):
        pass
    process, address = start_server(tmp_path / "empty", "--writable", KG_TOKEN="t0ken")
    monkeypatch.setenv("KG_TOKEN", "t0ken")
    try:
        assert "4 sent" in kg("push", address + "/rdf-graph-store", "--store", seed_store).stdout
        assert "0 sent, 4 already there" in kg("push", address + "/rdf-graph-store", "--store", seed_store).stdout
        assert "cannot be reached" in kg("push", "http://127.0.0.1:9/x", "--store", seed_store, status=1).stderr
    finally:
        stop_server(process)


def test_help_needs_no_heavy_import() -> None:
    code = "import sys, kg.cli; sys.exit(any(name in sys.modules for name in ('spacy', 'rdflib', 'pyoxigraph')))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
