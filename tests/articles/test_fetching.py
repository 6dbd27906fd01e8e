"""Feeds and pages are fetched politely, within bounds, and never from inside the network unless allowed."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kg.articles import Unreadable, read_articles
from kg.articles.fetching import AGENT, Fetcher, FetchError
from tests.articles.test_reading import PAGE, PARAGRAPHS


class _Site(BaseHTTPRequestHandler):
    robots = "User-agent: *\nDisallow: /private/\n"
    seen: list[tuple[str, str, float]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["User-Agent"], time.monotonic()))
        place = f"http://127.0.0.1:{self.server.server_address[1]}"
        feed = f"""<rss version="2.0"><channel><title>Le Courrier</title><item><guid>one</guid><link>{place}/page</link>
            <title>Attentat meurtrier à Kaboul</title><description>Un extrait.</description></item>
            <item><guid>two</guid><link>{place}/private/page</link><title>Autre</title></item></channel></rss>"""
        answers = {
            "/robots.txt": (200, self.robots), "/feed": (200, feed), "/page": (200, PAGE), "/private/page": (200, PAGE),
            "/large": (200, "x" * 200_000), "/gone": (404, ""),
        }  # fmt: skip
        if self.path == "/slow":
            time.sleep(5)
        if self.path in ("/loop", "/inside"):
            self.send_response(302)
            self.send_header("Location", "/loop" if self.path == "/loop" else "file:///etc/passwd")
            self.end_headers()
            return
        status, body = answers.get(self.path, (200, ""))
        self.send_response(status)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("KG_FETCH_PRIVATE", "1")
    _Site.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def test_a_feed_gives_the_pages_that_robots_txt_allows(site: str) -> None:
    page, refused = read_articles([f"{site}/feed"])
    assert page.id == "one"
    assert page.text == "\n\n".join(["Attentat meurtrier à Kaboul", *PARAGRAPHS])
    assert page.publisher == "Le Courrier"
    assert isinstance(refused, Unreadable)
    assert "robots.txt" in refused.reason
    assert [path for path, _, _ in _Site.seen] == ["/robots.txt", "/feed", "/page"]
    assert {agent for _, agent, _ in _Site.seen} == {AGENT}


def test_there_is_a_pause_between_two_requests(site: str) -> None:
    fetcher = Fetcher(pause=0.3)
    for _ in range(2):
        fetcher.fetch(f"{site}/page")
    moments = [moment for _, _, moment in _Site.seen]
    assert len(moments) == 3
    assert all(later - earlier >= 0.29 for earlier, later in itertools.pairwise(moments))


def test_a_site_that_asks_for_a_longer_pause_gets_it(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Site, "robots", "User-agent: *\nCrawl-delay: 1\n")
    Fetcher(pause=0).fetch(f"{site}/page")
    assert _Site.seen[1][2] - _Site.seen[0][2] >= 0.95


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/large", "larger than"), ("/slow", "cannot be fetched"), ("/gone", "answered 404"),
        ("/loop", "too many redirects"), ("/inside", "only http and https"), ("/private/x", "robots.txt"),
    ],
)  # fmt: skip
def test_what_is_too_large_too_slow_or_not_there_is_told(site: str, path: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        Fetcher(pause=0, seconds=0.5, largest=100_000).fetch(site + path)


@pytest.mark.parametrize("address", ["http://127.0.0.1/feed", "http://localhost:5000/feed", "http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/"])  # fmt: skip
def test_addresses_inside_the_network_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_FETCH_PRIVATE", raising=False)
    (refused,) = read_articles([address])
    assert "inside this network" in refused.reason


def test_other_schemes_are_refused() -> None:
    with pytest.raises(FetchError, match="only http and https"):
        Fetcher().fetch("file:///etc/passwd")


@pytest.mark.parametrize("off", ["off", "0", "No", "false"])
def test_an_operator_can_forbid_fetching(site: str, off: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_FETCH", off)
    (refused,) = read_articles([f"{site}/feed"])
    assert isinstance(refused, Unreadable)
    assert "switched off (KG_FETCH)" in refused.reason
    assert _Site.seen == []


def test_fetching_is_allowed_unless_it_is_forbidden(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_FETCH", raising=False)
    assert Fetcher(pause=0).fetch(f"{site}/page") == PAGE.encode()


def test_the_connection_goes_to_the_address_that_was_checked(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers an outside address to the check and an inside one to the connection (rebinding)."""
    port = int(site.rpartition(":")[2])
    resolve, asked, tried = socket.getaddrinfo, itertools.count(), []

    def rebinding(host: str, *arguments: object, **named: object) -> object:
        if host == "journal.example":
            return resolve("192.0.2.7" if next(asked) == 0 else "127.0.0.1", port, proto=socket.IPPROTO_TCP)
        tried.append(host)
        return resolve("127.0.0.2", port, proto=socket.IPPROTO_TCP)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with contextlib.suppress(FetchError):
        Fetcher(pause=0).fetch(f"http://journal.example:{port}/page")
    assert next(asked) == 1
    assert set(tried) == {"192.0.2.7"}


def test_the_site_is_asked_by_its_name(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(site.rpartition(":")[2])
    resolve, hosts = socket.getaddrinfo, []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: resolve("127.0.0.1", *rest, **named))
    monkeypatch.setattr(_Site, "send_response", lambda self, *rest: (
        hosts.append(self.headers["Host"]), BaseHTTPRequestHandler.send_response(self, *rest)
    ))  # fmt: skip
    Fetcher(pause=0).fetch(f"http://journal-de-la-côte.example:{port}/page?q=é")
    assert set(hosts) == {f"{'journal-de-la-côte'.encode('idna').decode()}.example:{port}"}
    assert _Site.seen[-1][0] == "/page?q=%C3%A9"
