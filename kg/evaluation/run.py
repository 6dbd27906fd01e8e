"""Run an evaluation over annotated files and put its tables into text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from kg.evaluation.gold_store import gold_store
from kg.evaluation.measures import CodedArticle, Result, measure
from kg.evaluation.readers import coded_gold, read_gold
from kg.evaluation.report import (
    calibration_error,
    comparison_table,
    markdown,
    plain,
    reliability_table,
    slot_table,
    type_table,
)
from kg.model import Article


def evaluate_files(
    paths: list[Path],
    store: Path | None,
    *,
    errors: bool = False,
    types: bool = False,
    events: bool = False,
    as_json: bool = False,
    as_markdown: bool = False,
) -> str:
    """The evaluation of annotated files (folders stand for the .json files in them) as text.

    Without a `store` the articles are built into one for the occasion: what is measured is the graph.

    Raises GoldError for a file that is no annotated article.
    """
    files = [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    gold = [read_gold(file) for file in files]
    if events:
        from kg.evaluation.event_clusters import evaluate_clusters

        return evaluate_clusters(gold, store, as_json)
    if store is not None:
        result = measure(list(_from_store(gold, store)))
    else:
        with gold_store(gold) as built:
            result = measure(list(_from_store(gold, built)))
    if as_json:
        slots = {
            n: {"p": round(t.precision, 4), "r": round(t.recall, 4), "f": round(t.f1, 4)}
            for n, t in result.slots.items()
        }
        return json.dumps(
            {
                **slots,
                "composite": round(result.composite, 4),
                "calibration_error": round(calibration_error(result.judged), 4),
                "figure_calibration_error": round(calibration_error(result.judged_figures), 4),
            }
        )
    if as_markdown:
        return _page(result, len(files))
    parts = [f"{len(files)} articles", plain(slot_table(result))]
    if types:
        parts.append(plain(type_table(result)))
    for name, judged in (("reports", result.judged), ("figures", result.judged_figures)):
        parts.append(plain(reliability_table(judged, name)))
        parts.append(f"calibration error of {name}: {calibration_error(judged):.3f}")
    if errors:
        parts.append("\n".join(result.errors))
    return "\n\n".join(parts)


def article_of_gold(raw: dict[str, Any]) -> Article:
    """The article that was annotated."""
    day = date.fromisoformat(raw["date"]) if raw.get("date") else None
    return Article(
        raw["id"], raw["text"], raw.get("title"), day, raw.get("publisher"), raw.get("url"), raw.get("lang") or "fr"
    )


def _from_store(gold: list[dict[str, Any]], path: Path) -> Iterator[tuple[CodedArticle, CodedArticle]]:
    import pyoxigraph as ox

    from kg.evaluation.graph_reader import GraphReader
    from kg.exports import nquads, selected_graphs
    from kg.stores.embedded import EmbeddedStore

    # A copy in memory answers in the order in which the reference scorer meets events of equal rank.
    memory = ox.Store()
    store = EmbeddedStore.reading(path)
    memory.bulk_load(io.BytesIO(b"".join(nquads(store.ox, selected_graphs(store)))), format=ox.RdfFormat.N_QUADS)
    reader = GraphReader(memory)
    articles = reader.articles()
    for raw in gold:
        empty = CodedArticle(raw["id"], raw["text"], (), ())
        found = reader.article(raw["id"], articles[raw["id"]], raw["text"]) if raw["id"] in articles else empty
        yield coded_gold(raw), found


def _page(result: Result, articles: int) -> str:
    return "\n".join(
        [
            "# Evaluation",
            "",
            f"Made by `make evaluation` (`kg evaluate --markdown`) on {articles} annotated articles that no rule was written from. F1 of each slot beside a",
            "baseline (stock spaCy with a word list) and a second annotator who did not see the first annotation.",
            "",
            markdown(comparison_table(result)),
            "",
            "## Slots",
            "",
            markdown(slot_table(result)),
            "",
            "## Event types",
            "",
            markdown(type_table(result)),
            "",
            "## Calibration",
            "",
            "Stated confidence of a report beside the share of reports whose type is right, and of a casualty figure beside the",
            "share of figures that are as annotated and belong to their event. Expected calibration error:",
            f"{calibration_error(result.judged):.3f} for reports, {calibration_error(result.judged_figures):.3f} for figures.",
            "",
            markdown(reliability_table(result.judged, "reports")),
            "",
            markdown(reliability_table(result.judged_figures, "figures")),
        ]
    )
