"""What the role model sees of a trigger and a noun phrase near it.

The frame of the cue says which relations fill which role; whether a role is the one that the frame expects is a
feature of its own, so that a cue met rarely in training behaves as those of its frame do.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from kg.nlp.frames import Frame, frame_of
from kg.nlp.grammatical_relations import Relations
from kg.nlp.linear import Crossed
from kg.nlp.links import governing_trigger, preposition
from kg.nlp.name_lexicon import name_lexicon
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger
from kg.nlp.word_classes import word_classes
from kg.nlp.word_clusters import cluster

ROLES = ("agent", "target", "participant", "mediator")
STATEMENTS = frozenset({"Accusation", "Denial", "Threat", "Appeal"})
_VERBAL = frozenset({"VERB", "AUX"})
_UNNAMED = frozenset({"noun", "people", "pronoun"})
_KEPT = 1 << 13
_BY_TYPE = ("order=", "owner=", "case=")


class TriggerGrammar:
    """What is the same for all candidates of a trigger: its cue, frame and relations."""

    def __init__(self, doc: Doc, trigger: Trigger, triggers: Sequence[Trigger], ctx: Context) -> None:
        self.doc, self.trigger, self.ctx = doc, trigger, ctx
        self.roots = {other.root: other for other in triggers}
        root = doc[trigger.root]
        match = ctx.cue_at.get(trigger.root)
        if match is not None:
            self.cue, self.pos = match.cue.name, match.cue.pos
        else:
            self.cue, self.pos = root.lemma_.lower(), "v" if root.pos_ in _VERBAL else "n"
        self.frame: Frame = frame_of(self.cue, self.pos, trigger.type, ctx.language)
        self.relations = Relations(root, self.pos == "v", name_lexicon(ctx.language).words("groups", "quantities"))

    def alternatives(self, head: Token, kind: str) -> list[Crossed]:
        """The features of each of ROLES, for the noun phrase at `head`, a candidate of this kind."""
        relation = self.relations.of(head)
        shared = self._pair(head, kind, relation)
        by_type = [f"{self.trigger.type}:{name}" for name in shared if name.startswith(_BY_TYPE)]
        expected = self.frame.roles.get(relation, "")
        outer = self.frame.roles.get(relation.split(">")[0], "") if ">" in relation else ""
        own: dict[tuple[str, str], tuple[tuple[str, ...], list[str]]] = {}
        out: list[Crossed] = []
        for role in ROLES:
            fits, below = stand = _against(expected, role), _against(outer, role)
            if stand not in own:
                general = _general(fits, below, relation, kind, self.pos)
                own[stand] = general, self._own(relation, kind, fits, below)
            general, special = own[stand]
            out.append([("any", shared), ("any", general), (role, shared), (role, special), (role, by_type)])
        return out

    def _own(self, relation: str, kind: str, fits: str, below: str) -> list[str]:
        event = self.trigger.type
        return [
            f"fits={fits}",
            f"fits={fits}:{kind}",
            f"fits={fits}:{self.pos}",
            f"fits={fits}:{relation}",
            f"frame={self.frame.number}:{relation}",
            f"below={below}:{relation.split('>')[-1]}",
            f"below={below}:{kind}",
            event,
            f"{event}:{kind}",
            f"{event}:{relation}",
            f"{event}:{self.pos}:{relation}",
            f"{event}:fits={fits}",
            f"cue={self.cue}:{relation}",
            f"cue={self.cue}",
            f"statement={event in STATEMENTS}:{relation}:{kind}",
        ]

    def _pair(self, head: Token, kind: str, relation: str) -> list[str]:
        root, ctx, pos = self.doc[self.trigger.root], self.ctx, self.pos
        order = "before" if head.i < root.i else "after"
        lo, hi = min(head.i, root.i), max(head.i, root.i)
        between = sum(lo < other < hi for other in self.roots)
        verbs = ctx.between("verb", lo, hi)
        words = [t.text if t.text == "," else t.pos_ for t in self.doc[lo + 1 : hi]] if hi - lo <= 4 else ["far"]
        case = preposition(head)
        determiner = next((child.lower_ for child in head.children if child.dep_ == "det"), "")
        where = "headline" if ctx.paragraph_of[root.i] == 0 else "body"
        owner = self._owner(head)
        out = [
            f"rel={relation}:{pos}",
            f"rel={relation}:{pos}:{kind}",
            f"rel={relation}",
            f"reach={relation.split('<')[0]}:{relation.count('<')}:{pos}",
            f"order={order}:{pos}:{kind}",
            f"order={order}:{relation}",
            f"kind={kind}",
            f"between={min(between, 2)}:{order}",
            f"owner={owner}:{pos}",
            f"owner={owner}:{relation}",
            f"case={case}:{pos}:{order}",
            f"case={case}:{kind}",
            f"dep={head.dep_}:{order}:{pos}",
            f"dep={head.dep_}:{kind}",
            f"distance={min(5, (hi - lo) // 4)}:{order}",
            f"verbs={min(verbs, 3)}:{order}:{pos}",
            f"det={determiner}:{order}",
            f"words={order}:{' '.join(words)}",
            f"{where}:{order}:{kind}",
            f"{where}:{order}:{pos}:{case}",
            f"self-trigger={head.i in self.roots}",
        ]
        for name in word_classes(ctx.language).get(head.lower_, ()):
            out += [f"class={name}:{order}", f"class={name}:{relation}"]
        if kind in _UNNAMED:
            meaning = cluster(head, ctx.language)
            out += [f"cluster={meaning}", f"cluster={meaning}:{relation}"]
        return out

    def _owner(self, head: Token) -> str:
        """Which trigger governs the candidate most closely: this one, another, itself, or none."""
        governor = governing_trigger(head, self.roots)
        if governor is None:
            return "none"
        return "own" if governor == self.trigger.root else "self" if governor == head.i else "other"


@functools.lru_cache(maxsize=_KEPT)
def _general(fits: str, below: str, relation: str, kind: str, pos: str) -> tuple[str, ...]:
    """The names, few in all, of how a noun phrase stands to what the frame expects of any role."""
    return f"fits={fits}", f"fits={fits}:{kind}:{pos}", f"fits={fits}:{relation}", f"below={below}"


def _against(expected: str, role: str) -> str:
    """How a role stands to the one that the frame expects."""
    return "own" if expected == role else "other" if expected else "none"
