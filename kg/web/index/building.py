"""Make the index of a graph: one SQLite file."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from kg.graph.terms import CKG, FAMILY_OF
from kg.web.index.asking import Cell, Described, Select, described
from kg.web.index.english import english_name
from kg.web.index.naming import event_forms, folded
from kg.web.index.relations import write_facts, write_relations

VERSION = 2
"""Grows with every change of the tables; indexes of another version are not read."""
ROLES = ("place", "agent", "target", "participant", "mediator", "accordingTo")
KINDS = ("State", "Person", "Organisation", "Place", "Group")
_LONGEST_NAME = 300


def build_index(select: Select, target: Path, generation: str, base: str) -> None:
    """Write the index of what `select` answers to `target`, whole or not at all.

    `generation` tells which state of the store it is; `base` is the start of data IRIs.
    Raises OSError where it cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(unfinished)) as database:
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            database.executescript((files("kg.web.index") / "schema.sql").read_text(encoding="utf-8"))
            _Writer(select, database, base).write(generation)
            database.commit()
            database.executescript("INSERT INTO name(name) VALUES ('optimize'); ANALYZE;")
            database.commit()
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _first(said: Described, prop: str) -> str | None:
    values = said.get(prop)
    return values[0].value if values else None


def _local(iri: str | None) -> str | None:
    return iri.removeprefix(CKG) if iri else None


def _number(text: str | None) -> int | None:
    """An integer; None for what is none or what a table cannot hold."""
    try:
        value = int(text) if text else None
    except ValueError:
        return None
    return value if value is None or abs(value) < 2**62 else None


def _decimal(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _in(values: Iterable[Cell], language: str) -> str | None:
    """The shortest label of a language, or of none, or any."""
    ranked = sorted(values, key=lambda v: (v.language != language, v.language is not None, len(v.value), v.value))
    return ranked[0].value[:_LONGEST_NAME] if ranked else None


class _Writer:
    """Reads one class of things after the other and writes its table; remembers the number of each IRI."""

    def __init__(self, select: Select, database: sqlite3.Connection, base: str) -> None:
        self.select, self.database, self.base = select, database, base
        self.entities: dict[str, int] = {}
        self.articles: dict[str, int] = {}
        self.events: dict[str, int] = {}
        self.reports: dict[str, int] = {}
        self.figures: dict[str, int] = {}
        self.country: dict[int, int] = {}
        self.point: dict[int, tuple[float, float, bool]] = {}
        self.mentioned: list[tuple[str, str, int]] = []

    def write(self, generation: str) -> None:
        self._entities()
        self._articles()
        events = self._events()
        self._reports()
        self._figures()
        self._mentions()
        self._links()
        self._tallies()
        self._names(events)
        self._meta(generation)

    def _entities(self) -> None:
        said_of = described(self.select, "ckg:Place") | described(self.select, "ckg:Actor")
        self.entities = {iri: number for number, iri in enumerate(said_of, 1)}
        names = []
        for iri, said in said_of.items():
            number = self.entities[iri]
            classes = {c.value.removeprefix(CKG) for c in said.get("rdf:type", []) if c.value.startswith(CKG)}
            kind = next((k for k in KINDS if k in classes), "Place" if "Place" in classes else "Group")
            specific = sorted(classes - {"Actor", "Place", kind}) or [kind]
            labels = said.get("rdfs:label", []) or [Cell(iri.removeprefix(self.base))]
            country = next(
                (self.entities[c.value] for c in said.get("ckg:country", []) if c.value in self.entities), None
            )
            lat, long = _decimal(_first(said, "wgs84:lat")), _decimal(_first(said, "wgs84:long"))
            same_as = [c.value for c in said.get("owl:sameAs", [])]
            english = next((c.value for c in labels if c.language == "en"), None) or english_name(
                _first(said, "ckg:iso3"), same_as
            )
            if country is None and kind == "State":
                country = number
            if country is not None:
                self.country[number] = country
            if lat is not None and long is not None and abs(lat) <= 90 and abs(long) <= 180:
                self.point[number] = (lat, long, kind == "State")
            else:
                lat = long = None
            self.database.execute(
                "INSERT INTO entity (id, iri, kind, class, fr, en, country, iso3, lat, long) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, iri, kind, specific[0], _in(labels, "fr"), english or _in(labels, "en"), country, _first(said, "ckg:iso3"), lat, long),
            )  # fmt: skip
            names += [
                (number, form.value[:_LONGEST_NAME])
                for form in {*labels, *said.get("skos:altLabel", []), *([Cell(english)] if english else [])}
            ]
            self.mentioned += [(m.value, "entity", number) for m in said.get("ckg:mention", [])]
        self._entity_names = names
        write_facts(self.database, said_of, self.entities)
        write_relations(self.select, self.database, said_of, self.entities)

    def _articles(self) -> None:
        said_of = described(self.select, "ckg:Article")
        self.articles = {iri: number for number, iri in enumerate(said_of, 1)}
        rows = []
        for iri, said in said_of.items():
            title = _in(said.get("dcterms:title", []), "fr")
            rows.append((
                self.articles[iri], iri, _first(said, "dcterms:identifier") or iri.removeprefix(self.base), title, _first(said, "dcterms:issued"),
                _first(said, "dcterms:publisher"), _first(said, "schema:url"), _first(said, "dcterms:language") or "fr", _first(said, "ckg:copyOf"),
            ))  # fmt: skip
        self.database.executemany(
            "INSERT INTO article (id, iri, identifier, title, issued, publisher, url, language, copy_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )  # fmt: skip
        self._article_rows = rows

    def _events(self) -> dict[str, Described]:
        said_of = described(self.select, "ckg:Event")
        self.events = {iri: number for number, iri in enumerate(said_of, 1)}
        for iri, said in said_of.items():
            number = self.events[iri]
            kinds = sorted({_local(c.value) or "" for c in said.get("rdf:type", [])} & set(FAMILY_OF)) or ["Event"]
            linked = {
                (role, self.entities[v.value])
                for role in ROLES
                for v in said.get(f"ckg:{role}", [])
                if v.value in self.entities
            }
            places = sorted(entity for role, entity in linked if role == "place")
            linked |= {("country", self.country[place]) for place in places if place in self.country}
            points = sorted((self.point[p] for p in places if p in self.point), key=lambda point: (point[2], point))
            lat, long = points[0][:2] if points else (None, None)
            self.database.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, iri, kinds[0], _local(_first(said, "ckg:status")) or "Actual", _first(said, "ckg:beginDate"), _first(said, "ckg:endDate"),
                    _number(_first(said, "ckg:lowestKilled")), _number(_first(said, "ckg:bestKilled")), _number(_first(said, "ckg:highestKilled")),
                    _number(_first(said, "ckg:reportCount")) or 0, _number(_first(said, "ckg:sourceCount")) or 0, int(_first(said, "ckg:disputed") == "true"),
                    _first(said, "ckg:firstReported"), _first(said, "ckg:lastReported"), lat, long,
                ),
            )  # fmt: skip
            self.database.executemany("INSERT INTO event_type VALUES (?, ?)", [(number, kind) for kind in kinds])
            self.database.executemany(
                "INSERT INTO event_entity VALUES (?, ?, ?)", [(number, *link) for link in sorted(linked)]
            )
        return said_of

    def _reports(self) -> None:
        said_of = described(self.select, "ckg:EventReport")
        self.reports = {iri: number for number, iri in enumerate(said_of, 1)}
        self._sentences = {}
        for iri, said in said_of.items():
            number = self.reports[iri]
            sentence = _first(said, "ckg:sentence")
            if sentence:
                self._sentences[number] = sentence
            event = self.events.get(_first(said, "ckg:reportOf") or "")
            self.database.execute(
                "INSERT INTO report (id, iri, event, article, type, status, begin, end, confidence, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, iri, event, self.articles.get(_first(said, "ckg:article") or ""), _local(_first(said, "ckg:eventType")) or "Event",
                    _local(_first(said, "ckg:status")) or "Actual", _first(said, "ckg:beginDate"), _first(said, "ckg:endDate"),
                    _decimal(_first(said, "ckg:confidence")), _first(said, "ckg:rule"),
                ),
            )  # fmt: skip
            links = [
                (role, self.entities[v.value])
                for role in ROLES
                for v in said.get(f"ckg:{role}", [])
                if v.value in self.entities
            ]
            self.database.executemany(
                "INSERT OR IGNORE INTO report_entity VALUES (?, ?, ?)", [(number, *link) for link in links]
            )
            if event is not None:
                self._claimed(event, [entity for role, entity in links if role == "accordingTo"])
            self.mentioned += [(m.value, "report", number) for m in said.get("ckg:mention", [])]
            for figure in said.get("ckg:casualties", []):
                self.figures[figure.value] = number

    def _claimed(self, event: int, sources: Iterable[int]) -> None:
        rows = [(event, "accordingTo", source) for source in sources]
        self.database.executemany("INSERT OR IGNORE INTO event_entity VALUES (?, ?, ?)", rows)

    def _figures(self) -> None:
        reports, event_of = self.figures, dict(self.database.execute("SELECT id, event FROM report"))
        for number, (iri, said) in enumerate(described(self.select, "ckg:CasualtyFigure").items(), 1):
            report = reports.get(iri)
            if report is None:
                continue
            self.database.execute(
                "INSERT INTO figure (id, iri, report, harm, low, high, victims) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    number, iri, report, _local(_first(said, "ckg:harm")) or "Killed", _number(_first(said, "ckg:low")),
                    _number(_first(said, "ckg:high")), _local(_first(said, "ckg:victims")),
                ),
            )  # fmt: skip
            sources = [self.entities[v.value] for v in said.get("ckg:accordingTo", []) if v.value in self.entities]
            self.database.executemany(
                "INSERT INTO figure_source VALUES (?, ?)", [(number, source) for source in sources]
            )
            if event_of[report] is not None:
                self._claimed(event_of[report], sources)
            self.mentioned += [(m.value, "figure", number) for m in said.get("ckg:mention", [])]

    def _mentions(self) -> None:
        """Where things are named, and the sentences of reports."""
        spans: dict[str, tuple[int, int, int]] = {}
        texts: dict[str, str] = {}
        wanted = set(self._sentences.values())
        words = {node for node, kind, _ in self.mentioned if kind == "figure"}
        query = "SELECT ?m ?a ?b ?e ?t WHERE { ?m nif:referenceContext ?a ; nif:beginIndex ?b ; nif:endIndex ?e ; nif:anchorOf ?t }"
        for node, article, begin, end, text in self.select(query):
            if node and article and begin and end and text and article.value in self.articles:
                first, last = _number(begin.value), _number(end.value)
                if first is not None and last is not None:
                    spans[node.value] = (self.articles[article.value], first, last)
                if node.value in wanted or node.value in words:
                    texts[node.value] = text.value
        found = {(*spans[node], kind, owner) for node, kind, owner in self.mentioned if node in spans}
        self.database.executemany("INSERT INTO mention VALUES (?, ?, ?, ?, ?)", sorted(found))
        self.database.executemany(
            "UPDATE report SET sentence = ?, sentence_begin = ? WHERE id = ?",
            [(texts[s][:20_000], spans[s][1], report) for report, s in self._sentences.items() if s in spans and s in texts],
        )  # fmt: skip
        said = [
            (texts[node][:_LONGEST_NAME], owner)
            for node, kind, owner in self.mentioned
            if kind == "figure" and node in texts
        ]
        self.database.executemany("UPDATE figure SET words = ? WHERE id = ?", said)

    def _links(self) -> None:
        """How many links lead to each thing, by property."""
        query = f"""SELECT ?o ?p (COUNT(DISTINCT ?s) AS ?n) WHERE {{
            ?s ?p ?o . FILTER (isIRI(?o) && STRSTARTS(STR(?o), "{self.base}") && ?p != nif:referenceContext && ?p != ckg:mention && ?p != geo:hasGeometry)
            }} GROUP BY ?o ?p"""
        rows = [(o.value, p.value, int(n.value)) for o, p, n in self.select(query) if o and p and n]
        self.database.executemany("INSERT INTO link VALUES (?, ?, ?)", rows)

    def _tallies(self) -> None:
        """Counts of each entity and article."""
        self.database.executescript("""
            UPDATE entity SET events = t.n FROM
                (SELECT entity, COUNT(DISTINCT event) AS n FROM event_entity WHERE role NOT IN ('country', 'accordingTo') GROUP BY entity) t WHERE t.entity = id;
            UPDATE entity SET claims = t.n FROM (SELECT entity, COUNT(DISTINCT report) AS n FROM (
                SELECT entity, report FROM report_entity WHERE role = 'accordingTo'
                UNION SELECT s.entity, f.report FROM figure_source s JOIN figure f ON f.id = s.figure) GROUP BY entity) t WHERE t.entity = id;
            UPDATE article SET reports = t.n FROM (SELECT article, COUNT(*) AS n FROM report GROUP BY article) t WHERE t.article = id;
            """)
        rows = [(n, iri) for iri, n in self._naming_articles()]
        self.database.executemany("UPDATE entity SET articles = ? WHERE iri = ?", rows)

    def _naming_articles(self) -> Iterator[tuple[str, int]]:
        yield from self.database.execute(
            "SELECT object, links FROM link WHERE property = 'https://schema.org/mentions'"
        )

    def _names(self, events: dict[str, Described]) -> None:
        """Everything that the search finds things by."""
        weight = dict(self.database.execute("SELECT id, events + articles FROM entity"))
        rows = [(form, "entity", number, weight[number] + 1) for number, form in self._entity_names]
        for number, _, identifier, title, *_ in self._article_rows:
            rows.append((f"{title or ''} {identifier}"[:_LONGEST_NAME], "article", number, 0))
        places = defaultdict(list)
        for event, fr, en in self.database.execute(
            "SELECT event, fr, en FROM event_entity JOIN entity ON entity = entity.id WHERE role = 'place' ORDER BY entity.events"
        ):
            places[event].append((fr, en))
        for iri in events:
            number = self.events[iri]
            kinds = [t for (t,) in self.database.execute("SELECT type FROM event_type WHERE event = ?", (number,))]
            begin = _first(events[iri], "ckg:beginDate")
            rows.append((event_forms(kinds, places[number], begin), "event", number, 0))
        self.database.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", rows)
        self.database.executemany(
            "INSERT INTO fragment VALUES (?, ?, ?, ?)", [(folded(f), k, t, w) for f, k, t, w in rows if k == "entity"]
        )

    def _meta(self, generation: str) -> None:
        counts = {
            name: self.database.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]
            for name in ("article", "event", "report", "figure", "entity")
        }
        values = {
            "generation": generation,
            "made": datetime.now(UTC).replace(microsecond=0).isoformat(),
            "counts": json.dumps(counts),
        }
        self.database.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
