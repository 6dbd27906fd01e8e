"""Decide which cues of a Doc are event triggers, and of which type."""

from __future__ import annotations

from spacy.tokens import Doc

from kg.nlp.cues import CueLexicon, CueMatch, french_verb_forms
from kg.nlp.linear import Crossed, LinearModel, load_model, softmax
from kg.nlp.trigger_features import Context, alternatives, context
from kg.nlp.triggers import Trigger

THRESHOLD = 0.3
"""Below this a cue is not looked at further; `Calibration.lets_through` decides on the rest."""


class TriggerModel:
    """The cue lexicon of a language with the weights that tell triggers from other uses of the same words."""

    def __init__(self, lexicon: CueLexicon, model: LinearModel, language: str) -> None:
        self.lexicon, self.model, self.language = lexicon, model, language

    @classmethod
    def load(cls, language: str = "fr") -> TriggerModel:
        """Read the cue table and ``models/triggers.json`` of a language pack."""
        return cls(CueLexicon.load(language, french_verb_forms()), load_model(language, "triggers"), language)

    def cues(self, doc: Doc) -> list[CueMatch]:
        """The cues of the parsed sentences."""
        return [match for match in self.lexicon.find(doc) if doc[match.root].dep_]

    def triggers(
        self, doc: Doc, matches: list[CueMatch] | None = None, ctx: Context | None = None, least: float = THRESHOLD
    ) -> list[Trigger]:
        """Triggers in text order whose probability of being an event is at least `least`.

        `matches` are the Doc's cues and `ctx` its context, where they are known.
        """
        matches = self.cues(doc) if matches is None else matches
        ctx = context(doc, matches, self.language) if ctx is None else ctx
        out = []
        for match, features in choices(doc, matches, ctx):
            scores = softmax([0.0, *self.model.score_alternatives(features)])
            if 1.0 - scores[0] >= least:
                best = max(range(len(match.cue.types)), key=lambda i: scores[i + 1])
                kind, chance = match.cue.types[best], 1.0 - scores[0]
                rule, sure = f"cue:{match.cue.name}", scores[best + 1] / chance
                out.append(Trigger(match.start, match.end, match.root, kind, chance, rule, sure))
        return out


def choices(doc: Doc, matches: list[CueMatch], ctx: Context) -> list[tuple[CueMatch, list[Crossed]]]:
    """Each cue with the features of its types; a cue met before in the text is marked as such."""
    out = []
    for match in matches:
        out.append((match, alternatives(doc, match, ctx)))
        ctx.met[match.cue.words[0]] = ctx.met.get(match.cue.words[0], 0) + 1
    return out
