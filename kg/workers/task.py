"""The work of one article, as every worker does it: article in, N-Quads out."""

from __future__ import annotations

import contextlib
import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kg.model import Article, Extraction

if TYPE_CHECKING:
    from kg.graph.event_reports import ArticleRecord


class Extracts(Protocol):
    """What reads an article; `kg.nlp.extract.Extractor` does."""

    def extract(self, article: Article) -> Extraction:
        """All that an article says."""


def load_extractor() -> Extracts:
    """The extractor of this process, loaded on first use."""
    from kg.nlp.extract import Extractor

    return Extractor.shared()


@dataclass(frozen=True, slots=True)
class Task:
    """What to do with each article: the base of data IRIs, whether to validate, how to get the extractor.

    `load` is called once a process and must be a function of a module, so that it can be named to other processes.
    """

    base: str
    check: bool = False
    load: Callable[[], Extracts] = load_extractor


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an article: its graph as N-Quads, or why there is none; and what consolidation reads in it.

    `poison` says that the article stopped its worker; `skipped` that it is in a language without a pack.
    """

    article: Article
    quads: bytes = b""
    record: ArticleRecord | None = None
    reports: tuple[tuple[str, int], ...] = ()
    entities: int = 0
    warnings: tuple[str, ...] = ()
    failure: str | None = None
    skipped: str | None = None
    poison: bool = False


@functools.cache
def _extractor(load: Callable[[], Extracts]) -> Extracts:
    return load()


_SHORT_TEXT = "Le marché de la ville a ouvert ses portes mardi matin."


def warm(task: Task) -> None:
    """Load all that reading needs, before the clock of the first article runs. What fails here fails again with it."""
    with contextlib.suppress(Exception):
        read(task, Article("warm", _SHORT_TEXT))


@functools.cache
def _wide_places(base: str) -> Callable[[str], bool]:
    from kg.gazetteer import Gazetteer
    from kg.graph.event_reports import wide_places

    return wide_places(Gazetteer.open(), base)


def read(task: Task, article: Article) -> Outcome:
    """Do the work of one article. What goes wrong with it is told in the outcome; a missing model raises."""
    from kg.articles.language import foreign

    extractor = _extractor(task.load)
    try:
        language = foreign(article)
        if language is not None:
            return Outcome(article, skipped=f"in {language}, for which there is no language pack")
        return _written(task, article, extractor.extract(article))
    except Exception as fault:  # one article must not stop a build
        return Outcome(article, failure=f"could not be read: {type(fault).__name__}: {str(fault)[:200]}")


def _written(task: Task, article: Article, extraction: Extraction) -> Outcome:
    import pyoxigraph as ox

    from kg.graph.event_reports import read_article
    from kg.graph.quads import article_quads

    quads = article_quads(extraction, task.base)
    if task.check:
        from kg.graph.shacl import validate

        violations = validate(quads)
        if violations:
            return Outcome(
                article,
                failure=f"kept out, {len(violations)} shape violations, first: {violations[0].message}",
            )
    return Outcome(
        article,
        ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"",
        read_article(quads, _wide_places(task.base)),
        tuple(sorted(Counter(report.type for report in extraction.reports).items())),
        len(extraction.entities),
        extraction.warnings,
    )
