"""The graph as tables for the pages: lists, counts, facets and search in milliseconds, whatever the store's size."""

from kg.web.index.following import PageIndex, UnreadyError

__all__ = ["PageIndex", "UnreadyError"]
