"""Conditional requests for RDF and for answers to queries (RFC 9110, section 13).

An answer's entity tag is made from the state of the store and from what was asked, so that a client which has the
answer already is told so (304) before anything is evaluated. The tag is read before the answer is made: a write
meanwhile makes it too old, which costs one more request, and never too new. It is weak, since an answer without
ORDER BY may come in another order. A remote store (``--endpoint``) does not tell its state: its answers have no tag.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Response, current_app, request

from kg import __version__
from kg.web.guard import tokens

# What gives another answer each time (SPARQL 1.1, section 17.4), or asks another server.
_CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE", "SERVICE"})


def entity_tag(*parts: object) -> str | None:
    """The tag of what the request asks for, from the store's state and what else decides; None where that is unknown."""
    state = None if current_app.config["KG_ENDPOINT"] else _state(current_app.config["KG_STORE"])
    if state is None:
        return None
    said = (__version__, state, request.host_url, *parts)
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[:24]


def is_steady(query: str) -> bool:
    """Whether a query gives the same answer while the store stays as it is. Raises RefusedError."""
    return not any(kind == "word" and word.upper() in _CHANGING for kind, word, _ in tokens(query))


def unchanged(tag: str | None) -> Response | None:
    """304 where the client has what `tag` stands for, else None."""
    if tag is None or request.method not in ("GET", "HEAD") or not request.if_none_match.contains_weak(tag):
        return None
    return marked(Response(status=304, headers={"Vary": "Accept"}), tag)


def marked(response: Response, tag: str | None) -> Response:
    """The response with its tag, to be asked for again before it is used again; only what went well has one."""
    if tag is not None and response.status_code in (200, 304) and request.method in ("GET", "HEAD"):
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
    return response


def _state(store: Path) -> str | None:
    """The store's generation; with its date, since a store made anew begins to count anew."""
    file = store / "generation"
    try:
        return f"{file.read_text().strip()} {file.stat().st_mtime_ns}"
    except OSError:
        return None
