"""The saved queries as data: SHACL SPARQL executables in a named graph of the store.

The form is that of SIB's example queries, which query editors ask an endpoint for by SPARQL: each example is a
``sh:SPARQLExecutable`` with its text (``sh:select``, ``sh:ask``, ``sh:construct``), an ``rdfs:comment`` and
``sh:prefixes``, where the prefixes are declared (SHACL, section 5.2.1).
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.graph.quads import Triple, text_literal
from kg.graph.queries import saved_queries
from kg.graph.terms import PREFIXES, Names, term
from kg.stores.embedded import EmbeddedStore

SHACL = "http://www.w3.org/ns/shacl#"
_TYPE = term("rdf:type")


def example_triples(names: Names) -> Iterator[Triple]:
    """The saved queries and the prefixes that they use. Where they can be run depends on who serves them."""
    prefixes = names.query("prefixes")
    yield prefixes, _TYPE, term("owl:Ontology")
    for prefix, namespace in sorted(PREFIXES.items()):
        declaration = names.query(f"prefixes/{prefix}")
        yield prefixes, _shacl("declare"), declaration
        yield declaration, _TYPE, _shacl("PrefixDeclaration")
        yield declaration, _shacl("prefix"), ox.Literal(prefix)
        yield declaration, _shacl("namespace"), ox.Literal(namespace, datatype=term("xsd:anyURI"))
    for saved in saved_queries().values():
        node = names.query(saved.name)
        yield node, _TYPE, _shacl("SPARQLExecutable")
        yield node, _TYPE, _shacl(f"SPARQL{saved.form.title()}Executable")
        yield node, _shacl(saved.form), ox.Literal(saved.filled({}))
        for language, title in saved.title.items():
            yield node, term("rdfs:label"), text_literal(title, language)
        # Editors list an example once for each comment.
        yield node, term("rdfs:comment"), text_literal(saved.description, "en")
        yield node, _shacl("prefixes"), prefixes
        yield node, term("schema:keywords"), ox.Literal(saved.group)


def keep_examples(store: EmbeddedStore, names: Names) -> bool:
    """Make the store's graph of examples that of this version; returns whether it was not. Raises StoreError."""
    graph = names.queries_graph
    wanted = {ox.Quad(s, p, o, graph) for s, p, o in example_triples(names)}
    if wanted == set(store.ox.quads_for_pattern(None, None, None, graph)):
        return False
    store.replace_graph(graph, sorted(wanted, key=str))
    return True


def _shacl(name: str) -> ox.NamedNode:
    return ox.NamedNode(SHACL + name)
