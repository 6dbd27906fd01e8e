"""Consolidation: which reports, of whatever article, tell of one event; and what may be said of that event.

The result depends on the reports and on the operator's decisions alone, not on the order in which articles came:
bringing a graph up to date with one article gives the same as doing all of them anew. Only what an article can
touch is looked at again: its own reports, those they can be linked to, and the connected set of each.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.graph.clustering import cluster, strongest_tree
from kg.graph.decisions import Decision, Decisions
from kg.graph.derived import event_name, event_triples
from kg.graph.event_reports import ArticleRecord, Report, read_article, wide_places
from kg.graph.known import known_of
from kg.graph.linkage import link_features, score
from kg.graph.quads import Triple, text_literal
from kg.graph.report_index import ReportIndex
from kg.graph.terms import BASE, PROLOGUE, Names, term
from kg.stores.embedded import StoreError, write_failure

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer
    from kg.stores.embedded import EmbeddedStore

INDEX = "consolidation.sqlite"
_ARTICLES = 200
_REPORTS = 2_000


class Consolidation:
    """The events graph of a store, kept up to date with its articles. Use as a context manager.

    `note` must be called with an article's IRI before its graph changes.
    """

    def __init__(self, store: EmbeddedStore, gazetteer: Gazetteer, base: str = BASE) -> None:
        self.store, self.gazetteer, self.names = store, gazetteer, Names(base)
        self.index = ReportIndex(store.path / INDEX)
        self.decisions = Decisions.read(store.ox, self.names)
        self._is_wide = wide_places(gazetteer, base)
        self._check_generation()

    def __enter__(self) -> Consolidation:
        return self

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        self.index.close()
        if isinstance(fault, sqlite3.Error):
            kind = errno.ENOSPC if "full" in str(fault) else errno.EIO
            raise StoreError(write_failure(self.store.path, OSError(kind, str(fault)))) from fault

    def restart(self) -> None:
        """Plan to look at all articles anew, from the graph alone."""
        for graph in (self.names.events_graph, self.names.known_graph):
            self.store.remove_graph(graph)
        rows = self.store.query(PROLOGUE + "SELECT ?a WHERE { ?a a ckg:Article }")
        self.index.add_pending(row["a"].value for row in rows)

    def _check_generation(self) -> None:
        """Compare with the store's generation: another writer (the graph store protocol, say) may have been here."""
        noted, now = self.index.meta("generation"), self.store.generation
        self.store.changed = noted != str(now) or now == 0
        if self.index.is_new or (noted or "0") not in (str(now), str(now + 1)):
            self.restart()

    def note(self, articles: Iterable[str]) -> None:
        """Keep in mind that the graphs of these articles (IRIs) are about to change."""
        self.index.add_pending(articles)

    def take(self, records: Mapping[str, ArticleRecord]) -> None:
        """Take in articles (by IRI) whose graphs now hold what these records say; saves reading them from the store."""
        self._read(sorted(records), records)

    def update(self) -> int:
        """Bring the graphs of events and of known entities up to date; returns how many articles were looked at."""
        count = 0
        while articles := self.index.pending(_ARTICLES):
            self._read(articles)
            count += len(articles)
        while dirty := self.index.dirty(_REPORTS):
            self._settle(dirty)
        if self.store.changed:
            self.index.note("generation", str(self.store.generation + 1))
            self.index.commit()
        return count

    def decide(self, decision: Decision) -> None:
        """Record an operator's decision and let it take effect."""
        graph = self.names.decisions_graph
        self.index.add_dirty([*decision.reports, *decision.others])
        self.index.commit()
        self.store.extend(_quads(decision.triples(self.names), graph))
        self._decisions_changed()

    def take_back(self, decision: str) -> bool:
        """Remove a decision (IRI) and let the features speak again; False where there is none."""
        node = ox.NamedNode(decision)
        found = self.decisions.all.get(node)
        if found is None:
            return False
        self.index.add_dirty([*found.reports, *found.others])
        self.index.commit()
        self.store.update(f"DELETE WHERE {{ GRAPH {self.names.decisions_graph} {{ {node} ?p ?o }} }}")
        self._decisions_changed()
        return True

    def _decisions_changed(self) -> None:
        self.decisions = Decisions.read(self.store.ox, self.names)
        self.update()

    # From articles to pairs

    def _read(self, articles: list[str], records: Mapping[str, ArticleRecord] | None = None) -> None:
        gone: set[str] = set()
        fresh: set[str] = set()
        added: list[int] = []
        for iri in articles:
            gone |= self.index.remove_article(iri)
            record = records[iri] if records else self._record(iri)
            if record is not None:
                fresh |= self.index.add_article(record)
                added += [number for report in record.reports if (number := self.index.number(report.iri)) is not None]
        for number in added:
            self._link(number)
        self._update_known(fresh, gone - fresh)
        self.index.done(articles)
        self.index.commit()

    def _record(self, article: str) -> ArticleRecord | None:
        quads = self.store.ox.quads_for_pattern(None, None, None, self.names.graph_of(article))
        return read_article(quads, self._is_wide)

    def _link(self, number: int) -> None:
        report = self.index.report(number)
        for other in sorted(self.index.candidates(report) - {number}):
            if other in self.index.neighbours(number):
                continue
            value = self._score(report, self.index.report(other))
            if value > 0:
                self.index.add_edge(number, other, value)

    def _score(self, a: Report, b: Report) -> float:
        return score(link_features(a, b, a.article != b.article and self.index.are_copies(a.article, b.article)))

    def _update_known(self, fresh: set[str], gone: set[str]) -> None:
        """Known entities are those that some article leads to: add for new actors; start anew when one is gone."""
        graph = self.names.known_graph
        if any(known_of([iri], self.gazetteer, self.names.base) for iri in sorted(gone)):
            actors: Iterable[str] = self.index.known_actors()
            self.store.replace_graph(graph, _quads(known_of(actors, self.gazetteer, self.names.base), graph))
        elif triples := known_of(sorted(fresh), self.gazetteer, self.names.base):
            self.store.extend(_quads(triples, graph))

    # From pairs to events

    def _settle(self, dirty: list[str]) -> None:
        """Look at the connected sets of some reports again and write their events."""
        old, new = self._copies(iri for iri in dirty if self.names.is_article(iri))
        seen: set[str] = set()
        for iri in dirty:
            if iri in seen:
                continue
            number = self.index.number(iri)
            if number is None:
                old.update(self._stored(iri))
                continue
            reports = self._connected(number)
            for report in reports.values():
                seen.add(report.iri)
                old.update(self._stored(report.iri))
            new.update(_quads(self._events(reports), self.names.events_graph))
        self._replace(old, new)
        self.index.clean(seen.union(dirty))
        self.index.commit()

    def _replace(self, old: set[ox.Quad], new: set[ox.Quad]) -> None:
        """Put the new quads in place of the old."""
        gone, added = sorted(old - new, key=str), sorted(new - old, key=str)
        if not gone:
            if added:
                self.store.bulk_load(ox.serialize(added, format=ox.RdfFormat.N_QUADS) or b"")
            return
        parts = []
        for verb, quads in (("DELETE", gone), ("INSERT", added)):
            if quads:
                triples = [ox.Triple(q.subject, q.predicate, q.object) for q in quads]
                body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
                parts.append(f"{verb} DATA {{ GRAPH {self.names.events_graph} {{ {body.decode()} }} }}")
        self.store.update(" ; ".join(parts))
        self.store.flush()

    def _connected(self, number: int) -> dict[int, Report]:
        """The reports that a report is linked to, however far, in index numbers."""
        found = {number: self.index.report(number)}
        stack = [number]
        while stack:
            current = stack.pop()
            others = set(self.index.neighbours(current))
            for iri in self.decisions.same(found[current].iri):
                other = self.index.number(iri)
                if other is not None:
                    others.add(other)
            for other in sorted(others - set(found)):
                found[other] = self.index.report(other)
                stack.append(other)
        return found

    def _events(self, numbered: dict[int, Report]) -> Iterator[Triple]:
        """The triples of the events that a connected set of reports tells of."""
        reports = sorted(numbered.values(), key=lambda report: report.order)
        scores: dict[tuple[int, int], float] = {}

        def pair(a: int, b: int) -> float:
            key = (a, b) if a < b else (b, a)
            if key not in scores:
                decided = self.decisions.verdict(reports[key[0]].iri, reports[key[1]].iri)
                scores[key] = self._score(reports[key[0]], reports[key[1]]) if decided is None else decided
            return scores[key]

        place = {report.iri: i for i, report in enumerate(reports)}
        edges: dict[int, dict[int, float]] = {}
        for number, report in numbered.items():
            i = place[report.iri]
            near = {place[numbered[other].iri] for other in self.index.neighbours(number)}
            near |= {place[iri] for iri in self.decisions.same(report.iri) if iri in place}
            edges[i] = {j: value for j in sorted(near) if (value := pair(i, j)) > 0}
        for group in cluster(range(len(reports)), edges, pair):
            yield from event_triples([reports[i] for i in group], self.names, lambda iri: self.index.copies(iri)[0])
            if len(group) > 1:
                event = event_name(self.names, [reports[i] for i in group])
                for a, b, value in strongest_tree(group, pair):
                    yield from self._linkage(event, reports[a], reports[b], value)

    def _linkage(self, event: ox.NamedNode, a: Report, b: Report, value: float) -> Iterator[Triple]:
        """Why two reports stand together: the features that spoke for it and against."""
        node = self.names.linkage(event.value, a.iri, b.iri)
        yield event, term("ckg:linkage"), node
        yield node, term("rdf:type"), term("ckg:Linkage")
        for report in (a, b):
            yield node, term("ckg:linkedReport"), ox.NamedNode(report.iri)
        yield node, term("ckg:score"), ox.Literal(f"{value:.2f}", datatype=term("xsd:decimal"))
        decision = self.decisions.between(a.iri, b.iri)
        if decision is not None:
            yield node, term("ckg:decidedBy"), decision
            return
        copies = a.article != b.article and self.index.are_copies(a.article, b.article)
        for name, weight in link_features(a, b, copies) or ():
            yield node, term("ckg:feature"), text_literal(f"{name} {weight:+.2f}", "en")

    def _stored(self, report: str) -> Iterator[ox.Quad]:
        """What the events graph says of the event of a report (IRI), with its linkages and the links of its reports."""
        graph, of = self.names.events_graph, term("ckg:reportOf")
        for link in self.store.ox.quads_for_pattern(ox.NamedNode(report), of, None, graph):
            yield from self.store.ox.quads_for_pattern(None, of, link.object, graph)
            for fact in self._facts(link.object):
                yield fact
                if fact.predicate == term("ckg:linkage"):
                    yield from self._facts(fact.object)

    def _facts(self, node: object) -> Iterator[ox.Quad]:
        if isinstance(node, ox.NamedNode):
            yield from self.store.ox.quads_for_pattern(node, None, None, self.names.events_graph)

    def _copies(self, articles: Iterable[str]) -> tuple[set[ox.Quad], set[ox.Quad]]:
        """What the graph says of copies of one text, and what it should say: each points at the first printing."""
        graph, of = self.names.events_graph, term("ckg:copyOf")
        old: set[ox.Quad] = set()
        new: set[ox.Quad] = set()
        for article in articles:
            node = ox.NamedNode(article)
            old.update(self.store.ox.quads_for_pattern(node, of, None, graph))
            first = self.index.copies(article)[0]
            if first != article:
                new.add(ox.Quad(node, of, ox.NamedNode(first), graph))
        return old, new


def _quads(triples: Iterable[Triple], graph: ox.NamedNode) -> list[ox.Quad]:
    return [
        ox.Quad(s, p, o, graph) for s, p, o in sorted(set(triples), key=lambda t: (t[0].value, t[1].value, str(t[2])))
    ]
