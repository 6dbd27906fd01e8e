"""Worker processes: forked from one server that loaded the models, with the same bytes as reading in this process."""

from __future__ import annotations

import os
import sys
from datetime import date

import pytest

from kg.gazetteer import Gazetteer
from kg.graph.terms import BASE
from kg.model import Article
from kg.workers import task
from kg.workers.processes import _context, read_here, read_in_processes
from kg.workers.task import Task

ARTICLES = [
    Article("un", "Un obus a tué quatre civils lundi à Marioupol, selon la mairie.", date=date(2022, 3, 9)),
    Article("deux", "À Mossoul, deux soldats ont été blessés mercredi par une mine.", date=date(2017, 3, 9)),
    Article("trois", "Les pourparlers ont repris jeudi à Genève entre les deux délégations.", date=date(2016, 3, 9)),
]


def _state(_: int) -> tuple[int, int, int]:
    """The process's parent, how many extractors it holds, how many towns called Mossoul its gazetteer finds."""
    return os.getppid(), task._extractor.cache_info().currsize, len(Gazetteer.open().lookup("Mossoul"))


@pytest.mark.skipif(sys.platform == "win32", reason="no fork server on Windows")
def test_workers_are_forked_with_the_models_loaded() -> None:
    with _context(Task(BASE)).Pool(2) as pool:
        states = pool.map(_state, range(8), chunksize=1)
    assert {parent for parent, _, _ in states}.isdisjoint({os.getpid()})
    assert len({parent for parent, _, _ in states}) == 1
    assert {extractors for _, extractors, _ in states} == {1}
    assert {found for _, _, found in states} == {len(Gazetteer.open().lookup("Mossoul"))}


def test_two_workers_give_the_same_outcomes_as_this_process() -> None:
    here = list(read_here(Task(BASE), ARTICLES))
    assert [outcome.failure for outcome in here] == [None, None, None]
    assert list(read_in_processes(Task(BASE), ARTICLES, 2)) == here


def _no_extractor() -> task.Extracts:
    raise RuntimeError("nothing to read with")


def test_another_extractor_is_loaded_by_the_worker_itself() -> None:
    assert _context(Task(BASE, load=_no_extractor)).get_start_method() == "spawn"
