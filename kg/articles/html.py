"""Articles from HTML pages: text, title, date, publisher, language, by trafilatura."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from kg.articles.records import article_of
from kg.model import Article

_BREAK = re.compile(r"\n+")
_LANGUAGE = re.compile(rb"<html\b[^>]*?\blang\s*=\s*[\"']?([a-zA-Z]{2,3}(?:-[a-zA-Z]+)?)", re.IGNORECASE)
_HEAD = 64 * 1024


def read_page(raw: bytes, identifier: str, origin: str, url: str | None = None, **known: Any) -> Article:
    """The article of a page; `known` fields (title, date, publisher) outweigh what the page says.

    Its text is the title and the paragraphs, separated by blank lines. Raises ValueError for a page without one.
    """
    from trafilatura import bare_extraction

    try:
        page = bare_extraction(
            raw, url=url, include_comments=False, include_tables=False, with_metadata=True, favor_precision=True
        )
    except Exception as fault:  # lxml and its helpers raise many kinds on hostile input
        raise ValueError(f"not a readable page: {type(fault).__name__}") from fault
    if page is None or isinstance(page, dict) or not (page.text or "").strip():
        raise ValueError("no article in this page")
    title = known.get("title") or page.title
    paragraphs = [part.strip() for part in _BREAK.split(page.text or "") if part.strip()]
    if title and paragraphs and paragraphs[0] != title.strip():
        paragraphs.insert(0, title.strip())
    found = {
        "id": identifier,
        "text": "\n\n".join(paragraphs),
        "title": title,
        "date": _day(page.date),
        "publisher": page.sitename or page.hostname,
        "url": url or page.url,
        "language": _language(raw),
    }
    return article_of({**found, **{key: value for key, value in known.items() if value}}, origin)


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def _language(raw: bytes) -> str | None:
    match = _LANGUAGE.search(raw[:_HEAD])
    return match[1].decode() if match else None
