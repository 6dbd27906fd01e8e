"""What the model of an event's actors sees of a candidate: an actor named anywhere in the article.

The roles that are likely in the event's own sentences (`kg.nlp.arguments`) are one witness. The others are where the
actor is named around the event, what it does in the article's other events, what is still missing in this one, and
whether it is counted among those who came to harm.
"""

from __future__ import annotations

import bisect
import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from kg.nlp.article_actors import UNNAMED, ArticleActors, Occurrence
from kg.nlp.event_coreference import family_of
from kg.nlp.linear import Crossed
from kg.nlp.links import word_form
from kg.nlp.role_features import ROLES

_STEPS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96)
_COARSE = (0.1, 0.3, 0.5, 0.75)
_NEAR = 2
_KEPT = 1 << 14
_FACING = {"agent": "target", "target": "agent", "participant": "participant", "mediator": "participant"}
_DETERMINERS = {"un": "a", "une": "a", "des": "a", "le": "the", "la": "the", "les": "the", "l'": "the"} | dict.fromkeys(
    ("ce", "cet", "cette", "ces"), "this"
)
_SCOPES = ("type", "family", "all")


@dataclass(frozen=True, slots=True)
class ActorCandidate:
    """An actor that may have a part in an event: its entity, side and kind of noun phrase; the best chance that it has
    of each of ROLES in a sentence of the event, in how many mentions it is a candidate there at all, whether it is
    counted among the harmed; and where it stands (`EventActors.reach`)."""

    key: str
    side: str
    kind: str
    chances: tuple[float, ...]
    mentions: int
    harmed: bool
    reach: str


class EventActors:
    """The candidates of one event, given by the numbers of its mentions and its type, and their features."""

    def __init__(self, article: ArticleActors, numbers: Sequence[int], kind: str) -> None:
        self.article, self.type, self.family = article, kind, family_of(kind)
        self.numbers = frozenset(numbers)
        roots = [article.triggers[i].root for i in numbers]
        self.sentences = {article.ctx.sentence_of[root] for root in roots}
        self.paragraphs = {article.ctx.paragraph_of[root] for root in roots}
        self._before = {sentence - 1 for sentence in self.sentences}
        self._after = {sentence + 1 for sentence in self.sentences}
        self._above = {paragraph - 1 for paragraph in self.paragraphs}
        self.form, self.determiner = self._wording(article.doc[roots[0]])
        self.parts = [part for part in article.parts if part.mention not in self.numbers]
        inside = list(self._inside())
        self.candidates = [*inside, *self._outside({candidate.side for candidate in inside})]
        self._rivals = {role: self._likeliest(number) for number, role in enumerate(ROLES)}
        self._rival_sides = {side for likeliest in self._rivals.values() for _, side in likeliest}
        self._counts = {scope: self._played(scope) for scope in _SCOPES}
        self._totals = {scope: _by_role(counts) for scope, counts in self._counts.items()}
        self._fighters = article.fighters(self.numbers)
        self._last_roles: dict[str, str] = {}
        self._ahead: dict[str, dict[str, tuple[str, str]]] = {}

    def alternatives(self, candidate: ActorCandidate) -> list[Crossed]:
        """The features of each of ROLES for a candidate."""
        shared = self._shared(candidate)
        out: list[Crossed] = []
        for number, role in enumerate(ROLES):
            typed = self._standing(candidate, number, role)
            steps = self._chances(candidate, number)
            crossed = [(prefix, names) for prefix in ("any", role) for names in (*typed, steps)]
            out.append([*crossed, (role, shared), *((f"{role}/{self.type}", names) for names in typed)])
        return out

    def _wording(self, root: Token) -> tuple[str, str]:
        """How the first mention names the event: noun, verb, passive or participle, and a noun's kind of determiner."""
        form = word_form(root)
        words = [child.lower_ for child in root.children if child.dep_ == "det"]
        return form, next((_DETERMINERS.get(word, "other") for word in words), "none") if form == "n" else form

    def _inside(self) -> Iterator[ActorCandidate]:
        """Those that stand in a sentence of the event."""
        article = self.article
        chances: dict[str, list[float]] = {}
        mentions: Counter[str] = Counter()
        kinds: dict[str, str] = {}
        harmed: set[str] = set()
        for i in sorted(self.numbers):
            for argument in article.arguments[i]:
                for key in filter(article.entities.__contains__, argument.keys):
                    best = chances.setdefault(key, [0.0] * len(ROLES))
                    if max(argument.chances) >= max(best):
                        kinds[key] = argument.kind
                    chances[key] = [max(pair) for pair in zip(best, argument.chances, strict=True)]
                    if argument.head in article.harmed:
                        harmed.add(key)
            mentions.update({key for argument in article.arguments[i] for key in argument.keys})
        for key, values in chances.items():
            if kinds[key] in UNNAMED and max(values) < _STEPS[0]:
                continue  # most nouns of a sentence are nobody
            side = article.side(key)
            yield ActorCandidate(key, side, kinds[key], tuple(values), mentions[key], key in harmed, "inside")

    def _outside(self, inside: set[str]) -> Iterator[ActorCandidate]:
        """Those of other sentences, one for each side: people without a name, and those of little weight, if near."""
        none = (0.0,) * len(ROLES)
        playing = {part.side for part in self.parts if family_of(part.type) == self.family}
        for side, places in self.article.occurrences.items():
            if side in inside:
                continue
            reach = self.reach(side)
            near = [place for place in places if self._gap(place) <= _NEAR and place.kind == "people"]
            named = [place for place in places if place.kind not in UNNAMED]
            if reach == "away" and self.article.rank(side) in ("3", "none"):
                named, near = [], []
            if named or near or side in playing:
                place = min(named or near or places, key=self._gap)
                yield ActorCandidate(place.key, side, place.kind, none, 0, False, reach)

    def reach(self, side: str) -> str:
        """Where an actor that stands in no sentence of the event stands nearest to one."""
        sentences, paragraphs = self.article.standing[side]
        if not self._before.isdisjoint(sentences):
            return "sentence before"
        if not self.paragraphs.isdisjoint(paragraphs):
            return "paragraph"
        if not self._after.isdisjoint(sentences):
            return "sentence after"
        if not self._above.isdisjoint(paragraphs):
            return "paragraph before"
        return "away"

    def _gap(self, place: Occurrence) -> int:
        """How many sentences lie between an occurrence and the event's nearest mention."""
        return min(abs(place.sentence - sentence) for sentence in self.sentences)

    def _likeliest(self, number: int) -> list[tuple[float, str]]:
        """The three sides that are likeliest in a role by the event's own sentences, with their chances."""
        sides: dict[str, float] = {}
        for candidate in self.candidates:
            sides[candidate.side] = max(sides.get(candidate.side, 0.0), candidate.chances[number])
        return sorted(((chance, side) for side, chance in sides.items()), reverse=True)[:3]

    def _played(self, scope: str) -> Counter[tuple[str, str]]:
        """How often each side stands in each role in the article's other events: of this type, of this family, of any."""
        return Counter(
            (part.side, part.role)
            for part in self.parts
            if scope == "all" or (part.type == self.type if scope == "type" else family_of(part.type) == self.family)
        )

    def _shared(self, candidate: ActorCandidate) -> list[str]:
        """Where a candidate stands in the article and the event, whatever its role."""
        places = self.article.occurrences.get(candidate.side, [])
        reach = candidate.reach
        kind = candidate.kind if candidate.kind in UNNAMED else "named"
        often = _bucket(len({place.head for place in places}), (2, 3, 5, 9))
        rank = self.article.rank(candidate.side)
        out = [
            f"reach={reach}",
            f"reach={reach}:{candidate.kind}",
            f"reach={reach}:{self.type}",
            f"reach={reach}:{self.family}:{kind}",
            f"kind={candidate.kind}:{self.type}",
            f"headline={any(place.paragraph == 0 for place in places)}:{reach}",
            f"lead={any(place.paragraph == 1 for place in places)}:{reach}",
            f"often={often}:{reach}",
            f"rank={rank}:{reach}",
            f"rank={rank}:{self.family}",
            f"mentions={candidate.mentions}:{min(3, len(self.numbers))}",
            f"harmed={candidate.harmed}:{self.type}",
            f"harmed={candidate.harmed}",
            f"form={self.form}:{reach}",
            f"form={self.determiner}:{reach}:{self.family}",
        ]
        before = next((place for place in places if place.sentence + 1 in self.sentences), None)
        if not candidate.mentions and before is not None:
            relation = self.article.doc[before.head].dep_
            out += [f"before={relation}", f"before={relation}:{self.family}", f"before={relation}:{candidate.kind}"]
            out.append(f"before={relation}:{self.determiner}")
        return out

    def _standing(self, candidate: ActorCandidate, number: int, role: str) -> list[tuple[str, ...]]:
        """How a candidate stands to a role beside the others, here and in the article's other events."""
        reach, side = candidate.reach, candidate.side
        others = self._others(side)
        rival, third = others[role]
        facing, _ = others[_FACING[role]]
        level = _bucket(candidate.chances[number], _COARSE)
        if side not in self._last_roles:
            self._last_roles[side] = self._last(side)
        fights, last = self._fighters.get(side, "none"), self._last_roles[side]
        out = [_here(reach, level, rival, third, facing, fights, last, last == role, self.determiner)]
        for scope, counts in self._counts.items():
            mine, total = counts.get((side, role), 0), self._totals[scope].get(role, 0)
            amount, often = _bucket(mine, (1, 2, 4)), _bucket(total, (1, 3))
            share = _bucket(mine / total, (0.01, 0.2, 0.4, 0.7)) if total else "none"
            out.append(_elsewhere(scope, reach, rival, amount, share, often))
        return out

    def _chances(self, candidate: ActorCandidate, number: int) -> tuple[str, ...]:
        """The chance of a role and of any other in the event's own sentences, as steps that it reaches."""
        own = candidate.chances[number]
        other = max(chance for i, chance in enumerate(candidate.chances) if i != number)
        return _steps(bisect.bisect_left(_STEPS, own), bisect.bisect_left(_STEPS, other))

    def _others(self, side: str) -> dict[str, tuple[str, str]]:
        """How likely the two likeliest other sides are in each role."""
        side = side if side in self._rival_sides else ""
        if side not in self._ahead:
            self._ahead[side] = {role: _two(others, side) for role, others in self._rivals.items()}
        return self._ahead[side]

    def _last(self, side: str) -> str:
        """The role of a side in the nearest other event of the family."""
        parts = [part for part in self.parts if part.side == side and family_of(part.type) == self.family]
        near = min(parts, key=lambda part: min(abs(part.sentence - s) for s in self.sentences), default=None)
        return near.role if near is not None else "none"


# The names below are few, and the same in all articles: one tuple for each, so that the model weighs it once
# (`LinearModel.score_alternatives`).


@functools.lru_cache(maxsize=_KEPT)
def _here(
    reach: str,
    level: str,
    rival: str,
    third: str,
    facing: str,
    fights: str,
    last: str,
    again: bool,
    determiner: str,
) -> tuple[str, ...]:
    """The names of how a candidate stands to a role beside the event's others."""
    return (
        f"rival={rival}:{reach}",
        f"chance={level}",
        f"rival={rival}:{level}",
        f"facing={facing}:{reach}",
        f"rivals={rival}/{third}:{reach}",
        f"fights={fights}:{reach}",
        f"fights={fights}:{rival}:{reach}",
        f"last={again}/{last}:{reach}",
        f"form={determiner}:{rival}:{reach}",
        f"form={determiner}:{rival}:{again}:{reach}",
    )


@functools.lru_cache(maxsize=_KEPT)
def _elsewhere(scope: str, reach: str, rival: str, amount: str, share: str, total: str) -> tuple[str, ...]:
    """The names of how often a candidate has a role in the article's other events."""
    return f"{scope}={amount}:{reach}", f"{scope}={amount}:{rival}:{reach}", f"{scope}={share}/{total}:{reach}"


@functools.cache
def _steps(own: int, other: int) -> tuple[str, ...]:
    """The names of as many steps as the chance of a role and that of any other reach."""
    return (*(f"chance>{step}" for step in _STEPS[:own]), *(f"other>{step}" for step in _STEPS[:other]))


def _two(likeliest: Sequence[tuple[float, str]], side: str) -> tuple[str, str]:
    """How likely the two likeliest sides other than `side` are."""
    first, second, *_ = [*(chance for chance, other in likeliest if other != side), 0.0, 0.0]
    return _bucket(first, _COARSE), _bucket(second, _COARSE)


def _by_role(counts: Counter[tuple[str, str]]) -> Counter[str]:
    """How often each role is played, by whatever side."""
    out: Counter[str] = Counter()
    for (_, role), count in counts.items():
        out[role] += count
    return out


_NUMBERS = tuple(map(str, range(len(_STEPS) + 1)))


def _bucket(value: float, edges: Sequence[float]) -> str:
    return _NUMBERS[bisect.bisect_right(edges, value)]
