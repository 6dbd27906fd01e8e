"""Who gives a casualty figure: the attributions of its own sentence that govern it.

An event and its tolls often have different sources ("les rebelles parlent de 40 morts, l'armée de 12"), so a figure
is not simply given the sources of its event.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from kg.nlp.attribution import Attribution
from kg.nlp.casualties import CasualtySpan
from kg.nlp.trigger_features import Context
from kg.nlp.voices import VOICES


def figure_attributions(doc: Doc, figure: CasualtySpan, said: Sequence[Attribution], ctx: Context) -> list[Attribution]:
    """The attributions that a figure stands under, in text order; empty where its sentence has none for it.

    A verb of saying governs the figures in its clause and in the clauses below it, and those of the clause that it
    is inserted into ("…, a indiqué le maire"); "selon" governs the clause that it stands in. Where several
    attributions of one kind qualify, each for a clause of its own, the nearest one counts.
    """
    here = [a for a in said if a.kind not in VOICES and ctx.sentence_of[a.cue] == ctx.sentence_of[figure.start]]
    governing = [a for a in here if _governs(doc, a, figure)]
    nearest: dict[str, Attribution] = {}
    for attribution in governing:
        kept = nearest.get(attribution.kind)
        if kept is None or _distance(attribution, figure) < _distance(kept, figure):
            nearest[attribution.kind] = attribution
    return sorted(nearest.values(), key=lambda a: a.cue)


def _distance(attribution: Attribution, figure: CasualtySpan) -> int:
    return min(abs(attribution.cue - figure.start), abs(attribution.cue - figure.end + 1))


def _governs(doc: Doc, attribution: Attribution, figure: CasualtySpan) -> bool:
    counted = range(figure.start, figure.end)
    if attribution.speaker in counted or attribution.cue in counted:
        return False
    if attribution.kind != "say":
        return True
    verb = doc[attribution.cue]
    above = {figure.start, *(token.i for i in counted for token in doc[i].ancestors)}
    if verb.i in above:
        speaker = doc[attribution.speaker]
        return not any(doc[i].is_ancestor(speaker) or speaker.is_ancestor(doc[i]) for i in counted)
    inserted = verb.dep_ in ("parataxis", "ccomp", "conj", "advcl", "ROOT", "dep")
    return inserted and (verb.head.i in above or attribution.cue > figure.start)
