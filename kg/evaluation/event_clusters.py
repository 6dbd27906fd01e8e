"""Evaluate consolidation: do reports of one event, of different articles, find each other, and no others?

Gold events carry a `cluster` key: events of one cluster are one real-world event. Each gold event is paired
with the report that extraction made of it; the consolidated event of that report is its predicted cluster.
B³ (Bagga and Baldwin, 1998) and pairwise precision, recall and F1 are given.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.evaluation.gold_store import gold_store
from kg.evaluation.matching import event_pairs
from kg.evaluation.readers import GoldError, coded_gold

Pair = tuple[str, str]


def b_cubed(items: Sequence[Pair]) -> tuple[float, float, float]:
    """B³ precision, recall and F1 of (gold cluster, predicted cluster) of each item."""
    if not items:
        return 0.0, 0.0, 0.0
    gold: dict[str, int] = defaultdict(int)
    predicted: dict[str, int] = defaultdict(int)
    both: dict[Pair, int] = defaultdict(int)
    for g, p in items:
        gold[g] += 1
        predicted[p] += 1
        both[g, p] += 1
    precision = sum(both[g, p] / predicted[p] for g, p in items) / len(items)
    recall = sum(both[g, p] / gold[g] for g, p in items) / len(items)
    return precision, recall, _f1(precision, recall)


def pairwise(items: Sequence[Pair]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of items that are put together."""

    def pairs(sizes: Counter[Any]) -> int:
        return sum(size * (size - 1) // 2 for size in sizes.values())

    same_gold, same_predicted = pairs(Counter(g for g, _ in items)), pairs(Counter(p for _, p in items))
    same_both = pairs(Counter(items))
    precision = same_both / same_predicted if same_predicted else 1.0
    recall = same_both / same_gold if same_gold else 1.0
    return precision, recall, _f1(precision, recall)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class Clusters:
    """What consolidation made of annotated clusters: (gold, predicted) cluster of each event found, and of each missed.

    An event that extraction missed stands in no predicted cluster; in `missed` it has one of its own. `absent` are
    the identifiers of annotated articles that the graph does not hold.
    """

    found: tuple[Pair, ...]
    missed: tuple[Pair, ...]
    absent: tuple[str, ...] = ()

    def figures(self) -> dict[str, tuple[float, float, float]]:
        """Precision, recall and F1 by measure: over the events found, and with those missed as events of their own."""
        everything = (*self.found, *self.missed)
        return {
            "B3": b_cubed(self.found),
            "pairwise": pairwise(self.found),
            "B3, missed too": b_cubed(everything),
            "pairwise, missed too": pairwise(everything),
        }


def evaluate_clusters(gold: Sequence[dict[str, Any]], store: Path | None, as_json: bool = False) -> str:
    """The figures as text, or as JSON, for the graph in `store`; without one, the articles are built for the occasion.

    Raises GoldError where no annotated event carries a cluster.
    """
    if store is not None:
        return _shown(read_clusters(gold, store), as_json)
    with gold_store(gold) as built:
        return _shown(read_clusters(gold, built), as_json)


def read_clusters(gold: Sequence[dict[str, Any]], store: Path) -> Clusters:
    """Pair annotated events with reports of the graph. Raises GoldError where no annotated event carries a cluster."""
    from kg.evaluation.graph_reader import GraphReader
    from kg.stores.embedded import EmbeddedStore

    reader = GraphReader(EmbeddedStore.reading(store).ox)
    articles = reader.articles()
    event_of = {report: event for _, report, event in reader.event_of()}
    found: list[Pair] = []
    missed: list[Pair] = []
    for raw in gold:
        annotated = coded_gold(raw).events
        reports = reader.reports(articles[raw["id"]]) if raw["id"] in articles else []
        name_of = {id(coded): iri for iri, coded in reports}
        report_of = {
            id(g): name_of[id(f)] for g, f in event_pairs(annotated, [coded for _, coded in reports], raw["text"])
        }
        for number, event in enumerate(annotated):
            if event.cluster is None:
                continue
            report = report_of.get(id(event))
            if report is None:
                missed.append((event.cluster, f"{raw['id']} {number}"))
            else:
                found.append((event.cluster, event_of.get(report, report)))
    if not found and not missed:
        raise GoldError("no annotated event carries a 'cluster'")
    return Clusters(tuple(found), tuple(missed), tuple(raw["id"] for raw in gold if raw["id"] not in articles))


def _shown(clusters: Clusters, as_json: bool) -> str:
    figures = clusters.figures()
    if as_json:
        values: dict[str, Any] = {
            "found": len(clusters.found),
            "missed": len(clusters.missed),
            "absent": list(clusters.absent),
        }
        for name, row in figures.items():
            values[name] = {key: round(value, 4) for key, value in zip("prf", row, strict=True)}
        return json.dumps(values)
    lines = [f"{len(clusters.found)} reports of clustered events, {len(clusters.missed)} events missed by extraction"]
    if clusters.absent:
        lines.append(f"{len(clusters.absent)} articles are not in the graph: {', '.join(clusters.absent[:5])}")
    for name, (precision, recall, f1) in figures.items():
        lines.append(f"{name:22} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}")
    return "\n".join(lines)
