"""Pages for people: start, search, things (entities, events, articles), lists of events, the query form."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, current_app, render_template, request

from kg.graph.queries import saved_queries
from kg.graph.terms import PREFIXES
from kg.web.graph_access import literal, rows, typed_rows
from kg.web.workers import QueryError

blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
PER_PAGE = 50
_COUNTED = (
    ("Article", "articles"),
    ("Event", "événements"),
    ("EventReport", "mentions d'événements"),
    ("Person", "personnes"),
    ("Organisation", "organisations"),
    ("Place", "lieux"),
)
_SPELLED = {iri: prefix for prefix, iri in PREFIXES.items()}


@blueprint.app_template_filter("local")
def local(iri: str) -> str:
    """Where a data IRI is shown on this server; other addresses only if http(s)."""
    base = current_app.config["KG_BASE"]
    if iri.startswith(base):
        return "/page/" + iri.removeprefix(base)
    return iri if iri.startswith(("http://", "https://")) else "#"


@blueprint.app_template_filter("short")
def short(iri: str) -> str:
    """An IRI as people write it: prefixed, or its last part."""
    for start, prefix in _SPELLED.items():
        if iri.startswith(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri.removeprefix(current_app.config["KG_BASE"])


@blueprint.app_errorhandler(QueryError)
def query_failed(failure: QueryError) -> tuple[str, int]:
    """A page for a query that gave no answer."""
    return render_template("problem.html", message=str(failure)), failure.status


@blueprint.get("/")
def start() -> str:
    """Counts, latest events, search."""
    union = " UNION ".join(f"{{ ?s a ckg:{kind} BIND ('{kind}' AS ?kind) }}" for kind, _ in _COUNTED)
    found = {
        row["kind"]: row["n"]
        for row in rows(f"SELECT ?kind (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {union} }} GROUP BY ?kind")
    }
    latest = _events("", "DESC(?begin) ?event", 12, 0)
    return render_template(
        "start.html", counts=[(label, found.get(kind, "0")) for kind, label in _COUNTED], events=latest
    )


@blueprint.get("/search")
def search() -> str:
    """Things whose name or other name holds the words."""
    words = request.args.get("q", "").strip()[:200]
    found = []
    if words:
        query = f"""SELECT ?thing (SAMPLE(?name) AS ?label) (GROUP_CONCAT(DISTINCT STR(?kind); separator=" ") AS ?kinds) WHERE {{
            ?thing rdfs:label|skos:altLabel|dcterms:title ?form . FILTER (CONTAINS(LCASE(STR(?form)), LCASE({literal(words)})))
            ?thing a ?kind . ?thing rdfs:label|dcterms:title ?name . FILTER (LANG(?name) != "en")
            }} GROUP BY ?thing ORDER BY ?label ?thing LIMIT 100"""
        found = sorted(
            (row for row in rows(query) if "thing" in row),
            key=lambda row: (len(row["label"]), row["label"], row["thing"]),
        )
    return render_template("search.html", words=words, found=found)


def _events(where: str, order: str, limit: int, offset: int) -> list[dict[str, str]]:
    query = f"""SELECT ?event (SAMPLE(?l) AS ?label) (MIN(?b) AS ?begin) (SAMPLE(?st) AS ?status) (SAMPLE(?n) AS ?reports) (MAX(?k) AS ?killed) (SAMPLE(?d) AS ?disputed) WHERE {{
        ?event a ckg:Event ; rdfs:label ?l ; ckg:status ?st ; ckg:reportCount ?n ; ckg:disputed ?d . FILTER (LANG(?l) = "fr") {where}
        OPTIONAL {{ ?event ckg:beginDate ?b }} OPTIONAL {{ ?event ckg:highestKilled ?k }}
        }} GROUP BY ?event ORDER BY {order} LIMIT {limit} OFFSET {offset}"""
    return [row for row in rows(query) if "event" in row]


@blueprint.get("/events")
def events() -> str:
    """Events by type, status and words, paged."""
    kind, status = request.args.get("type", ""), request.args.get("status", "")
    words = request.args.get("q", "").strip()[:200]
    page = max(1, request.args.get("page", 1, type=int) or 1)
    where = ""
    if kind.isalpha() and kind.isascii():
        where += f" ?event a ckg:{kind} ."
    if status.isalpha() and status.isascii():
        where += f" ?event ckg:status ckg:{status} ."
    if words:
        where += f" FILTER (CONTAINS(LCASE(STR(?l)), LCASE({literal(words)})))"
    found = _events(where, "DESC(?begin) ?event", PER_PAGE + 1, (page - 1) * PER_PAGE)
    types = rows(
        "SELECT ?type (COUNT(DISTINCT ?e) AS ?n) WHERE { ?r ckg:reportOf ?e ; ckg:eventType ?type } GROUP BY ?type ORDER BY DESC(?n) ?type"
    )
    return render_template(
        "events.html",
        events=found[:PER_PAGE],
        more=len(found) > PER_PAGE,
        page=page,
        kind=kind,
        status=status,
        words=words,
        types=types,
    )


@blueprint.get("/page/<path:name>")
def page(name: str) -> str:
    """Everything known of one thing."""
    raw = str(request.environ.get("RAW_URI") or "").partition("?")[0]
    path = raw.removeprefix("/page/") if raw.startswith("/page/") else quote(name, safe="/~:@!$&'()*+,;=-._")
    iri = current_app.config["KG_BASE"] + path
    from pyoxigraph import NamedNode

    try:
        node = str(NamedNode(iri))
    except ValueError:
        abort(404)
    facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in typed_rows(
        f"SELECT DISTINCT ?p ?o ?l WHERE {{ {node} ?p ?o . OPTIONAL {{ ?o rdfs:label|dcterms:title ?l }} }} ORDER BY ?p ?o LIMIT 500"
    ):
        values = facts[row["p"]["value"]]
        if not any(v["value"] == row["o"]["value"] and v.get("lang") == row["o"].get("xml:lang") for v in values):
            values.append(
                {
                    "value": row["o"]["value"],
                    "type": row["o"]["type"],
                    "lang": row["o"].get("xml:lang"),
                    "label": row.get("l", {}).get("value"),
                }
            )
    inverse = rows(f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ ?s ?p {node} }} GROUP BY ?p ORDER BY DESC(?n) ?p")
    if not facts and not inverse:
        abort(404)
    kinds = {short(v["value"]).removeprefix("ckg:") for v in facts.get(PREFIXES["rdf"] + "type", [])}
    return render_template(
        "thing.html", iri=iri, path=path, facts=facts, inverse=_inverse(node, inverse), kinds=kinds, label=_label(facts, iri), reports=_reports(node), members=_members(node)
    )  # fmt: skip


def _label(facts: dict[str, list[dict[str, Any]]], iri: str) -> str:
    for prop in ("rdfs:label", "dcterms:title"):
        prefix, _, name = prop.partition(":")
        values = sorted(facts.get(PREFIXES[prefix] + name, []), key=lambda v: v["lang"] != "fr")
        if values:
            return str(values[0]["value"])
    return short(iri)


def _inverse(node: str, counts: list[dict[str, str]]) -> list[tuple[str, str, list[dict[str, str]]]]:
    """Per property, how many things point here, and the first of them."""
    out = []
    for row in counts:
        query = f"SELECT DISTINCT ?s (SAMPLE(?l) AS ?label) WHERE {{ ?s <{row['p']}> {node} . OPTIONAL {{ ?s rdfs:label|dcterms:title ?l }} }} GROUP BY ?s ORDER BY ?label ?s LIMIT 20"
        out.append((row["p"], row["n"], [item for item in rows(query) if "s" in item]))
    return out


def _reports(node: str) -> list[dict[str, str]]:
    """The reports of an event, of an article, or that name an entity in a role: status, toll, source, sentence."""
    query = f"""SELECT ?report (SAMPLE(?t) AS ?type) (SAMPLE(?st) AS ?status) (SAMPLE(?se) AS ?sentence) (SAMPLE(?ev) AS ?event) (SAMPLE(?id) AS ?article) (SAMPLE(?ar) AS ?source_article) (SAMPLE(?day) AS ?issued)
        (GROUP_CONCAT(DISTINCT ?who; separator=", ") AS ?sources) (GROUP_CONCAT(DISTINCT ?said; separator="; ") AS ?tolls) (GROUP_CONCAT(DISTINCT ?words; separator="|") AS ?triggers) WHERE {{
        {{ ?report ckg:reportOf {node} }} UNION {{ ?report ckg:article {node} ; a ckg:EventReport }} UNION {{ VALUES ?role {{ ckg:agent ckg:target ckg:participant ckg:mediator ckg:place ckg:accordingTo }} ?report ?role {node} ; a ckg:EventReport }}
        ?report ckg:eventType ?t ; ckg:status ?st ; ckg:article ?ar ; ckg:sentence/nif:anchorOf ?se ; ckg:mention/nif:anchorOf ?words . ?ar dcterms:identifier ?id .
        OPTIONAL {{ ?report ckg:reportOf ?ev }} OPTIONAL {{ ?ar dcterms:issued ?day }}
        OPTIONAL {{ ?report ckg:accordingTo/rdfs:label ?who }}
        OPTIONAL {{ ?report ckg:casualties/ckg:mention/nif:anchorOf ?said }}
        }} GROUP BY ?report ORDER BY ?issued ?article ?report LIMIT 200"""
    return [row for row in rows(query) if "report" in row]


def _members(node: str) -> list[dict[str, str]]:
    """Who co-chairs or belongs to an organisation."""
    query = f"SELECT DISTINCT ?member (SAMPLE(?l) AS ?label) (SAMPLE(?p) AS ?role) WHERE {{ VALUES ?p {{ ckg:coChairOf }} ?member ?p {node} ; rdfs:label ?l }} GROUP BY ?member ORDER BY ?label"
    return [row for row in rows(query) if "member" in row]


@blueprint.get("/query")
def editor() -> str:
    """A form for SPARQL, with the saved queries as examples."""
    saved = saved_queries()
    chosen = saved.get(request.args.get("example", ""))
    text = request.args.get("query") or (
        chosen.filled({})
        if chosen
        else "PREFIX ckg: <https://w3id.org/conflict-kg/ontology#>\nSELECT * WHERE { ?s a ckg:Event } LIMIT 20"
    )
    table = None
    failure = None
    if "run" in request.args:
        try:
            table = _run(text)
        except (QueryError, ValueError) as fault:
            failure = str(fault)
    return render_template("query.html", text=text, saved=saved.values(), table=table, failure=failure)


def _run(text: str) -> tuple[list[str], list[list[dict[str, str]]]]:
    import json

    from kg.web.guard import check
    from kg.web.workers import Job

    check(text, current_app.config["KG_SERVICES"])
    _, chunks = current_app.extensions["kg_workers"].run(
        Job(text, "application/sparql-results+json", "application/ld+json")
    )
    found = json.loads(b"".join(chunks))
    if not isinstance(found, dict) or "head" not in found:
        raise ValueError("this query gives a graph; ask /sparql for it as Turtle")
    if "boolean" in found:
        return ["?"], [[{"value": str(found["boolean"]).lower(), "type": "literal"}]]
    names = found["head"]["vars"]
    return names, [
        [binding.get(name, {"value": "", "type": "literal"}) for name in names]
        for binding in found["results"]["bindings"][:500]
    ]


@blueprint.get("/ontology/page")
def ontology_page() -> str:
    """The vocabulary as a readable reference."""
    import pyoxigraph as ox

    from kg.resources import resource

    terms: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(resource("ontology/conflict.ttl"), format=ox.RdfFormat.TURTLE):
        subject: Any = quad.subject
        value: Any = quad.object
        if subject.value.startswith(PREFIXES["ckg"]):
            name = short(quad.predicate.value) + (f"@{value.language}" if getattr(value, "language", None) else "")
            terms[subject.value][name].append(value.value)
    return render_template("ontology.html", terms=dict(sorted(terms.items())))
