"""Pictures drawn on the server, so that they need no script: timelines, tolls, who-to-whom, maps.

Each function gives the geometry that a template draws as SVG, in the units of the picture's view box.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from sqlite3 import Row
from urllib.parse import urlencode

from flask import render_template

from kg.web.index.selection import Selection
from kg.web.pages.shapes import outlines

WIDTH = 720.0
_BARS = 60
_LABELS = 230.0
"""Room for names at the left of a scale."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of days: how many events begin in it, where it stands, and the list that it leads to."""

    begin: date
    end: date
    events: int
    x: float
    width: float
    height: float
    href: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Events over time. `ticks` are positions with the year or day that stands there."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    most: int
    height: float = 96.0


def histogram(rows: Iterable[Row], selection: Selection) -> Histogram | None:
    """Bars of whole days, months or years, as fits the time spanned; None where no event has a day.

    Days far before the others would leave them no room: the oldest hundredth of the events is left out of long spans.
    """
    counted = Counter[date]()
    for row in rows:
        try:
            counted[date.fromisoformat(row["day"])] += row["n"]
        except ValueError:
            continue
    if not counted:
        return None
    days = sorted(counted)
    if (days[-1] - days[0]).days > 3650:
        seen, total = 0, sum(counted.values())
        while seen + counted[days[0]] <= total // 20 and len(days) > 2:
            seen += counted[days.pop(0)]
    unit = _unit((days[-1] - days[0]).days)
    stretches = Counter[date]()
    for day in days:
        stretches[_floor(day, unit)] += counted[day]
    starts = [_floor(days[0], unit)]
    while starts[-1] < _floor(days[-1], unit):
        starts.append(_next(starts[-1], unit))
    step, most = WIDTH / len(starts), max(stretches.values())
    bars = [_bar(start, unit, stretches[start], i * step, step, most, selection) for i, start in enumerate(starts)]
    return Histogram(bars, _ticks(starts, step, unit), most)


def _bar(start: date, unit: str, events: int, x: float, step: float, most: int, selection: Selection) -> Bar:
    end = _next(start, unit) - timedelta(days=1)
    inner = replace(selection, begin=start.isoformat(), end=end.isoformat())
    height = max(2.0, 70.0 * events / most) if events else 0.0
    return Bar(
        start,
        end,
        events,
        round(x, 2),
        round(max(1.0, min(step - 1.5, 40)), 2),
        round(height, 2),
        f"/events?{urlencode(inner.arguments())}",
    )


def _unit(days: int) -> str:
    return next(
        unit
        for unit, most in (("day", _BARS), ("week", _BARS * 7), ("month", _BARS * 31), ("year", 400 * 366))
        if days <= most or unit == "year"
    )


def _floor(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday()) if day.toordinal() > 7 else day
    return day.replace(day=1) if unit == "month" else day.replace(day=1, month=1) if unit == "year" else day


def _next(day: date, unit: str) -> date:
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=1 if unit == "day" else 7)
        if unit == "year" or day.month == 12:
            return day.replace(year=day.year + 1, month=1)
        return day.replace(month=day.month + 1)
    except (OverflowError, ValueError):
        return date.max


def _ticks(starts: Sequence[date], step: float, unit: str) -> list[tuple[float, str]]:
    every = max(1, math.ceil(len(starts) / 7))
    form = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[unit]
    return [
        (round(i * step, 2), starts[i].strftime(form)) for i in range(0, len(starts), every) if i * step < WIDTH - 60
    ]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An actor around another: where they stand, how often each acted on the other."""

    row: Row
    x: float
    y: float
    out: int
    back: int
    together: int
    anchor: str = "middle"

    @property
    def width(self) -> float:
        """The thickness of the line between them."""
        return round(1 + 1.5 * math.log1p(self.out + self.back + self.together), 2)


def network(rows: Sequence[Row], width: float = WIDTH, height: float = 380.0) -> list[Neighbour]:
    """Actors in an ellipse around the middle, in the order given. Rows carry `acted`, `suffered`, `together`."""
    out = []
    for i, row in enumerate(rows):
        angle = 2 * math.pi * i / len(rows) - math.pi / 2
        x, y = width / 2 + 0.34 * width * math.cos(angle), height / 2 + 0.41 * height * math.sin(angle)
        anchor = "middle" if abs(math.cos(angle)) < 0.3 else "start" if math.cos(angle) > 0 else "end"
        out.append(Neighbour(row, round(x, 1), round(y, 1), row["acted"], row["suffered"], row["together"], anchor))
    return out


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure on a common scale: from `x` over `width`; `open` where it has no upper bound."""

    label: str
    words: str
    x: float
    width: float
    open: bool
    differs: bool
    href: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures of one kind of harm side by side, with marks at round numbers."""

    harm: str
    intervals: list[Interval]
    ticks: list[tuple[float, int]]


def scale(harm: str, figures: Sequence[tuple[str, str, int | None, int | None, bool, str]]) -> Scale:
    """Figures as (label, words, low, high, differs, href), drawn from 0 to a little above the largest."""
    largest = max((v for _, _, low, high, _, _ in figures for v in (low, high) if v is not None), default=1) or 1
    top = nice_top(largest)

    def at(value: int) -> float:
        return round(_LABELS + (WIDTH - _LABELS - 40.0) * value / top, 2)

    intervals = []
    for label, words, low, high, differs, href in figures:
        begin = at(low or 0)
        end = at(high) if high is not None else min(begin + 60.0, WIDTH - 10.0)
        intervals.append(Interval(label, words, begin, round(max(4.0, end - begin), 2), high is None, differs, href))
    return Scale(
        harm,
        intervals,
        [(at(top * i // 4), top * i // 4) for i in range(5)] if top >= 4 else [(at(i), i) for i in range(top + 1)],
    )


def nice_top(largest: int) -> int:
    """The next of 1, 2, 4, 8 times a power of ten (or 4 where small) at or above a number."""
    if largest <= 4:
        return 4
    power = int(10 ** (len(str(largest)) - 1))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= largest)


@dataclass(slots=True)
class Series:
    """What one source says over time: points as (x, y, day, low, high, href), and the line through them."""

    name: str
    page: str
    points: list[tuple[float, float, str, int, str]] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The points of an SVG polyline."""
        return " ".join(f"{x},{y}" for x, y, *_ in self.points)


@dataclass(frozen=True, slots=True)
class Curves:
    """Series of several sources on common axes."""

    series: list[Series]
    days: list[tuple[float, str]]
    numbers: list[tuple[float, int]]
    height: float = 260.0


def curves(said: Iterable[tuple[str, str, str, int, str]], most: int = 8) -> Curves | None:
    """Tolls over time from (source, page, day, number, href); the sources that say most. None without two points."""
    rows = sorted(said, key=lambda row: (row[2], row[3]))
    by_source: dict[str, list[tuple[str, str, str, int, str]]] = {}
    for row in rows:
        by_source.setdefault(row[0], []).append(row)
    chosen = sorted(by_source, key=lambda name: (-len(by_source[name]), name))[:most]
    kept = [row for name in chosen for row in by_source[name]]
    if len(kept) < 2:
        return None
    first, last = min(row[2] for row in kept), max(row[2] for row in kept)
    begin, span = date.fromisoformat(first), max(1, (date.fromisoformat(last) - date.fromisoformat(first)).days)
    top = nice_top(max(row[3] for row in kept))

    def across(day: str) -> float:
        return round(60 + (WIDTH - 90) * (date.fromisoformat(day) - begin).days / span, 1)

    series = [
        Series(name, by_source[name][0][1], [(across(d), round(220 - 200 * n / top, 1), d, n, href) for _, _, d, n, href in by_source[name]])
        for name in chosen
    ]  # fmt: skip
    marks = sorted({begin + timedelta(days=span * i // 4) for i in range(5)})
    return Curves(
        series,
        [(across(m.isoformat()), m.isoformat()) for m in marks],
        [(220 - 200 * i / 4, top * i // 4) for i in range(5)],
    )


def locator_map(points: Sequence[tuple[float, float, int, str]], width: float = WIDTH, height: float = 420.0) -> str:
    """A map of places (latitude, longitude, events, name) with the outlines of countries, as an SVG document."""
    frame = _frame([(lat, long) for lat, long, _, _ in points], width / height)
    west, east, south, north = frame
    squeeze = math.cos(math.radians((south + north) / 2))
    ratio = width / ((east - west) * squeeze)

    def at(long: float, lat: float) -> tuple[float, float]:
        return round((long - west) * squeeze * ratio, 1), round((north - lat) * ratio, 1)

    land = [
        " ".join(f"{x},{y}" for x, y in (at(*corner) for corner in ring)) for ring in outlines(west, east, south, north)
    ]
    most = max((n for _, _, n, _ in points), default=1)
    dots = [(*at(long, lat), round(4 + 12 * math.sqrt(n / most), 1), name, n) for lat, long, n, name in points]
    return render_template(
        "map.svg", land=land, dots=dots, named={dot[3] for dot in dots[:10]}, width=width, height=height
    )


def _frame(points: Sequence[tuple[float, float]], shape: float) -> tuple[float, float, float, float]:
    """West, east, south and north of a picture that holds all points with room around, at least 6 degrees high."""
    if not points:
        return -180.0, 180.0, -60.0, 80.0
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    middle = (south + north) / 2
    squeeze = max(0.2, math.cos(math.radians(middle)))
    tall = max(6.0, (north - south) * 1.25, (east - west) * 1.25 * squeeze / shape)
    tall = min(tall, 140.0)
    wide = tall * shape / squeeze
    across = (west + east) / 2
    return across - wide / 2, across + wide / 2, middle - tall / 2, middle + tall / 2
