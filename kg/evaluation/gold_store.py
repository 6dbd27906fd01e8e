"""A store of annotated articles, built for one evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.evaluation.readers import GoldError


@contextmanager
def gold_store(gold: Sequence[dict[str, Any]]) -> Iterator[Path]:
    """The path of a store built from the articles, which is gone afterwards. Raises GoldError where one cannot be built."""
    from kg.pipeline import build

    with TemporaryDirectory() as folder:
        articles = Path(folder) / "articles.jsonl"
        articles.write_text("".join(json.dumps(raw) + "\n" for raw in gold), encoding="utf-8")
        summary = build([articles], Path(folder) / "store", workers=0)
        if summary.failed:
            raise GoldError(summary.failed[0])
        yield Path(folder) / "store"
