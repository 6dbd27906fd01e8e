"""Decide which cues of a Doc are event triggers, and of which type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from spacy.tokens import Doc

from kg.nlp.cues import CueLexicon, CueMatch, french_verb_forms
from kg.nlp.network import Network, Numbers, load_network
from kg.nlp.spacy_model import one_thread
from kg.nlp.trigger_features import Context, context, features
from kg.nlp.triggers import Trigger
from kg.nlp.word_vectors import mean_vectors

THRESHOLD = 0.3
"""Below this a cue is not looked at further; `Calibration.lets_through` decides on the rest."""
NO_EVENT = "none"
_AT_ONCE = 256
"""Cues scored at a time: what the network reads of one takes some 50 kB."""


class TriggerModel:
    """The cue lexicon of a language with the network that tells triggers from other uses of the same words.

    The network's labels are NO_EVENT and the event types; of these a cue can have those that its row allows.
    """

    def __init__(self, lexicon: CueLexicon, network: Network, language: str) -> None:
        self.lexicon, self.network, self.language = lexicon, network, language

    @classmethod
    def load(cls, language: str = "fr") -> TriggerModel:
        """Read the cue table and ``models/triggers.npz`` of a language pack."""
        return cls(CueLexicon.load(language, french_verb_forms()), load_network(language, "triggers"), language)

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
        if not matches:
            return []
        ctx = context(doc, matches, self.language) if ctx is None else ctx
        out = []
        for match, row in zip(matches, self._scores(doc, matches, ctx), strict=True):
            chances = self._chances(match, row)
            if 1.0 - chances[0] >= least:
                best = max(range(len(match.cue.types)), key=lambda i: chances[i + 1])
                kind, chance = match.cue.types[best], 1.0 - chances[0]
                rule, sure = f"cue:{match.cue.name}", chances[best + 1] / chance
                out.append(Trigger(match.start, match.end, match.root, kind, chance, rule, sure))
        return out

    def _scores(self, doc: Doc, matches: Sequence[CueMatch], ctx: Context) -> Iterator[Numbers]:
        """The network's scores of each cue; as many cues are described at a time as memory is taken for."""
        means = mean_vectors(doc, ctx.starts)
        for i in range(0, len(matches), _AT_ONCE):
            some = matches[i : i + _AT_ONCE]
            with one_thread():
                scores = self.network.scores(described(doc, some, ctx), surroundings(some, ctx, means))
            yield from scores

    def _chances(self, match: CueMatch, scores: Numbers) -> list[float]:
        """Probabilities of no event and of each type that the cue can have."""
        column = self.network.column
        own = scores[[column[NO_EVENT], *(column[kind] for kind in match.cue.types)]].astype(np.float64)
        powers = np.exp(own - own.max())
        return [float(power) for power in powers / powers.sum()]


def described(doc: Doc, matches: Sequence[CueMatch], ctx: Context) -> list[list[str]]:
    """The features of each cue; a cue met before in the text is marked as such."""
    out = []
    for match in matches:
        out.append(features(doc, match, ctx))
        ctx.met[match.cue.words[0]] = ctx.met.get(match.cue.words[0], 0) + 1
    return out


def surroundings(matches: Sequence[CueMatch], ctx: Context, means: tuple[Numbers, Numbers]) -> Numbers:
    """What each cue's article and sentence are about: the mean vectors of their words, side by side.

    `means` are the mean vectors of the article and of each of its sentences (`mean_vectors`).
    """
    whole, sentences = means
    own = sentences[[ctx.sentence_of[match.root] for match in matches]]
    return np.hstack([np.broadcast_to(whole, own.shape), own])
