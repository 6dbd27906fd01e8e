"""The actors of one event, decided over all its mentions.

Each entity gets its likeliest role over the mentions; in one role, what names one actor twice is kept once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from kg.model import Entity
from kg.nlp.arguments import LEAST, Argument
from kg.nlp.role_features import ROLES

_SHORT = 3
_PLURAL = re.compile(r"(?<=\w{3})(s|x)$")


def event_roles(mentions: Sequence[Sequence[Argument]], entities: Mapping[str, Entity]) -> dict[str, tuple[str, ...]]:
    """Entity keys by role, the likeliest first, from the arguments of each mention of one event.

    An entity has one role. A state, its government and its forces are one actor, as are a name and a shorter form
    of it: in one role the likelier stands for both.
    """
    chances: dict[str, list[float]] = {}
    for argument in (argument for found in mentions for argument in found):
        for key in argument.keys:
            if key in entities:
                best = chances.setdefault(key, [0.0] * len(ROLES))
                chances[key] = [max(pair) for pair in zip(best, argument.chances, strict=True)]
    filled: dict[str, list[str]] = {role: [] for role in ROLES}
    for key, values in sorted(chances.items(), key=lambda item: -max(item[1])):
        best_role = max(range(len(ROLES)), key=values.__getitem__)
        others = filled[ROLES[best_role]]
        if values[best_role] >= LEAST and not any(same_actor(entities[key], entities[other]) for other in others):
            others.append(key)
    return {role: tuple(keys) for role, keys in filled.items()}


def distinct(keys: Iterable[str], entities: Mapping[str, Entity]) -> tuple[str, ...]:
    """Entity keys without those that name an actor again, in the order given."""
    kept: list[str] = []
    for key in keys:
        if key in entities and not any(same_actor(entities[key], entities[other]) for other in kept):
            kept.append(key)
    return tuple(kept)


def same_actor(one: Entity, two: Entity) -> bool:
    """Whether two entities in one role are one actor told twice."""
    if one.country and one.country == two.country and "person" not in (one.kind, two.kind):
        return True
    return any(_shorter(a, b) for a in _names(one) for b in _names(two))


def _names(entity: Entity) -> Iterable[frozenset[str]]:
    return [_words(form) for form in (entity.label, *entity.aliases)]


def _words(form: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFD", form.lower())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return frozenset(_PLURAL.sub("", word) for word in re.findall(r"\w+", plain) if len(word) > 2)


def _shorter(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether one name is the other, or a part of it that shares a word of some length."""
    return bool(a and b) and (a <= b or b <= a) and any(len(word) > _SHORT for word in a & b)
