"""The gazetteer: who and where, by the forms that a French text may use.

Reads the index that `kg.gazetteer.compile` makes. Look-ups go through SQLite, opened read-only, so that start-up
takes milliseconds and memory stays small.
"""

from __future__ import annotations

import functools
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kg.gazetteer.entry import Candidate, Entry
from kg.gazetteer.folding import fold, sound
from kg.model import Relation

__all__ = ["Candidate", "Entry", "Gazetteer", "GazetteerError", "fold"]

_INDEX = Path(__file__).parent / "index" / "gazetteer.sqlite"
_COLUMNS = "entity.key, kind, label, names, subclass, entity.country, geonames, wikidata, lat, lon, population, feature"
_MOST = 24
_SHORTEST_SOUND = 5


class GazetteerError(RuntimeError):
    """The index is missing or cannot be read; the message says how to make it."""


class Gazetteer:
    """Look-up of entities by form, of demonyms, seats, role nouns and office holders."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise GazetteerError(f"{path}: no gazetteer index; run: python -m kg.gazetteer.compile")
        self._path = path
        self._local = threading.local()
        self._demonyms: dict[str, str] = dict(self._rows("SELECT fold, iso3 FROM demonym"))
        self._seats: dict[str, str] = dict(self._rows("SELECT fold, iso3 FROM seat"))
        self._phrases = {
            (kind, form): (code, number) for kind, form, code, number in self._rows("SELECT * FROM phrase")
        }
        self._find = functools.lru_cache(50_000)(self._find_uncached)
        self._longest_of = functools.lru_cache(50_000)(self._longest_uncached)

    @staticmethod
    @functools.cache
    def open(path: Path = _INDEX) -> Gazetteer:
        """The gazetteer at `path`, opened once a process.

        Raises GazetteerError where the index is missing.
        """
        return Gazetteer(path)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        # SQLite forbids to carry a connection into a forked process, which would share its place in the file.
        owner, connection = getattr(self._local, "connection", (None, None))
        if connection is None or owner != os.getpid():
            connection = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True)
            self._local.connection = os.getpid(), connection
        return list(connection.execute(query, values))

    def lookup(self, form: str) -> tuple[Candidate, ...]:
        """Entities that `form` may stand for: states, regions, organisations and persons, then places by size."""
        found = self._find(fold(form))
        return tuple(
            Candidate(entry, form, "exact" if form in entry.names else match, unclear)
            for entry, match, unclear in found
        )

    def _find_uncached(self, folded: str) -> tuple[tuple[Entry, Any, bool], ...]:
        query = f"SELECT {_COLUMNS}, ambiguous FROM form JOIN entity ON entity.id = form.entity WHERE fold = ? ORDER BY rank, population DESC, entity.key LIMIT {_MOST}"  # noqa: S608
        rows = self._rows(query, folded)
        if rows or len(folded) < _SHORTEST_SOUND:
            return tuple((_entry(row), "folded", bool(row[-1])) for row in rows)
        query = f"SELECT {_COLUMNS} FROM sound JOIN entity ON entity.id = sound.entity WHERE sound.key = ? ORDER BY rank, population DESC, entity.key LIMIT {_MOST}"  # noqa: S608
        return tuple(
            (_entry(row), "transliterated", True)
            for row in self._rows(query, sound(folded))
            if row[2][0].lower() in _initials(folded)
        )

    def longest(self, words: Sequence[str], start: int) -> tuple[int, tuple[Candidate, ...]] | None:
        """End and candidates of the longest known form that begins at `words[start]`; None if there is none.

        Forms are met exactly or folded here; `lookup` also tries transliterations.
        """
        first = fold(words[start])
        if not first:
            return None
        most = self._longest_of(first.split()[0])
        if not most:
            return None
        parts = [first]
        best: tuple[int, str] | None = None
        for end in range(start + 1, min(len(words), start + 2 * most) + 1):
            joined = " ".join(parts)
            if joined.count(" ") >= most:
                break
            if parts[-1] and self._known(joined):
                best = (end, joined)
            if end < len(words):
                nxt = fold(words[end])
                if nxt:
                    parts.append(nxt)
                elif words[end] not in ("-", "'", "’"):
                    break
        if best is None:
            return None
        end, joined = best
        form = " ".join(words[start:end])
        return end, tuple(
            Candidate(entry, form, "exact" if form in entry.names else "folded", unclear)
            for entry, _, unclear in self._find(joined)
        )

    def _known(self, folded: str) -> bool:
        found = self._find(folded)
        return bool(found) and found[0][1] != "transliterated"

    def _longest_uncached(self, word: str) -> int:
        rows = self._rows("SELECT longest FROM first WHERE word = ?", word)
        return int(rows[0][0]) if rows else 0

    def entry(self, key: str) -> Entry | None:
        """The entity with this key, or None."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM entity WHERE entity.key = ?", key)  # noqa: S608
        return _entry(rows[0]) if rows else None

    def linked_entries(self) -> Iterator[Entry]:
        """All entries that have a GeoNames or a Wikidata identifier, by key."""
        query = f"SELECT {_COLUMNS} FROM entity WHERE geonames IS NOT NULL OR wikidata IS NOT NULL ORDER BY entity.key"  # noqa: S608
        yield from map(_entry, self._rows(query))

    def state(self, iso3: str) -> Entry | None:
        """The state with this ISO 3166-1 alpha-3 code."""
        return self.entry(f"state/{iso3}")

    def demonym(self, word: str) -> str | None:
        """ISO 3166-1 alpha-3 code of the state that an adjective or inhabitants' name belongs to."""
        return self._demonyms.get(fold(word))

    def seat(self, form: str) -> str | None:
        """Code of the state for whose government a capital or palace stands ("le Kremlin", "Bakou")."""
        return self._seats.get(fold(form))

    def role(self, words: Sequence[str], start: int) -> tuple[int, str, str] | None:
        """End, role code and number ("sg", "pl") of the longest role noun at `words[start]`."""
        return self._phrase("role", words, start)

    def agent_noun(self, words: Sequence[str], start: int) -> tuple[int, str, str] | None:
        """End, code and number of the longest noun for an agent ("forces gouvernementales") at `words[start]`."""
        return self._phrase("agent", words, start)

    def _phrase(self, kind: str, words: Sequence[str], start: int) -> tuple[int, str, str] | None:
        best = None
        joined = ""
        for end in range(start, min(len(words), start + 7)):
            joined = f"{joined} {fold(words[end])}".strip()
            found = self._phrases.get((kind, joined))
            if found:
                best = (end + 1, *found)
        return best

    def holders(
        self, role_code: str, country: str | None, on: date | None, organisation: str | None = None
    ) -> tuple[Entry, ...]:
        """Who held an office of a country (ISO alpha-3) or organisation (key) on a day; years decide, ends included."""
        query = f"SELECT {_COLUMNS}, first, last FROM office JOIN entity ON entity.id = office.entity WHERE office.code = ? AND office.country IS ? ORDER BY first, entity.key"  # noqa: S608
        out = []
        for row in self._rows(query, role_code, country):
            first, last = row[-2], row[-1]
            if on is None or ((first or 0) <= on.year and on.year <= (last or 9999)):
                out.append(_entry(row))
        if organisation is not None:
            named = {
                row[0]
                for row in self._rows(
                    "SELECT entity.key FROM office JOIN entity ON entity.id = office.entity WHERE organisation = ?",
                    organisation,
                )
            }
            out = [entry for entry in out if entry.key in named]
        return tuple(out)

    def relations(self, key: str) -> tuple[Relation, ...]:
        """What the gazetteer knows of an entity's memberships and offices."""
        out = [
            Relation(key, predicate, target)
            for predicate, target in self._rows(
                "SELECT predicate, object FROM relation WHERE subject = ? ORDER BY 1, 2", key
            )
        ]
        out += [
            Relation(subject, predicate, key)
            for subject, predicate in self._rows(
                "SELECT subject, predicate FROM relation WHERE object = ? ORDER BY 1, 2", key
            )
        ]
        query = "SELECT title, office.country, office.organisation, first, last FROM office JOIN entity ON entity.id = office.entity WHERE key = ? ORDER BY first, title"
        for title, country, organisation, first, last in self._rows(query, key):
            target = organisation or (f"state/{country}" if country else None)
            if target and title:
                begin = date(int(first), 1, 1) if first else None
                out.append(Relation(key, "position", target, title, begin, date(int(last), 12, 31) if last else None))
        return tuple(out)


def _initials(folded: str) -> str:
    """First letters that a transliterated name may begin with."""
    first = folded[0]
    for group in ("gkqhc", "vw", "iyj", "sct", "jdz", "ou", "ae"):
        if first in group:
            return group + "‘'’ʿ"
    return first


def _entry(row: tuple[Any, ...]) -> Entry:
    key, kind, label, names, subclass, country, geonames, wikidata, lat, lon, population, feature, *_ = row
    return Entry(
        key,
        kind,
        label,
        tuple(names.split("|")),
        subclass,
        country,
        geonames,
        wikidata,
        lat,
        lon,
        population or 0,
        feature or "",
    )
