"""What travels between the web process and the processes that evaluate: jobs, limits, failures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What queries may use."""

    seconds: float = 30.0
    """Wall-clock seconds from a query's arrival to the last byte of its answer."""
    memory: int = 2 * 1024**3
    """Bytes of memory of an evaluating process."""
    answer: int = 512 * 1024**2
    """Bytes of an answer, before compression."""
    rows: int = 5_000_000
    """Rows of a SELECT's answer."""
    waiting: int = 64
    """Queries that wait for an evaluating process; a quarter of them may come from one client."""


@dataclass(frozen=True, slots=True)
class Job:
    """One query: its text, the media types that the client takes for rows and for graphs, and its dataset.

    Without `default_graphs` and `named_graphs`, and where the text itself names none, the default graph is the
    union of all graphs; or, with `union` false, the store's own default graph.
    """

    text: str
    rows: str | None
    graph: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    union: bool = True


class QueryError(RuntimeError):
    """A query that gave no result: `status` is the HTTP status that fits, `position` the line and column, from 1."""

    def __init__(self, message: str, status: int, position: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.position = position
