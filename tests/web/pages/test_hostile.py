"""A graph that means harm is shown as text: scripts, long literals, cycles, right-to-left, very many links."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.graph.terms import BASE, CKG, term
from kg.stores.embedded import EmbeddedStore
from kg.web.app import Settings, create_app

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover=alert(3) {{ 7*7 }}"
RTL = "\u202eمرحبا\u202c שלום"
LONG = "é" * 100_000
LINKS = 10_000


def _iri(path: str) -> ox.NamedNode:
    return ox.NamedNode(BASE + path)


def _actor(name: str, label: str) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    node = _iri(f"person/{name}")
    yield node, term("rdf:type"), term("ckg:Person")
    yield node, term("rdf:type"), term("ckg:Actor")
    yield node, term("rdfs:label"), ox.Literal(label, language="fr")


def _triples() -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    for name, label in (("script", SCRIPT), ("rtl", RTL), ("long", LONG), ("hub", "Carrefour")):
        yield from _actor(name, label)
    hub, script = _iri("person/hub"), _iri("person/script")
    yield script, term("owl:sameAs"), ox.NamedNode("javascript:alert(4)")
    yield script, term("skos:altLabel"), ox.Literal(LONG)
    yield script, term("ckg:affiliatedWith"), hub
    yield hub, term("ckg:affiliatedWith"), script
    yield hub, term("ckg:affiliatedWith"), hub
    yield hub, term("ckg:country"), hub
    article = _iri("article/evil")
    yield article, term("rdf:type"), term("ckg:Article")
    yield article, term("dcterms:title"), ox.Literal(SCRIPT)
    yield article, term("dcterms:publisher"), ox.Literal(SCRIPT)
    yield article, term("schema:url"), ox.Literal("javascript:alert(5)")
    yield article, term("ckg:text"), ox.Literal(SCRIPT + "\n\n" + LONG)
    event, report = _iri("event/evil"), _iri("report/evil")
    yield event, term("rdf:type"), term("ckg:Event")
    yield event, term("rdf:type"), term("ckg:Airstrike")
    yield event, term("rdfs:label"), ox.Literal(SCRIPT, language="fr")
    yield event, term("ckg:status"), ox.NamedNode(CKG + "<nope>".replace("<", "%3C").replace(">", "%3E"))
    yield event, term("ckg:beginDate"), ox.Literal("soon", datatype=term("xsd:date"))
    yield event, term("ckg:highestKilled"), ox.Literal("9" * 400, datatype=term("xsd:integer"))
    yield event, term("ckg:reportCount"), ox.Literal("-5", datatype=term("xsd:integer"))
    yield event, term("ckg:agent"), script
    yield report, term("rdf:type"), term("ckg:EventReport")
    yield report, term("ckg:reportOf"), event
    yield report, term("ckg:article"), article
    yield report, term("ckg:eventType"), term("ckg:Airstrike")
    yield report, term("ckg:status"), term("ckg:Actual")
    yield report, term("ckg:accordingTo"), script
    yield report, term("ckg:sentence"), _iri("article/evil/char/0-40")
    for begin, end in ((0, 40), (0, 12), (5, 20), (12, 12), (30, 5), (-3, 4)):
        node = _iri(f"article/evil/char/{begin}-{end}")
        yield node, term("nif:referenceContext"), article
        yield node, term("nif:beginIndex"), ox.Literal(str(begin), datatype=term("xsd:integer"))
        yield node, term("nif:endIndex"), ox.Literal(str(end), datatype=term("xsd:integer"))
        yield node, term("nif:anchorOf"), ox.Literal(SCRIPT[max(0, begin) : end])
        yield script, term("ckg:mention"), node
    for number in range(LINKS):
        other = _iri(f"group/{number}")
        yield other, term("rdf:type"), term("ckg:Group")
        yield other, term("rdf:type"), term("ckg:Actor")
        yield other, term("rdfs:label"), ox.Literal(f"Groupe {number}", language="fr")
        yield other, term("ckg:affiliatedWith"), hub
        yield hub, term("skos:altLabel"), ox.Literal(f"Nom {number}")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    path: Path = tmp_path_factory.mktemp("hostile") / "store"
    with EmbeddedStore.writing(path) as store:
        store.extend([ox.Quad(s, p, o, _iri("graph/evil")) for s, p, o in _triples()])
    application = create_app(Settings(path, workers=1))
    application.test_client().get("/")
    yield application.test_client()
    application.extensions["kg_workers"].close()


class _Elements(HTMLParser):
    """What a browser would make elements and attributes of."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


ADDRESSES = [
    "/",
    "/events",
    "/entities",
    "/articles",
    "/sources",
    "/conflicts",
    "/search?q=script",
    "/page/person/script",
    "/page/person/rtl",
    "/page/person/long",
    "/page/person/hub",
    "/page/event/evil",
    "/page/report/evil",
    "/page/article/evil",
    "/sources/person/script",
    "/articles?publisher=" + quote(SCRIPT),
    "/events?actor=" + quote("person/script"),
    "/query?run=1&query=" + quote("SELECT * WHERE { ?s ?p ?o } LIMIT 50"),
    "/query?query=" + quote("</textarea><script>alert(6)</script>"),
    "/search?q=" + quote(SCRIPT),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_in_the_graph_becomes_an_element_or_an_address_to_run(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    elements = _Elements()
    elements.feed(page)
    assert elements.found
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        assert not any(
            (attributes.get(n) or "").strip().lower().startswith("javascript:") for n in ("href", "src", "action")
        )
        if tag == "script":
            assert attributes.get("type") == "application/ld+json" or (attributes["src"] or "").startswith("/static/")
        if tag == "img":
            assert (attributes["src"] or "").startswith("/")
    for script in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
        assert "<" not in script


@pytest.mark.parametrize("address", ["/page/person/hub", "/page/person/long", "/page/person/script", "/entities", "/page/person/hub?in=" + quote(CKG + "affiliatedWith") + "&links=200"])  # fmt: skip
def test_very_much_is_shown_in_parts(client: FlaskClient, address: str) -> None:
    started = time.perf_counter()
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(answer.data) < 300_000
    assert time.perf_counter() - started < 5


def test_links_are_counted_and_paged(client: FlaskClient) -> None:
    page = client.get("/page/person/hub?in=" + quote(CKG + "affiliatedWith") + "&links=251").get_data(as_text=True)
    assert f"{LINKS + 2:,}".replace(",", "\u202f") in page
    assert page.count('href="/page/group/') > 0
    assert 'rel="prev"' in page


def test_text_that_runs_the_other_way_is_kept_apart(client: FlaskClient) -> None:
    assert f"<bdi>{RTL}</bdi>" in client.get("/entities?kind=Person").get_data(as_text=True)


def test_a_number_too_large_for_a_table_is_left_out(client: FlaskClient) -> None:
    assert b"9999999" not in client.get("/events").data
