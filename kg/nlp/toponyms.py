"""Which of the places of one name an article means: by its other places and states, and by population."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from kg.gazetteer.entry import Candidate, Entry

# Radius of the earth, kilometres (IUGG mean radius).
_EARTH = 6371.0
_NEAR = 400.0
# A large town outweighs a small namesake in the country that the article is about: New York, not the village of that name in Ukraine.
_POPULATION = 1.5


def distance(a: Entry, b: Entry) -> float | None:
    """Great-circle distance of two entries in kilometres, None where one has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    lat1, lat2 = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))


def choose(
    candidates: Sequence[Candidate], countries: Counter[str], anchors: Sequence[Entry], beside: str | None = None
) -> Entry | None:
    """The place or state among `candidates` that fits the article best; None where none is a place.

    `countries` counts how often the article names each country (ISO 3166-1 alpha-3), by name or adjective;
    `anchors` are its places of one reading only; `beside` is a country said together with the name.
    """
    places = [c for c in candidates if c.entry.kind in ("place", "state")]
    if len(places) < 2:
        return places[0].entry if places else None
    most = max(countries.values(), default=0)

    def fitness(candidate: Candidate) -> tuple[float, str]:
        entry = candidate.entry
        score = _POPULATION * math.log10(entry.population + 10)
        if entry.kind == "state":
            score += 6.0
        elif not entry.feature.startswith(("city", "town", "village", "P")) and entry.feature:
            score += 1.5
        if entry.country and most:
            score += 3.0 * math.sqrt(countries[entry.country] / most)
        if beside is not None:
            score += 6.0 if entry.country == beside else -2.0
        if any(
            (d := distance(entry, anchor)) is not None and d < _NEAR for anchor in anchors if anchor.key != entry.key
        ):
            score += 1.2
        score -= {"exact": 0.0, "folded": 0.2, "transliterated": 1.0}[candidate.match]
        return (score, entry.key)

    return max(places, key=fitness).entry
