"""Full disks, articles that stop their reader, several readers and one writer, backups."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.generated_news import articles
from kg.exports import export_to
from kg.graph.operator import merge_events
from kg.pipeline import build
from kg.stores.backup import backup, restore
from kg.stores.embedded import EmbeddedStore, StoreError
from tests.conftest import ROOT
from tests.consolidation.test_events import as_lines, ask
from tests.quick_build import TASK

SLOW = "Un texte SLOW venu de nulle part, que nul ne lit jusqu'au bout."
CRASH = "Un texte CRASH venu de nulle part, que nul ne lit deux fois."


def exported(store: Path, file: Path) -> bytes:
    export_to(EmbeddedStore.reading(store), file, None)
    return file.read_bytes()


@pytest.fixture(scope="module")
def news() -> list[dict]:
    return list(articles(250, seed=8, paragraphs=1))


@pytest.fixture(scope="module")
def whole(news: list[dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    build([as_lines(folder / "news.jsonl", news)], folder / "store", workers=0, task=TASK)
    return folder


FULL_DISK = """
mount -t tmpfs -o size=$3 tmpfs "$1" || exit 77
"$0" -m tests.quick_build "$2" "$1/store" 2> "$1.err" && exit 78
mount -o remount,size=400m "$1"
"$0" -m tests.quick_build "$2" "$1/store" && "$0" -m kg.cli export "$1.nq" --store "$1/store"
"""


@pytest.mark.parametrize("size", ["600k", "2600k"])
def test_a_full_disk_is_told_and_the_next_build_goes_on(whole: Path, tmp_path: Path, size: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    inside = ["bash", "-c", FULL_DISK, sys.executable, str(disk), str(whole / "news.jsonl"), size]
    try:
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", *inside], cwd=ROOT, capture_output=True, text=True, timeout=120
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("this system has no unshare")
    if done.returncode in (1, 77) and not disk.with_suffix(".err").exists():
        pytest.skip("no file system may be mounted here")
    assert done.returncode == 0, done.stderr
    assert "the disk is full; free some space and run the same command again" in disk.with_suffix(".err").read_text()
    assert disk.with_suffix(".nq").read_bytes() == exported(whole / "store", tmp_path / "whole.nq")


def test_a_poison_article_is_set_aside_with_its_reason_and_the_rest_is_built(news: list[dict], tmp_path: Path) -> None:
    chosen = [*news[:5], {"id": "slow", "text": SLOW}, {"id": "crash", "text": CRASH}, *news[5:10]]
    path = as_lines(tmp_path / "a.jsonl", chosen)
    summary = build([path], tmp_path / "store", workers=2, seconds=4.0, task=TASK)
    assert summary.built == 10
    slow, crash = summary.failed
    assert "a.jsonl:6: took longer than 4 seconds and was stopped" in slow
    assert "a.jsonl:7: brought its process down twice" in crash
    rows = [json.loads(line) for line in (tmp_path / "store/quarantine.jsonl").read_text().splitlines()]
    assert [(row["id"], row["reason"]) for row in rows] == [
        ("crash", "brought its process down twice (exit code -9)"),
        ("slow", "took longer than 4 seconds and was stopped"),
    ]
    began = time.monotonic()
    again = build([path], tmp_path / "store", workers=1, seconds=4.0, task=TASK)
    assert time.monotonic() - began < 10, "what is set aside is not tried again"
    assert (again.built, again.unchanged) == (0, 10)
    assert all("in quarantine" in line and "--retry" in line for line in again.failed)
    mended = [{**article, "text": article["text"].replace("SLOW", "bref")} for article in chosen]
    assert build([as_lines(path, mended)], tmp_path / "store", workers=1, task=TASK).built == 1, "a changed one is"


def test_an_article_set_aside_is_tried_again_on_request(tmp_path: Path) -> None:
    path = as_lines(tmp_path / "a.jsonl", [{"id": "crash", "text": CRASH}])
    assert "twice" in build([path], tmp_path / "store", task=TASK).failed[0]
    assert "twice" in build([path], tmp_path / "store", task=TASK, retry=True).failed[0]


def test_readers_go_on_during_a_build_and_see_it_when_it_is_done(news: list[dict], tmp_path: Path) -> None:
    store = tmp_path / "store"
    build([as_lines(tmp_path / "a.jsonl", news[:3])], store, workers=0, task=TASK)
    count = "SELECT (COUNT(?a) AS ?n) WHERE { ?a a ckg:Article }"
    before = EmbeddedStore.reading(store)
    seen: list[list[list[str]]] = []
    build(
        [as_lines(tmp_path / "b.jsonl", news)], store, workers=0, task=TASK,
        progress=lambda summary: seen.append(ask(store, count)) if summary.done % 60 == 0 else None,
    )  # fmt: skip
    assert seen == [[["3"]]] * 4
    assert ask(store, count) == [["250"]]
    assert len(list(before.query("SELECT ?a WHERE { ?a a <https://w3id.org/conflict-kg/ontology#Article> }"))) == 3


def test_a_backup_makes_the_same_store_decisions_included(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "store", tmp_path / "store")
    some = [row[0] for row in ask(tmp_path / "store", "SELECT ?e WHERE { ?e a ckg:Event } ORDER BY ?e LIMIT 2")]
    merge_events(tmp_path / "store", some, "un seul fait")
    kept = exported(tmp_path / "store", tmp_path / "a.nq")
    assert backup(tmp_path / "store", tmp_path / "backup") > 0
    with pytest.raises(StoreError, match="is there already"):
        backup(tmp_path / "store", tmp_path / "backup")
    with pytest.raises(StoreError, match="a store is there already"):
        restore(tmp_path / "backup", tmp_path / "store")
    with pytest.raises(StoreError, match="no backup here"):
        restore(tmp_path, tmp_path / "other")
    shutil.rmtree(tmp_path / "store")
    restore(tmp_path / "backup", tmp_path / "store")
    assert exported(tmp_path / "store", tmp_path / "b.nq") == kept
    again = build([whole / "news.jsonl"], tmp_path / "store", workers=0, task=TASK)
    assert again.unchanged == 250
    assert exported(tmp_path / "store", tmp_path / "c.nq") == kept, "events are joined anew, to the same bytes"


def test_a_backup_can_be_made_while_somebody_writes(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "store", tmp_path / "store")
    with EmbeddedStore.writing(tmp_path / "store") as writer:
        writer.remove_graph(next(iter(writer.ox.named_graphs())))
        backup(tmp_path / "store", tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")
    assert exported(tmp_path / "restored", tmp_path / "a.nq") == exported(whole / "store", tmp_path / "b.nq")


def test_a_spoilt_index_of_consolidation_is_made_anew(whole: Path, news: list[dict], tmp_path: Path) -> None:
    shutil.copytree(whole / "store", tmp_path / "store")
    for file in (tmp_path / "store").glob("consolidation.sqlite*"):
        file.unlink()
    (tmp_path / "store/consolidation.sqlite").write_bytes(b"no database at all " * 500)
    changed = [{**news[0], "title": "Un autre titre"}, *news[1:]]
    build([as_lines(tmp_path / "b.jsonl", changed)], tmp_path / "store", workers=0, task=TASK)
    build([whole / "news.jsonl"], tmp_path / "store", workers=0, task=TASK)
    assert exported(tmp_path / "store", tmp_path / "a.nq") == exported(whole / "store", tmp_path / "b.nq")
