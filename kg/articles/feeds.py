"""Articles of RSS and Atom feeds, saved or fetched (feedparser)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from kg.articles.html import read_page
from kg.articles.records import Unreadable, article_of
from kg.model import Article

_MARKS = (b"<rss", b"<feed", b"<rdf:RDF")
_SHORTEST = 400
"""Characters from which an entry's own text is taken for the article rather than for its teaser."""


def is_feed(raw: bytes) -> bool:
    """Whether some bytes look like RSS or Atom."""
    head = raw[:2048].lower()
    return any(mark.lower() in head for mark in _MARKS)


def read_feed(raw: bytes, origin: str, fetch: Callable[[str], bytes] | None = None) -> Iterator[Article | Unreadable]:
    """The articles of a feed: the pages that entries link to where `fetch` is given, else what the feed itself holds.

    An entry's identifier is its own, or its link.
    """
    import feedparser

    parsed = feedparser.parse(raw, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries:
        yield Unreadable(origin, "no entries in this feed")
        return
    publisher = parsed.feed.get("title")
    language = parsed.feed.get("language")
    for number, entry in enumerate(parsed.entries, 1):
        where = f"{origin}[{number}]"
        try:
            yield _article(entry, where, publisher, language, fetch)
        except ValueError as fault:
            yield Unreadable(where, str(fault))


def _article(
    entry: Any, origin: str, publisher: str | None, language: str | None, fetch: Callable[[str], bytes] | None
) -> Article:
    link = entry.get("link")
    identifier = entry.get("id") or link
    if not identifier:
        raise ValueError("an entry without id and link")
    known = {"title": entry.get("title"), "date": _day(entry), "publisher": publisher, "language": language}
    own = max([part.value for part in entry.get("content", ())] + [entry.get("summary", "")], key=len)
    if fetch is not None and link and len(own) < _SHORTEST:
        return read_page(fetch(link), identifier, origin, link, **known)
    if "<" in own:
        page = f"<html><body><article>{own}</article></body></html>"
        try:
            return read_page(page.encode(), identifier, origin, link, **known)
        except ValueError:
            own = _plain(own)
    title = known["title"]
    text = own if not title or own.startswith(title) else f"{title}\n\n{own}"
    return article_of({"id": identifier, "text": text, "url": link, **known}, origin)


def _plain(markup: str) -> str:
    from lxml import html

    return "\n\n".join(part.strip() for part in html.fromstring(f"<div>{markup}</div>").itertext() if part.strip())


def _day(entry: Any) -> date | None:
    for name in ("published_parsed", "updated_parsed"):
        moment = entry.get(name)
        if moment:
            return date(moment.tm_year, moment.tm_mon, moment.tm_mday)
    return None
