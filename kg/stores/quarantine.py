"""Articles that stopped their worker: set aside with the reason, and not tried again until they change."""

from __future__ import annotations

import json
import os
from pathlib import Path

FILE = "quarantine.jsonl"


class Quarantine:
    """The list ``<store>/quarantine.jsonl``: one JSON object a line with `id`, `hash`, `origin`, `reason`."""

    def __init__(self, store: Path) -> None:
        self._path = store / FILE
        self._rows: dict[str, dict[str, str]] = {}
        if self._path.is_file():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self._rows[row["id"]] = row

    def reason(self, identifier: str, content: str) -> str | None:
        """Why an article with this content hash is set aside; None where it is not."""
        row = self._rows.get(identifier)
        return row["reason"] if row and row["hash"] == content else None

    def add(self, identifier: str, content: str, origin: str, reason: str) -> None:
        """Set an article aside."""
        self._rows[identifier] = {"id": identifier, "hash": content, "origin": origin, "reason": reason}
        self._write()

    def release(self, identifier: str) -> None:
        """Take an article off the list."""
        if self._rows.pop(identifier, None):
            self._write()

    def clear(self) -> None:
        """Take all articles off the list."""
        if self._rows:
            self._rows.clear()
            self._write()

    def __len__(self) -> int:
        return len(self._rows)

    def _write(self) -> None:
        unfinished = self._path.with_suffix(".part")
        lines = [json.dumps(self._rows[key], ensure_ascii=False) + "\n" for key in sorted(self._rows)]
        unfinished.write_text("".join(lines), encoding="utf-8")
        os.replace(unfinished, self._path)
