"""What the model of an event's actors sees of a candidate: an actor named anywhere in the article.

The roles that the model of `kg.nlp.arguments` finds likely in the event's own sentences are one witness. The others
are where the actor is named around the event, what it does in the article's other events, what is still missing in
this one, and whose harm its figures count.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.nlp.article_actors import ArticleActors, Occurrence, Part
from kg.nlp.event_coreference import family_of
from kg.nlp.linear import Crossed
from kg.nlp.role_features import ROLES

_STEPS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96)
_COARSE = (0.1, 0.3, 0.5, 0.75)
_NEAR = 2
_MUTUAL = frozenset(["Meeting", "Agreement", "ArmedClash", "Conflict"])
_UNNAMED = frozenset({"noun", "people", "pronoun"})


@dataclass(frozen=True, slots=True)
class ActorCandidate:
    """An actor that may have a part in an event: the likeliest it gets in each of ROLES in the event's own sentences,
    in how many mentions it is a candidate at all (0: it stands in none of their sentences), and its kind."""

    key: str
    side: str
    kind: str
    chances: tuple[float, ...]
    mentions: int
    victim: bool = False


class EventActors:
    """The candidates of one event and their features."""

    def __init__(self, article: ArticleActors, numbers: Sequence[int], type: str) -> None:
        self.article, self.type, self.family = article, type, family_of(type)
        self.numbers = frozenset(numbers)
        self.sentences = sorted({article.ctx.sentence_of[article.triggers[i].root] for i in numbers})
        self.paragraphs = {article.ctx.paragraph_of[article.triggers[i].root] for i in numbers}
        self.parts = [part for part in article.parts if part.mention not in self.numbers]
        self.candidates = [*self._inside()]
        self.candidates += self._outside()
        self.best = self._best()
        self.counts = self._counts()

    def _inside(self) -> Iterator[ActorCandidate]:
        """Those that stand in a sentence of the event."""
        article = self.article
        chances: dict[str, list[float]] = {}
        mentions: Counter[str] = Counter()
        kinds: dict[str, str] = {}
        victims: set[str] = set()
        for i in sorted(self.numbers):
            met = set()
            for argument in article.arguments[i]:
                for key in argument.keys:
                    if key not in article.entities:
                        continue
                    best = chances.setdefault(key, [0.0] * len(ROLES))
                    if max(argument.chances) >= max(best):
                        kinds[key] = argument.kind
                    chances[key] = [max(pair) for pair in zip(best, argument.chances, strict=True)]
                    met.add(key)
                    if argument.head in article.victims:
                        victims.add(key)
            mentions.update(met)
        for key, values in chances.items():
            yield ActorCandidate(key, article.side(key), kinds[key], tuple(values), mentions[key], key in victims)

    def _outside(self) -> Iterator[ActorCandidate]:
        """Those that the article names elsewhere, one for each side: people without a name only where they are near."""
        inside = {candidate.side for candidate in self.candidates}
        none = (0.0,) * len(ROLES)
        playing = {part.side for part in self.parts}
        for side, places in self.article.occurrences.items():
            if side in inside:
                continue
            named = [place for place in places if place.kind not in _UNNAMED]
            near = [place for place in places if self._gap(place) <= _NEAR and place.kind == "people"]
            if named or near or side in playing:
                place = min(named or near or places, key=self._gap)
                yield ActorCandidate(place.key, side, place.kind, none, 0)

    def _gap(self, place: Occurrence) -> int:
        """How many sentences lie between an occurrence and the event's nearest mention."""
        return min(abs(place.sentence - sentence) for sentence in self.sentences)

    def _best(self) -> list[list[tuple[float, str]]]:
        """For each role the likeliest candidates, with their sides."""
        out = []
        for role in range(len(ROLES)):
            sides: dict[str, float] = {}
            for candidate in self.candidates:
                sides[candidate.side] = max(sides.get(candidate.side, 0.0), candidate.chances[role])
            out.append(sorted(((value, side) for side, value in sides.items()), reverse=True)[:3])
        return out

    def _counts(self) -> dict[str, Counter[tuple[str, str]]]:
        """How often each side stands in each role: in events of this type, of its family, in all others."""
        out: dict[str, Counter[tuple[str, str]]] = {"type": Counter(), "family": Counter(), "all": Counter()}
        for part in self.parts:
            pair = (part.side, part.role)
            out["all"][pair] += 1
            if family_of(part.type) == self.family:
                out["family"][pair] += 1
            if part.type == self.type:
                out["type"][pair] += 1
        return out

    def alternatives(self, candidate: ActorCandidate) -> list[Crossed]:
        """The features of each of ROLES for a candidate."""
        shared = self._shared(candidate)
        out: list[Crossed] = []
        for number, role in enumerate(ROLES):
            own = self._own(candidate, number, role)
            out.append([("any", shared), ("any", own), (role, shared), (role, own), (f"{role}/{self.type}", own[:_BY_TYPE])])
        return out

    def _reach(self, candidate: ActorCandidate) -> str:
        if candidate.mentions:
            return "inside"
        places = self.article.occurrences[candidate.side]
        if any(place.sentence + 1 in self.sentences for place in places):
            return "sentence before"
        if any(place.paragraph in self.paragraphs for place in places):
            return "paragraph"
        if any(place.sentence - 1 in self.sentences for place in places):
            return "sentence after"
        if any(place.paragraph + 1 in self.paragraphs for place in places):
            return "paragraph before"
        return "away"

    def _shared(self, candidate: ActorCandidate) -> list[str]:
        places = self.article.occurrences.get(candidate.side, [])
        reach = self._reach(candidate)
        kind = "named" if candidate.kind not in _UNNAMED else candidate.kind
        headline = any(place.paragraph == 0 for place in places)
        lead = any(place.paragraph == 1 for place in places)
        often = _bucket(len({place.head for place in places}), (2, 3, 5, 9))
        rank = self.article.rank(candidate.side)
        out = [
            f"reach={reach}",
            f"reach={reach}:{candidate.kind}",
            f"reach={reach}:{self.type}",
            f"reach={reach}:{self.family}:{kind}",
            f"kind={candidate.kind}:{self.type}",
            f"headline={headline}:{reach}",
            f"lead={lead}:{reach}",
            f"often={often}:{reach}",
            f"rank={rank}:{reach}",
            f"rank={rank}:{self.family}",
            f"mentions={candidate.mentions}:{min(3, len(self.numbers))}",
            f"victim={candidate.victim}:{self.type}",
            f"victim={candidate.victim}",
        ]
        before = [place for place in places if place.sentence + 1 in self.sentences]
        if not candidate.mentions and before:
            dep = self.article.doc[before[0].head].dep_
            out += [f"before={dep}", f"before={dep}:{self.family}", f"before={dep}:{candidate.kind}"]
        return out

    def _own(self, candidate: ActorCandidate, number: int, role: str) -> list[str]:
        chance = candidate.chances[number]
        other = max(value for i, value in enumerate(candidate.chances) if i != number)
        rival = next((value for value, side in self.best[number] if side != candidate.side), 0.0)
        second = [value for value, side in self.best[number] if side != candidate.side][1:]
        reach = self._reach(candidate)
        open_ = _bucket(rival, _COARSE)
        out = [f"open={open_}:{reach}", f"chance={_bucket(chance, _COARSE)}", f"open={open_}:{_bucket(chance, _COARSE)}"]
        counterpart = {"agent": 1, "target": 0, "participant": 2, "mediator": 2}[role]
        facing = next((value for value, side in self.best[counterpart] if side != candidate.side), 0.0)
        out += [f"facing={_bucket(facing, _COARSE)}:{reach}"]
        for scope in ("type", "family", "all"):
            counts = self.counts[scope]
            mine = counts[candidate.side, role]
            total = sum(value for (_, name), value in counts.items() if name == role)
            share = "none" if not total else _bucket(mine / total, (0.01, 0.2, 0.4, 0.7))
            amount = _bucket(mine, (1, 2, 4))
            out += [f"{scope}={amount}:{reach}", f"{scope}={share}/{_bucket(total, (1, 3))}:{reach}"]
            out += [f"{scope}={amount}:{open_}:{reach}"]
        fights = self.article.fights(candidate.side, self.numbers)
        out += [f"fights={fights}:{reach}", f"fights={fights}:{open_}:{reach}"]
        last = self._last(candidate.side)
        out += [f"last={last == role}/{last or 'none'}:{reach}"]
        third = _bucket(second[0] if second else 0.0, _COARSE)
        out += [f"two={open_}/{third}:{reach}"]
        out += [f"chance>{step}" for step in _STEPS if chance > step]
        out += [f"other>{step}" for step in _STEPS if other > step]
        return out

    def _last(self, side: str) -> str | None:
        """The role of a side in the nearest other event of the family."""
        near = [part for part in self.parts if part.side == side and family_of(part.type) == self.family]
        part = min(near, key=lambda p: min(abs(p.sentence - s) for s in self.sentences), default=None)
        return part.role if part else None


_BY_TYPE = 9


def _bucket(value: float, edges: Sequence[float]) -> str:
    return str(bisect.bisect_right(edges, value))
