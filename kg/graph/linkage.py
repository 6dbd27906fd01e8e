"""How much speaks for two reports telling of one event: a sum of named features (weights in ``linkage.toml``).

The sum is in log odds, after Fellegi and Sunter's model of record linkage (1969); every feature that took part is
kept, so that a link can say why it was made.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from kg.graph.event_reports import Actor, Location, Report
from kg.graph.terms import FAMILY_OF

Feature = tuple[str, float]
_EARTH_KM = 6371.0


@functools.cache
def table() -> dict[str, Any]:
    """The tables of ``linkage.toml``."""
    return tomllib.loads(files("kg.graph").joinpath("linkage.toml").read_text(encoding="utf-8"))


@functools.cache
def type_group(kind: str) -> str:
    """The group of types that a type is compared with; its own name where it stands alone."""
    return next((name for name, kinds in table()["groups"].items() if kind in kinds), kind)


@functools.cache
def _type_feature(a: str, b: str) -> Feature | None:
    if type_group(a) != type_group(b):
        return None
    if a == b:
        return "same type", table()["weights"]["same_type"]
    pairs = table()["type_pairs"]
    return "related types", pairs.get(f"{a}-{b}", pairs.get(f"{b}-{a}", pairs["default"]))


def link_features(a: Report, b: Report, copies: bool = False) -> list[Feature] | None:
    """The features of a pair, None where the two cannot be one event. `copies`: the articles are near-duplicates."""
    kinds, times = _type_feature(a.type, b.type), _time(a, b)
    if kinds is None or times is None:
        return None
    return [kinds, *times, *_rest(a, b, copies)]


def score(features: list[Feature] | None) -> float:
    """The sum of the features; far below zero where the pair is impossible."""
    return table()["limits"].get("impossible", -20.0) if features is None else sum(weight for _, weight in features)


def _rest(a: Report, b: Report, copies: bool) -> Iterator[Feature]:
    weights = table()["weights"]
    statement = FAMILY_OF.get(a.type) == "StatementEvent"
    yield ("start", weights["statement_start" if statement else "start"])
    yield from _places(a, b) if a.places and b.places else _named(a, b)
    yield from _actors(a, b, statement or a.type in table()["authored"]["types"])
    yield from _tolls(a, b)
    yield from _wording(a, b)
    if a.states and b.states and not set(a.states) & set(b.states):
        yield "articles name no common state", weights["no_common_state"]
    if a.article == b.article:
        if a.headline != b.headline:
            yield "headline and text", weights["headline_and_text"]
        else:
            yield "same article", weights["same_article"]
    elif copies:
        yield "copies of one text", weights["same_wire_copy"]
    if a.issued and b.issued and abs((a.issued - b.issued).days) > table()["limits"]["published_days"]:
        yield "published far apart", weights["published_far_apart"]


def is_lasting(report: Report) -> bool:
    """Whether a report tells of a period rather than of a day or a night."""
    return bool(
        report.begin and report.end and (report.end - report.begin).days > int(table()["limits"]["lasting_days"])
    )


def _time(a: Report, b: Report) -> list[Feature] | None:
    weights = table()["weights"]
    if a.begin and a.end and b.begin and b.end:
        return _dated(a, b, a.begin, a.end, b.begin, b.end)
    if a.begin or b.begin:
        dated, undated = (a, b) if a.begin else (b, a)
        window = undated_window(undated)
        if window is None:
            return [("a day is missing", weights["undated_far"])]
        if dated.begin and dated.end and dated.begin <= window[1] and window[0] <= dated.end:
            return [("the undated report fits", weights["undated_fits"])]
        return None
    if a.issued and b.issued:
        near = abs((a.issued - b.issued).days) <= table()["limits"]["undated_apart"]
        return [("both undated", weights["undated_fits"] if near else weights["undated_far"])] if near else None
    return [("both undated", weights["undated_far"])]


def undated_window(report: Report) -> tuple[date, date] | None:
    """The days in which an event without a date may lie, from its article's day."""
    if report.issued is None:
        return None
    limits = table()["limits"]
    days = int(limits["undated_before"]), int(limits["undated_after"])
    return report.issued - timedelta(days[0]), report.issued + timedelta(days[1])


def _dated(a: Report, b: Report, a_begin: date, a_end: date, b_begin: date, b_end: date) -> list[Feature] | None:
    weights = table()["weights"]
    gap = max((b_begin - a_end).days, (a_begin - b_end).days)
    lasting = is_lasting(a), is_lasting(b)
    if gap > 1:
        return None
    if gap == 1:
        return [("neighbouring days", weights["neighbouring_days"])]
    if a_begin == a_end == b_begin == b_end:
        return [("same day", weights["same_day"])]
    if all(lasting):
        shared = (min(a_end, b_end) - max(a_begin, b_begin)).days + 1
        longest = max((a_end - a_begin).days, (b_end - b_begin).days) + 1
        return [("same period", weights["same_period"] * shared / longest)]
    if any(lasting):
        return [("a day within the period", weights["day_within_period"])]
    return [("days overlap", weights["days_overlap"])]


def _places(one: Report, other: Report) -> Iterator[Feature]:
    weights, a, b = table()["weights"], one.places, other.places
    shared = {place.iri for place in a} & {place.iri for place in b}
    if any(place.iri in shared and not place.wide for place in a):
        yield "same place", weights["same_place"]
        return
    if _near(a, b):
        yield "places close to each other", weights["nearby"]
    elif shared and all(place.wide for place in (*a, *b)):
        yield "same region", weights["same_region"]
    elif _contained(a, b) or _contained(b, a):
        yield "place within", weights["place_within"]
    elif {place.label for place in a} & {place.label for place in b} - {""} and set(one.states) & set(other.states):
        yield "places of one name, and a state in common", weights["same_place_name"]
    else:
        yield "different places", weights["different_places"]


def _named(a: Report, b: Report) -> Iterator[Feature]:
    """A report says no place: what its sentence or article names speaks for it, less loudly."""
    weights = table()["weights"]
    ours, theirs = a.places or a.named, b.places or b.named
    if not ours or not theirs:
        yield "place missing", weights["no_place"]
        return
    points = {place.iri for place in ours if not place.wide} & {place.iri for place in theirs if not place.wide}
    if points:
        yield "same place named", weights["same_place_named"]
    elif {place.country for place in ours} & {place.country for place in theirs} - {None}:
        yield "same state named", weights["same_state_named"]
    else:
        yield "other places named", weights["other_places_named"]


def kilometres(a: Location, b: Location) -> float | None:
    """Great-circle distance (haversine), None where a place has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _near(a: tuple[Location, ...], b: tuple[Location, ...]) -> bool:
    for one in a:
        for other in b:
            if not one.wide and not other.wide:
                distance = kilometres(one, other)
                if distance is not None and distance <= table()["limits"]["near_km"]:
                    return True
    return False


def _contained(points: tuple[Location, ...], regions: tuple[Location, ...]) -> bool:
    """Whether some place of `points` may lie in some state or region of `regions`."""
    for region in regions:
        if region.wide:
            for point in points:
                if region.country is None or point.country != region.country:
                    continue
                distance = kilometres(point, region)
                if region.iri == region.country or (distance or 0) <= table()["limits"]["region_km"]:
                    return True
    return False


def _actors(a: Report, b: Report, authored: bool) -> Iterator[Feature]:
    weights = table()["weights"]
    against = "authors_differ" if authored else "different_agents"
    yield from _role(a.actors("agent"), b.actors("agent"), "agent", against)
    yield from _role(a.actors("target"), b.actors("target"), "target", "different_targets")
    ours, theirs = {x.iri for x in a.actors()}, {x.iri for x in b.actors()}
    if not ours or not theirs:
        return
    share = len(ours & theirs) / min(len(ours), len(theirs))
    if share:
        yield "shared actors", weights["shared_actors"] * share
    elif _differ(a.actors(), b.actors()):
        yield "no shared actor", weights["no_shared_actor"]


def _role(ours: list[Actor], theirs: list[Actor], role: str, against: str) -> Iterator[Feature]:
    weights = table()["weights"]
    if not ours or not theirs:
        return
    if {x.iri for x in ours} & {x.iri for x in theirs}:
        yield f"same {role}", weights[f"same_{role}"]
    elif _countries(ours) & _countries(theirs):
        yield f"{role}s of one state", weights[f"related_{role}"]
    elif _differ(ours, theirs):
        yield f"different {role}s", weights[against]


def _differ(ours: list[Actor], theirs: list[Actor]) -> bool:
    """Whether both sides name somebody, and nobody of one state."""
    named = all(any(actor.is_told_apart for actor in side) for side in (ours, theirs))
    return named and not _countries(ours) & _countries(theirs)


def _countries(actors: list[Actor]) -> set[str]:
    return {actor.country for actor in actors if actor.country}


def _tolls(a: Report, b: Report) -> Iterator[Feature]:
    weights = table()["weights"]
    killed = a.largest("Killed"), b.largest("Killed")
    if killed[0] is not None and killed[1] is not None:
        yield _killed(a, b, killed[0], killed[1])
    wounded = a.largest("Wounded")
    if wounded and wounded > 2 and wounded == b.largest("Wounded"):
        yield "same number wounded", weights["same_wounded"]


def _killed(a: Report, b: Report, ours: int, theirs: int) -> Feature:
    weights, limits = table()["weights"], table()["limits"]
    if ours == theirs:
        return ("same toll", weights["same_toll"]) if ours > 2 else ("same small toll", weights["same_small_toll"])
    low, high = sorted((ours, theirs))
    larger_first = (
        (a.issued or date.max) < (b.issued or date.max)
        if ours > theirs
        else (b.issued or date.max) < (a.issued or date.max)
    )
    if high <= low * 1.25 or high - low <= 1:
        return "tolls close to each other", weights["toll_near"]
    if not larger_first and a.issued != b.issued and low and high <= low * limits["grown_ratio"]:
        return "toll grown in the later report", weights["toll_grown"]
    if not low or high > low * limits["far_ratio"]:
        return "tolls far apart", weights["toll_far"]
    return "tolls differ", weights["toll_differs"]


def _wording(a: Report, b: Report) -> Iterator[Feature]:
    """Shared words; those of one article's own sentences say nothing, two events may stand in one of them."""
    if not a.words or not b.words or a.article == b.article:
        return
    ours, theirs = frozenset(a.words), frozenset(b.words)
    share = len(ours & theirs) / math.sqrt(len(ours) * len(theirs)) - table()["limits"]["common_words"]
    if share > 0:
        yield "shared words", round(min(share, 0.5) * table()["weights"]["wording"], 4)
