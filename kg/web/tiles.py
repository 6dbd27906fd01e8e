"""Map tiles from a server that the operator names; without one, maps fetch nothing from elsewhere."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(https?)://((?:\{s\}\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?)/[^\s\"'<>\\]*", re.IGNORECASE)


def tile_source(address: str) -> str:
    """Where pages may load pictures from, as a Content-Security-Policy names it, for an address of tiles.

    `address` is a template as Leaflet takes it: ``{z}``, ``{x}`` and ``{y}`` in the path, ``{s}`` for the first part of
    the host where servers share the work. Raises ValueError for any other.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not all(part in address for part in ("{z}", "{x}", "{y}")):
        raise ValueError(f"KG_TILES: {address!r} is no http(s) address with {{z}}, {{x}} and {{y}}")
    return f"{match[1]}://{match[2].replace('{s}', '*')}".lower()
