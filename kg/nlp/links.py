"""How a trigger and another token stand to each other: features shared by all that is attached to triggers."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger

_SKIPPED = frozenset({"conj", "appos", "flat:name", "flat:foreign", "fixed"})
_LONGEST = 6
_COARSE = {
    "nsubj": "s", "nsubj:pass": "s", "obj": "o", "iobj": "o", "obl": "p", "obl:arg": "p", "obl:mod": "p", "obl:agent": "p", "nmod": "n",
    "acl": "A", "acl:relcl": "R", "advcl": "V", "ccomp": "C", "xcomp": "X", "parataxis": "T", "csubj": "C", "conj": "", "appos": "",
}  # fmt: skip


def path(source: Token, target: Token) -> tuple[list[str], list[str], int]:
    """Dependency labels up from `source` to the common ancestor and down to `target`, and that ancestor.

    Coordination, apposition and flat names are passed over on the way down, so that each conjunct has the path
    of the first. ``["?"], ["?"], -1`` where the two share no ancestor.
    """
    place = {source.i: 0}
    chain = [source]
    while chain[-1].head.i != chain[-1].i and len(chain) < 12:
        chain.append(chain[-1].head)
        place[chain[-1].i] = len(chain) - 1
    down: list[str] = []
    node = target
    for _ in range(12):
        if node.i in place:
            return [token.dep_ for token in chain[: place[node.i]]], down[::-1], node.i
        if node.dep_ not in _SKIPPED:
            down.append(node.dep_)
        if node.head.i == node.i:
            break
        node = node.head
    return ["?"], ["?"], -1


def word_form(root: Token) -> str:
    """How a trigger's root is used: ``n`` noun, ``part`` bare participle, ``passive`` or ``v`` verb."""
    if root.pos_ in ("NOUN", "PROPN"):
        return "n"
    auxiliaries = [child.dep_ for child in root.children if child.dep_.startswith("aux")]
    if "aux:pass" in auxiliaries:
        return "passive"
    return "part" if "VerbForm=Part" in root.morph and not auxiliaries else "v"


def preposition(token: Token) -> str:
    """The preposition of a noun, or of the noun that it is coordinated with or stands beside; empty for none."""
    node = token
    for _ in range(4):
        for child in node.children:
            if child.dep_ == "case" and child.i < node.i:
                fixed = [grand.lower_ for grand in child.children if grand.dep_ == "fixed"]
                return " ".join([child.lower_, *fixed])
        if node.dep_ not in _SKIPPED:
            break
        node = node.head
    return ""


def verb_tense(doc: Doc, trigger: Trigger) -> str:
    """The tense of a trigger or of the verb above it: "had", "has", "fut", "pres", "imp", "cond", "inf" or "none"."""
    node = doc[trigger.root]
    for _ in range(6):
        if node.pos_ in ("VERB", "AUX"):
            break
        if node.head.i == node.i:
            return "none"
        node = node.head
    if node.pos_ not in ("VERB", "AUX"):
        return "none"
    up = "" if node.i == trigger.root else "^"
    auxiliaries = [child for child in node.children if child.dep_ in ("aux:tense", "aux:pass", "aux", "cop")]
    morph = " ".join(str(token.morph) for token in (auxiliaries or [node]))
    for mark, name in (("Mood=Cnd", "cond"), ("Tense=Fut", "fut"), ("Tense=Imp", "had" if auxiliaries else "imp")):
        if mark in morph:
            return up + name
    if auxiliaries:
        return up + "has"
    return up + (
        "inf"
        if "VerbForm=Inf" in morph
        else "part"
        if "VerbForm=Part" in morph
        else "pres"
        if "Tense=Pres" in morph
        else "past"
    )


def coordination(root: Token, governor: Token) -> str:
    """Whether a trigger is coordinated with the verb that a date belongs to, with a subject of its own or without."""
    node = root
    for _ in range(3):
        if node.dep_ != "conj" or node.head.i == node.i:
            return "no"
        if node.head.i == governor.i:
            return "own subject" if any(child.dep_.startswith("nsubj") for child in root.children) else "yes"
        node = node.head
    return "no"


def coarse_path(up: Sequence[str], down: Sequence[str]) -> str:
    """A path with its labels cut to one letter each, "V" for adverbial clauses, "C" for complement clauses and so on."""
    return "".join(_COARSE.get(x, "") for x in up) + ">" + "".join(_COARSE.get(x, "") for x in down)


def governing_trigger(head: Token, roots: dict[int, Trigger]) -> int | None:
    """The root of the nearest trigger above a token in the tree, the token itself included."""
    node = head
    for _ in range(8):
        if node.i in roots:
            return node.i
        if node.head.i == node.i:
            return None
        node = node.head
    return None


def link_features(doc: Doc, trigger: Trigger, other: Token, triggers: Sequence[Trigger], ctx: Context) -> list[str]:
    """Distance, order, path and competition between a trigger and a token, in one sentence or across."""
    root = doc[trigger.root]
    form = word_form(root)
    gap = ctx.sentence_of[other.i] - ctx.sentence_of[root.i]
    order = "before" if other.i < root.i else "after"
    lo, hi = min(other.i, root.i), max(other.i, root.i)
    between = sum(lo < t.root < hi for t in triggers)
    out = [
        f"gap={max(-4, min(4, gap))}",
        f"gap={max(-4, min(4, gap))}:{form}",
        f"order={order}:{form}:{gap == 0}",
        f"between={min(between, 3)}:{order}",
        f"between={min(between, 3)}:{gap == 0}",
        f"paragraph={min(3, abs(ctx.paragraph_of[other.i] - ctx.paragraph_of[root.i]))}",
        f"headline={ctx.paragraph_of[root.i] == 0}:{gap == 0}",
    ]
    if gap == 0:
        up, down, top = path(root, other)
        route = "/".join(up) + ">" + "/".join(down) if len(up) + len(down) <= _LONGEST else "far"
        roots = {t.root: t for t in triggers}
        governor = governing_trigger(other, roots)
        owner = "own" if governor == trigger.root else "other" if governor is not None else "none"
        out += [
            f"route={route}",
            f"route={form}:{route}",
            f"up={'/'.join(up)}",
            f"down={'/'.join(down)}",
            f"steps={min(len(up) + len(down), 6)}",
            f"owner={owner}",
            f"owner={owner}:{order}",
            f"distance={min(5, (hi - lo) // 4)}:{order}",
        ]
        if top >= 0 and top != root.i:
            out.append(f"top={doc[top].pos_}:{'trigger' if top in roots else doc[top].dep_}")
            out.append(
                f"verbs up={sum(1 for label in up if label in ('ccomp', 'xcomp', 'advcl', 'acl', 'acl:relcl', 'parataxis'))}"
            )
    return out
