"""Worker processes on this machine: one model for all, a time limit for each article, a bounded number under way."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as LimitReached

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from kg.model import Article
from kg.workers.task import Outcome, Task, load_extractor, read, warm

SECONDS = 60.0
"""Time that reading an article may take, beside what its length adds."""
_CHARACTERS_A_SECOND = 5_000
_UNDER_WAY = 8
_ARTICLES_A_PROCESS = 20_000
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def read_here(task: Task, articles: Iterable[Article]) -> Iterator[Outcome]:
    """Outcomes in order, read in this process, without a time limit."""
    for article in articles:
        yield read(task, article)


def read_in_processes(
    task: Task, articles: Iterable[Article], workers: int, seconds: float = SECONDS
) -> Iterator[Outcome]:
    """Outcomes in order, from `workers` processes.

    No more than a few articles for each worker are under way, however fast they come in. An article that takes
    longer than `seconds` (and a second for every 5,000 characters), or twice brings its process down, is poison;
    its process is replaced and the others go on. Each process has one thread; the environment that workers see is
    that of the first call.
    """
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    context = _context(task)
    waiting: deque[tuple[Article, ProcessFuture[Outcome]]] = deque()
    with ProcessPool(
        workers, max_tasks=_ARTICLES_A_PROCESS, context=context, initializer=warm, initargs=[task]
    ) as pool:
        try:
            for article in articles:
                waiting.append((article, _schedule(pool, task, article, seconds)))
                if len(waiting) >= workers * _UNDER_WAY:
                    yield _result(pool, task, *waiting.popleft(), seconds)
            while waiting:
                yield _result(pool, task, *waiting.popleft(), seconds)
        finally:
            # Nothing is under way any more, or nothing that is wanted: a process that is still starting ends, too.
            pool.stop()  # type: ignore[no-untyped-call]


def _context(task: Task) -> multiprocessing.context.BaseContext:
    """How processes start: forked from a server that loaded the models, afresh where the system cannot.

    The server is a process of its own without threads or open stores, which a fork of this one would inherit. Workers
    share its memory, and one that takes the place of another need not load anything.
    """
    if task.load is not load_extractor or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kg.workers.preloaded"])
    return context


def _limit(article: Article, seconds: float) -> float:
    return seconds + len(article.text) / _CHARACTERS_A_SECOND


def _schedule(pool: ProcessPool, task: Task, article: Article, seconds: float) -> ProcessFuture[Outcome]:
    return pool.schedule(read, args=(task, article), timeout=_limit(article, seconds))


def _result(
    pool: ProcessPool, task: Task, article: Article, future: ProcessFuture[Outcome], seconds: float, again: bool = True
) -> Outcome:
    try:
        return future.result()
    except LimitReached:
        limit = _limit(article, seconds)
        return Outcome(article, failure=f"took longer than {limit:.0f} seconds and was stopped", poison=True)
    except ProcessExpired as fault:
        if again:
            return _result(pool, task, article, _schedule(pool, task, article, seconds), seconds, False)
        return Outcome(article, failure=f"brought its process down twice (exit code {fault.exitcode})", poison=True)
