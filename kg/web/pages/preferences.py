"""Choose language, theme and keys: kept in cookies, so that they work without scripts."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from kg.web.pages.blueprint import blueprint
from kg.web.pages.wording import KEYS, LANGUAGES, THEMES

_YEAR = 365 * 24 * 3600


@blueprint.post("/preferences")
def preferences() -> Response:
    """Set what the form names and go back to where the reader was."""
    response = redirect(_back(request.form.get("next", "/")), 303)
    for name, allowed in (("language", LANGUAGES), ("theme", THEMES), ("keys", KEYS)):
        value = request.form.get(name)
        if value is not None and value in allowed:
            response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", httponly=True)
    return response


def _back(path: str) -> str:
    """A path on this server; anything else leads to the start page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
