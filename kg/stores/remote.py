"""Any SPARQL 1.1 server as the store behind the pages and the API, through SPARQLWrapper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError

if TYPE_CHECKING:
    from kg.web.workers import Job, Limits

_TRIES = 2


class RemotePool:
    """Answers jobs by asking a remote endpoint; the same interface as `kg.web.workers.WorkerPool`."""

    def __init__(self, endpoint: str, limits: Limits) -> None:
        self.endpoint, self._limits = endpoint, limits
        self.size, self.killed = 0, 0

    def run(self, job: Job) -> tuple[str, Iterator[bytes]]:
        """The media type and the chunks of the remote answer. Raises QueryError (502, 504, or the remote status)."""
        from SPARQLWrapper import SPARQLWrapper

        from kg.web.workers import QueryError

        wrapper = SPARQLWrapper(self.endpoint)
        wrapper.setTimeout(int(self._limits.seconds) or 1)
        wrapper.setMethod("POST")
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(job.text)
        graphs = wrapper.queryType in ("CONSTRUCT", "DESCRIBE")
        media = job.graph if graphs else job.rows
        if media is None:
            raise QueryError("none of the media types asked for can carry this answer", 406)
        wrapper.addCustomHttpHeader("Accept", media)
        for graph in job.default_graphs:
            wrapper.addParameter("default-graph-uri", graph)
        for graph in job.named_graphs:
            wrapper.addParameter("named-graph-uri", graph)
        return media, _chunks(self._ask(wrapper), self._limits.answer)

    def _ask(self, wrapper: Any) -> Any:
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        from kg.web.workers import QueryError

        for attempt in range(_TRIES):
            try:
                return wrapper.query().response
            except SPARQLWrapperException as fault:
                raise QueryError(f"{self.endpoint}: {str(fault).splitlines()[0]}", 400) from fault
            except HTTPError as fault:
                raise QueryError(f"{self.endpoint}: {fault.code} {fault.reason}", 502) from fault
            except TimeoutError as fault:
                raise QueryError(f"{self.endpoint}: no answer within {self._limits.seconds:g} seconds", 504) from fault
            except (URLError, HTTPException, OSError) as fault:
                if attempt + 1 == _TRIES:
                    raise QueryError(f"{self.endpoint} cannot be reached: {fault}", 502) from fault
        raise AssertionError("unreachable")

    def warm(self) -> None:
        """Nothing to start."""

    def close(self) -> None:
        """Nothing to end."""


def _chunks(response: io.IOBase, most: int) -> Iterator[bytes]:
    total = 0
    while block := response.read(64 * 1024):
        total += len(block)
        if total > most:
            from kg.web.workers import QueryError

            raise QueryError("the answer is larger than this server gives", 507)
        yield block
