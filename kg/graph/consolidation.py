"""Consolidation: which reports, of whatever article, tell of one event; and what may be said of that event.

Reports join when they are of one type, from different articles, overlap in time within a day, share a place
(or a place within the other), and do not contradict each other in who acted. The result depends on the reports
alone, not on their order; an event is named after its first report, so that adding an article leaves the names
of other events as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pyoxigraph as ox

from kg.graph.quads import Triple, day_literal, text_literal
from kg.graph.terms import FAMILY_OF, PROLOGUE, Names, digest, term

_LABELS = {
    "Conflict": ("Conflit", "Conflict"), "ArmedClash": ("Combats", "Armed clash"), "Airstrike": ("Frappe aérienne", "Airstrike"),
    "Shelling": ("Bombardement", "Shelling"), "Bombing": ("Attentat à l'explosif", "Bombing"), "ArmedAttack": ("Attaque armée", "Armed attack"),
    "Killing": ("Homicide", "Killing"), "Abuse": ("Sévices", "Abuse"), "Abduction": ("Enlèvement", "Abduction"),
    "TerritoryChange": ("Changement de contrôle", "Change of territory"), "Withdrawal": ("Retrait", "Withdrawal"), "Deployment": ("Déploiement", "Deployment"),
    "Arrest": ("Arrestation", "Arrest"), "Release": ("Libération", "Release"), "Meeting": ("Rencontre", "Meeting"), "Agreement": ("Accord", "Agreement"),
    "CeasefireViolation": ("Violation de trêve", "Ceasefire violation"), "Sanction": ("Sanction", "Sanction"), "Aid": ("Aide", "Aid"),
    "Accusation": ("Accusation", "Accusation"), "Denial": ("Démenti", "Denial"), "Threat": ("Menace", "Threat"), "Appeal": ("Appel", "Appeal"),
    "Protest": ("Manifestation", "Protest"), "Riot": ("Émeute", "Riot"), "Coup": ("Coup d'État", "Coup"), "Displacement": ("Déplacement de population", "Displacement"),
    "LegalAction": ("Action en justice", "Legal action"),
}  # fmt: skip
_ROLES = ("agent", "target", "participant", "mediator", "place")
_SLACK = timedelta(days=1)
_LONGEST = timedelta(days=45)


@dataclass(slots=True)
class Report:
    """What consolidation compares of one report; actors and places as IRIs."""

    iri: str
    article: str
    type: str
    status: str
    begin: date | None = None
    end: date | None = None
    roles: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    killed: list[tuple[int | None, int | None]] = field(default_factory=list)

    @property
    def actors(self) -> set[str]:
        """Agents and participants."""
        return self.roles["agent"] | self.roles["participant"]


def read_reports(store: ox.Store) -> list[Report]:
    """All reports of a store, sorted by IRI."""
    found: dict[str, Report] = {}
    query = PROLOGUE + "SELECT ?r ?p ?o WHERE { ?r a ckg:EventReport ; ?p ?o }"
    for row in store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
        iri, prop, value = row["r"].value, row["p"].value.rsplit("#", 1)[-1], row["o"].value
        report = found.setdefault(iri, Report(iri, "", "", ""))
        if prop == "article":
            report.article = value
        elif prop in ("eventType", "status"):
            setattr(report, "type" if prop == "eventType" else "status", value.rsplit("#", 1)[-1])
        elif prop == "beginDate":
            report.begin = date.fromisoformat(value)
        elif prop == "endDate":
            report.end = date.fromisoformat(value)
        elif prop in _ROLES:
            report.roles[prop].add(value)
    query = PROLOGUE + (
        "SELECT ?r ?low ?high WHERE { ?r ckg:casualties ?c . ?c ckg:harm ckg:Killed . "
        "OPTIONAL { ?c ckg:low ?low } OPTIONAL { ?c ckg:high ?high } }"
    )
    for row in store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
        low, high = row["low"], row["high"]
        report = found[row["r"].value]
        report.killed.append((int(low.value) if low else None, int(high.value) if high else None))
    for report in found.values():
        report.killed.sort(key=str)
    return [found[iri] for iri in sorted(found)]


def group_reports(reports: Sequence[Report]) -> list[list[Report]]:
    """Groups of reports of one event, in order of their first report."""
    parent = list(range(len(reports)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    blocks: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for i, report in enumerate(reports):
        for key in _block_keys(report):
            blocks[key].append(i)
    for members in blocks.values():
        for a, i in enumerate(members):
            for j in members[a + 1 :]:
                if root(i) != root(j) and same_event(reports[i], reports[j]):
                    parent[max(root(i), root(j))] = min(root(i), root(j))
    groups: dict[int, list[Report]] = defaultdict(list)
    for i, report in enumerate(reports):
        groups[root(i)].append(report)
    return [groups[i] for i in sorted(groups)]


def _block_keys(report: Report) -> Iterator[tuple[str, str, int]]:
    """Reports that share none of these keys cannot be one event: type, a place or actor, a four-day window."""
    if report.begin is None or report.end is None or report.end - report.begin > _LONGEST:
        return
    anchors = report.roles["place"] or report.actors
    for anchor in sorted(anchors):
        for window in {(report.begin - _SLACK).toordinal() // 4, (report.end + _SLACK).toordinal() // 4}:
            yield report.type, anchor, window


def same_event(a: Report, b: Report) -> bool:
    """Whether two reports of different articles tell of one event."""
    if a.article == b.article or a.type != b.type or not (a.begin and a.end and b.begin and b.end):
        return False
    if a.begin > b.end or b.begin > a.end:
        return False
    places = a.roles["place"], b.roles["place"]
    if places[0] and places[1] and not places[0] & places[1]:
        return False
    if not (places[0] and places[1]) and not (a.actors & b.actors):
        return False
    return not (a.actors and b.actors and not a.actors & b.actors and a.killed != b.killed)


def event_triples(groups: Iterable[Sequence[Report]], labels: dict[str, str], base: str) -> Iterator[Triple]:
    """The triples of consolidated events and the links of their reports."""
    names = Names(base)
    for group in groups:
        first = group[0]
        node = names.event(digest("event", first.iri))
        yield node, term("rdf:type"), term("ckg:Event")
        for kind in sorted({report.type for report in group}):
            yield node, term("rdf:type"), term(f"ckg:{kind}")
            yield node, term("rdf:type"), term(f"ckg:{FAMILY_OF[kind]}")
        yield node, term("ckg:status"), term(f"ckg:{_status(group)}")
        begins = [report.begin for report in group if report.begin]
        ends = [report.end for report in group if report.end]
        if begins and ends:
            yield node, term("ckg:beginDate"), day_literal(min(begins))
            yield node, term("ckg:endDate"), day_literal(max(ends))
        for role in _ROLES:
            for value in sorted({value for report in group for value in report.roles[role]}):
                yield node, term(f"ckg:{role}"), ox.NamedNode(value)
        yield from _derived(node, group)
        yield from _label(node, group, labels)
        for report in group:
            yield ox.NamedNode(report.iri), term("ckg:reportOf"), node


def _status(group: Sequence[Report]) -> str:
    """Rule: an event that any report states as fact is actual; else alleged, planned, denied, in that order."""
    found = {report.status for report in group}
    return next(status for status in ("Actual", "Alleged", "Planned", "Denied") if status in found)


def _derived(node: ox.NamedNode, group: Sequence[Report]) -> Iterator[Triple]:
    """Rule: tolls are each report's largest number killed; the lowest and highest of these over all reports."""
    tolls = [
        max(bound for pair in report.killed for bound in pair if bound is not None) for report in group if report.killed
    ]
    integer = term("xsd:integer")
    if tolls:
        yield node, term("ckg:lowestKilled"), ox.Literal(str(min(tolls)), datatype=integer)
        yield node, term("ckg:highestKilled"), ox.Literal(str(max(tolls)), datatype=integer)
    yield node, term("ckg:reportCount"), ox.Literal(str(len(group)), datatype=integer)
    disputed = len(set(tolls)) > 1 or len({report.status for report in group}) > 1
    yield node, term("ckg:disputed"), ox.Literal(str(disputed).lower(), datatype=term("xsd:boolean"))


def _label(node: ox.NamedNode, group: Sequence[Report], labels: dict[str, str]) -> Iterator[Triple]:
    """A generated name: kind, place, day."""
    kind = group[0].type
    places = sorted(labels[value] for report in group for value in report.roles["place"] if value in labels)
    begins = [report.begin for report in group if report.begin]
    for language, word, joint in (("fr", _LABELS[kind][0], " – "), ("en", _LABELS[kind][1], " – ")):
        parts = [word, *dict.fromkeys(places[:2])]
        if begins:
            parts.append(min(begins).isoformat())
        yield node, term("rdfs:label"), text_literal(joint.join(parts), language)


def consolidated(store: ox.Store, base: str) -> list[Triple]:
    """All triples of the events graph, computed from the reports of a store."""
    labels: dict[str, str] = {}
    query = PROLOGUE + "SELECT ?e ?l WHERE { ?e a ckg:Place ; rdfs:label ?l } ORDER BY ?e DESC(STR(?l))"
    for row in store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
        labels[row["e"].value] = row["l"].value
    return list(event_triples(group_reports(read_reports(store)), labels, base))
