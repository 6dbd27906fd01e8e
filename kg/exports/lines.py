"""Sorted N-Triples lines of graphs, however large: what does not fit in memory is sorted in runs on disk."""

from __future__ import annotations

import heapq
import itertools
import operator
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, cast

import pyoxigraph as ox

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
_RUN = 250_000


class LineSorter:
    """A file to write N-Triples to, that gives the lines back sorted by their bytes, each once."""

    def __init__(self, run: int = _RUN) -> None:
        self._run, self._tail = run, b""
        self._lines: list[bytes] = []
        self._spilled: list[IO[bytes]] = []

    def write(self, data: bytes) -> int:
        """Take a piece of text, that may end within a line."""
        pieces = (self._tail + data).split(b"\n")
        self._tail = pieces.pop()
        self._lines += pieces
        if len(self._lines) >= self._run:
            self._spill()
        return len(data)

    def flush(self) -> None:
        """Nothing waits to be written."""

    @property
    def file(self) -> IO[bytes]:
        """The sorter as a file to write to."""
        return cast(IO[bytes], self)

    def _spill(self) -> None:
        run = tempfile.TemporaryFile()  # noqa: SIM115 (removed when the sorter is forgotten)
        run.writelines(line + b"\n" for line in sorted(self._lines))
        run.seek(0)
        self._spilled.append(run)
        self._lines = []

    def lines(self) -> Iterator[bytes]:
        """The lines with their ends, sorted, each once. To be called when all is written."""
        rest = sorted(self._lines)
        runs: list[Iterable[bytes]] = [*self._spilled, (line + b"\n" for line in rest)]
        merged = runs[0] if len(runs) == 1 else heapq.merge(*runs)
        return map(operator.itemgetter(0), itertools.groupby(merged))


def graph_lines(store: ox.Store, graph: Graph) -> Iterator[bytes]:
    """The triples of one graph as sorted N-Triples lines."""
    return union_lines(store, [graph])


def union_lines(store: ox.Store, graphs: Iterable[Graph]) -> Iterator[bytes]:
    """The triples of all these graphs as sorted N-Triples lines, each once."""
    sorter = LineSorter()
    for graph in graphs:
        store.dump(sorter.file, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
    return sorter.lines()


class LineReader:
    """Lines as a file that parsers read from."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._rest = lines, b""

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer at the end; all where negative."""
        if size < 0:
            return self._rest + b"".join(self._lines)
        parts, length = [self._rest], len(self._rest)
        while length < size:
            block = b"".join(itertools.islice(self._lines, 500))
            if not block:
                break
            parts.append(block)
            length += len(block)
        data = b"".join(parts)
        self._rest = data[size:]
        return data[:size]


def triples(lines: Iterator[bytes]) -> Iterator[ox.Triple]:
    """Lines as triples, in their order."""
    for quad in ox.parse(cast(IO[bytes], LineReader(lines)), format=ox.RdfFormat.N_TRIPLES):
        yield ox.Triple(quad.subject, quad.predicate, quad.object)
