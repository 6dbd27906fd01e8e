"""The page of one thing: what every thing has, and what its kind adds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask import Response, abort, make_response, render_template, request
from pyoxigraph import NamedNode

from kg.graph.terms import CKG, PREFIXES, PROLOGUE
from kg.web.graph_access import rows as ask
from kg.web.graph_access import typed_rows
from kg.web.index.asking import shortened
from kg.web.negotiation import SUFFIXES
from kg.web.pages.articles import article_parts
from kg.web.pages.blueprint import base, blueprint, index
from kg.web.pages.entity import entity_parts
from kg.web.pages.event import event_parts
from kg.web.pages.gathering import event_lines, marks
from kg.web.pages.paging import Paging
from kg.web.pages.wording import language, local

_MOST_FACTS, _SHOWN, _LINKS, _LONGEST, _HEADING = 1500, 12, 40, 300, 110
_HIDDEN = {PREFIXES["ckg"] + name for name in ("mention", "text", "textFingerprint", "contentHash")} | {
    PREFIXES["schema"] + "mentions",
    PREFIXES["nif"] + "referenceContext",
}


@dataclass(slots=True)
class Fact:
    """A property with its first values; `total` is how many were read."""

    predicate: str
    values: list[dict[str, Any]] = field(default_factory=list)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The first values."""
        return self.values[:_SHOWN]


@blueprint.get("/page/<path:name>")
def page(name: str) -> Response:
    """Everything known of one thing."""
    raw = str(request.environ.get("RAW_URI") or "").partition("?")[0]
    path = raw.removeprefix("/page/") if raw.startswith("/page/") else quote(name, safe="/~:@!$&'()*+,;=-._")
    iri = base() + path
    try:
        node = str(NamedNode(iri))
    except ValueError:
        abort(404)
    facts = entity_facts(iri) or facts_of(node)
    links = index().rows("SELECT property, links FROM link WHERE object = ? ORDER BY links DESC, property", (iri,))
    if not facts and not links:
        abort(404)
    common = {
        "iri": iri, "path": path, "facts": facts, "kinds": kinds(facts), "links": links, "opened": _opened(node, links),
        "sparql": f"{PROLOGUE}SELECT ?property ?value WHERE {{\n  {node} ?property ?value\n}} ORDER BY ?property ?value",
    }  # fmt: skip
    template, parts = _by_kind(iri)
    label = parts.pop("label", None) or _cut(_names([iri]).get(iri, "")) or label_of(facts, iri)
    response = make_response(render_template(template, label=label[:_LONGEST], **common, **parts))
    described = [f'</data/{path}.{suffix}>; rel="alternate"; type="{media}"' for suffix, media in SUFFIXES.items()]
    response.headers["Link"] = ", ".join([f'<{iri}>; rel="describes"', *described])
    return response


def _by_kind(iri: str) -> tuple[str, dict[str, Any]]:
    """The template for a thing, and what it needs."""
    for table, template, parts in (
        ("event", "event.html", event_parts),
        ("entity", "entity.html", entity_parts),
        ("article", "article.html", article_parts),
    ):
        row = index().row(f"SELECT * FROM {table} WHERE iri = ?", (iri,))
        if row is not None:
            return template, parts(row)
    return "thing.html", {}


def facts_of(node: str) -> list[Fact]:
    """What is said of a thing, by property, each value once with its label in the reader's language."""
    query = f"""SELECT DISTINCT ?p ?o ?l WHERE {{ {{ SELECT DISTINCT ?p ?o WHERE {{ {node} ?p ?o }} LIMIT {_MOST_FACTS} }}
        OPTIONAL {{ ?o rdfs:label|dcterms:title|nif:anchorOf ?l }} }}"""
    found: dict[str, dict[tuple[str, str | None], dict[str, Any]]] = {}
    for row in typed_rows(query):
        prop, value, label = row["p"]["value"], row["o"], row.get("l")
        if prop in _HIDDEN:
            continue
        held = found.setdefault(prop, {}).setdefault(
            (value["value"], value.get("xml:lang")), {**value, "label": None, "tongue": None}
        )
        if label and (held["label"] is None or label.get("xml:lang") == language()):
            held["label"], held["tongue"] = label["value"], label.get("xml:lang")
    return _sorted(found)


def entity_facts(iri: str) -> list[Fact]:
    """As `facts_of`, of an entity, from the index: an entity is spoken of in as many graphs as articles name it."""
    rows = index().rows(
        """SELECT f.*, n.fr, n.en FROM entity e JOIN fact f ON f.entity = e.id LEFT JOIN entity n ON f.type = 'uri' AND n.iri = f.value
        WHERE e.iri = ? LIMIT ?""",
        (iri, _MOST_FACTS),
    )
    found: dict[str, dict[tuple[str, str | None], dict[str, Any]]] = {}
    for row in rows:
        cell = {"value": row["value"], "type": row["type"], "datatype": row["datatype"], "xml:lang": row["language"]}
        held = found.setdefault(row["property"], {})
        held[row["value"], row["language"]] = {**cell, "label": row[language()], "tongue": language()}
    return _sorted(found)


def _sorted(found: dict[str, dict[tuple[str, str | None], dict[str, Any]]]) -> list[Fact]:
    """Kinds and names first, then the properties in the order of their names."""
    out = [
        Fact(prop, sorted(found[prop].values(), key=lambda v: (v["label"] or v["value"], v["value"]))) for prop in found
    ]
    return sorted(
        out,
        key=lambda fact: (
            fact.predicate != PREFIXES["rdf"] + "type",
            not fact.predicate.startswith(PREFIXES["rdfs"]),
            shortened(fact.predicate),
        ),
    )


def kinds(facts: list[Fact]) -> list[str]:
    """The names of the ontology's classes that a thing belongs to."""
    types = [v["value"] for fact in facts if fact.predicate == PREFIXES["rdf"] + "type" for v in fact.values]
    return sorted(iri.removeprefix(CKG) for iri in types if iri.startswith(CKG))


def label_of(facts: list[Fact], iri: str) -> str:
    """The best name: in the reader's language, else any, else the IRI's end."""
    for prop in (PREFIXES["rdfs"] + "label", PREFIXES["dcterms"] + "title", PREFIXES["nif"] + "anchorOf"):
        for fact in facts:
            if fact.predicate == prop:
                best = min(fact.values, key=lambda v: (v.get("xml:lang") != language(), len(v["value"]), v["value"]))
                return str(best["value"])
    return shortened(iri).removeprefix(base())


def _cut(name: str) -> str:
    """The first words of a sentence, as a heading."""
    return name if len(name) <= _HEADING else name[:_HEADING].rsplit(" ", 1)[0] + "…"


def _opened(node: str, links: list[Any]) -> dict[str, Any] | None:
    """The things that point here by the property that the reader opened, one page of them."""
    wanted = request.args.get("in", "")
    total = next((row["links"] for row in links if row["property"] == wanted), 0)
    if not total:
        return None
    paging = Paging.read(total, _LINKS, "links", "#links")
    query = f"SELECT DISTINCT ?s WHERE {{ ?s <{wanted}> {node} }} ORDER BY ?s LIMIT {_LINKS} OFFSET {paging.offset}"
    found = [row["s"] for row in ask(query) if "s" in row]
    names = _names(found)
    items = [
        {"iri": iri, "href": local(iri), "label": names.get(iri) or shortened(iri).removeprefix(base())}
        for iri in found
    ]
    return {"property": wanted, "paging": paging, "items": items}


def _names(iris: list[str]) -> dict[str, str]:
    """The names of things of the index: of entities, articles by their title, reports by their sentence, events."""
    names: dict[str, str] = {}
    held = marks(iris)
    for query in (
        f"SELECT iri, {language()} FROM entity WHERE iri IN ({held})",
        f"SELECT iri, COALESCE(title, identifier) FROM article WHERE iri IN ({held})",
        f"SELECT iri, sentence FROM report WHERE iri IN ({held})",
        f"SELECT f.iri, f.words FROM figure f WHERE f.iri IN ({held})",
    ):
        names |= {iri: name for iri, name in index().rows(query, tuple(iris)) if name}
    lines = event_lines(index().rows(f"SELECT * FROM event WHERE iri IN ({held})", tuple(iris)))
    return names | {line.iri: line.dated_title for line in lines}
