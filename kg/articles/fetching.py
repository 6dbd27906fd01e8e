"""Fetch pages and feeds, politely: robots.txt, a pause between two requests to a host, time-outs, a cap on size.

Only addresses that an operator gave, and the articles of a feed that an operator gave, are fetched; never an
address that resolves to this machine or a private network, unless `KG_FETCH_PRIVATE` is set.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import time
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import urllib3

from kg import __version__

AGENT = f"conflict-kg/{__version__}"
LARGEST = 10 * 1024 * 1024
SECONDS = 30.0
PAUSE = 1.0
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)


class FetchError(ValueError):
    """An address that may not or cannot be fetched; the message is one line."""


class Fetcher:
    """Fetches addresses, keeping to each host's robots.txt and to a pause between requests."""

    def __init__(self, pause: float = PAUSE, seconds: float = SECONDS, largest: int = LARGEST) -> None:
        self._pause, self._seconds, self._largest = pause, seconds, largest
        self._robots: dict[str, RobotFileParser] = {}
        self._last: dict[str, float] = {}
        timeout = urllib3.Timeout(connect=10, read=seconds)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False, headers={"User-Agent": AGENT})

    def fetch(self, url: str) -> bytes:
        """The body of an address, redirects followed. Raises FetchError."""
        for _ in range(_REDIRECTS):
            self._check(url)
            if not self._allowed(url):
                raise FetchError(f"{url}: its robots.txt asks not to fetch it")
            status, body, target = self._get(url)
            if status in _MOVED and target:
                url = urljoin(url, target)
            elif status == 200:
                return body
            else:
                raise FetchError(f"{url}: answered {status}")
        raise FetchError(f"{url}: too many redirects")

    def _check(self, url: str) -> None:
        """Refuse what is not http(s), and hosts inside (SSRF)."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchError(f"{url}: only http and https addresses are fetched")
        if os.environ.get("KG_FETCH_PRIVATE"):
            return
        try:
            found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
        except OSError as fault:
            raise FetchError(f"{url}: no such host") from fault
        if any(not ipaddress.ip_address(entry[4][0]).is_global for entry in found):
            raise FetchError(f"{url}: an address inside this network is not fetched (KG_FETCH_PRIVATE=1 allows it)")

    def _allowed(self, url: str) -> bool:
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            rules = RobotFileParser()
            status, body, _ = self._get(f"{host}/robots.txt")
            if status in (401, 403) or status >= 500:
                rules.parse(["User-agent: *", "Disallow: /"])
            else:
                rules.parse(body.decode("utf-8", "replace").splitlines() if status == 200 else [])
            self._robots[host] = rules
        return self._robots[host].can_fetch(AGENT, url)

    def _get(self, url: str) -> tuple[int, bytes, str | None]:
        """Status, body and redirect target of one request."""
        host = urlsplit(url).netloc
        rules = self._robots.get(f"{urlsplit(url).scheme}://{host}")
        pause = max(self._pause, float(rules.crawl_delay(AGENT) or 0) if rules else 0.0)
        time.sleep(max(0.0, self._last.get(host, 0.0) + min(pause, 60.0) - time.monotonic()))
        try:
            answer = self._pool.request("GET", url, preload_content=False, redirect=False)
            try:
                return answer.status, self._body(answer, url), answer.headers.get("Location")
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as fault:
            raise FetchError(f"{url}: cannot be fetched: {type(fault).__name__}") from fault
        finally:
            self._last[host] = time.monotonic()

    def _body(self, answer: urllib3.BaseHTTPResponse, url: str) -> bytes:
        ends = time.monotonic() + self._seconds
        body = b""
        for block in answer.stream(64 * 1024, decode_content=True):
            body += block
            if len(body) > self._largest:
                raise FetchError(f"{url}: larger than {self._largest // 1024 // 1024} MB")
            if time.monotonic() > ends:
                raise FetchError(f"{url}: took longer than {self._seconds:g} seconds")
        return body
