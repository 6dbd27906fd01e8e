"""JSON-LD 1.1, compact, under the published context, written node by node: one line each.

Figures, mentions, positions and geometries stand within the first node (by IRI) that leads to them; all others stand
in their graph, and are referred to.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import IO, Any

import pyoxigraph as ox

from kg.exports.lines import Graph, graph_lines, triples
from kg.graph.terms import CKG, PREFIXES, term
from kg.graph.vocabulary import context

_TYPE = term("rdf:type")
_STRING, _TEXT = term("xsd:string"), term("rdf:langString")
_NUMBER, _BOOLEAN = term("xsd:integer"), term("xsd:boolean")
# Parts of other nodes: what leads to them, and their class.
_PARTS = {
    term("ckg:casualties"): term("ckg:CasualtyFigure"), term("ckg:mention"): term("ckg:Mention"),
    term("ckg:sentence"): term("ckg:Mention"), term("ckg:position"): term("ckg:Position"),
    term("geo:hasGeometry"): term("geo:Geometry"),
}  # fmt: skip
_LEAVES = {term("ckg:Mention"), term("ckg:Position"), term("geo:Geometry")}


def write_jsonld(store: ox.Store, graphs: list[Graph], stream: IO[bytes]) -> None:
    """Write graphs, in their order, as one JSON-LD document."""
    _write_document(itertools.chain.from_iterable(_entries(store, graph) for graph in graphs), stream)


def write_triples(lines: Iterator[bytes], stream: IO[bytes]) -> None:
    """Write sorted triples that belong to no graph as one JSON-LD document."""
    nodes = GraphNodes(ox.Store(), ox.DefaultGraph()).top(triples(lines))
    _write_document((piece for node in nodes for piece in (b",\n", _json(node))), stream)


def _entries(store: ox.Store, graph: Graph) -> Iterator[bytes]:
    """What stands for a graph in the document, in pieces, each entry after a comma."""
    nodes = map(_json, GraphNodes(store, graph).top(triples(graph_lines(store, graph))))
    if isinstance(graph, ox.DefaultGraph):
        yield from (piece for node in nodes for piece in (b",\n", node))
        return
    yield b',\n{"@id": ' + _json(_reference(graph)) + b', "@graph": [\n'
    yield next(nodes, b"")
    yield from (piece for node in nodes for piece in (b",\n", node))
    yield b"\n]}"


def _write_document(pieces: Iterator[bytes], stream: IO[bytes]) -> None:
    stream.write(b'{"@context": ' + _json(context()["@context"]) + b',\n"@graph": [')
    stream.write(next(pieces, b"").removeprefix(b","))
    stream.writelines(pieces)
    stream.write(b"\n]}\n")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class GraphNodes:
    """The nodes of one graph as JSON-LD node objects."""

    def __init__(self, store: ox.Store, graph: Graph) -> None:
        self._store, self._graph = store, graph
        self._compaction = Compaction()

    def top(self, found: Iterator[ox.Triple]) -> Iterator[dict[str, Any]]:
        """The nodes that are part of no other, from the graph's triples in the order of their subjects."""
        for subject, group in itertools.groupby(found, key=lambda triple: triple.subject):
            facts = list(group)
            kinds = {fact.object for fact in facts if fact.predicate == _TYPE}
            if not (kinds & set(_PARTS.values())) or self._owner(subject, kinds) is None:
                yield self._node(subject, facts)

    def _owner(self, part: Any, kinds: set[Any]) -> tuple[str, str] | None:
        """The first node, with the property, that a part is to stand in."""
        owners = [
            (str(quad.subject), str(quad.predicate))
            for quad in self._store.quads_for_pattern(None, None, part, self._graph)
            if _PARTS.get(quad.predicate) in kinds and self._may_hold(quad.subject, quad.predicate)
        ]
        return min(owners, default=None)

    def _may_hold(self, subject: Any, prop: ox.NamedNode) -> bool:
        """Parts do not hold parts, but figures hold their mentions."""
        kinds = {q.object for q in self._store.quads_for_pattern(subject, _TYPE, None, self._graph)}
        if kinds & _LEAVES:
            return False
        return term("ckg:CasualtyFigure") not in kinds or prop == term("ckg:mention")

    def _node(self, subject: Any, facts: list[ox.Triple]) -> dict[str, Any]:
        node: dict[str, Any] = {"@id": _reference(subject)}
        kinds = sorted(self._compaction.kind(f.object) for f in facts if f.predicate == _TYPE)
        if kinds:
            node["@type"] = kinds
        grouped: dict[str, list[ox.Triple]] = {}
        for fact in facts:
            if fact.predicate != _TYPE:
                grouped.setdefault(fact.predicate.value, []).append(fact)
        for prop, group in grouped.items():
            key, value = self._compaction.property(prop, [f.object for f in group])
            if group[0].predicate in _PARTS:
                parts = [self._part(fact) or self._compaction.reference(key, fact.object) for fact in group]
                value = parts if len(parts) > 1 else parts[0]
            node[key] = value
        return node

    def _part(self, fact: ox.Triple) -> dict[str, Any] | None:
        """The node object of a part, where this is the place for it."""
        part: Any = fact.object
        quads = list(self._store.quads_for_pattern(part, None, None, self._graph))
        kinds: set[Any] = {quad.object for quad in quads if quad.predicate == _TYPE}
        if _PARTS[fact.predicate] not in kinds or self._owner(part, kinds) != (str(fact.subject), str(fact.predicate)):
            return None
        return self._node(part, sorted((ox.Triple(q.subject, q.predicate, q.object) for q in quads), key=str))


class Compaction:
    """Terms as the published context shortens them."""

    def __init__(self) -> None:
        self._terms: dict[str, tuple[str, dict[str, str]]] = {}
        for name, value in context()["@context"].items():
            if isinstance(value, dict):
                prefix, _, local = value["@id"].partition(":")
                self._terms[PREFIXES[prefix] + local] = name, value

    def kind(self, value: Any) -> str:
        """A class."""
        iri = str(value.value)
        return iri.removeprefix(CKG) if iri.startswith(CKG) else iri

    def property(self, prop: str, values: list[Any]) -> tuple[str, Any]:
        """The key of a property, and its values under that key."""
        key, rule = self._terms.get(prop, (prop, {}))
        if rule.get("@container") == "@language" and all(_is_text(value) for value in values):
            texts: dict[str, Any] = {}
            for value in values:
                texts.setdefault(value.language, []).append(value.value)
            return key, {language: found if len(found) > 1 else found[0] for language, found in sorted(texts.items())}
        if "@container" in rule:
            return prop, _one([_expanded(value) for value in values])
        return key, _one([self._value(rule, value) for value in values])

    def reference(self, key: str, value: Any) -> Any:
        """A node under a key whose values are nodes."""
        return _reference(value) if isinstance(value, ox.NamedNode | ox.BlankNode) else _expanded(value)

    def _value(self, rule: dict[str, str], value: Any) -> Any:
        kind = rule.get("@type")
        if isinstance(value, ox.NamedNode | ox.BlankNode):
            if kind == "@vocab" and str(value.value).startswith(CKG):
                return value.value.removeprefix(CKG)
            return _reference(value) if kind in ("@id", "@vocab") else _expanded(value)
        if kind is None:
            return value.value if value.datatype == _STRING else _expanded(value)
        prefix, _, local = kind.partition(":")
        if kind.startswith("@") or value.datatype.value != PREFIXES[prefix] + local:
            return _expanded(value)
        if value.datatype == _NUMBER and len(value.value) < 16 and str(_integer(value.value)) == value.value:
            return int(value.value)
        return value.value == "true" if value.datatype == _BOOLEAN and value.value in ("true", "false") else value.value


def _integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _is_text(value: Any) -> bool:
    return isinstance(value, ox.Literal) and value.language is not None


def _reference(node: Any) -> str:
    return str(node) if isinstance(node, ox.BlankNode) else str(node.value)


def _expanded(value: Any) -> dict[str, Any]:
    if isinstance(value, ox.NamedNode | ox.BlankNode):
        return {"@id": _reference(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    return (
        {"@value": value.value} if value.datatype == _STRING else {"@value": value.value, "@type": value.datatype.value}
    )


def _one(values: list[Any]) -> Any:
    return values if len(values) > 1 else values[0]
