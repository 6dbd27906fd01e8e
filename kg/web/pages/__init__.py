"""The pages for people, one module a subject."""

from kg.web.pages import (
    articles,
    conflicts,
    downloads,
    editor,
    entities,
    events,
    preferences,
    problems,
    search,
    sitemap,
    sources,
    start,
    things,
    vocabulary_page,
)
from kg.web.pages.blueprint import blueprint

__all__ = [
    "articles",
    "blueprint",
    "conflicts",
    "downloads",
    "editor",
    "entities",
    "events",
    "preferences",
    "problems",
    "search",
    "sitemap",
    "sources",
    "start",
    "things",
    "vocabulary_page",
]
