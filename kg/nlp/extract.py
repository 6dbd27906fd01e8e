"""The extraction of one article: every component in its order, from text to `kg.model.Extraction`."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from kg.gazetteer import Entry, Gazetteer
from kg.model import Article, CasualtyFigure, Entity, EventReport, Extraction, Mention, Relation
from kg.nlp.arguments import sentence_candidates
from kg.nlp.article_actors import ArticleActors, harmed_tokens
from kg.nlp.assembly import Reading, event_type, merge
from kg.nlp.casualties import CasualtySpan, find_casualties
from kg.nlp.confidence import Calibration
from kg.nlp.dates import date_spans
from kg.nlp.entities import Recognised, recognise
from kg.nlp.event_coreference import clusters
from kg.nlp.event_roles import distinct, event_roles
from kg.nlp.linear import LinearModel, load_model
from kg.nlp.numbers import quantities
from kg.nlp.parse import parse
from kg.nlp.reading import Models, Surroundings, read_mentions
from kg.nlp.speakers import all_said
from kg.nlp.text import SILENT, Block, Normalised, layout, normalise
from kg.nlp.trigger_features import Context, context
from kg.nlp.trigger_model import TriggerModel
from kg.nlp.triggers import Trigger


class Extractor:
    """The components of one language, loaded once and used for many articles."""

    def __init__(
        self,
        language: str,
        triggers: TriggerModel,
        models: Models,
        coreference: LinearModel,
        gazetteer: Gazetteer,
        calibration: Calibration,
    ) -> None:
        self.language, self.gazetteer = language, gazetteer
        self.triggers, self.models, self.coreference = triggers, models, coreference
        self.calibration = calibration

    @classmethod
    def load(cls, language: str = "fr") -> Extractor:
        """Load the language's models and the gazetteer.

        All objects that the process has by then are kept from the garbage collector (`gc.freeze`).
        """
        coreference = load_model(language, "coreference")
        extractor = cls(
            language, TriggerModel.load(language), Models.load(language), coreference, Gazetteer.open(),
            Calibration.load(language),
        )  # fmt: skip
        # Half a million objects that stay: walking them at every full collection took a fifteenth of the extraction
        gc.freeze()
        return extractor

    @staticmethod
    @functools.cache
    def shared() -> Extractor:
        """The extractor of this process, loaded on first use."""
        return Extractor.load()

    def extract_many(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """Extract one article after the other."""
        for article in articles:
            yield self.extract(article)

    def extract(self, article: Article) -> Extraction:
        """Read one article.

        Returns the entities it names, the relations it states and one report for each event it tells. The text
        may be anything, of any length; what is no article of war gives entities at most.
        """
        text = normalise(article.text)
        doc = parse(text.text)
        return _Reader(self, article, text, doc).extraction()


class _Reader:
    """One article being read; lives as long as the call to `Extractor.extract`."""

    def __init__(self, extractor: Extractor, article: Article, text: Normalised, doc: Doc) -> None:
        self.extractor, self.article, self.text, self.doc = extractor, article, text, doc
        self.blocks: Sequence[Block] = layout(text.text, article.title)
        self.entities: Recognised = recognise(doc, article.date, extractor.gazetteer)
        self.cues = extractor.triggers.cues(doc)
        self.context: Context = context(doc, self.cues, extractor.language)

    def extraction(self) -> Extraction:
        triggers = self._triggers()
        if not triggers:
            return Extraction(self.article, self._listed(()), self._relations(), ())
        around, readings = self._readings(triggers)
        slots = [reading.slots() for reading in readings]
        groups = clusters(self.doc, triggers, slots, self.context, self.extractor.coreference)
        actors = self._actors(around, readings)
        reports = tuple(self._report([readings[i] for i in group], actors, group) for group in groups)
        sure = [report.confidence for report in reports]
        if not self.extractor.calibration.vouches(sure, triggers, len(self.context.starts)):
            reports = ()
        return Extraction(self.article, self._listed(reports), self._relations(), reports)

    def _actors(self, around: Surroundings, readings: Sequence[Reading]) -> ArticleActors:
        triggers, arguments = [r.trigger for r in readings], [r.arguments for r in readings]
        known, harmed = self.entities.entities, harmed_tokens(around.figures)
        return ArticleActors(self.doc, self.context, known, around.candidates, triggers, arguments, harmed)

    def _report(self, readings: Sequence[Reading], article: ArticleActors, numbers: Sequence[int]) -> EventReport:
        calibration, kind = self.extractor.calibration, event_type(readings)
        confidence = calibration.of_report([reading.trigger for reading in readings], kind)
        roles = event_roles(article, numbers, kind, self.extractor.models.event_roles, confidence)
        sources = distinct((key for reading in readings for key in reading.sources), self.entities.entities)
        actors = {**roles, "source": sources}
        return merge(readings, self.mention, self.sentence, self.figure, actors, calibration, confidence)

    def mention(self, start: int, end: int) -> Mention:
        """Tokens as a stretch of the article's own text."""
        begin = self.doc[start].idx
        last = self.doc[end - 1]
        begin, stop = self.text.original(begin, last.idx + len(last))
        return Mention(begin, stop, self.article.text[begin:stop])

    def sentence(self, i: int) -> Mention:
        """The sentence of a token, without the blank around it."""
        number = self.context.sentence_of[i]
        begin = self.context.starts[number]
        end = self.context.starts[number + 1] if number + 1 < len(self.context.starts) else len(self.doc)
        while end - 1 > begin and self.doc[end - 1].is_space:
            end -= 1
        return self.mention(begin, end)

    def _triggers(self) -> list[Trigger]:
        silent = [block for block in self.blocks if block.kind in SILENT]
        found = self.extractor.triggers.triggers(self.doc, self.cues, self.context)
        sure = [t for t in found if self.extractor.calibration.lets_through(t)]
        return [t for t in sure if not any(b.begin <= self.doc[t.root].idx < b.end for b in silent)]

    def _readings(self, triggers: list[Trigger]) -> tuple[Surroundings, list[Reading]]:
        doc, reference = self.doc, self.article.date
        figures = find_casualties(doc, quantities(doc), self.extractor.language, self.blocks)
        around = Surroundings(
            doc,
            self.context,
            self.entities,
            date_spans(doc, reference),
            all_said(doc, self.entities, self.extractor.language),
            figures,
            sentence_candidates(doc, self.entities, self.context, self.blocks),
            self.blocks,
            reference,
        )
        return around, read_mentions(around, triggers, self.extractor.models, self.extractor.language)

    def figure(self, span: CasualtySpan, sources: tuple[str, ...], confidence: float) -> CasualtyFigure:
        """A casualty span as a figure with its sources and its confidence."""
        return CasualtyFigure(
            span.harm,
            span.low,
            span.high,
            self.mention(span.start, span.end),
            span.victims,
            sources,
            f"casualty:{span.rule}",
            round(confidence, 4),
        )

    def _relations(self) -> tuple[Relation, ...]:
        """What the gazetteer knows of the entities named."""
        found = {relation for key in self.entities.named for relation in self.extractor.gazetteer.relations(key)}
        return tuple(sorted(found, key=lambda r: (r.subject, r.predicate, r.object, r.label or "")))

    def _listed(self, reports: Sequence[EventReport]) -> tuple[Entity, ...]:
        """Entities that the article names, and those that only fill a slot (without mentions of their own)."""
        used = {key for report in reports for key in _keys(report)}
        named = set(self.entities.named)
        places: dict[str, list[Mention]] = {}
        for mention in self.entities.mentions:
            if mention.key in named:
                places.setdefault(mention.key, []).append(self.mention(mention.start, mention.end))
        known = self.entities.entities
        listed = {key: replace(known[key], mentions=tuple(places.get(key, ()))) for key in used | named if key in known}
        for iso3 in sorted({entity.country for entity in listed.values() if entity.country}):
            state = self.extractor.gazetteer.state(iso3)
            if state is not None and state.key not in listed:
                listed[state.key] = _known(state)
        return tuple(listed[key] for key in sorted(listed))


def _known(entry: Entry) -> Entity:
    """A gazetteer entry as an entity that the article does not name."""
    return Entity(
        entry.key, entry.kind, entry.label, entry.names[1:], entry.subclass, entry.country, entry.geonames, entry.wikidata,
        entry.latitude, entry.longitude, True, "gazetteer",
    )  # fmt: skip


def _keys(report: EventReport) -> Iterator[str]:
    for keys in (report.places, report.agents, report.targets, report.participants, report.mediators, report.sources):
        yield from keys
    for figure in report.casualties:
        yield from figure.sources
