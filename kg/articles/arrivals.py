"""Which files of some folders are new or changed, and done being written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.articles.reading import METADATA_ENDINGS, readable_files

_Stamp = tuple[int, int]


class Arrivals:
    """Folders that are looked at again and again. Looking, rather than being told, works on network folders too."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._given: dict[Path, tuple[_Stamp, ...]] = {}
        self._seen: dict[Path, tuple[_Stamp, ...]] = {}
        self.growing = False

    def settled(self) -> list[Path]:
        """Files that are new or changed since they were last given, and have not changed since the look before."""
        now = {path: _stamps(path) for folder in self._folders for path in readable_files(folder)}
        changed = {path: stamp for path, stamp in now.items() if self._given.get(path) != stamp}
        ready = sorted(path for path, stamp in changed.items() if self._seen.get(path) == stamp)
        self._seen = now
        self.growing = len(ready) < len(changed)
        for path in ready:
            self._given[path] = now[path]
        return ready


def _stamps(path: Path) -> tuple[_Stamp, ...]:
    """Time of change (nanoseconds) and size of a file and of the metadata beside it."""
    out = []
    for file in (path, *(path.with_suffix(ending) for ending in METADATA_ENDINGS)):
        try:
            found = file.stat()
        except OSError:
            continue
        out.append((found.st_mtime_ns, found.st_size))
    return tuple(out)
