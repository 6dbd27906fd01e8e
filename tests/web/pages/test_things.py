"""Pages of events, entities, articles and sources, and their linked data."""

from __future__ import annotations

import ast
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.web.pages.reasons import WORDS, Linkage, read
from tests.conftest import ROOT

BARDA = "/page/place/587057"


@pytest.fixture
def strike(client: FlaskClient) -> str:
    """The page of the airstrike."""
    page = client.get("/events?type=Airstrike").get_data(as_text=True)
    match = re.search(r'href="(/page/event/[0-9a-f]+)"', page)
    assert match
    return match[1]


def text(client: FlaskClient, address: str, language: str = "fr") -> str:
    answer = client.get(address, headers={"Accept-Language": language, "Accept": "text/html"})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_claims_stand_side_by_side_and_what_differs_is_marked(client: FlaskClient, strike: str) -> None:
    page = text(client, strike)
    claims = page[page.index('<table class="claims">') : page.index("</table>", page.index('<table class="claims">'))]
    assert [int(n) for n in re.findall(r"<b>(\d+)</b> tués", claims)] == [21, 14, 21]
    assert claims.count('<td class="differs">') == 3, "each toll lies outside another's"
    assert "Elles divergent sur\u00a0: bilan." in page


def test_a_page_tells_why_reports_are_taken_together(client: FlaskClient, strike: str) -> None:
    for language, phrases in (
        ("fr", ["la même journée", "le même lieu", "des bilans qui diffèrent", "Le Levant", "Le Ponant"]),
        ("en", ["the same day", "the same place", "tolls that differ"]),
    ):
        page = text(client, strike, language)
        section = page[page.index('id="linkage"') :].split("</section>")[0]
        assert [phrase for phrase in phrases if phrase not in section] == []
        assert section.count("<li>") == 2, "three reports hang together by two linkages"


def test_reasons_are_ordered_by_weight_and_unknown_ones_keep_their_words(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        found = Linkage(
            "x", 1.0, [], [read(f) for f in ("same day +2.00", "tolls differ -1.30", "start -3.00", "new one +9.00")]
        )
        assert [reason.words for reason in found.in_favour] == ["new one", "la même journée"]
        assert [reason.shown for reason in found.against] == ["-3,0", "-1,3"]


def test_every_feature_of_linkage_has_words_for_readers() -> None:
    tree = ast.parse((ROOT / "kg" / "graph" / "linkage.py").read_text(encoding="utf-8"))
    pairs = [node.elts[0] for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) == 2]
    names = {part.value for part in pairs if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    for part in (part for part in pairs if isinstance(part, ast.JoinedStr)):
        for role in ("agent", "target"):
            names.add("".join(v.value if isinstance(v, ast.Constant) else role for v in part.values))
    assert "same agent" in names
    assert names == set(WORDS)


def test_derived_values_name_their_rule(client: FlaskClient, strike: str) -> None:
    page = text(client, strike)
    for rule, value in (("lowestKilled", 14), ("bestKilled", 21), ("highestKilled", 21)):
        assert re.search(rf"<dd>{value}</dd><dd class=\"rule\">[^<]*<code>{rule}</code>", page)


def test_evidence_is_the_sentence_with_its_mentions_marked(client: FlaskClient, strike: str) -> None:
    page = text(client, strike)
    assert '<mark class="report">frappe</mark>' in page
    assert '<mark class="figure">14 morts</mark>' in page
    assert '<mark class="entity"><a href="/page/place/587057">Barda</a></mark>' in page


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("fr", ["Frappe aérienne\u00a0: Barda, 28 octobre 2020.", "Entre 14 et 21 morts annoncés", "Les sources se contredisent.", "Arménie"]),
        ("en", ["Airstrike: Barda, October 28, 2020.", "Between 14 and 21 deaths reported", "The sources contradict each other.", "Armenia"]),
    ],
)  # fmt: skip
def test_the_summary_is_in_the_readers_language(
    client: FlaskClient, strike: str, language: str, sentences: list[str]
) -> None:
    page = text(client, strike, language)
    summary = page[page.index('<div class="summary">') :].split("</div>")[0]
    assert [sentence for sentence in sentences if sentence not in summary] == []


def test_search_engines_get_schema_org(client: FlaskClient, strike: str) -> None:
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', text(client, strike), re.DOTALL)
    assert script
    data = json.loads(script[1])
    assert (data["@type"], data["startDate"], data["location"][0]["name"]) == ("Event", "2020-10-28", "Barda")
    assert len(data["subjectOf"]) == 3


def test_an_article_shows_its_text_with_everything_marked(client: FlaskClient) -> None:
    page = text(client, "/page/article/b-ponant")
    assert "<mark" in page
    assert "Farid Exemple" in page
    assert "https://news.example/b-ponant" in page


def test_an_entity_shows_what_happened_there_and_what_leads_to_it(client: FlaskClient) -> None:
    page = text(client, BARDA)
    assert "Frappe aérienne — Barda" in page
    opened = text(client, BARDA + "?in=https://w3id.org/conflict-kg/ontology%23place")
    assert "/page/report/" in opened[opened.index('id="links"') :]


def test_a_source_shows_what_it_claims(client: FlaskClient) -> None:
    page = text(client, "/sources/organisation/agence")
    assert "Affirmations : Agence du Levant" in page
    assert "2 autres mentions" in page
    assert client.get("/sources/organisation/none").status_code == 404


def test_every_thing_offers_its_data(client: FlaskClient) -> None:
    answer = client.get(BARDA)
    for suffix in ("ttl", "jsonld", "rdf", "nt"):
        assert f"</data/place/587057.{suffix}>" in answer.headers["Link"]
        assert client.get(f"/data/place/587057.{suffix}").status_code == 200
    assert '<https://w3id.org/conflict-kg/id/place/587057>; rel="describes"' in answer.headers["Link"]


@pytest.mark.parametrize("address", ["/", "/events", BARDA, "/ontology/page", "/events.geojson", "/search?q=barda"])
def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address, headers={"Accept-Language": "fr"})
    assert first.data
    assert first.headers["Last-Modified"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"], "Accept-Language": "fr"})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(address, headers={"If-None-Match": first.headers["ETag"], "Accept-Language": "en"})
    assert other.status_code == 200, "another language is another page"


def test_no_page_allows_inline_scripts_or_other_hosts(client: FlaskClient) -> None:
    for address in ("/", BARDA, "/query", "/nowhere"):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "http" not in policy


def test_a_preference_is_kept_and_leads_nowhere_else(client: FlaskClient) -> None:
    answer = client.post("/preferences", data={"language": "en", "theme": "dark", "next": "/events?type=Coup"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/events?type=Coup")
    page = client.get("/events").get_data(as_text=True)
    assert '<html lang="en" data-theme="dark"' in page
    for address in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert client.post("/preferences", data={"next": address}).headers["Location"] == "/"


def test_crawlers_find_every_page(client: FlaskClient) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").get_data(as_text=True)
    parts = re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml").get_data(as_text=True))
    pages = [page for part in parts for page in re.findall("<loc>(.*?)</loc>", client.get(part).get_data(as_text=True))]
    assert f"http://localhost{BARDA}" in pages
    assert all(client.get(page).status_code == 200 for page in pages)


def test_the_vocabulary_is_readable_with_its_alignments(client: FlaskClient) -> None:
    page = text(client, "/ontology", "en")
    entry = page[page.index('<div id="Airstrike">') :].split("</div>")[0]
    assert "airstrike" in entry
    assert "PLOVER: ASSAULT" in entry
    assert "#ViolentEvent" in entry


def test_a_saved_query_gives_a_table_without_scripts(client: FlaskClient) -> None:
    page = text(client, "/query?example=tolls-by-source&run=1")
    assert "14 morts" in page
    failed = text(client, "/query?query=SELECT&run=1")
    assert 'role="alert"' in failed
    assert "CONSTRUCT" not in text(client, "/query?run=1&query=ASK%20%7B%7D")


def test_a_report_is_headed_by_its_sentence(client: FlaskClient, strike: str) -> None:
    report = re.search(r'href="(/page/report/[^"]+)"', text(client, strike, "fr"))
    assert report
    heading = re.search(r"<h1>(.*?)</h1>", text(client, report[1], "fr"), re.S)
    assert heading
    assert "report/" not in heading[1]
    assert "Barda" in heading[1]
