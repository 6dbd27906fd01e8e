"""Fetch pages and feeds, politely: robots.txt, a pause between two requests to a host, time-outs, a cap on size.

Only addresses that an operator gave, and the articles of a feed that an operator gave, are fetched; nothing at all
where `KG_FETCH=off`; never an address that resolves to this machine or a private network, unless `KG_FETCH_PRIVATE`
is set. The connection goes to the very address that was checked, so that a name server cannot answer one thing to
the check and another to the request (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import os
import socket
import time
from collections.abc import Sequence
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

import urllib3
from urllib3.util import Url, parse_url

from kg import __version__

AGENT = f"conflict-kg/{__version__}"
LARGEST = 10 * 1024 * 1024
SECONDS = 30.0
PAUSE = 1.0
_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}
_OFF = ("off", "0", "no", "false")
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
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)

    def fetch(self, url: str) -> bytes:
        """The body of an address, redirects followed. Raises FetchError."""
        if os.environ.get("KG_FETCH", "").strip().lower() in _OFF:
            raise FetchError(f"{url}: fetching is switched off (KG_FETCH)")
        for _ in range(_REDIRECTS):
            parts = _parsed(url)
            addresses = _addresses(url, parts)
            if not self._allowed(url, parts, addresses):
                raise FetchError(f"{url}: its robots.txt asks not to fetch it")
            status, body, target = self._get(parts, parts.request_uri, addresses)
            if status in _MOVED and target:
                url = urljoin(url, target)
            elif status == 200:
                return body
            else:
                raise FetchError(f"{url}: answered {status}")
        raise FetchError(f"{url}: too many redirects")

    def _allowed(self, url: str, parts: Url, addresses: Sequence[str]) -> bool:
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._robots:
            rules = RobotFileParser()
            status, body, _ = self._get(parts, "/robots.txt", addresses)
            if status in (401, 403) or status >= 500:
                rules.parse(["User-agent: *", "Disallow: /"])
            else:
                rules.parse(body.decode("utf-8", "replace").splitlines() if status == 200 else [])
            self._robots[place] = rules
        return self._robots[place].can_fetch(AGENT, url)

    def _get(self, parts: Url, target: str, addresses: Sequence[str]) -> tuple[int, bytes, str | None]:
        """Status, body and redirect target of one request to a host at one of its addresses."""
        host = parts.netloc or ""
        rules = self._robots.get(f"{parts.scheme}://{host}")
        pause = max(self._pause, float(rules.crawl_delay(AGENT) or 0) if rules else 0.0)
        time.sleep(max(0.0, self._last.get(host, 0.0) + min(pause, 60.0) - time.monotonic()))
        try:
            answer = self._answer(parts, target, addresses)
            try:
                return answer.status, self._body(answer, host + target), answer.headers.get("Location")
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as fault:
            raise FetchError(f"{host}{target}: cannot be fetched: {type(fault).__name__}") from fault
        finally:
            self._last[host] = time.monotonic()

    def _answer(self, parts: Url, target: str, addresses: Sequence[str]) -> urllib3.BaseHTTPResponse:
        """The answer of the first address that takes a connection; its certificate must be that of the name."""
        secure = {"server_hostname": parts.host, "assert_hostname": parts.host} if parts.scheme == "https" else {}
        headers = {"Host": parts.netloc or "", "User-Agent": AGENT}
        for address in addresses:
            pool = self._pool.connection_from_host(address, _port(parts), parts.scheme, secure)
            try:
                return pool.request("GET", target, headers=headers, preload_content=False, redirect=False)
            except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
                if address == addresses[-1]:
                    raise
        raise FetchError(f"{parts.host}: no such host")

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


def _parsed(url: str) -> Url:
    """The parts of an http(s) address, its host in the letters of DNS. Raises FetchError for any other."""
    try:
        parts = parse_url(url)
    except urllib3.exceptions.LocationParseError:
        parts = Url()
    if parts.scheme not in _PORTS or not parts.host:
        raise FetchError(f"{url}: only http and https addresses are fetched")
    return parts


def _port(parts: Url) -> int:
    return parts.port or _PORTS[parts.scheme or "https"]


def _addresses(url: str, parts: Url) -> list[str]:
    """The IP addresses of a host, refused as a whole where one of them is inside (SSRF)."""
    try:
        found = socket.getaddrinfo((parts.host or "").strip("[]"), _port(parts), proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as fault:
        raise FetchError(f"{url}: no such host") from fault
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not os.environ.get("KG_FETCH_PRIVATE") and not all(_outside(address) for address in addresses):
        raise FetchError(f"{url}: an address inside this network is not fetched (KG_FETCH_PRIVATE=1 allows it)")
    return addresses


def _outside(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return found.is_global and not found.is_multicast
