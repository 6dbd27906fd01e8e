"""Saved queries: SPARQL files with a comment header that says what they ask.

Header lines are ``#+ key: value``: `title` and `description` (French), `title.en` and `description.en`, `group`,
`columns` (the variables of a row), `needs` where a store must have more than SPARQL 1.1 (``GeoSPARQL``), and one `param`
line for each parameter: ``#+ param: name type default`` with type ``string``, ``iri``, ``date``, ``integer``, ``lang`` or
``class`` (a term of the ontology). A parameter stands in the query as a variable ``?_name``, in the outermost group of
the pattern; it is bound by a VALUES block, as terms and not as text, so that a value cannot become a part of the query.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.graph.terms import CKG, term
from kg.resources import listing

_HEADER = re.compile(r"^#\+\s*([\w.]+)\s*:\s*(.*?)\s*$")
_TOKEN = re.compile(r"""#[^\n]*|<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\w+|\{""")
_FORMS = ("select", "ask", "construct", "describe")
_TYPES = ("string", "iri", "date", "integer", "lang", "class")


class QueryError(ValueError):
    """A saved query that does not exist, or a parameter that does not fit; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved query, with its type and default as text."""

    name: str
    type: str
    default: str


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A saved query: its name (the file's stem), header and text. Titles and descriptions by language (fr, en)."""

    name: str
    title: dict[str, str]
    descriptions: dict[str, str]
    group: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    needs: str
    text: str

    @property
    def description(self) -> str:
        """The English description."""
        return self.descriptions["en"]

    @property
    def form(self) -> str:
        """``select``, ``ask``, ``construct`` or ``describe``."""
        words = (match.group().lower() for match in _TOKEN.finditer(self.text))
        return next(word for word in words if word in _FORMS)

    def bound(self, values: Mapping[str, str]) -> dict[ox.Variable, ox.NamedNode | ox.Literal]:
        """Variables and the terms to put in their place. Raises QueryError for an unknown name or a bad value."""
        unknown = sorted(set(values) - {parameter.name for parameter in self.parameters})
        if unknown:
            names = ", ".join(parameter.name for parameter in self.parameters) or "none"
            raise QueryError(f"{self.name}: no parameter {unknown[0]!r} (it has: {names})")
        return {ox.Variable(f"_{p.name}"): as_term(p, values.get(p.name, p.default)) for p in self.parameters}

    def filled(self, values: Mapping[str, str]) -> str:
        """The query's text with a VALUES block for its parameters, for servers that take text alone."""
        bound = self.bound(values)
        if not bound:
            return self.text
        variables = " ".join(f"?{v.value}" for v in bound)
        block = f"VALUES ({variables}) {{ ({' '.join(str(t) for t in bound.values())}) }}"
        position = _pattern_start(self.text)
        return f"{self.text[:position]} {block} {self.text[position:]}"


def _pattern_start(text: str) -> int:
    """Where the outermost group of a query's pattern starts, after its brace; comments and strings are passed over."""
    seen = False
    for match in _TOKEN.finditer(text):
        word = match.group()
        seen = seen or word.upper() == "WHERE"
        if seen and word == "{":
            return match.end()
    raise QueryError("the query has no WHERE { … }")


def as_term(parameter: Parameter, value: str) -> ox.NamedNode | ox.Literal:
    """A parameter's value as an RDF term. Raises QueryError where it does not fit the type."""
    try:
        if parameter.type == "iri":
            return ox.NamedNode(value)
        if parameter.type == "class":
            if not re.fullmatch(r"\w+", value):
                raise ValueError("a term of the ontology is wanted, such as Airstrike")
            return ox.NamedNode(CKG + value)
        if parameter.type == "date":
            return ox.Literal(datetime.date.fromisoformat(value).isoformat(), datatype=term("xsd:date"))
        if parameter.type == "integer":
            return ox.Literal(str(int(value)), datatype=term("xsd:integer"))
        if parameter.type == "lang":
            return ox.Literal(value, language="fr")
        return ox.Literal(value)
    except ValueError as fault:
        raise QueryError(f"{parameter.name}: {value!r} is no {parameter.type}: {fault}") from fault


def read_query(path: Path) -> SavedQuery:
    """A saved query from its file. Raises QueryError where the header is not well-formed."""
    text = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    parameters = []
    for line in text.splitlines():
        match = _HEADER.match(line)
        if match and match[1] == "param":
            parts = match[2].split(None, 2)
            if len(parts) != 3 or parts[1] not in _TYPES:
                raise QueryError(f"{path.name}: bad parameter line {line!r}")
            parameters.append(Parameter(*parts))
        elif match:
            header[match[1]] = match[2]
    for key in ("title", "title.en", "description", "description.en", "group", "columns"):
        if key not in header:
            raise QueryError(f"{path.name}: no {key} in its header")
    return SavedQuery(
        path.stem,
        {"fr": header["title"], "en": header["title.en"]},
        {"fr": header["description"], "en": header["description.en"]},
        header["group"],
        tuple(parameters),
        tuple(header["columns"].split()),
        header.get("needs", ""),
        text,
    )


def saved_queries() -> dict[str, SavedQuery]:
    """All saved queries by name."""
    return {path.stem: read_query(path) for path in listing("queries", ".rq")}


def saved_query(name: str) -> SavedQuery:
    """The saved query of this name. Raises QueryError, listing near names, where there is none."""
    found = saved_queries()
    if name not in found:
        raise QueryError(f"no saved query {name!r}; there are: {', '.join(sorted(found))}")
    return found[name]
