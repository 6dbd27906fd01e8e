"""A graph of two articles that contradict each other, made by the program's own writer and consolidation; pages on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.gazetteer import Gazetteer
from kg.graph.consolidation import Consolidation
from kg.graph.quads import article_quads
from kg.graph.terms import BASE, Names
from kg.model import Article, CasualtyFigure, Entity, EventReport, Extraction, Mention
from kg.stores.embedded import EmbeddedStore
from kg.web.app import Settings, create_app

ENTITIES = (
    Entity("place/587057", "place", "Barda", country="AZE", geonames=587057, latitude=40.37577, longitude=47.12619),
    Entity("state/AZE", "state", "Azerbaïdjan", country="AZE", wikidata="Q227", latitude=40.5, longitude=47.5),
    Entity("state/ARM", "state", "Arménie", country="ARM", wikidata="Q399", latitude=40.0, longitude=45.0),
    Entity("organisation/agence", "organisation", "Agence du Levant", subclass="NewsAgency", country="AZE"),
    Entity("person/porte-parole", "person", "Farid Exemple", ("F. Exemple",), country="AZE"),
)


def _mention(text: str, words: str) -> Mention:
    begin = text.index(words)
    return Mention(begin, begin + len(words), words)


def told(identifier: str, killed: int, source: str, publisher: str, status: str = "Actual") -> Extraction:
    """An article that tells of one airstrike on Barda with a toll according to a source."""
    label = next(entity.label for entity in ENTITIES if entity.key == source)
    text = f"Une frappe aérienne a fait {killed} morts à Barda mercredi, selon {label}."
    toll = CasualtyFigure("Killed", killed, killed, _mention(text, f"{killed} morts"), sources=(source,))
    day = date(2020, 10, 28)
    report = EventReport(
        "Airstrike", status, (_mention(text, "frappe"),), day, day, places=("place/587057",), agents=("state/ARM",), sources=(source,),
        casualties=(toll,), sentence=_mention(text, text),
    )  # fmt: skip
    article = Article(
        identifier,
        text,
        f"Frappe à Barda : {killed} morts",
        date(2020, 10, 29),
        publisher,
        f"https://news.example/{identifier}",
        "fr",
    )
    return Extraction(article, _mentioned(text), (), (report,))


def _mentioned(text: str) -> tuple[Entity, ...]:
    return tuple(replace(e, mentions=(_mention(text, e.label),) if e.label in text else ()) for e in ENTITIES)


def store_of(path: Path, extractions: list[Extraction]) -> Path:
    """A store of these articles, consolidated."""
    names = Names(BASE)
    with EmbeddedStore.writing(path) as store, Consolidation(store, Gazetteer.open(), BASE) as events:
        for extraction in extractions:
            identifier = extraction.article.id
            events.note([names.article(identifier).value])
            store.replace_graph(names.article_graph(identifier), article_quads(extraction, BASE, keep_text=True))
        events.update()
    return path


@pytest.fixture(scope="session")
def told_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(
        tmp_path_factory.mktemp("told") / "store",
        [
            told("a-levant", 21, "organisation/agence", "Le Levant"),
            told("b-ponant", 14, "person/porte-parole", "Le Ponant"),
            told("c-nord", 21, "state/AZE", "Le Nord"),
        ],
    )


@pytest.fixture(scope="session")
def app(told_store: Path) -> Iterator[Flask]:
    application = create_app(Settings(told_store, workers=1))
    yield application
    application.extensions["kg_workers"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
