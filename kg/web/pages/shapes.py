"""Outlines of countries (Natural Earth, from the npm package world-atlas) for maps drawn on the server.

The file is TopoJSON: arcs of quantised, delta-coded positions that countries share. Where it is not installed, maps
have no outlines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_ATLAS = Path(__file__).parent.parent / "static" / "vendor" / "world-atlas" / "countries-50m.json"
Ring = list[tuple[float, float]]


@cache
def _rings() -> list[tuple[tuple[float, float, float, float], Ring]]:
    """Every outer ring (longitude, latitude) with its west, east, south and north."""
    try:
        atlas = json.loads(_ATLAS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    arcs = [_positions(arc, atlas["transform"]) for arc in atlas["arcs"]]
    out = []
    for geometry in atlas["objects"]["countries"]["geometries"]:
        for polygon in _polygons(geometry):
            ring = _unrolled(_ring(polygon[0], arcs))
            if not ring:
                continue
            longs, lats = [p[0] for p in ring], [p[1] for p in ring]
            out.append(((min(longs), max(longs), min(lats), max(lats)), ring))
            if max(longs) > 180 or min(longs) < -180:
                shift = -360 if max(longs) > 180 else 360
                moved = [(x + shift, y) for x, y in ring]
                out.append(((min(longs) + shift, max(longs) + shift, min(lats), max(lats)), moved))
    return out


def _positions(arc: list[list[int]], transform: dict[str, list[float]]) -> Ring:
    x = y = 0
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    out = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        out.append((x * sx + tx, y * sy + ty))
    return out


def _polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    if geometry.get("type") == "Polygon":
        return [geometry["arcs"]]
    return geometry["arcs"] if geometry.get("type") == "MultiPolygon" else []


def _ring(indices: list[int], arcs: list[Ring]) -> Ring:
    """One ring of its arcs; a negative index is the arc of its complement, backwards."""
    out: Ring = []
    for index in indices:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        out += part[1:] if out else part
    return out


def _unrolled(ring: Ring) -> Ring:
    """A ring across the 180th meridian goes on beyond it; one around a pole cannot and is left out."""
    turn, out = 0, []
    for i, (x, y) in enumerate(ring):
        if i and abs(x - ring[i - 1][0]) > 180:
            turn += 360 if x < ring[i - 1][0] else -360
        out.append((x + turn, y))
    return [] if turn else out


def outlines(west: float, east: float, south: float, north: float) -> Iterator[Ring]:
    """The rings that touch a frame in degrees; islets too small to be seen in it are left out."""
    small = (north - south) / 200
    for (left, right, low, high), ring in _rings():
        if right >= west and left <= east and high >= south and low <= north and right - left > small:
            yield ring[:: max(1, int((north - south) // 40))]
