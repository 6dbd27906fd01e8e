"""An event in the columns of two data sets: UCDP GED and ACLED, after their codebooks.

Columns for which the graph knows nothing stay empty, and so do those in which its types mean something else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from sqlite3 import Row
from typing import Any

from kg.web import vocabulary
from kg.web.pages.blueprint import index
from kg.web.pages.gathering import EventLine

_TIME_PRECISION: dict[int | str, int] = {1: 1, 2: 2, 4: 3, 5: 3}
GED = ["id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob"]  # fmt: skip
ACLED = ["event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes", "fatalities", "tags", "timestamp"]  # fmt: skip
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
_FORCE = frozenset({"ArmedClash", "Airstrike", "Shelling", "Bombing", "ArmedAttack", "Killing"})
_GOVERNMENTS = frozenset({"State", "GovernmentBody"})
_ORGANISED = _GOVERNMENTS | {"ArmedGroup"}


def ged(line: EventLine) -> dict[str, Any]:
    """An event in the columns of UCDP GED; columns for which the graph knows nothing stay empty."""
    row, articles = line.row, _articles(line)
    side_a, side_b = _sides(line)
    civilians = _civilians(line)
    specific = any(place["kind"] != "State" for place in line.entities["place"])
    return {
        "id": line.iri.rsplit("/", 1)[-1], "relid": line.iri, "year": (row["begin"] or "")[:4], "type_of_violence": _violence(line),
        "side_a": _joined(side_a), "side_b": _joined(side_b), "number_of_sources": row["sources"],
        "source_article": "; ".join(a["url"] or a["iri"] for a in articles), "source_office": "; ".join(dict.fromkeys(a["publisher"] or "" for a in articles)),
        "source_date": "; ".join(a["issued"] or "" for a in articles), "source_headline": "; ".join(a["title"] or a["identifier"] for a in articles),
        "source_original": _names(line, "accordingTo"), "where_prec": (1 if specific else 6) if row["lat"] is not None else "",
        "where_coordinates": _names(line, "place"), "latitude": row["lat"], "longitude": row["long"],
        "geom_wkt": f"POINT ({row['long']} {row['lat']})" if row["lat"] is not None else "", "country": _names(line, "country"),
        "event_clarity": 1 if row["begin"] == row["end"] else 2, "date_prec": _precision(line), "date_start": row["begin"], "date_end": row["end"] or row["begin"],
        "deaths_civilians": "" if civilians is None else civilians, "deaths_unknown": row["best"] if row["best"] is None else row["best"] - (civilians or 0), "best": row["best"], "high": row["high"], "low": row["low"],
    }  # fmt: skip


def _sides(line: EventLine) -> tuple[list[Row], list[Row]]:
    """Who acts and who is acted on; of a clash without either, its participants: the first, and the others."""
    agents, targets, participants = (line.entities[role] for role in ("agent", "target", "participant"))
    if agents or targets:
        return agents or participants, targets or (participants if agents else [])
    return participants[:1], participants[1:]


def _violence(line: EventLine) -> int | str:
    """GED's type of violence where the graph tells it: 1 with a state on a side, 2 between armed groups, 3 an organised side against civilians; else empty."""
    if not _FORCE & set(line.types):
        return ""
    ours, theirs = ({row["class"] for row in side} & _ORGANISED for side in _sides(line))
    if ours and theirs:
        return 1 if (ours | theirs) & _GOVERNMENTS else 2
    return 3 if ours and not _sides(line)[1] and _civilians(line) else ""


def _civilians(line: EventLine) -> int | None:
    """The most civilians killed that a report gives, no more than the best estimate of all; None where none tells."""
    row = index().row(
        "SELECT MAX(COALESCE(f.low, f.high)) AS n FROM figure f JOIN report r ON r.id = f.report WHERE r.event = ? AND f.harm = 'Killed' AND f.victims = 'Civilians'",
        (line.row["id"],),
    )
    if row is None or row["n"] is None or line.row["best"] is None:
        return None
    return min(int(row["n"]), int(line.row["best"]))


def _precision(line: EventLine) -> int | str:
    """GED's precision of dates: 1 a day, 2 up to six days, 4 up to a month, 5 longer."""
    try:
        days = (date.fromisoformat(line.row["end"] or line.row["begin"]) - date.fromisoformat(line.row["begin"])).days
    except (TypeError, ValueError):
        return ""
    return 1 if days <= 0 else 2 if days < 7 else 4 if days < 31 else 5


def acled(line: EventLine) -> dict[str, Any]:
    """An event in the columns of ACLED, with the sub-event type that the ontology aligns its class to."""
    row, agents, targets = line.row, *_sides(line)
    sub_event = sub_event_type(line)
    event_type = vocabulary.broader_concept(sub_event)
    place = line.places[0] if line.places else None
    country = line.entities["country"]
    return {
        "event_id_cnty": line.iri.rsplit("/", 1)[-1], "event_date": row["begin"], "year": (row["begin"] or "")[:4],
        "time_precision": _TIME_PRECISION.get(_precision(line), ""), "disorder_type": _DISORDER.get(sub_event) or _DISORDER.get(event_type, ""),
        "event_type": vocabulary.concept_label(event_type) if event_type else "", "sub_event_type": vocabulary.concept_label(sub_event) if sub_event else "",
        "actor1": agents[0]["en"] if agents else "", "assoc_actor_1": "; ".join(a["en"] for a in agents[1:]),
        "actor2": targets[0]["en"] if targets else "", "assoc_actor_2": "; ".join(a["en"] for a in targets[1:]),
        "country": country[0]["en"] if country else "", "location": place["en"] if place else "", "latitude": row["lat"], "longitude": row["long"],
        "geo_precision": "" if row["lat"] is None or place is None else 3 if place["kind"] == "State" else 1, "source": "; ".join(dict.fromkeys(a["publisher"] or a["identifier"] for a in _articles(line))),
        "notes": line.dated_title, "fatalities": row["best"], "tags": "disputed" if row["disputed"] else "", "timestamp": row["last"],
    }  # fmt: skip


def sub_event_type(line: EventLine) -> str:
    """The ACLED sub-event type (IRI) that the ontology aligns the event's class to, empty where none fits.

    ACLED's "attack" is on civilians only, and whether taking territory is a government's regaining it depends on whose
    it is; a class alone does not tell.
    """
    aligned = next((iri for kind in (line.row["type"], *line.types) if (iri := _aligned(kind))), "")
    agents, targets = _sides(line)
    if aligned == _SCHEME + "attack" and {row["class"] for row in targets} & _ORGANISED:
        return ""
    if aligned == _SCHEME + "non-state-actor-overtakes-territory":
        if not agents:
            return ""
        if {row["iri"] for row in agents} & {row["iri"] for row in line.entities["country"]}:
            return _SCHEME + "government-regains-territory"
    return aligned


def _aligned(kind: str) -> str:
    found = vocabulary.terms().get(kind)
    links = found.links.values() if found else ()
    return next((iri for values in links for iri in values if iri.startswith(_SCHEME)), "")


def _joined(rows: Iterable[Row]) -> str:
    return "; ".join(row["en"] for row in rows)


def _names(line: EventLine, role: str) -> str:
    return _joined(line.entities[role])


def _articles(line: EventLine) -> list[Any]:
    return index().rows(
        "SELECT DISTINCT a.* FROM report r JOIN article a ON a.id = r.article WHERE r.event = ? ORDER BY a.issued, a.id LIMIT 50",
        (line.row["id"],),
    )
