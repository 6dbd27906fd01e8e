"""What a server is started with: one table of options, read from flags (`kg serve`) or from `KG_…` variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.graph.terms import BASE
from kg.web.jobs import Limits
from kg.web.tiles import tile_source

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is started with. `token` is needed where `writable`."""

    store: Path
    endpoint: str | None = None
    writable: bool = False
    token: str | None = None
    workers: int = 3
    """Processes that evaluate queries, of each process that takes requests."""
    limits: Limits = field(default_factory=Limits)
    services: frozenset[str] = frozenset()
    """Addresses that SERVICE may ask."""
    base: str = BASE
    largest_body: int = 32 * _MIB
    """Bytes of a body that is written, as sent and decompressed."""
    processes: int = 1
    """Processes that take requests at one address."""
    proxies: int = 0
    """Reverse proxies in front, whose X-Forwarded-… headers are believed."""
    metrics: bool = False
    access_log: str = "-"
    """Where a line of JSON goes for each request: a file, ``-`` for standard output, empty for nowhere."""
    tiles: str = ""
    """Address of map tiles with ``{z}``, ``{x}`` and ``{y}``; empty for outlines alone."""
    tiles_attribution: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of `kg serve`: its flag, its variable, its default as text, and what it is."""

    flag: str
    variable: str
    default: str
    help: str
    number: type | None = None
    least: float = 0
    switch: bool = False


OPTIONS: tuple[Option, ...] = (
    Option("--endpoint", "KG_ENDPOINT", "", "Serve a remote SPARQL 1.1 store instead, at this address."),
    Option("--host", "KG_HOST", "127.0.0.1", "Address to listen at."),
    Option("--port", "KG_PORT", "5000", "Port to listen at.", int, 1),
    Option("--writable", "KG_WRITABLE", "", "Allow SPARQL Update and graph store writes with the bearer token in KG_TOKEN.", switch=True),
    Option("--processes", "KG_PROCESSES", "1", "Processes that take requests.", int, 1),
    Option("--workers", "KG_WORKERS", "3", "Processes that answer queries, for each that takes requests.", int, 1),
    Option("--timeout", "KG_TIMEOUT", "30", "Seconds that a query or an update may take, its answer included.", float, 0.1),
    Option("--memory", "KG_MEMORY", "2048", "MiB of memory of a process that answers queries or writes.", int, 64),
    Option("--max-rows", "KG_MAX_ROWS", "5000000", "Rows of an answer.", int, 1),
    Option("--max-answer", "KG_MAX_ANSWER", "512", "MiB of an answer.", int, 1),
    Option("--max-body", "KG_MAX_BODY", "32", "MiB of a body that is written, decompressed.", int, 1),
    Option("--queue", "KG_QUEUE", "64", "Queries that wait for a process; a quarter of them may come from one client.", int, 1),
    Option("--services", "KG_SERVICES", "", "Addresses that SERVICE may ask, with blanks between."),
    Option("--proxies", "KG_PROXIES", "0", "Reverse proxies in front, whose X-Forwarded-For, -Proto and -Host are believed.", int, 0),
    Option("--metrics", "KG_METRICS", "", "Answer Prometheus at /metrics.", switch=True),
    Option("--access-log", "KG_ACCESS_LOG", "-", "File for a line of JSON a request; '-': standard output; '': none."),
    Option("--tiles", "KG_TILES", "", "Address of map tiles with {z}, {x} and {y}, which readers' browsers then ask; none: outlines alone."),
    Option("--tiles-attribution", "KG_TILES_ATTRIBUTION", "", "Text on maps with tiles: whose they are."),
)  # fmt: skip


def settings(store: Path, values: Mapping[str, str | int | float | bool | None], token: str | None) -> Settings:
    """Settings from the options' values by variable (`KG_TIMEOUT`, …), as flags or the environment give them.

    Raises ValueError for a value that is not of its option's kind.
    """
    found = {option.variable: _read(option, values.get(option.variable)) for option in OPTIONS}

    def number(variable: str) -> int:
        return int(found[variable])

    tiles = str(found["KG_TILES"])
    if tiles:
        tile_source(tiles)
    limits = Limits(
        seconds=float(found["KG_TIMEOUT"]), memory=number("KG_MEMORY") * _MIB, answer=number("KG_MAX_ANSWER") * _MIB,
        rows=number("KG_MAX_ROWS"), waiting=number("KG_QUEUE"),
    )  # fmt: skip
    return Settings(
        store, str(found["KG_ENDPOINT"]) or None, bool(found["KG_WRITABLE"]), token, number("KG_WORKERS"), limits,
        frozenset(str(found["KG_SERVICES"]).split()), largest_body=number("KG_MAX_BODY") * _MIB,
        processes=number("KG_PROCESSES"), proxies=number("KG_PROXIES"), metrics=bool(found["KG_METRICS"]),
        access_log=str(found["KG_ACCESS_LOG"]), tiles=tiles, tiles_attribution=str(found["KG_TILES_ATTRIBUTION"]),
    )  # fmt: skip


def from_environment() -> Settings:
    """Settings of the `KG_…` variables alone, for WSGI servers that import `kg.web.app:from_environment`."""
    store = Path(os.environ.get("KG_STORE") or "kg-store")
    return settings(store, {o.variable: os.environ.get(o.variable) for o in OPTIONS}, os.environ.get("KG_TOKEN"))


def _read(option: Option, value: str | int | float | bool | None) -> str | int | float | bool:
    if option.switch:
        return value is True or str(value or "").lower() in ("1", "true", "yes", "on")
    text = option.default if value is None else str(value)
    if option.number is None:
        return text
    try:
        found: int | float = option.number(text)
    except ValueError:
        raise ValueError(f"{option.variable}: {text!r} is no number") from None
    if not found >= option.least:
        raise ValueError(f"{option.variable}: {text} is less than {option.least:g}")
    return found
