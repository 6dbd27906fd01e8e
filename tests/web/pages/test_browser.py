"""The pages in a real browser: paths that people take, keyboard, no scripts, narrow, dark; nothing from elsewhere."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import ROOT, start_server, stop_server

CHROMIUM = Path("/usr/bin/chromium")
VENDOR = ROOT / "kg" / "web" / "static" / "vendor"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"
]  # fmt: skip
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
with_assets = pytest.mark.skipif(not (VENDOR / "leaflet").is_dir(), reason="the npm packages are not installed")
with_axe = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed")
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def address(told_store: Path) -> Iterator[str]:
    process, served = start_server(told_store)
    yield served
    stop_server(process)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Open]:
    """Opens a path in a context of its own; at the end no page may have met an error or asked another host."""
    contexts, faults = [], []

    def open_(path: str, **options: Any) -> Any:
        context = browser.new_context(**{"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((address, "data:", "blob:")) else faults.append(request.url),
        )
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


def test_from_search_to_event_to_evidence_to_source_in_four_clicks(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("/")
    page.keyboard.type("bardda", delay=20)
    page.locator("#suggestions li").first.click()
    page.wait_for_url("**/page/place/587057")
    page.locator("table.events a.title").first.click()
    page.wait_for_url("**/page/event/*")
    quotation = page.locator(".evidence", has_text="14 morts")
    assert quotation.locator("mark.figure").inner_text() == "14 morts"
    quotation.locator("figcaption a").first.click()
    page.wait_for_url("**/page/article/b-ponant*")
    assert page.locator(".reading mark.report", has_text="frappe").is_visible()
    page.locator("table.claims th a", has_text="Farid Exemple").first.click()
    page.wait_for_url("**/page/person/porte-parole")
    assert page.locator("h1").inner_text() == "Farid Exemple"


def test_a_facet_narrows_and_back_widens(open_page: Open) -> None:
    page = open_page("/events")
    everything = page.locator("#total").inner_text()
    page.get_by_label("Frappe aérienne").check()
    page.wait_for_url("**/events?type=Airstrike")
    assert page.locator(".chip.on", has_text="Frappe aérienne").is_visible()
    page.go_back()
    page.wait_for_url("**/events")
    assert page.locator("#total").inner_text() == everything


@with_assets
def test_the_map_shows_places_and_filters(open_page: Open) -> None:
    page = open_page("/events")
    page.wait_for_selector(".map[data-ready]")
    dot = page.locator(".map path[role=button][aria-label^=Barda]")
    dot.focus()
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup a.only").click()
    page.wait_for_url("**/events?place=place%2F587057")
    assert page.locator("table.events tbody tr").count() == 1


PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")


@with_assets
@pytest.mark.parametrize("answering", [True, False])
def test_tiles_lie_under_the_dots_and_outlines_stand_in_for_them(
    browser: Any, told_store: Path, answering: bool
) -> None:
    process, served = start_server(
        told_store, "--tiles", "http://tiles.example/{z}/{x}/{y}.gif", "--tiles-attribution", "© <i>Cartographes</i>"
    )
    context = browser.new_context(locale="fr-FR")
    try:
        page = context.new_page()
        page.route(
            "http://tiles.example/**",
            lambda route: route.fulfill(body=PICTURE, content_type="image/gif") if answering else route.abort(),
        )
        page.goto(served + "/events")
        page.wait_for_selector(".map[data-ready]", timeout=15_000)
        assert page.locator(".map path[role=button][aria-label^=Barda]").count() == 1
        assert page.locator(".map img.leaflet-tile-loaded").count() > 0 if answering else True
        assert page.locator(".map .leaflet-land-pane canvas").count() == (0 if answering else 1)
        if answering:
            assert page.locator(".leaflet-control-attribution").inner_text() == "© <i>Cartographes</i>"
    finally:
        context.close()
        stop_server(process)


@with_assets
def test_the_query_page_runs_an_example(open_page: Open) -> None:
    page = open_page("/query")
    page.get_by_role("link", name="Tous les bilans, avec leur source").click()
    page.wait_for_selector("#editor .yasr table tbody tr")
    assert page.locator("#editor .yasr td", has_text="14 morts").count() >= 1
    page.locator("#editor .yasr_btnGroup button", has_text="Graphique").or_(
        page.locator("#editor button.select_chart")
    ).first.click()
    assert page.locator("dl.bars meter").count() >= 3


@with_assets
def test_the_query_page_shows_answers_with_places_on_a_map(open_page: Open) -> None:
    page = open_page("/query?example=geometries&run=1")
    page.wait_for_selector("#editor .yasr table tbody tr")
    page.locator("#editor button.select_map").click()
    page.wait_for_selector("#editor .yasr .map[data-ready]")
    page.locator("#editor .map path[role=button][aria-label*=Barda]").focus()
    page.keyboard.press("Enter")
    page.locator("#editor .leaflet-popup a.title", has_text="Barda").click()
    page.wait_for_url(re.compile("/page/(event|place)/"))


def _complete(page: Any, query: str, before: str) -> Any:
    """The list of completions with the cursor before a text of the query."""
    page.goto(page.url.split("?")[0] + "?query=" + quote(query))
    page.wait_for_selector("#editor .CodeMirror")
    page.locator("#editor .CodeMirror-scroll").click()
    page.keyboard.press("Control+End")
    for _ in range(len(query) - query.index(before)):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hints li")
    return page.locator(".CodeMirror-hints li")


@with_assets
@pytest.mark.parametrize(
    ("begun", "offered"),
    [("?s a ckg:Air", "ckg:Airstrike"), ("?s ckg:bestK ?n", "ckg:bestKilled")],
    ids=["class", "property"],
)
def test_the_query_page_completes_what_the_graph_holds(open_page: Open, begun: str, offered: str) -> None:
    page = open_page("/query")
    ckg = "PREFIX ckg: <https://w3id.org/conflict-kg/ontology#>"
    typed = begun.split(" ?n")[0]
    query = f"{ckg} SELECT * WHERE {{ {begun} }}"
    hints = _complete(page, query, query.split(typed)[1])
    assert hints.first.inner_text() == offered
    page.keyboard.press("Enter")
    value = page.evaluate("document.querySelector('#editor .CodeMirror').CodeMirror.getValue()")
    assert value == query.replace(typed.split()[-1], offered)


@with_assets
def test_classes_that_the_graph_has_none_of_are_not_offered(open_page: Open) -> None:
    page = open_page("/query")
    query = "PREFIX ckg: <https://w3id.org/conflict-kg/ontology#> SELECT * WHERE { ?s a ckg:A }"
    offered = _complete(page, query, " }").all_inner_texts()
    assert {"ckg:Airstrike", "ckg:Article"} <= set(offered)
    assert "ckg:Abduction" not in offered


def test_language_and_appearance_are_kept(open_page: Open) -> None:
    page = open_page("/events")
    assert page.locator("h1").inner_text().startswith("Événements")
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("h1:has-text('Events')")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    page.wait_for_selector("html[data-theme=dark]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.goto(page.url.replace("/events", "/entities"))
    assert page.locator("html").get_attribute("lang") == "en"


def test_everything_can_be_reached_by_keyboard(open_page: Open) -> None:
    page = open_page("/events")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                "(document.activeElement.getAttribute('href') || document.activeElement.name || '').split('?')[0]"
            )
        )
    assert {"type", "from"} <= seen
    assert any(str(target).startswith("/page/event/") for target in seen)
    page.locator("a.brand").focus()
    page.keyboard.press("/")
    page.keyboard.type("barda", delay=20)
    page.wait_for_selector("#suggestions li")
    page.keyboard.press("ArrowDown")
    assert page.locator("#q").get_attribute("aria-activedescendant") == "suggestion-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/place/587057")


def test_one_key_gives_the_query_or_the_data(open_page: Open) -> None:
    page = open_page("/page/place/587057")
    page.keyboard.press("s")
    page.wait_for_url(re.compile("/query\\?query="))
    page.go_back()
    with page.expect_response(re.compile(r"/data/place/587057\.jsonld$")) as answer:
        page.keyboard.press("j")
    assert answer.value.status == 200


def test_the_permanent_address_is_copied(open_page: Open) -> None:
    page = open_page("/page/place/587057", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copier").click()
    page.wait_for_selector(".permalink [role=status]:has-text('Copié')")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#iri").input_value()
    assert open_page("/page/place/587057", java_script_enabled=False).locator(".permalink button").count() == 0


def test_it_works_without_scripts(open_page: Open) -> None:
    page = open_page("/events", java_script_enabled=False)
    page.get_by_label("Frappe aérienne").check()
    page.get_by_role("button", name="Appliquer").click()
    page.wait_for_url("**type=Airstrike*")
    picture = page.locator(".map img")
    assert picture.evaluate("node => node.complete && node.naturalWidth") == 720
    page.locator("#q").fill("barda")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Barda").first.click()
    page.wait_for_url("**/page/place/587057")


PAGES = [
    "/", "/events?type=Airstrike", "/entities", "/articles", "/sources", "/conflicts", "/search?q=barda", "/ontology", "/page/place/587057",
    "/page/state/ARM", "/page/person/porte-parole", "/page/article/a-levant", "/sources/state/AZE", "EVENT", "/nowhere",
]  # fmt: skip


def test_a_phone_of_320_pixels_shows_it_whole(open_page: Open, address: str) -> None:
    page = open_page("/events?type=Airstrike", viewport={"width": 320, "height": 640})
    event = page.locator("table.events a.title").first.get_attribute("href")
    too_wide = []
    for name in [*(name for name in PAGES if name != "/nowhere"), "/query"]:
        page.goto(address + (event if name == "EVENT" else name))
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            too_wide.append(name)
    assert too_wide == []


@with_axe
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, address: str, theme: str) -> None:
    context = browser.new_context(locale="fr-FR", color_scheme=theme, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address + "/events?type=Airstrike")
    event = page.locator("table.events a.title").first.get_attribute("href")
    found = []
    chosen = PAGES if theme == "light" else ["/", "/events?type=Airstrike", "/page/place/587057", "EVENT"]
    for name in [*chosen, "/query?example=tolls-by-source&run=1"]:
        page.goto(address + (event if name == "EVENT" else name))
        page.wait_for_timeout(200)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate(
            "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
        )
        found += [
            (name, violation["id"], [node["html"][:120] for node in violation["nodes"]][:2])
            for violation in result["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
    context.close()
    assert found == []
