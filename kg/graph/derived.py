"""What may be said of an event from its reports: each value by a rule with a name.

Reports count by independent source: articles that print one text, and articles of one publisher, are one source.

========================  =============================================================================
``status``                stated as fact by any report: actual; else alleged, planned, denied, in that order
``day``                   the days that most independent sources give; of equals, the first reported
``place``                 the places named, without those that only say where another of them lies
``lowestKilled``          the smallest of the sources' latest totals
``highestKilled``         the largest total that any report gives
``bestKilled``            the median (the lower of two) of the sources' latest totals
``firstReported``         the day on which the first article came out, and so the last
``sourceCount``           how many independent sources
``disputed``              one denies what another states, or two speakers, or two sources within three days,
                          give totals that do not fit each other
========================  =============================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import pyoxigraph as ox

from kg.graph.event_reports import ROLES, Location, Report, Toll
from kg.graph.quads import Triple, day_literal, text_literal
from kg.graph.terms import FAMILY_OF, Names, digest, term

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
_STATUSES = ("Actual", "Alleged", "Planned", "Denied")
_NEAR = timedelta(days=3)
_FITTING = 1.25


def event_name(names: Names, group: Sequence[Report]) -> ox.NamedNode:
    """An event is named after its report that came out first, so that later articles leave the name as it is."""
    return names.event(digest("event", min(group, key=lambda report: report.order).iri))


def event_triples(group: Sequence[Report], names: Names, source_of: Callable[[str], str]) -> Iterator[Triple]:
    """The triples of one event and the links of its reports.

    `source_of` names the group of copies that an article (IRI) belongs to, by its first printing.
    """
    group = sorted(group, key=lambda report: report.order)
    node = event_name(names, group)
    yield node, term("rdf:type"), term("ckg:Event")
    for kind in sorted({report.type for report in group}):
        yield node, term("rdf:type"), term(f"ckg:{kind}")
        yield node, term("rdf:type"), term(f"ckg:{FAMILY_OF[kind]}")
    sources = independent_sources(group, source_of)
    yield node, term("ckg:status"), term(f"ckg:{_status(group)}")
    days = _days(group, sources)
    if days:
        yield node, term("ckg:beginDate"), day_literal(days[0])
        yield node, term("ckg:endDate"), day_literal(days[1])
    places = _places(group)
    for place in places:
        yield node, term("ckg:place"), ox.NamedNode(place.iri)
    for role in ROLES:
        for iri in sorted({actor.iri for report in group for actor in report.actors(role)}):
            yield node, term(f"ckg:{role}"), ox.NamedNode(iri)
    yield from _tolls(node, group, sources)
    yield from _counts(node, group, sources)
    yield from _label(node, group, places, days)
    for report in group:
        yield ox.NamedNode(report.iri), term("ckg:reportOf"), node


def independent_sources(group: Sequence[Report], source_of: Callable[[str], str]) -> dict[str, int]:
    """The number of the independent source of each report (by IRI): copies and one publisher's articles together."""
    owner: dict[str, str] = {}

    def root(name: str) -> str:
        while owner.setdefault(name, name) != name:
            name = owner[name]
        return name

    for report in group:
        text = root(f"text {source_of(report.article)}")
        if report.publisher:
            publisher = root(f"publisher {report.publisher}")
            owner[max(text, publisher)] = min(text, publisher)
    numbers: dict[str, int] = {}
    return {report.iri: numbers.setdefault(root(f"text {source_of(report.article)}"), len(numbers)) for report in group}


def _status(group: Sequence[Report]) -> str:
    found = {report.status for report in group}
    return next(status for status in _STATUSES if status in found)


def _days(group: Sequence[Report], sources: dict[str, int]) -> tuple[date, date] | None:
    votes: dict[tuple[date, date], set[int]] = {}
    for report in group:
        if report.begin and report.end:
            votes.setdefault((report.begin, report.end), set()).add(sources[report.iri])
    return max(votes, key=lambda days: len(votes[days])) if votes else None


def _places(group: Sequence[Report]) -> list[Location]:
    found = {place.iri: place for report in group for place in report.places}
    around = {place.country for place in found.values() if place.country != place.iri}
    return [found[iri] for iri in sorted(found) if iri not in around]


def _latest(group: Sequence[Report], sources: dict[str, int]) -> dict[int, tuple[Report, int]]:
    """Each source's last report with a total of killed, and that total."""
    out: dict[int, tuple[Report, int]] = {}
    for report in group:
        total = report.largest("Killed")
        if total is not None:
            out[sources[report.iri]] = (report, total)
    return out


def _tolls(node: ox.NamedNode, group: Sequence[Report], sources: dict[str, int]) -> Iterator[Triple]:
    latest = sorted(total for _, total in _latest(group, sources).values())
    if latest:
        largest = max(total for report in group if (total := report.largest("Killed")) is not None)
        values = (("lowest", latest[0]), ("best", latest[(len(latest) - 1) // 2]), ("highest", largest))
        for name, value in values:
            yield node, term(f"ckg:{name}Killed"), _integer(value)


def _counts(node: ox.NamedNode, group: Sequence[Report], sources: dict[str, int]) -> Iterator[Triple]:
    yield node, term("ckg:reportCount"), _integer(len(group))
    yield node, term("ckg:sourceCount"), _integer(len(set(sources.values())))
    issued = sorted(report.issued for report in group if report.issued)
    if issued:
        yield node, term("ckg:firstReported"), day_literal(issued[0])
        yield node, term("ckg:lastReported"), day_literal(issued[-1])
    disputed = str(is_disputed(group, sources)).lower()
    yield node, term("ckg:disputed"), ox.Literal(disputed, datatype=term("xsd:boolean"))


def is_disputed(group: Sequence[Report], sources: dict[str, int]) -> bool:
    """Rule ``disputed`` (see above). A toll that grows from day to day is no dispute."""
    statuses = {report.status for report in group}
    if "Denied" in statuses and statuses & {"Actual", "Alleged"}:
        return True
    for report in group:
        killed = [toll for toll in report.tolls if toll.harm == "Killed" and toll.sources]
        if any(_contradict(a, b) for i, a in enumerate(killed) for b in killed[i + 1 :]):
            return True
    latest = list(_latest(group, sources).values())
    for i, (a, ours) in enumerate(latest):
        for b, theirs in latest[i + 1 :]:
            near = a.issued is None or b.issued is None or abs(a.issued - b.issued) <= _NEAR
            if near and max(ours, theirs) > min(ours, theirs) * _FITTING and abs(ours - theirs) > 1:
                return True
    return False


def _contradict(a: Toll, b: Toll) -> bool:
    """Whether two speakers give different numbers for the same kind of victims."""
    if a.victims != b.victims or set(a.sources) & set(b.sources):
        return False
    return (a.low or 0) > (b.high if b.high is not None else a.most) or (b.low or 0) > (
        a.high if a.high is not None else b.most
    )


def _label(
    node: ox.NamedNode, group: Sequence[Report], places: Sequence[Location], days: tuple[date, date] | None
) -> Iterator[Triple]:
    """A generated name: the kind that most reports give, places, day."""
    kind = Counter(report.type for report in group).most_common(1)[0][0]
    for language, word in zip(("fr", "en"), _LABELS[kind], strict=True):
        parts = [word, *dict.fromkeys(sorted(place.label for place in places if place.label)[:2])]
        if days:
            parts.append(days[0].isoformat())
        yield node, term("rdfs:label"), text_literal(" – ".join(parts), language)


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=term("xsd:integer"))
