"""The actors of one event, decided over all its mentions.

Candidates are the actors of its sentences, and those that the rest of the article makes evident
(`kg.nlp.event_role_features`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from kg.model import Entity
from kg.nlp.article_actors import ArticleActors
from kg.nlp.event_role_features import EventActors
from kg.nlp.linear import LinearModel, softmax
from kg.nlp.role_features import ROLES

LEAST = 0.3
"""The least probability at which a role is filled: half the F1 reached, where the expected F1 is highest."""

_OPEN = 0.1
"""What a role has for it that the sentence holds impossible."""
_SHORT = 3
_PLURAL = re.compile(r"(?<=\w{3})(s|x)$")


def event_roles(
    article: ArticleActors, numbers: Sequence[int], kind: str, model: LinearModel, confidence: float = 1.0
) -> dict[str, tuple[str, ...]]:
    """Entity keys by role, the likeliest first, for the event of the mentions numbered, of type `kind`.

    `confidence` is the probability that there is such an event at all: who acts in a doubtful one must be the surer.
    """
    event = EventActors(article, numbers, kind)
    chances = {}
    for candidate in event.candidates:
        scores = model.score_alternatives(event.alternatives(candidate))
        parts = softmax([0.0, *scores])[1:]
        if candidate.reach == "inside":
            parts = as_its_sentence_says(parts, candidate.chances)
        chances[candidate.key] = [confidence * chance for chance in parts]
    return filled(chances, article.entities)


def as_its_sentence_says(parts: Sequence[float], inside: Sequence[float]) -> list[float]:
    """The chance that an actor has any part is left as it is; in which role is for its own sentence to say, too."""
    weighed = [part * (chance + _OPEN) for part, chance in zip(parts, inside, strict=True)]
    return [sum(parts) * weight / sum(weighed) for weight in weighed]


def filled(chances: Mapping[str, Sequence[float]], entities: Mapping[str, Entity]) -> dict[str, tuple[str, ...]]:
    """Entity keys by role, the likeliest first, from the chances of each of ROLES.

    An entity has one role. A state, its government and its forces are one actor, as are a name and a shorter form
    of it: in one role the likelier stands for both.
    """
    out: dict[str, list[str]] = {role: [] for role in ROLES}
    for key, values in sorted(chances.items(), key=lambda item: -max(item[1])):
        best = max(range(len(ROLES)), key=values.__getitem__)
        others = out[ROLES[best]]
        if values[best] >= LEAST and not any(same_actor(entities[key], entities[other]) for other in others):
            others.append(key)
    return {role: tuple(keys) for role, keys in out.items()}


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
