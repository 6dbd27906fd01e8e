"""Keep the index beside the store as the store changes.

The index of a generation is made by a process of its own, so that pages go on being served, from the index
before, while it is made. Of several processes that serve one store, one makes it and the others take its file.
Where the store's folder cannot be written, indexes stand in the folder for temporary files.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import multiprocessing
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.web.index.asking import embedded, over_sparql
from kg.web.index.building import VERSION, build_index

try:
    import fcntl
except ImportError:  # Windows: each process makes its own
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("kg.web.index")
_LIFE_OF_REMOTE = 600.0
_RETRY = 30.0
_BRIEF = 2.0
Values = tuple[Any, ...] | dict[str, Any]


class UnreadyError(RuntimeError):
    """The first index of a store is still being made."""


def _build(store: str, target: str, generation: str, base: str) -> None:
    build_index(embedded(Path(store)), Path(target), generation, base)


class PageIndex:
    """The index of a store, or of a remote endpoint (`pool`), kept up to date from request to request."""

    def __init__(self, store: Path, base: str, pool: Any = None) -> None:
        self._store, self._base, self._pool = store, base, pool
        self._folder = _folder(
            store if pool is None else Path(hashlib.sha256(pool.endpoint.encode()).hexdigest()[:16]), pool is None
        )
        self._making = threading.Lock()
        self._started = time.time()
        self._path: Path | None = None
        self._generation = ""
        self._local = threading.local()
        self._failed = 0.0

    def wanted(self) -> str:
        """Which state of the store an index should be of."""
        if self._pool is not None:
            return f"t{int(time.time() // _LIFE_OF_REMOTE)}"
        from kg.stores.embedded import generation

        return str(generation(self._store))

    def begin(self) -> None:
        """Start to make the index, where there is none yet of the store's state, and return at once."""
        wanted = self.wanted()
        target = self._folder / f"{VERSION}-{wanted}.sqlite"
        if wanted != self._generation and (self._pool is not None or not target.is_file()):
            self._start(target, wanted)

    def refresh(self, patience: float = 25.0) -> None:
        """See to it that there is an index, new where the store has changed.

        Waits at most `patience` seconds for the first, less where one of an earlier state stands beside the store and
        can serve meanwhile; raises UnreadyError after that. Later ones are made meanwhile.
        """
        wanted = self.wanted()
        if wanted == self._generation and self._path is not None:
            return
        target = self._folder / f"{VERSION}-{wanted}.sqlite"
        if self._pool is None and target.is_file():
            self._take(target, wanted)
            return
        self._start(target, wanted)
        if self._path is not None:
            return
        earlier = self._earlier()
        self._await(min(patience, _BRIEF) if earlier else patience)
        if self._path is None and earlier:
            self._path, self._generation = earlier
        if self._path is None:
            raise UnreadyError

    def _earlier(self) -> tuple[Path, str] | None:
        """The newest index of an earlier state of this very store, and that state."""
        if self._folder.parent != self._store:
            return None  # a folder for temporary files may outlive the store
        found = [(path, path.stem.partition("-")[2]) for path in self._folder.glob(f"{VERSION}-*.sqlite")]
        return max((one for one in found if one[1].isdigit()), key=lambda one: int(one[1]), default=None)

    def _await(self, patience: float) -> None:
        end = time.monotonic() + patience
        while self._path is None and time.monotonic() < end and self._making.locked():
            time.sleep(0.05)

    def _start(self, target: Path, wanted: str) -> None:
        if (time.monotonic() - self._failed < _RETRY and self._failed) or not self._making.acquire(blocking=False):
            return
        threading.Thread(target=self._make, args=(target, wanted), daemon=True).start()

    def _make(self, target: Path, wanted: str) -> None:
        try:
            with _alone(self._folder):
                if not self._made_by_another(target):
                    self._build(target, wanted)
            if target.is_file():
                self._take(target, wanted)
            else:
                self._failed = time.monotonic()
                log.error("the index of the pages could not be made: %s", target)
        except Exception as fault:  # the thread's end: whatever went wrong, pages go on with the index before
            self._failed = time.monotonic()
            log.error("the index of the pages could not be made: %s", fault)
        finally:
            self._making.release()

    def _made_by_another(self, target: Path) -> bool:
        """Whether another process made it while this one waited; of a remote store, since this one started."""
        try:
            made = target.stat().st_mtime
        except OSError:
            return False
        return self._pool is None or made >= self._started

    def _build(self, target: Path, wanted: str) -> None:
        if self._pool is not None:
            build_index(over_sparql(self._pool), target, wanted, self._base)
            return
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_build, args=(str(self._store), str(target), wanted, self._base), daemon=True)
        process.start()
        process.join()

    def _take(self, target: Path, generation: str) -> None:
        self._path, self._generation, self._failed = target, generation, 0.0
        for other in self._folder.glob("*.sqlite"):
            if other != target:
                with contextlib.suppress(OSError):
                    other.unlink()

    @property
    def generation(self) -> str:
        """The state of the store that the index in use is of."""
        return self._generation

    def connection(self) -> sqlite3.Connection:
        """This thread's connection to the index in use, read-only."""
        opened: tuple[Path, sqlite3.Connection] | None = getattr(self._local, "opened", None)
        if opened is None or opened[0] != self._path:
            if opened is not None:
                opened[1].close()
            if self._path is None:
                raise UnreadyError
            database = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True)
            database.row_factory = sqlite3.Row
            self._local.opened = opened = (self._path, database)
        return opened[1]

    def rows(self, query: str, values: Values = ()) -> list[sqlite3.Row]:
        """The rows of a query on the tables."""
        return self.connection().execute(query, values).fetchall()

    def row(self, query: str, values: Values = ()) -> sqlite3.Row | None:
        """The first row, None where there is none."""
        found: sqlite3.Row | None = self.connection().execute(query, values).fetchone()
        return found

    def meta(self) -> dict[str, Any]:
        """Generation, when the index was made (ISO 8601), and counts by table."""
        found = {row["key"]: row["value"] for row in self.rows("SELECT key, value FROM meta")}
        return {**found, "counts": json.loads(found["counts"])}


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only process that makes an index in a folder; waits for its turn."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "making.lock").open("a") as lock:
        if fcntl is not None:
            # Of a process, not of an open file: processes forked meanwhile must not hold it on.
            fcntl.lockf(lock, fcntl.LOCK_EX)
            for leftover in folder.glob("*.part"):  # of a process that was ended meanwhile
                leftover.unlink(missing_ok=True)
        yield


def _folder(store: Path, beside: bool) -> Path:
    """Where indexes stand: in the store's folder where that can be written."""
    if beside and os.access(store, os.W_OK):
        return store / "pages"
    digest = hashlib.sha256(str(store.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"kg-pages-{os.getuid()}-{digest}"
