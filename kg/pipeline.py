"""The whole road on one page: articles → extraction → quads → store → events."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from kg.articles import Unreadable, read_articles
from kg.gazetteer import Gazetteer
from kg.graph.consolidation import consolidated
from kg.graph.known import known
from kg.graph.quads import Triple, article_quads, content_hash
from kg.graph.terms import BASE, PROLOGUE, Names, term
from kg.model import Article, Extraction
from kg.stores.embedded import EmbeddedStore, StoreError

_CHUNK = 8


@dataclass(slots=True)
class Summary:
    """What a build did: articles read anew, left as they were, reports by type, entities, and what failed."""

    built: int = 0
    unchanged: int = 0
    reports: Counter[str] = field(default_factory=Counter)
    entities: int = 0
    failed: list[str] = field(default_factory=list)


def build(
    paths: list[Path],
    store_path: Path,
    *,
    workers: int = 1,
    day: date | None = None,
    check: bool = False,
    base: str = BASE,
    progress: Callable[[int], None] = lambda done: None,
) -> Summary:
    """Read articles, extract, store, consolidate. Idempotent; a killed build goes on where it stopped.

    `workers` processes read articles (1: this one); `day` dates articles without a date; `check` validates each
    article's graph and keeps out what does not conform; `progress` is told how many articles are done.
    Raises StoreError where the store cannot be opened or written.
    """
    summary = Summary()
    with EmbeddedStore.writing(store_path) as store:
        stored = stored_hashes(store)
        fresh = _fresh(read_articles(paths, day), stored, summary)
        for extraction in _extractions(fresh, workers, summary):
            _store(store, extraction, base, check, summary)
            progress(summary.built + summary.unchanged + len(summary.failed))
        consolidate(store, base)
    return summary


def _fresh(items: Iterable[Article | Unreadable], stored: dict[str, str], summary: Summary) -> Iterator[Article]:
    """The articles that the store does not hold as they are."""
    for item in items:
        if isinstance(item, Unreadable):
            summary.failed.append(str(item))
        elif stored.get(item.id) == content_hash(item):
            summary.unchanged += 1
        else:
            yield item


def _extractions(articles: Iterable[Article], workers: int, summary: Summary) -> Iterator[Extraction]:
    if workers <= 1:
        from kg.nlp.extract import Extractor

        extractor: Extractor | None = None
        for article in articles:
            extractor = extractor or Extractor.load()
            try:
                yield extractor.extract(article)
            except Exception as fault:  # one article must not stop a build
                summary.failed.append(
                    f"{article.origin or article.id}: could not be read: {type(fault).__name__}: {fault}"
                )
        return
    with ProcessPoolExecutor(workers) as pool:
        for article, result in _windowed(pool, articles, workers):
            if isinstance(result, Extraction):
                yield result
            else:
                summary.failed.append(f"{article.origin or article.id}: could not be read: {result}")


def _windowed(
    pool: ProcessPoolExecutor, articles: Iterable[Article], workers: int
) -> Iterator[tuple[Article, Extraction | str]]:
    """Results in order, with a bounded number of articles under way."""
    waiting: deque[tuple[Article, Future[Extraction | str]]] = deque()
    for article in articles:
        waiting.append((article, pool.submit(_extract_one, article)))
        if len(waiting) >= workers * _CHUNK:
            first, future = waiting.popleft()
            yield first, future.result()
    for first, future in waiting:
        yield first, future.result()


def _extract_one(article: Article) -> Extraction | str:
    """Runs in a worker process."""
    from kg.nlp.extract import Extractor

    try:
        return Extractor.shared().extract(article)
    except Exception as fault:  # told to the user by the parent
        return f"{type(fault).__name__}: {fault}"


def _store(store: EmbeddedStore, extraction: Extraction, base: str, check: bool, summary: Summary) -> None:
    article = extraction.article
    quads = article_quads(extraction, base)
    if check:
        from kg.graph.shacl import validate

        violations = validate(quads)
        if violations:
            summary.failed.append(
                f"{article.origin or article.id}: kept out, {len(violations)} shape violations, first: {violations[0].message}"
            )
            return
    store.replace_graph(Names(base).article_graph(article.id), quads)
    summary.built += 1
    summary.entities += len(extraction.entities)
    summary.reports.update(report.type for report in extraction.reports)


def stored_hashes(store: EmbeddedStore) -> dict[str, str]:
    """Article identifier → hash of the content that its graph was made from."""
    rows = store.query(
        PROLOGUE + "SELECT ?id ?h WHERE { ?a a ckg:Article ; dcterms:identifier ?id ; ckg:contentHash ?h }"
    )
    return {row["id"].value: row["h"].value for row in rows}


def consolidate(store: EmbeddedStore, base: str = BASE) -> bool:
    """Bring the events and known graphs up to date with the articles; False where nothing had changed."""
    names = Names(base)
    state = hashlib.sha256(repr(sorted(stored_hashes(store).items())).encode()).hexdigest()
    rows = store.query(
        PROLOGUE + f"SELECT ?h WHERE {{ GRAPH {names.events_graph} {{ {names.events_graph} ckg:graphHash ?h }} }}"
    )
    if any(row["h"].value == state for row in rows):
        return False
    store.replace_graph(names.known_graph, _quads(known(store.ox, Gazetteer.open(), base), names.known_graph))
    triples: list[Triple] = [
        *consolidated(store.ox, base),
        (names.events_graph, term("ckg:graphHash"), ox.Literal(state)),
    ]
    store.replace_graph(names.events_graph, _quads(triples, names.events_graph))
    return True


def _quads(triples: Iterable[Triple], graph: ox.NamedNode) -> list[ox.Quad]:
    return [
        ox.Quad(s, p, o, graph) for s, p, o in sorted(set(triples), key=lambda t: (t[0].value, t[1].value, str(t[2])))
    ]


def remove(identifiers: Iterable[str], store_path: Path, base: str = BASE) -> list[str]:
    """Take articles out by identifier; returns those that the store did not hold."""
    missing = []
    with EmbeddedStore.writing(store_path) as store:
        stored = stored_hashes(store)
        for identifier in identifiers:
            if identifier in stored:
                store.remove_graph(Names(base).article_graph(identifier))
            else:
                missing.append(identifier)
        consolidate(store, base)
    return missing


__all__ = ["StoreError", "Summary", "build", "consolidate", "remove", "stored_hashes"]
