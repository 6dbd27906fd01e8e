"""The whole road on one page: articles → extraction → quads → store → events."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kg.articles import Unreadable, read_articles
from kg.gazetteer import Gazetteer
from kg.graph.consolidation import Consolidation
from kg.graph.examples import keep_examples
from kg.graph.quads import content_hash
from kg.graph.terms import BASE, Names, term
from kg.model import Article
from kg.stores.embedded import EmbeddedStore, StoreError
from kg.stores.quarantine import Quarantine
from kg.workers.task import Outcome, Task

_BATCH_ARTICLES = 100
_BATCH_BYTES = 16 * 1024 * 1024


@dataclass(slots=True)
class Summary:
    """What a build did: articles read anew, left as they were, skipped (with why), failed (with why); what they hold.

    `seconds` is the time that the whole took, `consolidation_seconds` the part of it that joined reports into events.
    """

    built: int = 0
    unchanged: int = 0
    reports: Counter[str] = field(default_factory=Counter)
    entities: int = 0
    warnings: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    consolidation_seconds: float = 0.0

    @property
    def done(self) -> int:
        """Articles dealt with so far."""
        return self.built + self.unchanged + len(self.skipped) + len(self.failed)


def build(
    paths: Iterable[Path | str],
    store_path: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    day: date | None = None,
    seconds: float | None = None,
    retry: bool = False,
    task: Task | None = None,
    progress: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Read articles, extract, store, consolidate. Idempotent; a killed build goes on where it stopped.

    `workers` processes read articles (0: this process, without a time limit), or those of a Dask `scheduler`. `day`
    dates articles without a date. An article may take `seconds`; what took longer before is left out unless `retry`.
    `task` says what is done with each article. `progress` is told after each article.
    Raises StoreError where the store cannot be opened or written.
    """
    summary, task, began = Summary(), task or Task(BASE), time.monotonic()
    with EmbeddedStore.writing(store_path) as store, Consolidation(store, Gazetteer.open(), task.base) as events:
        quarantine = Quarantine(store_path)
        if retry:
            quarantine.clear()
        fresh = _fresh(read_articles(paths, day), store, quarantine, Names(task.base), summary)
        arrived = _Arrived(store, events)
        for outcome in _outcomes(task, fresh, workers, scheduler, seconds):
            if _told(outcome, quarantine, summary):
                arrived.add(outcome)
            progress(summary)
        arrived.keep()
        progress(summary)
        keep_examples(store, events.names)
        consolidating = time.monotonic()
        events.update()
        summary.consolidation_seconds = arrived.seconds + time.monotonic() - consolidating
    summary.seconds = time.monotonic() - began
    return summary


def _fresh(
    items: Iterable[Article | Unreadable], store: EmbeddedStore, quarantine: Quarantine, names: Names, summary: Summary
) -> Iterator[Article]:
    """The articles that the store does not hold as they are, and that are not set aside."""
    for item in items:
        if isinstance(item, Unreadable):
            summary.failed.append(str(item))
        elif stored_hash(store, names, item.id) == content_hash(item):
            summary.unchanged += 1
        elif reason := quarantine.reason(item.id, content_hash(item)):
            summary.failed.append(
                f"{item.origin or item.id}: in quarantine ({reason}); kg build --retry tries it again"
            )
        else:
            yield item


def _outcomes(
    task: Task, articles: Iterator[Article], workers: int, scheduler: str | None, seconds: float | None
) -> Iterator[Outcome]:
    """What comes of each article, in order; nothing is started where there is none."""
    from kg.workers import processes

    first = next(articles, None)
    if first is None:
        return
    articles = _chain(first, articles)
    if scheduler is not None:
        from kg.workers.cluster import read_on_cluster

        yield from read_on_cluster(task, articles, scheduler)
    elif workers == 0:
        yield from processes.read_here(task, articles)
    else:
        yield from processes.read_in_processes(task, articles, workers, seconds or processes.SECONDS)


def _chain(first: Article, rest: Iterator[Article]) -> Iterator[Article]:
    yield first
    yield from rest


class _Arrived:
    """Articles that were read and are not yet in the store; they are loaded a batch at a time.

    `seconds` counts the time that consolidation took to take them in.
    """

    def __init__(self, store: EmbeddedStore, events: Consolidation) -> None:
        self._store, self._events = store, events
        self._waiting: list[Outcome] = []
        self._size = 0
        self.seconds = 0.0

    def add(self, outcome: Outcome) -> None:
        """Take an article; load the batch once it is large enough."""
        self._waiting.append(outcome)
        self._size += len(outcome.quads)
        if len(self._waiting) >= _BATCH_ARTICLES or self._size >= _BATCH_BYTES:
            self.keep()

    def keep(self) -> None:
        """Load what waits."""
        if self._waiting:
            names = self._events.names
            self._events.note(names.article(outcome.article.id).value for outcome in self._waiting)
            self._store.load_articles([(names.article_graph(o.article.id), o.quads) for o in self._waiting])
            began = time.monotonic()
            self._events.take({names.article(o.article.id).value: o.record for o in self._waiting if o.record})
            self.seconds += time.monotonic() - began
            self._waiting, self._size = [], 0


def _told(outcome: Outcome, quarantine: Quarantine, summary: Summary) -> bool:
    """Tell what came of an article; returns whether it has a graph."""
    article = outcome.article
    origin = article.origin or article.id
    summary.warnings += [f"{origin}: {warning}" for warning in outcome.warnings]
    if outcome.poison:
        quarantine.add(article.id, content_hash(article), article.origin, outcome.failure or "")
    if outcome.failure is not None:
        summary.failed.append(f"{origin}: {outcome.failure}")
    elif outcome.skipped is not None:
        summary.skipped.append(f"{origin}: {outcome.skipped}")
    else:
        summary.built += 1
        summary.entities += outcome.entities
        summary.reports.update(dict(outcome.reports))
        return True
    return False


def stored_hash(store: EmbeddedStore, names: Names, identifier: str) -> str | None:
    """The hash of the content that an article's graph was made from; None where the store holds no such article."""
    return store.value(names.article_graph(identifier), names.article(identifier), term("ckg:contentHash"))


def remove(identifiers: Iterable[str], store_path: Path, base: str = BASE) -> list[str]:
    """Take articles out by identifier; returns those that the store did not hold."""
    missing = []
    with EmbeddedStore.writing(store_path) as store, Consolidation(store, Gazetteer.open(), base) as events:
        for identifier in identifiers:
            if stored_hash(store, events.names, identifier) is None:
                missing.append(identifier)
                continue
            events.note([events.names.article(identifier).value])
            store.remove_graph(events.names.article_graph(identifier))
        events.update()
    return missing


__all__ = ["StoreError", "Summary", "build", "remove", "stored_hash"]
