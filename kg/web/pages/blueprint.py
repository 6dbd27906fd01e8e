"""What all pages share: the blueprint, the index that they read, conditional requests."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState

from kg import __version__
from kg.web.index import PageIndex, UnreadyError
from kg.web.pages import wording

FOLDER = Path(__file__).parent.parent
blueprint = Blueprint("pages", "kg.web", template_folder="templates", static_folder="static", static_url_path="/static")
_AT_ONCE = {"pages.start", "pages.events_list"}
"""Pages that show what the store itself tells, rather than let a reader wait for the first index."""
_PATIENCE = 2.0
_NOT_CACHED = {"pages.static", "pages.editor", "pages.preferences"}


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    pool = app.extensions["kg_workers"]
    app.extensions["kg_index"] = PageIndex(
        app.config["KG_STORE"], app.config["KG_BASE"], pool if hasattr(pool, "endpoint") else None
    )
    wording.prepare(app)


def index() -> PageIndex:
    """The index of this application's store."""
    found: PageIndex = current_app.extensions["kg_index"]
    return found


def base() -> str:
    """The start of data IRIs."""
    return str(current_app.config["KG_BASE"])


@cache
def _release() -> str:
    """Changes with the program and its templates."""
    stamps = [
        path.stat().st_mtime_ns
        for folder in ("templates", "static", "translations")
        for path in (FOLDER / folder).glob("**/*.*")
    ]
    return f"{__version__}-{max(stamps, default=0)}"


def _tag() -> str:
    # With the date of the index, since a store made anew begins to count its generations anew.
    state = (index().generation, index().meta()["made"])
    parts = (_release(), *state, wording.language(), wording.theme(), wording.keys(), request.full_path)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


@blueprint.before_request
def _fresh() -> Response | None:
    """Make sure of the index; answer 304 where the client's copy is of this state of the graph."""
    if request.endpoint == "pages.static":
        return None
    try:
        index().refresh(**({"patience": _PATIENCE} if request.endpoint in _AT_ONCE else {}))
    except UnreadyError:
        g.unready = True
        raise
    if request.endpoint in _NOT_CACHED or request.method not in ("GET", "HEAD"):
        return None
    if request.if_none_match.contains_weak(_tag()):
        return _marked(Response(status=304))
    return None


@blueprint.after_request
def _validators(response: Response) -> Response:
    if g.get("unready"):
        response.headers["Cache-Control"] = "no-store"
    elif request.endpoint not in _NOT_CACHED and response.status_code == 200:
        return _marked(response)
    if request.endpoint == "pages.static":
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if "v" in request.args else "public, max-age=3600"
        )
    return response


def _marked(response: Response) -> Response:
    response.set_etag(_tag(), weak=True)
    response.last_modified = datetime.fromisoformat(index().meta()["made"])
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept", "Accept-Language", "Cookie"))
    return response


@blueprint.app_template_global("asset")
def asset(name: str) -> str:
    """The address of a static file, which changes with its content's date; empty where it is not installed."""
    path = FOLDER / "static" / name
    try:
        return f"/static/{name}?v={path.stat().st_mtime_ns // 1_000_000:x}"
    except OSError:
        return ""
