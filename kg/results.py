"""Print query results: Oxigraph's own serialisers, and an aligned table for people."""

from __future__ import annotations

import re
from typing import IO, Any

import pyoxigraph as ox

_RESULTS = {"json": "JSON", "csv": "CSV", "tsv": "TSV", "xml": "XML"}
_GRAPHS = {
    "turtle": "TURTLE",
    "ntriples": "N_TRIPLES",
    "nquads": "N_QUADS",
    "trig": "TRIG",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON_LD",
}
_WIDEST = 70


def print_results(results: Any, output: str, stream: IO[bytes]) -> None:
    """Write SELECT, ASK or CONSTRUCT results. Raises ValueError where the format does not fit the kind of result."""
    if isinstance(results, ox.QueryTriples):
        name = "TURTLE" if output == "table" else _GRAPHS.get(output)
        if name is None:
            raise ValueError(f"{output}: this query gives a graph; ask for {', '.join(_GRAPHS)}")
        results.serialize(stream, format=getattr(ox.RdfFormat, name))
    elif output == "table":
        stream.write(table(results).encode())
    elif output in _RESULTS:
        results.serialize(stream, format=getattr(ox.QueryResultsFormat, _RESULTS[output]))
    else:
        raise ValueError(f"{output}: this query gives rows; ask for table, {', '.join(_RESULTS)}")


def table(results: Any) -> str:
    """Rows as aligned columns; long values are cut, IRIs shortened to their last part."""
    if isinstance(results, ox.QueryBoolean):
        return f"{bool(results)}\n".lower()
    head = [variable.value for variable in results.variables]
    rows = [[readable(solution[name]) for name in head] for solution in results]
    widths = [min(_WIDEST, max([len(name), *(len(row[i]) for row in rows)])) for i, name in enumerate(head)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "".join(
        "  ".join(_cut(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def _cut(cell: str, width: int) -> str:
    return (cell if len(cell) <= width else cell[: width - 1] + "…").ljust(width)


def readable(value: Any) -> str:
    """A term for people: literals by their text, IRIs by their last part; control characters are shown blank."""
    if value is None:
        return ""
    if isinstance(value, ox.NamedNode) and "#" in value.value:
        return value.value.rsplit("#", 1)[-1]
    if isinstance(value, ox.NamedNode):
        return value.value.removeprefix("https://w3id.org/conflict-kg/id/")
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", str(getattr(value, "value", value)))
