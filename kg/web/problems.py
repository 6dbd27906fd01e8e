"""Errors in the form that the client asks for: plain text, JSON or HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response, request
from markupsafe import escape

_PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1><pre>{message}</pre></html>\n'
_REASONS = {
    400: "Bad request", 401: "Token wanted", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    406: "Not acceptable", 413: "Too large", 415: "Unsupported media type", 500: "Internal error", 502: "Bad gateway",
    503: "Busy", 504: "Took too long", 507: "Needs too much",
}  # fmt: skip
RETRY_AFTER = "5"


def problem(
    message: str,
    status: int,
    headers: Mapping[str, str] | None = None,
    position: tuple[int, int] | None = None,
) -> Response:
    """A response that says what is wrong and, with `position`, at which line and column (from 1) of the query.

    JSON has the members ``error``, ``status`` and, with a position, ``line`` and ``column``.
    """
    best = request.accept_mimetypes.best_match(["text/plain", "application/json", "text/html"], "text/plain")
    if best == "text/plain" and _wants_json():
        best = "application/json"
    if best == "application/json":
        found: dict[str, object] = {"error": message, "status": status}
        if position is not None:
            found |= {"line": position[0], "column": position[1]}
        body = json.dumps(found, ensure_ascii=False) + "\n"
    elif best == "text/html":
        title = f"{status} {_REASONS.get(status, '')}".strip()
        body = _PAGE.format(title=title, message=escape(message))
    else:
        body = message + "\n"
    content_type = best if best == "application/json" else f"{best}; charset=utf-8"
    response = Response(body, status, headers, content_type=content_type)
    response.headers.setdefault("Cache-Control", "no-store")
    if status == 503:
        response.headers.setdefault("Retry-After", RETRY_AFTER)
    return response


def _wants_json() -> bool:
    """Whether a client that names no type of ours asks for one built on JSON, such as sparql-results+json."""
    return any(str(media).endswith("+json") and quality > 0 for media, quality in request.accept_mimetypes) and not any(
        str(media).startswith("text/") for media, _ in request.accept_mimetypes
    )
