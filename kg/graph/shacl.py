"""SHACL validation of graphs against ``ontology/shapes.ttl`` (W3C SHACL, by pySHACL)."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph

from kg.resources import resource

if TYPE_CHECKING:
    import rdflib


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a shape objects to: the node, the property path and the message in the reader's language."""

    node: str
    path: str
    message: str


@functools.cache
def _shapes() -> rdflib.Graph:
    import rdflib

    return rdflib.Graph().parse(data=resource("ontology/shapes.ttl"), format="turtle")


@functools.cache
def _ontology() -> rdflib.Graph:
    import rdflib

    return rdflib.Graph().parse(data=resource("ontology/conflict.ttl"), format="turtle")


def validate(triples: Iterable[pyoxigraph.Triple | pyoxigraph.Quad], language: str = "en") -> list[Violation]:
    """Check triples (of one article's graph with the known entities it uses, say) against the shapes.

    Returns the violations sorted by node, none where the data conform. Inference is limited to subclasses that
    the ontology states.
    """
    import pyshacl
    import rdflib
    from rdflib.namespace import SH

    plain = {pyoxigraph.Triple(t.subject, t.predicate, t.object) for t in triples}
    data = rdflib.Graph().parse(
        data=pyoxigraph.serialize(sorted(plain, key=str), format=pyoxigraph.RdfFormat.N_TRIPLES), format="nt"
    )
    _, report, _ = pyshacl.validate(
        data, shacl_graph=_shapes(), ont_graph=_ontology(), inference="none", advanced=False
    )
    if not isinstance(report, rdflib.Graph):
        return [Violation("", "", str(report))]
    out = []
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        messages = sorted(
            report.objects(result, SH.resultMessage), key=lambda m: getattr(m, "language", "") != language
        )
        path = report.value(result, SH.resultPath)
        out.append(
            Violation(str(report.value(result, SH.focusNode)), str(path or ""), str(messages[0]) if messages else "")
        )
    return sorted(set(out), key=lambda v: (v.node, v.path, v.message))
