"""A spaCy pipe for people who have a pipeline of their own: ``nlp.add_pipe("conflict_events")``.

It sets ``doc._.conflict_events`` (a tuple of `kg.model.EventReport`, offsets in code points of ``doc.text``),
``doc._.conflict_entities`` (a tuple of `kg.model.Entity`), and ``doc.spans["conflict_events"]``: the words that tell
of each event, labelled with its type. The text is parsed anew by the extractor's own model, so that any French
pipeline will do, a blank one too. The day that "hier" counts from is ``doc._.article_date``, or else the
setting `date`.
"""

from __future__ import annotations

import datetime

from spacy.language import Language
from spacy.tokens import Doc

from kg.model import Article

NAME = "conflict_events"


class ConflictEvents:
    """Reads events out of each Doc that passes."""

    def __init__(self, date: str | None = None) -> None:
        self._day = datetime.date.fromisoformat(date) if date else None
        for attribute, default in (("conflict_events", ()), ("conflict_entities", ()), ("article_date", None)):
            if not Doc.has_extension(attribute):
                Doc.set_extension(attribute, default=default)

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc, with its events."""
        from kg.nlp.extract import Extractor

        day = doc._.article_date or self._day
        if isinstance(day, str):
            day = datetime.date.fromisoformat(day)
        extraction = Extractor.shared().extract(Article("text", doc.text, date=day, language="fr"))
        doc._.conflict_events = extraction.reports
        doc._.conflict_entities = extraction.entities
        spans = [
            doc.char_span(mention.begin, mention.end, label=report.type, alignment_mode="expand")
            for report in extraction.reports
            for mention in report.mentions
        ]
        doc.spans[NAME] = [span for span in spans if span is not None]
        return doc


@Language.factory(NAME, default_config={"date": None}, assigns=["doc._.conflict_events", "doc._.conflict_entities"])
def make_conflict_events(nlp: Language, name: str, date: str | None) -> ConflictEvents:
    """The pipe for a pipeline; `date` as YYYY-MM-DD, for Docs that carry no day of their own."""
    return ConflictEvents(date)
