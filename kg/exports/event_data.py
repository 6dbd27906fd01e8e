"""Events under the column names of UCDP GED and of ACLED, so that scripts written for those data sets read ours.

What the graph does not know (administrative divisions, dyads, project-internal numbers) is left empty. What is
derived, is derived so:

======================  ===============================================================================================
``type_of_violence``    GED: 1 where a state's side faces a state's or an armed group's, 2 where armed groups face each
                        other, 3 where a toll counts civilians alone and no armed side is the target; else empty
``best, low, high``     GED: the graph's best, lowest and highest number of killed
``deaths_civilians``    GED: the largest number of killed civilians that a report gives
``date_prec``           GED: 1 for a day, 2 for up to six days, 3 for a week, 4 for up to a month, 5 for more
``where_prec``          GED: 1 for a place, 6 for a whole country
``event_clarity``       GED: 1 where one day is known, else 2
``sub_event_type``      ACLED: by the alignments of the ontology; ``event_type`` is the concept above it
``time_precision``      ACLED: 1 for a day, 2 for a week, 3 for more
``geo_precision``       ACLED: 1 for a place, 3 for a whole country
``inter1, inter2``      ACLED: "State forces", "Rebel group", "Civilians", where the actor's class or the toll says so
======================  ===============================================================================================
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date

import pyoxigraph as ox

from kg.graph.records import EntityRecord, EventRecord, Records
from kg.graph.terms import CKG, term
from kg.resources import resource

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
_DISORDER = {
    "Protests": "Demonstrations",
    "Riots": "Demonstrations",
    "Strategic developments": "Strategic developments",
}


def labels(entities: tuple[EntityRecord, ...]) -> str:
    """Names of entities, joined by semicolons."""
    return "; ".join(entity.label for entity in entities)


def ged_rows(records: Records) -> Iterator[Row]:
    """Violent events in which people were killed, and that are not denied or planned."""
    for event in records.events():
        if event.family == "ViolentEvent" and event.status in ("Actual", "Alleged") and (event.highest or "0") != "0":
            yield dict.fromkeys(GED_COLUMNS, "") | _ged(event)


def _ged(event: EventRecord) -> Row:
    place, span = _place(event), _span(event)
    articles = list({claim.article.iri: claim.article for claim in event.claims}.values())
    civilians = _killed_civilians(event)
    return {
        "id": event.iri, "year": event.begin[:4], "type_of_violence": _type_of_violence(event, civilians is not None),
        "side_a": labels(event.agents), "side_b": labels(event.targets), "number_of_sources": event.sources,
        "source_article": "; ".join(a.url or a.identifier for a in articles), "source_office": "; ".join(sorted({a.publisher for a in articles} - {""})),
        "source_date": "; ".join(sorted({a.issued for a in articles} - {""})), "source_headline": "; ".join(a.title for a in articles if a.title),
        "source_original": "; ".join(sorted({s.label for c in event.claims for s in c.sources})),
        "where_prec": "" if place is None else "6" if place.is_country else "1", "where_coordinates": place.label if place else "",
        "where_description": labels(event.places), "latitude": place.latitude if place else "", "longitude": place.longitude if place else "",
        "geom_wkt": f"POINT ({place.longitude} {place.latitude})" if place and place.latitude else "", "country": place.country if place else "",
        "event_clarity": "" if span is None else "1" if span == 0 else "2", "date_prec": _date_precision(span),
        "date_start": event.begin, "date_end": event.end, "deaths_civilians": "" if civilians is None else str(civilians),
        "best": event.best, "high": event.highest, "low": event.lowest,
    }  # fmt: skip


def acled_rows(records: Records) -> Iterator[Row]:
    """Events whose type has an ACLED sub-event type, and that are not denied or planned."""
    for event in records.events():
        if event.type in _subtypes() and event.status in ("Actual", "Alleged"):
            yield dict.fromkeys(ACLED_COLUMNS, "") | _acled(event)


def _acled(event: EventRecord) -> Row:
    place, span = _place(event), _span(event)
    kind, subtype = _subtypes()[event.type]
    civilians = _killed_civilians(event) is not None
    return {
        "event_id_cnty": event.iri, "event_date": event.begin, "year": event.begin[:4],
        "time_precision": "" if span is None else "1" if span == 0 else "2" if span < 7 else "3",
        "disorder_type": _DISORDER.get(kind, "Political violence"), "event_type": kind, "sub_event_type": subtype,
        "actor1": event.agents[0].label if event.agents else "", "assoc_actor_1": labels(event.agents[1:]),
        "inter1": _interaction(event.agents), "actor2": event.targets[0].label if event.targets else "Civilians" if civilians else "",
        "assoc_actor_2": labels(event.targets[1:]), "inter2": _interaction(event.targets) or ("Civilians" if civilians else ""),
        "civilian_targeting": "Civilian targeting" if civilians else "", "country": place.country if place else "",
        "location": place.label if place else "", "latitude": place.latitude if place else "", "longitude": place.longitude if place else "",
        "geo_precision": "" if place is None else "3" if place.is_country else "1",
        "source": "; ".join(sorted({c.article.publisher for c in event.claims} - {""})),
        "notes": " | ".join(dict.fromkeys(c.sentence for c in event.claims if c.sentence)), "fatalities": event.best,
    }  # fmt: skip


@functools.cache
def _subtypes() -> dict[str, tuple[str, str]]:
    """ACLED's event type and sub-event type of our event types, by the alignments of the ontology."""
    store = ox.Store()
    store.load(resource("ontology/alignments.ttl").encode(), format=ox.RdfFormat.TURTLE)

    def one(node: ox.NamedNode, prop: str, language: str | None = None) -> ox.NamedNode | ox.Literal | None:
        for quad in store.quads_for_pattern(node, term(prop), None, None):
            if (
                isinstance(quad.object, ox.NamedNode | ox.Literal)
                and getattr(quad.object, "language", None) == language
            ):
                return quad.object
        return None

    out: dict[str, tuple[str, str]] = {}
    for quad in store.quads_for_pattern(None, term("skos:relatedMatch"), None, None):
        above = one(quad.object, "skos:broader") if isinstance(quad.object, ox.NamedNode) else None
        if (
            isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
            and isinstance(above, ox.NamedNode)
        ):
            names = [one(node, "skos:prefLabel", "en") for node in (above, quad.object)]
            out[quad.subject.value.removeprefix(CKG)] = (
                str(names[0].value if names[0] else ""),
                str(names[1].value if names[1] else ""),
            )
    return out


def _place(event: EventRecord) -> EntityRecord | None:
    """The place to give coordinates of: the first that is no whole country, else the first."""
    return next((place for place in event.places if not place.is_country), next(iter(event.places), None))


def _span(event: EventRecord) -> int | None:
    """Days from the first to the last, 0 for one day; None where not known."""
    if not event.begin or not event.end:
        return None
    return (date.fromisoformat(event.end) - date.fromisoformat(event.begin)).days


def _date_precision(span: int | None) -> str:
    if span is None:
        return ""
    return next((code for most, code in ((0, "1"), (5, "2"), (6, "3"), (31, "4")) if span <= most), "5")


def _killed_civilians(event: EventRecord) -> int | None:
    """The largest number of killed civilians that a report gives; None where none counts them."""
    tolls = [
        toll for claim in event.claims for toll in claim.tolls if toll.harm == "Killed" and toll.victims == "Civilians"
    ]
    return max((toll.high if toll.high is not None else toll.low or 0 for toll in tolls), default=None)


def _type_of_violence(event: EventRecord, civilians: bool) -> str:
    sides = [{kind for actor in side for kind in actor.kinds} for side in (event.agents, event.targets)]
    if any(side & _STATE for side in sides) and all(side & (_STATE | _ARMED) for side in sides):
        return "1"
    if all(side & _ARMED for side in sides):
        return "2"
    return "3" if civilians and not sides[1] & (_STATE | _ARMED) else ""


def _interaction(actors: tuple[EntityRecord, ...]) -> str:
    if not actors:
        return ""
    return "State forces" if actors[0].kinds & _STATE else "Rebel group" if actors[0].kinds & _ARMED else ""
