"""``import kg``: values of the right kinds, errors of one line, nothing heavy before it is needed."""

from __future__ import annotations

import datetime
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.api import python_value
from tests.conftest import ROOT

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def store(answering_store: Path) -> kg.Store:
    return kg.open_store(answering_store)


def test_importing_loads_nothing_heavy() -> None:
    code = "import kg, sys; kg.build and 0 if False else 0; sys.exit(any(n in sys.modules for n in ('spacy', 'rdflib', 'pyoxigraph', 'pandas')))"  # fmt: skip
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert set(kg.__all__) < set(dir(kg))
    assert all(getattr(kg, name) is not None for name in kg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        kg.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12", "integer", 12),
        ("0.9700", "decimal", Decimal("0.97")),
        ("1.5e3", "double", 1500.0),
        ("true", "boolean", True),
        ("2020-10-31", "date", datetime.date(2020, 10, 31)),
        ("many", "integer", "many"),
        ("31 octobre", "date", "31 octobre"),
        ("x", "decimal", "x"),
    ],
)
def test_terms_become_python_values(text: str, kind: str, value: object) -> None:
    assert python_value(ox.Literal(text, datatype=ox.NamedNode(XSD + kind))) == value


def test_every_form_of_query_has_its_answer(store: kg.Store) -> None:
    assert store.query("ASK { ?s ?p ?o }") is True
    assert len(store.query("CONSTRUCT WHERE { ?s a <https://w3id.org/conflict-kg/ontology#Article> }")) == 3
    rows = store.query("events-in-country", country="AZE", from_=datetime.date(2020, 5, 1), to="2020-05-09")
    assert {row["place"] for row in rows} == {"Karvan", "Zorvan"}
    assert all(isinstance(row["begin"], datetime.date) for row in rows)


@pytest.mark.parametrize(
    ("query", "parameters", "words"),
    [
        ("SELECT {", {}, "not SPARQL"),
        ("nonsense", {}, "no saved query"),
        ("co-chairs", {"planet": "Mars"}, "no parameter 'planet'"),
        ("ASK {}", {"name": "x"}, "parameters go with a saved query"),
    ],
)
def test_what_is_wrong_with_a_query_is_told(store: kg.Store, query: str, parameters: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        store.query(query, **parameters)


def test_frames_have_columns_of_the_right_kinds(store: kg.Store) -> None:
    events, claims, tolls = store.events(), store.claims(), store.tolls()
    raid = events[events["place"] == "Karvan"].iloc[0]
    assert (raid["lowest"], raid["highest"], bool(raid["disputed"])) == (12, 30, True)
    assert raid["begin"].date() == datetime.date(2020, 5, 3)
    assert claims.set_index("sentence").loc["Un raid a fait douze morts à Karvan.", "sources"] == "habitants"
    assert tolls[tolls["passage"] == "trois miliciens"]["high"].isna().all()
    assert len(tolls) == store.query("SELECT (COUNT(DISTINCT ?f) AS ?n) WHERE { ?f a <https://w3id.org/conflict-kg/ontology#CasualtyFigure> }")[0]["n"]  # fmt: skip


def test_a_wrong_day_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        kg.extract("Texte.", date="hier")


def test_the_pipe_takes_the_day_of_each_doc() -> None:
    import spacy

    nlp = spacy.blank("fr")
    nlp.add_pipe("conflict_events", config={"date": "2021-03-04"})
    text = "Une roquette 🚀 est tombée hier sur Kaboul."
    docs = [nlp.make_doc(text), nlp.make_doc(text)]
    docs[1]._.article_date = datetime.date(2001, 1, 2)
    days = [nlp(doc)._.conflict_events[0].begin for doc in docs]
    assert days == [datetime.date(2021, 3, 3), datetime.date(2001, 1, 1)]
    report = docs[0]._.conflict_events[0]
    assert text[report.mentions[0].begin : report.mentions[0].end] == report.mentions[0].text
    assert {span.label_ for span in docs[0].spans["conflict_events"]} == {
        report.type for report in docs[0]._.conflict_events
    }
