"""Events under the column names of UCDP GED and of ACLED, so that scripts written for those data sets read ours.

What the graph does not know (administrative divisions, dyads, project-internal numbers) is left empty, and so is what
those data sets mean otherwise than this project's types. What is derived, is derived so:

======================  ===============================================================================================
``type_of_violence``    GED: 1 where organised sides face each other and one is a state, 2 where armed groups do, 3
                        where an organised side kills civilians and no target is named; else empty
``side_a, side_b``      GED: who acts and who is acted on; of a clash without either, the first participant and the others
``best, low, high``     GED: the graph's best, lowest and highest number of killed
``deaths_civilians``    GED: the most civilians killed that a report gives, no more than ``best``; ``deaths_unknown`` is the
                        rest of ``best``
``date_prec``           GED: 1 for a day, 2 for up to six days, 3 for a week, 4 for up to a month, 5 for more
``where_prec``          GED: 1 for a place, 6 for a whole country
``event_clarity``       GED: 1 where one day is known, else 2
``sub_event_type``      ACLED: by the alignments of the ontology, see `sub_event_type`; ``event_type`` is the concept above
``time_precision``      ACLED: 1 for a day, 2 for a week, 3 for more
``geo_precision``       ACLED: 1 for a place, 3 for a whole country
``inter1, inter2``      ACLED: "State forces", "Rebel group", "Civilians", where the actor's class or the toll says so
======================  ===============================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kg.graph.records import ArticleRecord, EntityRecord, EventRecord, Records
from kg.graph.schemes import broader_concept, concept_label, related_concepts

Row = dict[str, str]
GED_COLUMNS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date",
    "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity",
    "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high",
    "low", "gwnoa", "gwnob",
)  # fmt: skip
ACLED_COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1",
    "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso",
    "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source",
    "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip
_STATE, _ARMED = frozenset({"State", "GovernmentBody"}), frozenset({"ArmedGroup"})
_FORCE = frozenset({"ArmedClash", "Airstrike", "Shelling", "Bombing", "ArmedAttack", "Killing"})
_SCHEME = "https://w3id.org/conflict-kg/scheme/acled/"
_DISORDER = {
    _SCHEME + concept: kind
    for kind, concepts in {
        "Political violence": "battles explosions-remote-violence violence-against-civilians mob-violence",
        "Demonstrations": "protests violent-demonstration",
        "Political violence; Demonstrations": "excessive-force-against-protesters",
        "Strategic developments": "strategic-developments",
    }.items()
    for concept in concepts.split()
}
_TIME_PRECISION = {"1": "1", "2": "2", "3": "2", "4": "3", "5": "3"}


@dataclass(frozen=True, slots=True)
class DatasetEvent:
    """What a row is made from. Days as YYYY-MM-DD, counts as text, empty where not known; names in one language.

    `types` are local names of the ontology's classes, the event's own first; `civilians` is the most civilians killed
    that a report gives; `countries` are the names of those that the places lie in.
    """

    iri: str
    types: tuple[str, ...]
    begin: str
    end: str
    places: tuple[EntityRecord, ...]
    countries: tuple[str, ...]
    agents: tuple[EntityRecord, ...]
    targets: tuple[EntityRecord, ...]
    participants: tuple[EntityRecord, ...]
    claimants: tuple[str, ...]
    articles: tuple[ArticleRecord, ...]
    sentences: tuple[str, ...]
    lowest: str = ""
    best: str = ""
    highest: str = ""
    civilians: int | None = None
    sources: str = ""
    disputed: bool = False

    @property
    def place(self) -> EntityRecord | None:
        """The place to give coordinates of: the first that is no whole country, else the first."""
        return next((place for place in self.places if not place.is_country), next(iter(self.places), None))

    @property
    def sides(self) -> tuple[tuple[EntityRecord, ...], tuple[EntityRecord, ...]]:
        """Who acts and who is acted on; of a clash without either, its participants: the first, and the others."""
        if self.agents or self.targets:
            return self.agents or self.participants, self.targets or (self.participants if self.agents else ())
        return self.participants[:1], self.participants[1:]

    @property
    def killed_civilians(self) -> int | None:
        """No more than the best estimate of all killed."""
        return None if self.civilians is None or not self.best else min(self.civilians, int(self.best))


def dataset_event(event: EventRecord) -> DatasetEvent:
    """A consolidated event with what its claims add, names in French."""
    articles = {claim.article.iri: claim.article for claim in event.claims}
    figures = [
        toll.high if toll.low is None else toll.low
        for claim in event.claims
        for toll in claim.tolls
        if toll.harm == "Killed" and toll.victims == "Civilians"
    ]
    return DatasetEvent(
        event.iri, (event.type,), event.begin, event.end, event.places,
        tuple(dict.fromkeys(place.country for place in event.places if place.country)),
        event.agents, event.targets, event.participants,
        tuple(sorted({source.label for claim in event.claims for source in claim.sources})),
        tuple(sorted(articles.values(), key=lambda article: (article.issued, article.iri))),
        tuple(dict.fromkeys(claim.sentence for claim in event.claims if claim.sentence)),
        event.lowest, event.best, event.highest, max((n for n in figures if n is not None), default=None),
        event.sources, event.disputed == "true",
    )  # fmt: skip


def labels(entities: tuple[EntityRecord, ...]) -> str:
    """Names of entities, joined by semicolons."""
    return "; ".join(entity.label for entity in entities)


def ged_rows(records: Records) -> Iterator[Row]:
    """Violent events in which people were killed, and that are not denied or planned."""
    for event in records.events():
        if event.family == "ViolentEvent" and event.status in ("Actual", "Alleged") and (event.highest or "0") != "0":
            yield dict.fromkeys(GED_COLUMNS, "") | ged_row(dataset_event(event))


def acled_rows(records: Records) -> Iterator[Row]:
    """Events whose type has an ACLED sub-event type, and that are not denied or planned."""
    for event in records.events():
        found = dataset_event(event)
        if event.status in ("Actual", "Alleged") and sub_event_type(found):
            yield dict.fromkeys(ACLED_COLUMNS, "") | acled_row(found)


def ged_row(event: DatasetEvent) -> Row:
    """The columns of UCDP GED that the graph can fill."""
    place, span, civilians = event.place, _span(event), event.killed_civilians
    side_a, side_b = event.sides
    located = place is not None and bool(place.latitude)
    return {
        "id": event.iri, "relid": event.iri.rsplit("/", 1)[-1], "year": event.begin[:4], "type_of_violence": type_of_violence(event),
        "side_a": labels(side_a), "side_b": labels(side_b), "number_of_sources": event.sources,
        "source_article": "; ".join(a.url or a.iri for a in event.articles), "source_office": "; ".join(dict.fromkeys(a.publisher for a in event.articles if a.publisher)),
        "source_date": "; ".join(a.issued for a in event.articles), "source_headline": "; ".join(a.title or a.identifier for a in event.articles),
        "source_original": "; ".join(event.claimants),
        "where_prec": "" if place is None else "6" if place.is_country else "1", "where_coordinates": place.label if place else "",
        "where_description": labels(event.places), "latitude": place.latitude if place else "", "longitude": place.longitude if place else "",
        "geom_wkt": f"POINT ({place.longitude} {place.latitude})" if place and located else "", "country": "; ".join(event.countries),
        "event_clarity": "" if span is None else "1" if span == 0 else "2", "date_prec": _date_precision(span),
        "date_start": event.begin, "date_end": event.end or event.begin, "deaths_civilians": "" if civilians is None else str(civilians),
        "deaths_unknown": str(int(event.best) - (civilians or 0)) if event.best else "", "best": event.best, "high": event.highest, "low": event.lowest,
    }  # fmt: skip


def acled_row(event: DatasetEvent) -> Row:
    """The columns of ACLED that the graph can fill."""
    place, (agents, targets) = event.place, event.sides
    sub_event = sub_event_type(event)
    kind = broader_concept(sub_event)
    civilians = bool(event.killed_civilians) and not _kinds(targets) & (_STATE | _ARMED)
    return {
        "event_id_cnty": event.iri, "event_date": event.begin, "year": event.begin[:4],
        "time_precision": _TIME_PRECISION.get(_date_precision(_span(event)), ""),
        "disorder_type": _DISORDER.get(sub_event) or _DISORDER.get(kind, ""), "event_type": concept_label(kind) if kind else "",
        "sub_event_type": concept_label(sub_event) if sub_event else "",
        "actor1": labels(agents[:1]), "assoc_actor_1": labels(agents[1:]), "inter1": _interaction(agents),
        "actor2": labels(targets[:1]) or ("Civilians" if civilians else ""), "assoc_actor_2": labels(targets[1:]),
        "inter2": _interaction(targets) or ("Civilians" if civilians else ""), "civilian_targeting": "Civilian targeting" if civilians else "",
        "country": event.countries[0] if event.countries else "", "location": place.label if place else "",
        "latitude": place.latitude if place else "", "longitude": place.longitude if place else "",
        "geo_precision": "" if place is None or not place.latitude else "3" if place.is_country else "1",
        "source": "; ".join(dict.fromkeys(a.publisher or a.identifier for a in event.articles)), "notes": " | ".join(event.sentences),
        "fatalities": event.best, "tags": "disputed" if event.disputed else "",
    }  # fmt: skip


def type_of_violence(event: DatasetEvent) -> str:
    """GED's type of violence where the graph tells it, else empty."""
    if not _FORCE & set(event.types):
        return ""
    ours, theirs = (_kinds(side) & (_STATE | _ARMED) for side in event.sides)
    if ours and theirs:
        return "1" if (ours | theirs) & _STATE else "2"
    return "3" if ours and not event.sides[1] and event.killed_civilians else ""


def sub_event_type(event: DatasetEvent) -> str:
    """The ACLED sub-event type (IRI) that the ontology aligns the event's class to, empty where none fits.

    ACLED's "attack" is on civilians only, and whether taking territory is a government's regaining it depends on whose
    it is; a class alone does not tell.
    """
    concepts = (iri for kind in event.types for iri in related_concepts(kind))
    aligned = next((iri for iri in concepts if iri.startswith(_SCHEME)), "")
    agents, targets = event.sides
    if aligned == _SCHEME + "attack" and _kinds(targets) & (_STATE | _ARMED):
        return ""
    if aligned == _SCHEME + "non-state-actor-overtakes-territory":
        if not agents:
            return ""
        if any(agent.is_country and agent.label in event.countries for agent in agents):
            return _SCHEME + "government-regains-territory"
    return aligned


def _span(event: DatasetEvent) -> int | None:
    """Days from the first to the last, 0 for one day; None where not known."""
    try:
        return max(0, (date.fromisoformat(event.end or event.begin) - date.fromisoformat(event.begin)).days)
    except ValueError:
        return None


def _date_precision(span: int | None) -> str:
    if span is None:
        return ""
    return next((code for most, code in ((0, "1"), (5, "2"), (6, "3"), (30, "4")) if span <= most), "5")


def _kinds(side: tuple[EntityRecord, ...]) -> set[str]:
    return {kind for actor in side for kind in actor.kinds}


def _interaction(actors: tuple[EntityRecord, ...]) -> str:
    if not actors:
        return ""
    return "State forces" if actors[0].kinds & _STATE else "Rebel group" if actors[0].kinds & _ARMED else ""
