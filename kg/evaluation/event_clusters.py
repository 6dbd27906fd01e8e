"""Evaluate consolidation: do reports of one event, of different articles, find each other, and no others?

Gold events carry a `cluster` key: events of one cluster are one real-world event. Each gold event is paired
with the report that extraction made of it; the consolidated event of that report is its predicted cluster.
B³ (Bagga and Baldwin, 1998) and pairwise precision, recall and F1 are given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

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
    same_gold = same_predicted = same_both = 0
    for (g1, p1), (g2, p2) in combinations(items, 2):
        same_gold += g1 == g2
        same_predicted += p1 == p2
        same_both += g1 == g2 and p1 == p2
    precision = same_both / same_predicted if same_predicted else 1.0
    recall = same_both / same_gold if same_gold else 1.0
    return precision, recall, _f1(precision, recall)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def evaluate_clusters(gold: Sequence[dict[str, Any]], store: Path | None) -> str:
    """The figures as text, for the graph in `store`. Raises GoldError without a store or without clusters."""
    from kg.evaluation.graph_reader import GraphReader
    from kg.stores.embedded import EmbeddedStore

    if store is None:
        raise GoldError("--events needs --store: the graph that the articles were built into")
    reader = GraphReader(EmbeddedStore.reading(store).ox)
    articles = reader.articles()
    event_of = {report: event for _, report, event in reader.event_of()}
    items: list[Pair] = []
    missed = 0
    for raw in gold:
        annotated = [event for event in coded_gold(raw).events if event.cluster]
        reports = reader.reports(articles[raw["id"]]) if raw["id"] in articles else []
        name_of = {id(coded): iri for iri, coded in reports}
        pairs = event_pairs(annotated, [coded for _, coded in reports], raw["text"])
        missed += len(annotated) - len(pairs)
        items += [(str(g.cluster), event_of.get(name_of[id(f)], name_of[id(f)])) for g, f in pairs]
    if not items:
        raise GoldError("no gold event with a 'cluster' key was found in the graph")
    lines = [f"{len(items)} reports of clustered events, {missed} missed"]
    for name, figures in (("B3", b_cubed(items)), ("pairwise", pairwise(items))):
        lines.append(f"{name:9} P {figures[0]:.3f}  R {figures[1]:.3f}  F1 {figures[2]:.3f}")
    return "\n".join(lines)
