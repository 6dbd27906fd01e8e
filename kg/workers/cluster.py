"""The same work on a Dask cluster (extra ``distributed``): ``kg build --scheduler ADDRESS``."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from kg.model import Article
from kg.workers.task import Outcome, Task, read

_ARTICLES_A_TASK = 8
_TASKS_A_WORKER = 4
_CONNECT_SECONDS = 30


class ClusterError(RuntimeError):
    """The cluster cannot be used; the message is one line for the user."""


def read_on_cluster(task: Task, articles: Iterable[Article], scheduler: str) -> Iterator[Outcome]:
    """Outcomes in order, from the workers of a scheduler (``tcp://host:8786``).

    A worker that dies has its articles read by another; an article that brings down several is poison.
    Raises ClusterError where the scheduler cannot be reached or has no workers.
    """
    try:
        import distributed
    except ImportError:
        raise ClusterError(
            "--scheduler needs the extra 'distributed': pip install 'conflict-kg[distributed]'"
        ) from None
    try:
        client: Any = distributed.Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as fault:
        raise ClusterError(f"{scheduler}: no scheduler answers: {str(fault).splitlines()[0]}") from fault
    with client:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except TimeoutError as fault:
            raise ClusterError(f"{scheduler}: the scheduler has no workers") from fault
        waiting: deque[tuple[list[Article], Any]] = deque()
        for batch in _batches(articles):
            waiting.append((batch, client.submit(_read_batch, task, batch, pure=False)))
            if len(waiting) >= _TASKS_A_WORKER * max(1, len(client.ncores())):
                yield from _results(client, task, *waiting.popleft())
        while waiting:
            yield from _results(client, task, *waiting.popleft())


def _read_batch(task: Task, articles: list[Article]) -> list[Outcome]:
    return [read(task, article) for article in articles]


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) == _ARTICLES_A_TASK:
            yield batch
            batch = []
    if batch:
        yield batch


def _results(client: Any, task: Task, batch: list[Article], future: Any) -> Iterator[Outcome]:
    from distributed import KilledWorker

    try:
        outcomes: list[Outcome] = future.result()
        yield from outcomes
    except KilledWorker:
        if len(batch) == 1:
            yield Outcome(batch[0], failure="brought several workers of the cluster down", poison=True)
            return
        for article in batch:
            yield from _results(client, task, [article], client.submit(_read_batch, task, [article], pure=False))
