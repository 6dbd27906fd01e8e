"""The index of consolidation: which reports can be one event, which articles are copies, and what is yet to be done.

A SQLite file beside the store. It holds nothing that the graph does not: where it is missing or of another version,
it is made anew from the articles' graphs. Every change is noted in `pending` before the graph changes, so that a
build that dies leaves nothing forgotten.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from kg.articles.duplicates import Fingerprint, bands
from kg.graph.event_reports import ArticleRecord, Location, Report, from_json, to_json
from kg.graph.linkage import is_lasting, type_group, undated_window

VERSION = 4
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE pending (article TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE dirty (report TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE article (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, issued TEXT, publisher TEXT, fingerprint BLOB);
CREATE TABLE band (key INTEGER, day INTEGER, article INTEGER, PRIMARY KEY (key, day, article)) WITHOUT ROWID;
CREATE TABLE copy (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE actor (iri TEXT, article INTEGER, PRIMARY KEY (iri, article)) WITHOUT ROWID;
CREATE TABLE report (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, article INTEGER, data TEXT);
CREATE TABLE block (anchor INTEGER, day INTEGER, report INTEGER, PRIMARY KEY (anchor, day, report)) WITHOUT ROWID;
CREATE TABLE edge (a INTEGER, b INTEGER, score REAL, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE INDEX article_reports ON report (article);
CREATE INDEX article_bands ON band (article);
CREATE INDEX article_actors ON actor (article);
CREATE INDEX report_blocks ON block (report);
"""
_REMEMBERED = 4_000
_COPY_DAYS = 30
_NO_DAY = 0
_LONGEST_PERIOD = 400
_SHORT_PERIOD = 4


class ReportIndex:
    """The open index. Nothing is kept until `commit`."""

    def __init__(self, path: Path) -> None:
        self._db = _opened(path)
        self.report = lru_cache(_REMEMBERED)(self._report)
        self.is_new = self._db.execute("PRAGMA user_version").fetchone()[0] != VERSION
        if self.is_new:
            self._create()
        self._db.execute("BEGIN")

    def _create(self) -> None:
        for name, kind in self._db.execute("SELECT name, type FROM sqlite_master WHERE type = 'table'").fetchall():
            self._db.execute(f"DROP {kind} {name}")
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version={VERSION}")

    def commit(self) -> None:
        """Keep what was changed."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Close without keeping uncommitted changes."""
        self._db.close()

    # What is to be done

    def meta(self, name: str) -> str | None:
        """A noted value."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def note(self, name: str, value: str) -> None:
        """Note a value."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def add_pending(self, articles: Iterable[str]) -> None:
        """Note articles (IRIs) whose graphs are about to change, and keep that note at once."""
        self._db.executemany("INSERT OR IGNORE INTO pending VALUES (?)", ((iri,) for iri in articles))
        self.commit()

    def pending(self, most: int) -> list[str]:
        """Some articles whose graphs may have changed."""
        return [row[0] for row in self._db.execute("SELECT article FROM pending ORDER BY article LIMIT ?", (most,))]

    def done(self, articles: Iterable[str]) -> None:
        """Take articles from the list of what is to be read."""
        self._db.executemany("DELETE FROM pending WHERE article = ?", ((iri,) for iri in articles))

    def add_dirty(self, reports: Iterable[str]) -> None:
        """Note reports (IRIs) whose event must be looked at again; they need not exist any more."""
        self._db.executemany("INSERT OR IGNORE INTO dirty VALUES (?)", ((iri,) for iri in reports))

    def dirty(self, most: int) -> list[str]:
        """Some reports to look at."""
        return [row[0] for row in self._db.execute("SELECT report FROM dirty ORDER BY report LIMIT ?", (most,))]

    def clean(self, reports: Iterable[str]) -> None:
        """Take reports from the list of what is to be looked at."""
        self._db.executemany("DELETE FROM dirty WHERE report = ?", ((iri,) for iri in reports))

    # Articles

    def remove_article(self, iri: str) -> set[str]:
        """Forget an article; returns the actors (IRIs) that no other article names."""
        row = self._db.execute("SELECT id FROM article WHERE iri = ?", (iri,)).fetchone()
        if row is None:
            return set()
        self._copies_dirty(row[0])
        reports = self._db.execute("SELECT id, iri FROM report WHERE article = ?", row).fetchall()
        for number, report in reports:
            self.add_dirty([report, *(self.report(other).iri for other in self.neighbours(number))])
            self._db.execute("DELETE FROM edge WHERE b = ? AND a IN (SELECT b FROM edge WHERE a = ?)", (number, number))
            self._db.execute("DELETE FROM edge WHERE a = ?", (number,))
            self._db.execute("DELETE FROM block WHERE report = ?", (number,))
            self._db.execute("DELETE FROM report WHERE id = ?", (number,))
        query = "SELECT iri FROM actor WHERE article = ? AND NOT EXISTS (SELECT 1 FROM actor o WHERE o.iri = actor.iri AND o.article != actor.article)"
        orphans = {found[0] for found in self._db.execute(query, row)}
        self._db.execute("DELETE FROM copy WHERE b = ? AND a IN (SELECT b FROM copy WHERE a = ?)", (row[0], row[0]))
        for statement in (
            "DELETE FROM copy WHERE a = ?",
            "DELETE FROM band WHERE article = ?",
            "DELETE FROM actor WHERE article = ?",
            "DELETE FROM article WHERE id = ?",
        ):
            self._db.execute(statement, row)
        self.report.cache_clear()
        return orphans

    def add_article(self, record: ArticleRecord) -> set[str]:
        """Add an article that is not in the index; returns the actors (IRIs) that no article named before."""
        issued = record.issued.isoformat() if record.issued else None
        number = self._db.execute(
            "INSERT INTO article (iri, issued, publisher, fingerprint) VALUES (?, ?, ?, ?)",
            (record.iri, issued, record.publisher, record.fingerprint.signature if record.fingerprint else None),
        ).lastrowid
        if number is None:
            raise RuntimeError("SQLite gave no row number")
        fresh = {
            iri for iri in record.actors if not self._db.execute("SELECT 1 FROM actor WHERE iri = ?", (iri,)).fetchone()
        }
        self._db.executemany("INSERT INTO actor VALUES (?, ?)", ((iri, number) for iri in record.actors))
        for report in record.reports:
            row = self._db.execute(
                "INSERT INTO report (iri, article, data) VALUES (?, ?, ?)",
                (report.iri, number, json.dumps(to_json(report), ensure_ascii=False)),
            ).lastrowid
            blocks = {(anchor, day, row) for anchor, day in stored_under(report)}
            self._db.executemany("INSERT INTO block VALUES (?, ?, ?)", sorted(blocks))
        self.add_dirty([record.iri])
        if record.fingerprint:
            self._link_copies(number, record.fingerprint, record.issued)
        self.add_dirty(report.iri for report in record.reports)
        return fresh

    def _link_copies(self, number: int, fingerprint: Fingerprint, issued: date | None) -> None:
        """Find an article's copies: those near in time, so that the work stays in proportion; undated ones anywhere."""
        day = _day(issued) if issued else _NO_DAY
        first, last = (day - _COPY_DAYS, day + _COPY_DAYS) if issued else (0, _day(date.max))
        keys = list(bands(fingerprint))
        query = (
            f"SELECT article FROM band WHERE key IN ({','.join('?' * len(keys))}) AND (day BETWEEN ? AND ? OR day = ?)"  # noqa: S608
        )
        found = {row[0] for row in self._db.execute(query, (*keys, first, last, _NO_DAY))}
        self._db.executemany("INSERT OR IGNORE INTO band VALUES (?, ?, ?)", ((key, day, number) for key in keys))
        copies = []
        for other in sorted(found):
            row = self._db.execute("SELECT fingerprint FROM article WHERE id = ?", (other,)).fetchone()
            if fingerprint.is_copy(Fingerprint(row[0])):
                copies += [(number, other), (other, number)]
        if copies:
            self._db.executemany("INSERT OR IGNORE INTO copy VALUES (?, ?)", copies)
            self._copies_dirty(number)

    def _copies_dirty(self, number: int) -> None:
        """Note an article's group of copies, and all their reports."""
        for other in self._copy_group(number):
            for query in ("SELECT iri FROM article WHERE id = ?", "SELECT iri FROM report WHERE article = ?"):
                self.add_dirty([row[0] for row in self._db.execute(query, (other,))])

    def _copy_group(self, number: int) -> set[int]:
        group, stack = {number}, [number]
        while stack:
            for (other,) in self._db.execute("SELECT b FROM copy WHERE a = ?", (stack.pop(),)).fetchall():
                if other not in group:
                    group.add(other)
                    stack.append(other)
        return group

    def copies(self, article: str) -> list[str]:
        """The articles (IRIs) that print the same text, this one among them, in order of their first printing."""
        row = self._db.execute("SELECT id FROM article WHERE iri = ?", (article,)).fetchone()
        if row is None:
            return [article]
        group = self._copy_group(row[0])
        if len(group) == 1:
            return [article]
        marks = ",".join("?" * len(group))
        query = f"SELECT iri FROM article WHERE id IN ({marks}) ORDER BY COALESCE(issued, '9999'), iri"  # noqa: S608
        return [found[0] for found in self._db.execute(query, sorted(group))]

    def are_copies(self, a: str, b: str) -> bool:
        """Whether the texts of two articles are near-duplicates of each other."""
        query = "SELECT 1 FROM copy WHERE a = (SELECT id FROM article WHERE iri = ?) AND b = (SELECT id FROM article WHERE iri = ?)"
        return self._db.execute(query, (a, b)).fetchone() is not None

    def known_actors(self) -> Iterator[str]:
        """Every actor (IRI) that some article names, sorted."""
        for row in self._db.execute("SELECT DISTINCT iri FROM actor ORDER BY iri"):
            yield row[0]

    # Reports

    def number(self, iri: str) -> int | None:
        """A report's number in the index."""
        row = self._db.execute("SELECT id FROM report WHERE iri = ?", (iri,)).fetchone()
        return row[0] if row else None

    def _report(self, number: int) -> Report:
        row = self._db.execute("SELECT data FROM report WHERE id = ?", (number,)).fetchone()
        return from_json(json.loads(row[0]))

    def candidates(self, report: Report) -> set[int]:
        """Numbers of the reports that share a place or actor with a report, in days that fit."""
        found: set[int] = set()
        for anchor, first, last in looked_up_under(report):
            query = "SELECT report FROM block WHERE anchor = ? AND day BETWEEN ? AND ?"
            found.update(row[0] for row in self._db.execute(query, (anchor, first, last)))
        return found

    def add_edge(self, a: int, b: int, score: float) -> None:
        """Note that a pair's score is above zero."""
        self._db.executemany("INSERT OR REPLACE INTO edge VALUES (?, ?, ?)", [(a, b, score), (b, a, score)])

    def neighbours(self, number: int) -> dict[int, float]:
        """The reports whose pair with this one scores above zero, with the scores."""
        return dict(self._db.execute("SELECT b, score FROM edge WHERE a = ?", (number,)).fetchall())


def _opened(path: Path) -> sqlite3.Connection:
    """A connection; a file that is no database any more is thrown away, for all of it can be made anew."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        db.close()
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA cache_size=-32768")
    return db


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _day(day: date) -> int:
    return day.toordinal()


def _anchors(report: Report) -> tuple[set[str], set[str]]:
    """What a report is found by, and what else it looks for: its places and actors; the states around its places."""
    own: set[str] = set()
    sought: set[str] = set()
    for place in report.places or report.named:
        own.add(f"place {place.iri}")
        own.update(_cells(place, 0))
        sought.update(_cells(place, 1))
        if place.country:
            own.add(f"{'wide' if place.wide else 'point'} {place.country}")
            sought.add(f"wide {place.country}")
            if place.wide:
                sought.add(f"point {place.country}")
    own.update(f"actor {actor.iri}" for actor in report.actors())
    return own, {name for name in own if not name.startswith("point ")} | sought


def _cells(place: Location, around: int) -> set[str]:
    """Cells of a quarter of a degree in which a point lies, with those around it."""
    if place.wide or place.latitude is None or place.longitude is None:
        return set()
    row, column = int(place.latitude * 4 // 1), int(place.longitude * 4 // 1)
    steps = range(-around, around + 1)
    return {f"cell {row + i} {column + j}" for i in steps for j in steps}


def stored_under(report: Report) -> Iterator[tuple[int, int]]:
    """The (anchor, day) pairs under which a report is found."""
    group = type_group(report.type)
    if report.begin and report.end:
        kind, day = ("period" if is_lasting(report) else "day"), _day(report.begin)
    else:
        kind, day = "undated", _day(report.issued) if report.issued else 0
    for anchor in sorted(_anchors(report)[0]):
        yield _hash(f"{group} {kind} {anchor}"), day


def looked_up_under(report: Report) -> Iterator[tuple[int, int, int]]:
    """The (anchor, first day, last day) ranges in which the reports that may tell of the same event are found."""
    group = type_group(report.type)
    ranges: list[tuple[str, int, int]] = []
    if report.begin and report.end:
        first, last = _day(report.begin), _day(report.end)
        lasting = is_lasting(report)
        ranges.append(("day", first - _SHORT_PERIOD, last + 1))
        ranges.append(("period", first - (_LONGEST_PERIOD if lasting else 2 * _SHORT_PERIOD), last + 1))
        if not lasting:
            ranges.append(("undated", first - 1, last + 8))
    else:
        window = undated_window(report)
        if window is None:
            ranges.append(("undated", 0, 0))
        else:
            ranges.append(("day", _day(window[0]) - _SHORT_PERIOD, _day(window[1])))
            issued = _day(window[1])
            ranges.append(("undated", issued - 5, issued + 3))
    for kind, first, last in ranges:
        for anchor in sorted(_anchors(report)[1]):
            yield _hash(f"{group} {kind} {anchor}"), first, last
