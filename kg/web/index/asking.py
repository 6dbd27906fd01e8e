"""Ask a graph for rows: an embedded store directly, any other store over SPARQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kg.graph.terms import PREFIXES, PROLOGUE


class Cell(NamedTuple):
    """An RDF term by its text; a literal's language; its type (uri, literal, bnode) and datatype as SPARQL JSON has them."""

    value: str
    language: str | None = None
    type: str = "literal"
    datatype: str | None = None


Row = tuple[Cell | None, ...]
Select = Callable[[str], Iterator[Row]]
Described = dict[str, list[Cell]]
_TYPES = {"NamedNode": "uri", "BlankNode": "bnode"}
_SPELLED = {iri: prefix for prefix, iri in PREFIXES.items()}


def embedded(path: Path) -> Select:
    """Asks the newest snapshot of an embedded store. Raises StoreError where there is none."""
    from kg.stores.embedded import EmbeddedStore

    store = EmbeddedStore.reading(path)

    def select(query: str) -> Iterator[Row]:
        found: Any = store.query(PROLOGUE + query)
        width = len(found.variables)
        for solution in found:
            terms = [solution[position] for position in range(width)]
            yield tuple(t if t is None else _cell(t) for t in terms)

    return select


def _cell(term: Any) -> Cell:
    kind = _TYPES.get(type(term).__name__, "literal")
    datatype = getattr(term, "datatype", None) if kind == "literal" and not term.language else None
    return Cell(str(term.value), getattr(term, "language", None), kind, datatype.value if datatype else None)


def over_sparql(pool: Any) -> Select:
    """Asks through a pool of query workers. Raises QueryError where it does not answer."""
    from kg.web.workers import Job

    def select(query: str) -> Iterator[Row]:
        _, chunks = pool.run(Job(PROLOGUE + query, "application/sparql-results+json", None))
        found = json.loads(b"".join(chunks))
        names = found["head"]["vars"]
        for binding in found["results"]["bindings"]:
            cells = [binding.get(name) for name in names]
            yield tuple(
                cell and Cell(cell["value"], cell.get("xml:lang"), cell["type"], cell.get("datatype")) for cell in cells
            )

    return select


def described(select: Select, kind: str) -> dict[str, Described]:
    """Everything said of the things of a class, by IRI and prefixed property, each value once, sorted."""
    gathered: dict[str, dict[str, set[Cell]]] = {}
    query = f"SELECT ?s ?p ?o WHERE {{ {{ SELECT DISTINCT ?s WHERE {{ ?s a {kind} }} }} ?s ?p ?o }}"
    for subject, prop, value in select(query):
        if subject and prop and value:
            gathered.setdefault(subject.value, {}).setdefault(shortened(prop.value), set()).add(value)
    return {s: {p: sorted(v, key=_order) for p, v in gathered[s].items()} for s in sorted(gathered)}


def _order(cell: Cell) -> tuple[str, ...]:
    return cell.value, cell.language or "", cell.type, cell.datatype or ""


def expanded(name: str) -> str:
    """The IRI of what `shortened` gives."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


def shortened(iri: str) -> str:
    """An IRI with its namespace's usual prefix, or as it is."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = _SPELLED.get(iri[:cut])
    return f"{prefix}:{iri[cut:]}" if prefix else iri
