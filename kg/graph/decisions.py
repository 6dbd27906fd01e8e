"""An operator's decisions on which reports tell of one event: a graph of their own, which outweighs the features.

A decision says that reports are of the same event (`ckg:SameEvent`) or that some are of another event than others
(`ckg:DifferentEvents`). It speaks of reports, whose names come from their articles, not of events, whose names
follow from what is decided. Taking a decision back restores what the features say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.quads import Triple, text_literal
from kg.graph.terms import Names, digest, term

DECIDED = 1000.0
"""The score of a pair that an operator decided: beyond what any features add up to."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. For `same`, all `reports` are of one event; else those of `reports` are not of that of `others`."""

    same: bool
    reports: tuple[str, ...]
    others: tuple[str, ...] = ()
    reason: str | None = None

    def name(self, names: Names) -> ox.NamedNode:
        """Its IRI, from what it decides."""
        return names.decision(digest("decision", self.same, *self.reports, "/", *self.others))

    def triples(self, names: Names) -> Iterator[Triple]:
        """For the graph of decisions."""
        node = self.name(names)
        yield node, term("rdf:type"), term("ckg:Decision")
        yield node, term("rdf:type"), term("ckg:SameEvent" if self.same else "ckg:DifferentEvents")
        for iri in self.reports:
            yield node, term("ckg:decidedReport"), ox.NamedNode(iri)
        for iri in self.others:
            yield node, term("ckg:otherReport"), ox.NamedNode(iri)
        if self.reason:
            yield node, term("rdfs:comment"), text_literal(self.reason)


class Decisions:
    """All decisions of a store. Where two contradict each other, the one that keeps reports apart holds."""

    def __init__(self, decisions: Iterable[tuple[ox.NamedNode, Decision]]) -> None:
        self.all = dict(decisions)
        self._pairs: dict[tuple[str, str], tuple[float, ox.NamedNode]] = {}
        self._same: dict[str, set[str]] = defaultdict(set)
        for node, decision in sorted(self.all.items(), key=lambda item: (not item[1].same, item[0].value)):
            value = DECIDED if decision.same else -DECIDED
            others = decision.reports if decision.same else decision.others
            for a in decision.reports:
                for b in others:
                    if a != b:
                        self._pairs[min(a, b), max(a, b)] = (value, node)
                        if decision.same:
                            self._same[a].add(b)
                            self._same[b].add(a)

    @classmethod
    def read(cls, store: ox.Store, names: Names) -> Decisions:
        """The decisions that a store's graph of decisions holds."""
        found = []
        graph = names.decisions_graph
        for quad in store.quads_for_pattern(None, term("rdf:type"), term("ckg:Decision"), graph):
            node = quad.subject
            if not isinstance(node, ox.NamedNode):
                continue
            facts: dict[str, list[str]] = defaultdict(list)
            for fact in store.quads_for_pattern(node, None, None, graph):
                facts[fact.predicate.value].append(fact.object.value)  # type: ignore[union-attr]
            same = term("ckg:SameEvent").value in facts[term("rdf:type").value]
            reports = tuple(sorted(facts[term("ckg:decidedReport").value]))
            others = tuple(sorted(facts[term("ckg:otherReport").value]))
            found.append((node, Decision(same, reports, others, next(iter(facts[term("rdfs:comment").value]), None))))
        return cls(found)

    def same(self, report: str) -> list[str]:
        """The reports (IRIs) that were decided to be of the same event as this one, sorted."""
        return sorted(self._same.get(report, ()))

    def verdict(self, a: str, b: str) -> float | None:
        """The score of a decided pair, None for one that nobody decided."""
        found = self._pairs.get((min(a, b), max(a, b)))
        return found[0] if found else None

    def between(self, a: str, b: str) -> ox.NamedNode | None:
        """The decision on a pair."""
        found = self._pairs.get((min(a, b), max(a, b)))
        return found[1] if found else None

    def reports(self) -> set[str]:
        """All reports (IRIs) that some decision speaks of."""
        return {iri for decision in self.all.values() for iri in (*decision.reports, *decision.others)}
