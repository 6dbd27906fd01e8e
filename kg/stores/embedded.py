"""The embedded store: Oxigraph (RocksDB) in a folder, with one writer at a time and any number of readers.

Layout of a store's folder:

``oxigraph/``
    the data; opened by the writer alone.
``snapshots/<generation>/``
    what readers open: RocksDB checkpoints of the data (hard links, so that they cost little), each made when a
    write was finished. RocksDB leaves reading a folder that another process writes undefined; a checkpoint is
    written by nobody.
``generation``
    the number of the newest snapshot; readers open the data anew when it grows.
``lock``
    held by the writer.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    import rdflib

try:
    import fcntl
except ImportError:  # no advisory locks on this system
    fcntl = None  # type: ignore[assignment]

_TRIES = 5


class StoreError(RuntimeError):
    """The store cannot be opened or written; the message is one line for the user."""


def default_path() -> Path:
    """``$KG_STORE``, or ``kg-store`` in the working folder."""
    return Path(os.environ.get("KG_STORE") or "kg-store")


class EmbeddedStore:
    """An open store. Use `EmbeddedStore.reading` or `EmbeddedStore.writing`."""

    def __init__(self, path: Path, store: ox.Store, lock: IO[str] | None = None) -> None:
        self.path, self.ox, self._lock = path, store, lock
        self.changed = True
        """Whether there is anything to publish; a writer that keeps count itself sets it."""

    @classmethod
    def reading(cls, path: Path) -> EmbeddedStore:
        """Open the newest snapshot for reading; it stays as it is while a writer goes on.

        Raises StoreError where there is no store, or none whose first build has ended.
        """
        if not (path / "oxigraph").is_dir():
            raise StoreError(f"{path}: no store here; make one with: kg build PATH --store {path}")
        for _ in range(_TRIES):
            number = generation(path)
            folder = path / "snapshots" / str(number)
            lock = _shared(folder)
            try:
                return cls(path, ox.Store.read_only(str(folder)), lock)
            except OSError as fault:
                if lock is not None:
                    lock.close()
                if generation(path) == number:
                    if number == 0:
                        raise StoreError(f"{path}: nothing to read yet; the first build has not ended") from fault
                    raise StoreError(f"{path}: cannot be read: {_first_line(fault)}") from fault
        raise StoreError(f"{path}: cannot be read: it is being rewritten too fast")

    @classmethod
    @contextmanager
    def writing(cls, path: Path) -> Iterator[EmbeddedStore]:
        """Open for writing; a second writer gets a StoreError at once. What was written is published at the end.

        When the block raises, nothing is published: readers keep the snapshot before, and the next writer goes on
        from what was written.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
            lock = (path / "lock").open("a+")
        except OSError as fault:
            raise StoreError(f"{path}: {fault.strerror or fault}") from fault
        try:
            _lock_for_writing(lock, path)
            try:
                store = ox.Store(str(path / "oxigraph"))
            except OSError as fault:
                raise StoreError(f"{path}: cannot be opened: {_first_line(fault)}") from fault
            opened = cls(path, store, lock)
            yield opened
            if opened.changed:
                opened.publish()
        finally:
            lock.close()

    @property
    def generation(self) -> int:
        """The number of the newest snapshot, 0 before the first."""
        return generation(self.path)

    def publish(self) -> int:
        """Make what has been written visible to readers; returns the new generation. Raises StoreError."""
        number = generation(self.path) + 1
        snapshots = self.path / "snapshots"
        with self._telling():
            snapshots.mkdir(exist_ok=True)
            for leftover in snapshots.glob("*.part"):
                shutil.rmtree(leftover)
            shutil.rmtree(snapshots / str(number), ignore_errors=True)
            self.ox.backup(str(snapshots / f"{number}.part"))
            os.replace(snapshots / f"{number}.part", snapshots / str(number))
            unfinished = self.path / "generation.part"
            unfinished.write_text(f"{number}\n")
            os.replace(unfinished, self.path / "generation")
        _discard(snapshots, number)
        return number

    def load_articles(self, shards: Sequence[tuple[ox.NamedNode, bytes]]) -> None:
        """Put each N-Quads shard in place of all that its graph holds. Raises StoreError.

        A graph is replaced in one transaction. New ones are loaded together past the transaction log: RocksDB takes
        the finished files in at once or, should the process die, not at all.
        """
        self.changed = True
        fresh = []
        for graph, quads in shards:
            if self.ox.contains_named_graph(graph):
                self.replace_graph(graph, list(ox.parse(quads, format=ox.RdfFormat.N_QUADS)))
            else:
                fresh.append(quads)
        if fresh:
            self.bulk_load(b"".join(fresh))

    def bulk_load(self, quads: bytes) -> None:
        """Add N-Quads as files of their own, which costs less memory and time than a transaction. Raises StoreError."""
        self.changed = True
        with self._telling():
            self.ox.bulk_load(quads, format=ox.RdfFormat.N_QUADS)

    def flush(self) -> None:
        """Write to disk what RocksDB holds in memory, and so free it. Raises StoreError."""
        with self._telling():
            self.ox.flush()

    def extend(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads, in one transaction. Raises StoreError."""
        self.changed = True
        with self._telling():
            self.ox.extend(quads)

    def replace_graph(self, graph: ox.NamedNode, quads: Sequence[ox.Quad]) -> None:
        """Put `quads` in place of all that `graph` holds, in one transaction. Raises StoreError."""
        body = ox.serialize([ox.Triple(q.subject, q.predicate, q.object) for q in quads], format=ox.RdfFormat.N_TRIPLES)
        self.update(f"DROP SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{ {(body or b'').decode()} }} }}")

    def remove_graph(self, graph: ox.NamedNode) -> None:
        """Remove a named graph and all it holds. Raises StoreError."""
        self.update(f"DROP SILENT GRAPH {graph}")

    def update(self, text: str) -> None:
        """Run a SPARQL update in one transaction. Raises StoreError."""
        self.changed = True
        with self._telling():
            self.ox.update(text)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the disk or RocksDB says into a StoreError."""
        try:
            yield
        except OSError as fault:
            raise StoreError(write_failure(self.path, fault)) from fault

    def query(self, text: str, **options: Any) -> Any:
        """Run a SPARQL query over the union of all graphs; results as pyoxigraph gives them."""
        return self.ox.query(text, use_default_graph_as_union=True, **options)

    def value(self, graph: ox.NamedNode, subject: ox.NamedNode, predicate: ox.NamedNode) -> str | None:
        """The value of a property in one graph, None where it has none."""
        for quad in self.ox.quads_for_pattern(subject, predicate, None, graph):
            return getattr(quad.object, "value", None)
        return None

    def graphs(self) -> list[str]:
        """IRIs of all named graphs, sorted."""
        return sorted(graph.value for graph in self.ox.named_graphs() if isinstance(graph, ox.NamedNode))

    def quads(self) -> Iterable[ox.Quad]:
        """All quads of the store."""
        return self.ox.quads_for_pattern(None, None, None, None)

    def dataset(self) -> rdflib.Dataset:
        """The store as an rdflib Dataset, through oxrdflib."""
        import oxrdflib
        import rdflib

        return rdflib.Dataset(store=oxrdflib.OxigraphStore(store=self.ox), default_union=True)


def generation(path: Path) -> int:
    """How many writes a store has seen finished."""
    try:
        return int((path / "generation").read_text())
    except (OSError, ValueError):
        return 0


def destroy(path: Path) -> None:
    """Remove a store from disk."""
    shutil.rmtree(path)


def write_failure(path: Path, fault: OSError) -> str:
    """What to tell a user when writing failed; a full disk is told as such."""
    text = _first_line(fault)
    if fault.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in text or "quota" in text:
        return f"{path}: the disk is full; free some space and run the same command again, it goes on where it stopped"
    return f"{path}: cannot be written: {text}"


def _lock_for_writing(lock: IO[str], path: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise StoreError(f"{path}: another process is writing to this store; wait until it is done") from None


def _shared(folder: Path) -> IO[str] | None:
    """Hold a snapshot against being discarded, for as long as the returned file is open."""
    if fcntl is None or not folder.is_dir():
        return None
    try:
        lock = folder.with_suffix(".lock").open("a+")
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return None
    return lock


def _discard(snapshots: Path, newest: int) -> None:
    """Remove the snapshots before the newest that no reader holds."""
    for folder in snapshots.iterdir():
        if not folder.is_dir() or not folder.name.isdigit() or int(folder.name) >= newest:
            continue
        with contextlib.suppress(OSError), folder.with_suffix(".lock").open("a+") as lock:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
            folder.with_suffix(".lock").unlink()


def _first_line(fault: BaseException) -> str:
    return str(fault).splitlines()[0] if str(fault) else type(fault).__name__
