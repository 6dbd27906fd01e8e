"""Read each mention of an event: its roles, places, days, sources, status and figures, before mentions are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc

from kg.nlp.arguments import Candidate, arguments
from kg.nlp.assembly import Reading
from kg.nlp.attribution import Attribution
from kg.nlp.casualties import CasualtySpan
from kg.nlp.casualty_attachment import attach
from kg.nlp.date_attachment import datings
from kg.nlp.dates import DateSpan
from kg.nlp.entities import Recognised
from kg.nlp.event_status import Circumstances, status, when
from kg.nlp.figure_sources import figure_attributions
from kg.nlp.linear import LinearModel, load_model
from kg.nlp.place_attachment import placings
from kg.nlp.source_attachment import SourceGrammar, vouching
from kg.nlp.speakers import speaker_kinds, speakers
from kg.nlp.text import Block
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Models:
    """The linear models that attach things to triggers."""

    roles: LinearModel
    event_places: LinearModel
    event_dates: LinearModel
    sources: LinearModel
    status: LinearModel
    event_roles: LinearModel

    @classmethod
    def load(cls, language: str) -> Models:
        """Read the models of a language pack."""
        return cls(
            *(
                load_model(language, name)
                for name in ("roles", "event_places", "event_dates", "sources", "status", "event_roles")
            )
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the triggers of one Doc."""

    doc: Doc
    context: Context
    entities: Recognised
    spans: list[DateSpan]
    said: list[Attribution]
    figures: list[CasualtySpan]
    candidates: Sequence[Sequence[Candidate]]
    """The actors that each sentence names."""
    blocks: Sequence[Block] = ()
    reference: date | None = None


def read_mentions(around: Surroundings, triggers: Sequence[Trigger], models: Models, language: str) -> list[Reading]:
    """One reading for each trigger, in their order; figures are kept as spans in `Reading.spans`."""
    doc, ctx = around.doc, around.context
    days = datings(doc, triggers, around.spans, around.reference, around.blocks, model=models.event_dates)
    places = placings(doc, triggers, around.entities, ctx, model=models.event_places)
    kinds = speaker_kinds(doc, around.entities, around.said)
    out = []
    for trigger, day, place in zip(triggers, days, places, strict=True):
        near = around.candidates[ctx.sentence_of[trigger.root]]
        grammar = SourceGrammar(doc, trigger, around.said, triggers, ctx, kinds, around.figures)
        says = [attribution for attribution, _ in vouching(grammar, models.sources)]
        keys = list(
            dict.fromkeys(key for attribution in says for key in speakers(around.doc, around.entities, attribution))
        )
        roles = arguments(doc, trigger, triggers, near, ctx, models.roles)
        known = Circumstances(when(day.days if day else None, around.reference), says, kinds)
        out.append(Reading(trigger, roles, place, day, keys, status(doc, trigger, known, triggers, ctx, models.status)))
    for figure, home in zip(around.figures, attach(doc, around.figures, triggers, around.blocks), strict=True):
        if home is not None:
            out[home].spans.append(figure)
            out[home].figure_sources[figure.start] = _sources_of(around, figure, out[home])
    return out


def _sources_of(around: Surroundings, figure: CasualtySpan, home: Reading) -> tuple[str, ...]:
    """The sources of a figure: those of its own sentence, else those of its event where both stand in one sentence."""
    own = figure_attributions(around.doc, figure, around.said, around.context)
    keys = tuple(
        dict.fromkeys(key for attribution in own for key in speakers(around.doc, around.entities, attribution))
    )
    same = around.context.sentence_of[figure.start] == around.context.sentence_of[home.trigger.root]
    return keys or (tuple(home.sources) if same else ())
