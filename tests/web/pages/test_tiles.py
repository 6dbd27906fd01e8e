"""Map tiles: off unless the operator names a server, and then pictures from that server alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.web.app import create_app
from kg.web.settings import settings
from kg.web.tiles import tile_source

TILES = "https://{s}.tiles.example/osm/{z}/{x}/{y}.png"


def _pictures(store: Path, **options: str) -> tuple[str, str]:
    """Where pages may load pictures from, and the list of events."""
    app = create_app(settings(store, {"KG_WORKERS": 1, **options}, None))
    try:
        answer = app.test_client().get("/events")
        assert answer.status_code == 200
        directives = answer.headers["Content-Security-Policy"].split("; ")
        query = app.test_client().get("/query").headers["Content-Security-Policy"].split("; ")
        (pictures,) = {d for d in [*directives, *query] if d.startswith("img-src")}
        return pictures, answer.text
    finally:
        app.extensions["kg_workers"].close()


def test_no_tiles_unless_asked_for(told_store: Path) -> None:
    pictures, page = _pictures(told_store)
    assert pictures == "img-src 'self' data:"
    assert "tiles.example" not in page


def test_tiles_are_allowed_from_their_host_alone(told_store: Path) -> None:
    pictures, page = _pictures(told_store, KG_TILES=TILES, KG_TILES_ATTRIBUTION='© <b>Cartographes</b> "réunis"')
    assert pictures == "img-src 'self' https://*.tiles.example data:"
    assert f'data-tiles="{TILES}"' in page or "leaflet" not in page
    assert "<b>Cartographes" not in page


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("http://localhost:8080/{z}/{x}/{y}.png", "http://localhost:8080"),
        ("https://Tiles.Example/{z}/{x}/{y}?key=1", "https://tiles.example"),
    ],
)
def test_the_source_of_an_address_is_its_host(address: str, source: str) -> None:
    assert tile_source(address) == source


@pytest.mark.parametrize(
    "address",
    [
        "tiles.example/{z}/{x}/{y}",
        "https://tiles.example/{z}/{x}.png",
        "https://*/{z}/{x}/{y}",
        "https://a;script-src *;/{z}/{x}/{y}",
        "https://a b/{z}/{x}/{y}",
        "data:image/png,{z}{x}{y}",
    ],
)
def test_what_is_no_address_of_tiles_is_refused(told_store: Path, address: str) -> None:
    with pytest.raises(ValueError, match="KG_TILES"):
        settings(told_store, {"KG_TILES": address}, None)
