"""When a found name, entity, figure or date counts as the annotated one.

Names are compared by their content words, without accents, case, articles and plural endings: one name may be
shorter than the other if they share a word of more than three letters. GeoNames identifiers decide where both
sides have one. As an actor, a state, its government and its forces count as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Words = frozenset[str]
T = TypeVar("T")

_STOP_WORDS = frozenset(["le", "la", "les", "l", "de", "d", "du", "des", "un", "une", "et", "au", "aux", "the", "of"])
_INFLECTION = re.compile(r"(?<=\w{3})(s|x|e|es)$")
_INTERCHANGEABLE = ({"state", "place"}, {"organisation", "group"})

FAMILIES = {
    "violence": "Conflict ArmedClash Airstrike Shelling Bombing ArmedAttack Killing Abuse Abduction",
    "territory": "TerritoryChange Withdrawal Deployment",
    "detention": "Arrest Release",
    "diplomacy": "Meeting Agreement CeasefireViolation Sanction Aid",
    "statement": "Accusation Denial Threat Appeal",
    "unrest": "Protest Riot Coup",
    "humanitarian": "Displacement",
    "justice": "LegalAction",
}
FAMILY = {kind: family for family, kinds in FAMILIES.items() for kind in kinds.split()}


def content_words(name: str) -> Words:
    """The words of a name that carry it, folded: "les forces azerbaïdjanaises" → {force, azerbaidjanais}."""
    decomposed = unicodedata.normalize("NFD", name.lower().replace("œ", "oe"))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return frozenset(_INFLECTION.sub("", word) for word in re.findall(r"\w+", plain) if word not in _STOP_WORDS)


@dataclass(frozen=True, slots=True)
class Named:
    """An entity as evaluation sees it: its folded names, kind, country (ISO 3166-1 alpha-3), GeoNames id."""

    names: frozenset[Words]
    kind: str = "group"
    country: str | None = None
    geonames: int | None = None
    label: str = ""

    @classmethod
    def of(cls, forms: Iterable[str], kind: str, country: str | None, geonames: int | None, label: str) -> Named:
        """From its forms as written."""
        return cls(frozenset(content_words(form) for form in forms), kind, country, geonames, label)

    def same(self, other: Named) -> bool:
        """Whether the two name one entity."""
        if self.geonames and other.geonames:
            return self.geonames == other.geonames
        return any(_akin(a, b) for a in self.names for b in other.names)

    def same_actor(self, other: Named) -> bool:
        """As `same`, with a state, its government and its forces as one."""
        alike = bool(self.country) and self.country == other.country and "person" not in (self.kind, other.kind)
        return self.same(other) or alike

    def same_listed(self, other: Named) -> bool:
        """As `same`, for the article's list of entities: the kinds must go together, too."""
        together = self.kind == other.kind or any({self.kind, other.kind} <= pair for pair in _INTERCHANGEABLE)
        return together and self.same(other)


def _akin(a: Words, b: Words) -> bool:
    return bool(a and b) and (a == b or ((a <= b or b <= a) and any(len(word) > 3 for word in a & b)))


@dataclass(frozen=True, slots=True)
class Coded:
    """One coded event, annotated or found: type, status, trigger spans, and the slots that are compared."""

    type: str
    status: str
    spans: tuple[tuple[int, int], ...]
    date: tuple[str, str] | None = None
    places: tuple[Named, ...] = ()
    actors: tuple[tuple[str, Named], ...] = ()
    sources: tuple[Named, ...] = ()
    figures: tuple[tuple[str, int | None, int | None], ...] = ()
    trigger: str = ""
    confidence: float = field(default=1.0, compare=False)
    cluster: str | None = field(default=None, compare=False)
    figure_confidences: tuple[float, ...] = field(default=(), compare=False)


def paired(gold: Sequence[T], found: Sequence[T], same: Callable[[T, T], bool]) -> int:
    """How many items of two lists pair off one to one, first come, first served."""
    left = list(found)
    hits = 0
    for item in gold:
        match = next((other for other in left if same(item, other)), None)
        if match is not None:
            left.remove(match)
            hits += 1
    return hits


Slot = tuple[Callable[[Coded], Sequence[object]], Callable[..., bool]]


def _same_role(a: tuple[str, Named], b: tuple[str, Named]) -> bool:
    return a[0] == b[0] and a[1].same_actor(b[1])


def _equal(a: object, b: object) -> bool:
    return a == b


SLOTS: dict[str, Slot] = {
    "date": (lambda event: [event.date] if event.date else [], _equal),
    "place": (lambda event: event.places, Named.same),
    "actor": (lambda event: event.actors, _same_role),
    "source": (lambda event: event.sources, Named.same_actor),
    "casualty": (lambda event: event.figures, _equal),
}

_SENTENCE = re.compile(r"\n\s*\n|(?<=[.!?…])[»\"”)]*\s+(?=[«\"“A-ZÀ-Ý0-9(-])")


def sentence_starts(text: str) -> list[int]:
    """Offsets at which the sentences of a text start, by paragraph breaks and final marks."""
    return [0, *(match.end() for match in _SENTENCE.finditer(text))]


def event_pairs(gold: Sequence[Coded], found: Sequence[Coded], text: str) -> list[tuple[Coded, Coded]]:
    """Annotated and found events that are one: of one family, triggers touching or in one sentence, best first."""
    starts = sentence_starts(text)

    def sentences(event: Coded) -> set[int]:
        return {sum(start <= begin for start in starts) for begin, _ in event.spans}

    ranked = []
    for i, g in enumerate(gold):
        for j, f in enumerate(found):
            if FAMILY.get(g.type) != FAMILY.get(f.type):
                continue
            touching = any(a < d and c < b for a, b in g.spans for c, d in f.spans)
            if touching or sentences(g) & sentences(f):
                agree = sum(paired(get(g), get(f), same) for get, same in SLOTS.values())
                ranked.append((2 * touching + (g.type == f.type) + 0.25 * agree, i, j))
    ranked.sort(key=lambda row: -row[0])
    used_gold: set[int] = set()
    used_found: set[int] = set()
    out = []
    for _, i, j in ranked:
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            out.append((gold[i], found[j]))
    return out
