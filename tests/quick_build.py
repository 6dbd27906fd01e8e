"""`python -m tests.quick_build ARTICLES STORE [WORKERS]`: a build whose reader of articles needs no language model.

What is tested with it is the way from articles to the store, not what is read out of them. An article whose text
holds SLOW takes a minute, one with CRASH brings its process down.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from kg.graph.terms import BASE
from kg.model import Article, CasualtyFigure, Entity, EventReport, Extraction, Mention
from kg.pipeline import build
from kg.workers.task import Task

_SLOW_SECONDS = 60
_PLACE = re.compile(r"à ([A-ZÀ-Ý][\w-]+)")
_NUMBER = re.compile(r"\b\d+\b")


class QuickExtractor:
    """One bombing an article, where and with as many dead as its first lines say."""

    def extract(self, article: Article) -> Extraction:
        """The report of the article; the same for the same article."""
        if "SLOW" in article.text:
            time.sleep(_SLOW_SECONDS)
        if "CRASH" in article.text:
            os.kill(os.getpid(), signal.SIGKILL)
        place, number = _PLACE.search(article.text), _NUMBER.search(article.text)
        entities, figures, places = [], [], ()
        if place:
            mention = Mention(place.start(1), place.end(1), place[1])
            entities.append(Entity(f"place/{place[1].lower()}", "place", place[1], mentions=(mention,)))
            places = (entities[0].key,)
        if number:
            mention = Mention(number.start(), number.end(), number[0])
            figures.append(CasualtyFigure("Killed", int(number[0]), int(number[0]), mention))
        day = article.date - timedelta(len(article.id) % 2) if article.date else None
        first = Mention(0, 10, article.text[:10])
        report = EventReport("Bombing", "Actual", (first,), day, day, places, casualties=tuple(figures), sentence=first)
        return Extraction(article, tuple(entities), (), (report,))


def load() -> QuickExtractor:
    """What worker processes call."""
    return QuickExtractor()


TASK = Task(BASE, load=load)


def main() -> None:
    """Build, and print what was done as JSON."""
    articles, store, workers = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
    summary = build([articles], store, workers=workers, task=TASK)
    print(json.dumps({"built": summary.built, "unchanged": summary.unchanged, "failed": summary.failed}))


if __name__ == "__main__":
    main()
