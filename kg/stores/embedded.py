"""The embedded store: Oxigraph (RocksDB) in a folder, with one writer at a time and any number of readers.

Layout: ``<store>/oxigraph`` holds the data, ``<store>/lock`` is held by the writer, ``<store>/generation`` is a
number that grows with every finished write, so that readers know when to open the data anew.
"""

from __future__ import annotations

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


class StoreError(RuntimeError):
    """The store cannot be opened or written; the message is one line for the user."""


def default_path() -> Path:
    """``$KG_STORE``, or ``kg-store`` in the working folder."""
    return Path(os.environ.get("KG_STORE") or "kg-store")


class EmbeddedStore:
    """An open store. Use `EmbeddedStore.reading` or `EmbeddedStore.writing`."""

    def __init__(self, path: Path, store: ox.Store, lock: IO[str] | None = None) -> None:
        self.path, self.ox, self._lock = path, store, lock

    @classmethod
    def reading(cls, path: Path) -> EmbeddedStore:
        """Open for reading, as the data stand now. Raises StoreError where there is no store."""
        data = path / "oxigraph"
        if not data.is_dir():
            raise StoreError(f"{path}: no store here; make one with: kg build PATH --store {path}")
        try:
            return cls(path, ox.Store.read_only(str(data)))
        except OSError as fault:
            raise StoreError(f"{path}: cannot be read: {_first_line(fault)}") from fault

    @classmethod
    @contextmanager
    def writing(cls, path: Path) -> Iterator[EmbeddedStore]:
        """Open for writing; a second writer gets a StoreError at once."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            lock = (path / "lock").open("a+")
        except OSError as fault:
            raise StoreError(f"{path}: {fault.strerror or fault}") from fault
        try:
            if fcntl is not None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise StoreError(
                        f"{path}: another process is writing to this store; wait until it is done"
                    ) from None
            try:
                store = ox.Store(str(path / "oxigraph"))
            except OSError as fault:
                raise StoreError(f"{path}: cannot be opened: {_first_line(fault)}") from fault
            opened = cls(path, store, lock)
            try:
                yield opened
            finally:
                opened._close()
        finally:
            lock.close()

    def _close(self) -> None:
        self.ox.flush()
        self._bump()

    def _bump(self) -> None:
        """Tell readers that the data have changed."""
        stamp = self.path / "generation"
        unfinished = stamp.with_suffix(".part")
        unfinished.write_text(str(generation(self.path) + 1))
        os.replace(unfinished, stamp)

    def replace_graph(self, graph: ox.NamedNode, quads: Sequence[ox.Quad]) -> None:
        """Put `quads` in place of all that `graph` holds, in one transaction."""
        body = ox.serialize([ox.Triple(q.subject, q.predicate, q.object) for q in quads], format=ox.RdfFormat.N_TRIPLES)
        text = body.decode() if body else ""
        try:
            self.ox.update(f"DROP SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{ {text} }} }}")
        except OSError as fault:
            raise StoreError(f"{self.path}: cannot be written: {_first_line(fault)}") from fault

    def remove_graph(self, graph: ox.NamedNode) -> None:
        """Remove a named graph and all it holds."""
        self.ox.update(f"DROP SILENT GRAPH {graph}")

    def query(self, text: str, **options: Any) -> Any:
        """Run a SPARQL query over the union of all graphs; results as pyoxigraph gives them."""
        return self.ox.query(text, use_default_graph_as_union=True, **options)

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


def _first_line(fault: BaseException) -> str:
    return str(fault).splitlines()[0] if str(fault) else type(fault).__name__
