"""Content negotiation (RFC 9110 section 12) for results, graphs and pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pyoxigraph as ox
from werkzeug.datastructures import MIMEAccept

RESULTS: Mapping[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
RESULT_ALIASES = {
    "application/json": "application/sparql-results+json",
    "text/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/plain": "text/tab-separated-values",
}
GRAPHS: Mapping[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "text/n3": ox.RdfFormat.N3,
}
GRAPH_ALIASES = {
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "text/plain": "application/n-triples",
    "application/x-turtle": "text/turtle",
    "application/turtle": "text/turtle",
}
SUFFIXES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}


def choose(accept: MIMEAccept, known: Mapping[str, object], aliases: Mapping[str, str]) -> str | None:
    """The media type to answer with: the client's best, the first known one without a wish, None where none fits.

    Parameters of a media type, such as a charset, play no part.
    """
    if not accept:
        return next(iter(known))
    wishes = tuple((media_type(str(media)), quality) for media, quality in accept)
    return _chosen(wishes, tuple(known), tuple(aliases.items()))


@lru_cache(maxsize=512)
def _chosen(
    wishes: tuple[tuple[str, float], ...], known: tuple[str, ...], renamed: tuple[tuple[str, str], ...]
) -> str | None:
    aliases = dict(renamed)
    best: tuple[float, int, int] | None = None
    chosen = None
    for position, media in enumerate([*known, *aliases]):
        quality, specific = _quality(media, wishes)
        if quality > 0 and (best is None or (quality, specific, -position) > best):
            best, chosen = (quality, specific, -position), media
    return aliases.get(chosen, chosen) if chosen else None


def _quality(media: str, wishes: tuple[tuple[str, float], ...]) -> tuple[float, int]:
    """How much a media type is wanted, by the most specific range that covers it, and how specific that is: 0 to 2."""
    ranges = {media: 2, media.partition("/")[0] + "/*": 1, "*/*": 0}
    fitting = [(ranges[wish], quality) for wish, quality in wishes if wish in ranges]
    specific, quality = max(fitting, default=(0, 0.0))
    return quality, specific


def media_type(header: str) -> str:
    """The media type of a Content-Type header, without its parameters, in lower case."""
    return header.partition(";")[0].strip().lower()


def content_type(media: str) -> str:
    """A media type as Content-Type carries it: with the charset where it is text."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media
