"""Why reports were taken to tell of one event: the features of their linkage in words for readers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import format_decimal, lazy_gettext

from kg.web.graph_access import rows

_MOST, _ROWS = 20, 1500
_FEATURE = re.compile(r"(.+) ([+-]\d+(?:\.\d+)?)")
WORDS: dict[str, Any] = {
    "start": lazy_gettext("two reports taken at random rarely tell of one event"),
    "same type": lazy_gettext("the same kind of event"),
    "related types": lazy_gettext("kinds of event that reporters use for one another"),
    "same day": lazy_gettext("the same day"),
    "same period": lazy_gettext("the same period"),
    "days overlap": lazy_gettext("days that overlap"),
    "neighbouring days": lazy_gettext("neighbouring days"),
    "a day within the period": lazy_gettext("a day of one within the period of the other"),
    "a day is missing": lazy_gettext("one gives no day"),
    "the undated report fits": lazy_gettext("one gives no day, but its article came out at the right time"),
    "both undated": lazy_gettext("neither gives a day"),
    "published far apart": lazy_gettext("articles published far apart"),
    "same place": lazy_gettext("the same place"),
    "same region": lazy_gettext("the same region or state"),
    "places close to each other": lazy_gettext("places close to each other"),
    "place within": lazy_gettext("the place of one lies within that of the other"),
    "places of one name, and a state in common": lazy_gettext("places of the same name, and a state in common"),
    "different places": lazy_gettext("different places"),
    "place missing": lazy_gettext("one gives no place"),
    "same place named": lazy_gettext("one gives no place, but its text names that of the other"),
    "same state named": lazy_gettext("one gives no place, but its text names the same state"),
    "other places named": lazy_gettext("one gives no place, and its text names others"),
    "articles name no common state": lazy_gettext("articles that name no state in common"),
    "same agent": lazy_gettext("the same agent"),
    "agents of one state": lazy_gettext("agents of one state"),
    "different agents": lazy_gettext("different agents"),
    "same target": lazy_gettext("the same target"),
    "targets of one state": lazy_gettext("targets of one state"),
    "different targets": lazy_gettext("different targets"),
    "shared actors": lazy_gettext("actors in common"),
    "no shared actor": lazy_gettext("no actor in common"),
    "same toll": lazy_gettext("the same toll"),
    "same small toll": lazy_gettext("the same toll, but a small one"),
    "tolls close to each other": lazy_gettext("tolls close to each other"),
    "toll grown in the later report": lazy_gettext("a toll that has grown in the later report"),
    "tolls differ": lazy_gettext("tolls that differ"),
    "tolls far apart": lazy_gettext("tolls far apart"),
    "same number wounded": lazy_gettext("the same number of wounded"),
    "shared words": lazy_gettext("words in common"),
    "copies of one text": lazy_gettext("articles that are copies of one text"),
    "same article": lazy_gettext("the same article tells of both"),
    "headline and text": lazy_gettext("a headline and the text below it"),
}
"""The features that `kg.graph.linkage` gives, as readers are told of them."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature in the reader's language, and its weight in log odds: above zero it speaks for one event."""

    words: str
    weight: float

    @property
    def shown(self) -> str:
        """The weight with its sign, in the reader's way of writing numbers."""
        return str(format_decimal(self.weight, format="+0.0;-0.0"))


@dataclass(slots=True)
class Linkage:
    """Two reports (IRIs) that were joined: the sum of what speaks for it, the reasons, or an operator's decision."""

    iri: str
    score: float
    reports: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    decision: str | None = None

    @property
    def in_favour(self) -> list[Reason]:
        """What speaks for one event, the strongest first."""
        return sorted((r for r in self.reasons if r.weight > 0), key=lambda r: (-r.weight, r.words))

    @property
    def against(self) -> list[Reason]:
        """What speaks against it, the strongest first; what weighs nothing is neither."""
        return sorted((r for r in self.reasons if r.weight < 0), key=lambda r: (r.weight, r.words))


def linkages(event: str) -> list[Linkage]:
    """The linkages of an event (IRI), at most twenty, the surest first. Raises QueryError."""
    query = f"""SELECT ?link ?score ?report ?feature ?decision WHERE {{
        {{ SELECT DISTINCT ?link ?score WHERE {{ <{event}> ckg:linkage ?link . ?link ckg:score ?score }} ORDER BY DESC(?score) ?link LIMIT {_MOST} }}
        {{ ?link ckg:linkedReport ?report }} UNION {{ ?link ckg:feature ?feature }} UNION {{ ?link ckg:decidedBy ?decision }}
        }} LIMIT {_ROWS}"""
    return _gathered(rows(query))


def _gathered(found: Iterable[dict[str, str]]) -> list[Linkage]:
    links: dict[str, Linkage] = {}
    for row in sorted(found, key=lambda row: sorted(row.items())):
        link = links.setdefault(row["link"], Linkage(row["link"], _weight(row["score"])))
        if "report" in row and row["report"] not in link.reports:
            link.reports.append(row["report"])
        if "feature" in row and (reason := read(row["feature"])) not in link.reasons:
            link.reasons.append(reason)
        link.decision = row.get("decision", link.decision)
    return sorted(links.values(), key=lambda link: (-link.score, link.iri))


def read(feature: str) -> Reason:
    """A feature as the graph has it, ``same day +2.00``; one that is not known keeps its own words."""
    match = _FEATURE.fullmatch(feature)
    name, weight = (match[1], _weight(match[2])) if match else (feature, 0.0)
    return Reason(str(WORDS.get(name, name)), weight)


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
