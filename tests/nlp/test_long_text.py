"""A megabyte of text in one paragraph takes bounded time and memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kg.nlp import parse as parsing
from kg.nlp.parse import parse

SECONDS = 240
MEGABYTES = 600
READ = """
import resource, sys, time
from kg.model import Article
from kg.nlp.extract import Extractor

war = "Lundi, des rebelles ont attaqué une caserne près de Gao, tuant {} soldats, selon le ministère de la Défense. "
plain = "Le marché de la vieille ville a rouvert et les {} élèves de l'école ont repris le chemin de leurs classes. "
sentences = ((plain if number % 10 else war).format(2 + number % 97) for number in range(20_000))
text = "".join(sentences)[:1_100_000]
extractor = Extractor.load()
extractor.extract(Article("short", text[:5_000]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
extraction = extractor.extract(Article("long", text))
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(len(text), len(extraction.reports), grown // 1024, time.process_time())
"""


def test_a_megabyte_in_one_paragraph() -> None:
    run = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, timeout=2 * SECONDS)
    assert run.returncode == 0, run.stderr[-2000:]
    length, reports, megabytes, seconds = map(float, run.stdout.split())
    assert length == 1_100_000
    assert reports > 0
    assert megabytes < MEGABYTES
    assert seconds < SECONDS


def test_a_text_read_in_stretches_is_analysed_as_one_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "Un obus est tombé sur le marché. Trois femmes ont été tuées. Les soldats du colonel Darra ont quitté Tarkan. "
        * 4
    )
    whole = parse(text)
    monkeypatch.setattr(parsing, "STRETCH", 45)
    cut = parse(text)
    assert [token.text_with_ws for token in cut] == [token.text_with_ws for token in whole]
    assert all(token.dep_ for token in cut)
    same = [(a.pos_, a.dep_, a.head.i) == (b.pos_, b.dep_, b.head.i) for a, b in zip(cut, whole, strict=True)]
    assert sum(same) > 0.95 * len(same)
