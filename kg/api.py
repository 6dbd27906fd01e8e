"""The Python interface: what `import kg` offers; `docs/api.md` shows each with an example that runs.

Errors: `kg.StoreError` for a store that cannot be opened or written, ValueError for a query, parameter, date or format
that is none; their messages are one line for the user.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.stores.embedded import EmbeddedStore

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

    from kg.model import Extraction
    from kg.pipeline import Summary

_XSD = "http://www.w3.org/2001/XMLSchema#"
_COUNTS = ("lowest", "best", "highest", "low", "high", "reports", "sources")
_DAYS = ("begin", "end", "issued")
_DEGREES = ("lat", "long")


def build(
    paths: Iterable[Path | str] | Path | str,
    store: Path | str = "kg-store",
    *,
    workers: int = 1,
    date: datetime.date | str | None = None,
    progress: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Read articles, extract, store, consolidate, as ``kg build`` does; building the same again changes nothing.

    `paths` are files, folders, patterns or addresses; `date` (a day, or YYYY-MM-DD) stands for articles that carry
    none. Returns what was built, and what could not be (`Summary.failed`, a line each). Raises StoreError, ValueError.
    """
    from kg.pipeline import build as build_store

    given = [paths] if isinstance(paths, Path | str) else list(paths)
    return build_store(given, Path(store), workers=workers, day=_day(date), progress=progress)


def open_store(path: Path | str = "kg-store") -> Store:
    """The graph in a store's folder, as it is now; it stays so while others write. Raises StoreError."""
    return Store(EmbeddedStore.reading(Path(path)))


def extract(
    text: str, date: datetime.date | str | None = None, *, title: str | None = None, identifier: str = "text"
) -> Extraction:
    """What a French text says: `reports` (a `kg.EventReport` each), `entities`, `relations`.

    `date` is the day on which the text came out (a day, or YYYY-MM-DD), which "hier" and "mardi" count from. Offsets
    are code points of `text`. The models are loaded on the first call, which takes seconds. Raises ValueError.
    """
    from kg.model import Article
    from kg.nlp.extract import Extractor

    article = Article(identifier, text, title, _day(date), language="fr")
    return Extractor.shared().extract(article)


class Store:
    """A store that is open for reading. `open_store` makes one."""

    def __init__(self, embedded: EmbeddedStore) -> None:
        self._embedded = embedded

    def __len__(self) -> int:
        return len(self._embedded.ox)

    def query(self, query: str, /, **parameters: object) -> Any:
        """The answer to a saved query, by its name and with its parameters, or to SPARQL text.

        Rows come as a list of dicts of Python values (IRIs and texts as str, numbers, days as `datetime.date`, None
        where unbound); ASK gives a bool, CONSTRUCT and DESCRIBE an `rdflib.Graph`. Raises ValueError.
        """
        try:
            results = self._embedded.query(self._text(query, parameters))
        except SyntaxError as fault:
            raise ValueError(f"the query is not SPARQL: {fault}") from fault
        if isinstance(results, ox.QueryBoolean):
            return bool(results)
        if isinstance(results, ox.QueryTriples):
            return _graph(results)
        names = [variable.value for variable in results.variables]
        return [{name: python_value(row[name]) for name in names} for row in results]

    def _text(self, query: str, parameters: dict[str, object]) -> str:
        if "{" not in query:
            from kg.graph.queries import saved_query

            return saved_query(query).filled({name.rstrip("_"): str(value) for name, value in parameters.items()})
        if parameters:
            raise ValueError("parameters go with a saved query")
        return query

    def dataset(self) -> rdflib.Dataset:
        """The graph as an rdflib Dataset (through oxrdflib), its default graph the union of all; for reading."""
        return self._embedded.dataset()

    def events(self) -> pd.DataFrame:
        """Consolidated events, one a row, under the columns of ``kg export events.csv``. Needs pandas."""
        return self._frame("events")

    def claims(self) -> pd.DataFrame:
        """What each article reports of each event, one report a row. Needs pandas."""
        return self._frame("claims")

    def tolls(self) -> pd.DataFrame:
        """Casualty figures with their sources, one a row. Needs pandas."""
        return self._frame("tolls")

    def _frame(self, table: str) -> pd.DataFrame:
        import pandas as pd

        from kg.exports.tables import TABLES
        from kg.graph.records import Records

        made = TABLES[table]
        frame = pd.DataFrame(list(made.rows(Records(self._embedded.ox))), columns=list(made.columns), dtype=object)
        for column in frame.columns:
            if column in _COUNTS and not (column == "sources" and table != "events"):
                frame[column] = pd.to_numeric(frame[column].replace("", None)).astype("Int64")
            elif column in _DEGREES or column == "confidence":
                frame[column] = pd.to_numeric(frame[column].replace("", None)).astype("Float64")
            elif column in _DAYS:
                frame[column] = pd.to_datetime(frame[column].replace("", None))
            elif column == "disputed":
                frame[column] = frame[column].map({"true": True, "false": False}).astype("boolean")
            else:
                frame[column] = frame[column].astype("string")
        return frame

    def export(
        self, file: Path | str, format: str | None = None, *, articles: Iterable[str] = (), graphs: Iterable[str] = (),
        where: str | None = None, table: str = "events",
    ) -> None:  # fmt: skip
        """Write the graph, or a part of it, to a file, as ``kg export`` does. Raises ValueError, StoreError, OSError."""
        from kg.exports import Selection, export_to

        export_to(self._embedded, Path(file), format, Selection(tuple(articles), tuple(graphs), where, table))

    def counts(self) -> dict[str, int]:
        """How many quads, graphs, articles, reports, events and entities there are."""
        from kg.graph.statistics import counts

        return counts(self._embedded.ox)


def python_value(term: Any) -> Any:
    """An RDF term as the Python value nearest to it; None for none, text for what is not well-formed."""
    if term is None or isinstance(term, bool):
        return term
    if not isinstance(term, ox.Literal):
        return str(term.value) if isinstance(term, ox.NamedNode) else str(term)
    reader = _READERS.get(term.datatype.value.removeprefix(_XSD))
    try:
        return reader(term.value) if reader else term.value
    except (ValueError, InvalidOperation):
        return term.value


_READERS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": lambda text: {"true": True, "1": True, "false": False, "0": False}.get(text, text),
    "date": datetime.date.fromisoformat,
    "dateTime": datetime.datetime.fromisoformat,
}


def _graph(triples: ox.QueryTriples) -> rdflib.Graph:
    import rdflib

    text = triples.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
    return rdflib.Graph().parse(data=text, format="nt")


def _day(value: datetime.date | str | None) -> datetime.date | None:
    if isinstance(value, str):
        return datetime.date.fromisoformat(value)
    return value
