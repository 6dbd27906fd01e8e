"""Extractions written by hand, for tests that need a graph without a model."""

from __future__ import annotations

from datetime import date

from kg.model import Article, CasualtyFigure, Entity, EventReport, Extraction, Mention, Relation

TEXT = "Un raid a fait douze morts à Karvan.\n\nLe ministère dément : selon lui, trois miliciens ont péri."


def mention(words: str) -> Mention:
    begin = TEXT.index(words)
    return Mention(begin, begin + len(words), words)


def sample_extraction(identifier: str = "karvan-1") -> Extraction:
    """An airstrike with two tolls under two sources, and a denial."""
    article = Article(
        identifier, TEXT, "Un raid", date(2020, 5, 4), "gazette.example", "https://gazette.example/1", "fr"
    )
    entities = (
        Entity("group/habitants", "group", "habitants"),
        Entity(
            "organisation/ministere",
            "organisation",
            "ministère",
            subclass="GovernmentBody",
            country="AZE",
            mentions=(mention("ministère"),),
        ),
        Entity(
            "place/karvan",
            "place",
            "Karvan",
            ("Qarvan",),
            country="AZE",
            geonames=1,
            latitude=40.5,
            longitude=47.25,
            mentions=(mention("Karvan"),),
        ),
        Entity("state/AZE", "state", "Azerbaïdjan", ("Bakou",), country="AZE", known=True),
    )
    twelve = CasualtyFigure(
        "Killed", 12, 12, mention("douze morts"), "Civilians", ("group/habitants",), "casualty:noun", 0.9
    )
    three = CasualtyFigure(
        "Killed",
        3,
        None,
        mention("trois miliciens"),
        "Combatants",
        ("organisation/ministere",),
        "casualty:subject",
        0.8,
    )
    raid = EventReport(
        "Airstrike", "Actual", (mention("raid"),), date(2020, 5, 3), date(2020, 5, 3), ("place/karvan",), ("state/AZE",), ("group/habitants",),
        sources=("group/habitants",), casualties=(twelve, three), sentence=mention("Un raid a fait douze morts à Karvan."), rule="cue:raid", confidence=0.97,
    )  # fmt: skip
    denial = EventReport(
        "Denial",
        "Actual",
        (mention("dément"),),
        agents=("organisation/ministere",),
        sentence=mention("Le ministère dément"),
        rule="cue:démentir",
    )
    relations = (Relation("organisation/ministere", "affiliatedWith", "state/AZE", mention=mention("ministère")),)
    return Extraction(article, entities, relations, (raid, denial))


def planned_extraction() -> Extraction:
    """An article with a planned meeting in a place that nobody has located, and a toll that another article contradicts."""
    text = "Les deux ministres doivent se rencontrer à Zorvan le 9 mai 2020. Le raid a tué trente civils."

    def words(part: str) -> Mention:
        return Mention(text.index(part), text.index(part) + len(part), part)

    article = Article("zorvan-1", text, "Rencontre", date(2020, 5, 5), "courrier.example", None, "fr")
    entities = (
        Entity("group/ministres", "group", "ministres", mentions=(words("ministres"),)),
        Entity("place/zorvan", "place", "Zorvan", country="AZE", mentions=(words("Zorvan"),)),
        Entity("place/karvan", "place", "Karvan", country="AZE", geonames=1, latitude=40.5, longitude=47.25),
        Entity("state/AZE", "state", "Azerbaïdjan", country="AZE", known=True),
    )
    meeting = EventReport(
        "Meeting", "Planned", (words("rencontrer"),), date(2020, 5, 9), date(2020, 5, 9), ("place/zorvan",),
        participants=("group/ministres",), sentence=words("Les deux ministres doivent se rencontrer à Zorvan le 9 mai 2020."), rule="cue:rencontrer", confidence=0.7,
    )  # fmt: skip
    thirty = CasualtyFigure("Killed", 30, 30, words("trente civils"), "Civilians", rule="casualty:noun", confidence=0.9)
    raid = EventReport(
        "Airstrike", "Actual", (words("raid"),), date(2020, 5, 3), date(2020, 5, 3), ("place/karvan",), ("state/AZE",),
        casualties=(thirty,), sentence=words("Le raid a tué trente civils."), rule="cue:raid", confidence=0.9,
    )  # fmt: skip
    return Extraction(article, entities, (), (meeting, raid))
