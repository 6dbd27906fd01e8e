"""Search, and the suggestions while one types."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from kg.web.index.search import Found, search
from kg.web.pages.blueprint import blueprint, index
from kg.web.pages.gathering import event_lines, marks
from kg.web.pages.wording import day, local, named, term

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing found, as people read it."""

    label: str
    kind: str
    detail: str
    href: str


def hits(found: list[Found]) -> list[Hit]:
    """What was found, with names and pages, in the order found."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for item in found:
        wanted[item.kind].append(item.thing)
    shown: dict[tuple[str, int], Hit] = {}
    for row in _rows("entity", wanted):
        shown["entity", row["id"]] = Hit(named(row), term(row["class"]), "", local(row["iri"]))
    for row in _rows("article", wanted):
        shown["article", row["id"]] = Hit(
            row["title"] or row["identifier"], term("Article"), day(row["issued"], "medium"), local(row["iri"])
        )
    for line in event_lines(_rows("event", wanted)):
        shown["event", line.row["id"]] = Hit(
            line.title, term("Event"), day(line.row["begin"], "medium"), local(line.iri)
        )
    return [shown[item.kind, item.thing] for item in found if (item.kind, item.thing) in shown]


def _rows(table: str, wanted: dict[str, list[int]]) -> list[Any]:
    numbers = tuple(wanted[table])
    return index().rows(f"SELECT * FROM {table} WHERE id IN ({marks(numbers)})", numbers) if numbers else []


@blueprint.get("/search")
def search_page() -> str:
    """Things named by the words, with events by place and day."""
    words = request.args.get("q", "").strip()[:_LONGEST]
    return render_template("search.html", words=words, found=hits(search(index(), words, 60)) if words else [])


@blueprint.get("/search/suggestions")
def suggestions() -> dict[str, Any]:
    """A few things for what has been typed so far, as JSON."""
    words = request.args.get("q", "").strip()[:_LONGEST]
    found = hits(search(index(), words, 8)) if words else []
    return {
        "words": words,
        "found": [{"label": hit.label, "kind": hit.kind, "detail": hit.detail, "href": hit.href} for hit in found],
    }
