"""Take the pictures of the pages for the README and the documentation: docs/screenshots.py STORE [FOLDER].

Serves the store on a free port and takes the start page, the list of events, an event, an entity and the query page
with Chromium, as PNG of 1280 pixels' width.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"
]  # fmt: skip
PAGES = {
    "start": "/",
    "events": "/events?country=state%2FAZE",
    "event": None,
    "entity": "/page/place/587057",
    "query": "/query?example=tolls-by-source&run=1",
}


def main() -> None:
    """Take all pictures."""
    store, folder = Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parent / "images")
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "kg.cli", "serve", "--store", str(store), "--port", str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        _await(address + "/")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            for name, path in PAGES.items():
                _take(browser, address, path or _best_known_event(browser, address), folder / f"{name}.png")
            browser.close()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


def _await(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


def _best_known_event(browser: Browser, address: str) -> str:
    """The airstrike on Barda that most sources tell of."""
    page = browser.new_page()
    page.goto(f"{address}/events?place=place%2F587057&type=Airstrike&sort=-sources")
    path = page.locator("table.events a.title").first.get_attribute("href") or "/"
    page.close()
    return path


def _take(browser: Browser, address: str, path: str, target: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 960}, locale="fr-FR", reduced_motion="reduce")
    page = context.new_page()
    page.goto(address + path, wait_until="networkidle")
    if page.locator(".map[data-places]").count():
        page.locator(".map[data-places]").first.scroll_into_view_if_needed()
        page.wait_for_selector(".map[data-ready]", timeout=10_000)
        page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(400)
    page.screenshot(path=target, full_page=page.evaluate("document.body.scrollHeight") < 2400)
    context.close()


if __name__ == "__main__":
    main()
