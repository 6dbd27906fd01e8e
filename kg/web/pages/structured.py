"""schema.org descriptions of events and entities, for search engines, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Row
from typing import Any

from markupsafe import Markup

from kg.web.pages.gathering import Claim, EventLine
from kg.web.pages.wording import language, named

_TYPES = {
    "Person": "Person",
    "Organisation": "Organization",
    "State": "Country",
    "Place": "Place",
    "Group": "Organization",
}
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def event_data(line: EventLine, claims: Sequence[Claim]) -> Markup:
    """An event as schema:Event, with its places, actors and the articles about it."""
    data: dict[str, Any] = {"@type": "Event", "@id": line.iri, "name": line.dated_title}
    if line.row["begin"]:
        data |= {"startDate": line.row["begin"], "endDate": line.row["end"] or line.row["begin"]}
    if line.places:
        data["location"] = [_named(row) for row in line.places]
    actors = {row["iri"]: _named(row) for role in ("agent", "participant", "mediator") for row in line.entities[role]}
    if actors:
        data["actor"] = list(actors.values())
    articles = {
        claim.row["article_iri"]: {
            "@type": "NewsArticle",
            "@id": claim.row["article_iri"],
            "headline": claim.row["title"] or claim.row["identifier"],
        }
        for claim in claims
        if claim.row["article_iri"]
    }
    if articles:
        data["subjectOf"] = list(articles.values())[:50]
    return _script(data)


def entity_data(row: Row, country: Row | None) -> Markup:
    """A person, organisation, state or place."""
    data = _named(row)
    if row["lat"] is not None and row["kind"] in ("Place", "State"):
        data["geo"] = {"@type": "GeoCoordinates", "latitude": row["lat"], "longitude": row["long"]}
    if country is not None:
        prop = {"Place": "containedInPlace", "Person": "nationality"}.get(row["kind"], "location")
        data[prop] = _named(country)
    return _script(data)


def _named(row: Row) -> dict[str, Any]:
    return {"@type": _TYPES[row["kind"]], "@id": row["iri"], "name": named(row)}


def _script(data: dict[str, Any]) -> Markup:
    """JSON that cannot end the script element that it stands in."""
    text = json.dumps(
        {"@context": "https://schema.org", "inLanguage": language(), **data}
        if data["@type"] == "Event"
        else {"@context": "https://schema.org", **data},
        ensure_ascii=False,
    )
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - escaped above
