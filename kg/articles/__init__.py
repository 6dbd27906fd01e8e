"""Reading articles: text, HTML, JSON, JSON Lines, feeds, compressed files; and telling copies from each other."""

from kg.articles.reading import Unreadable, article_of, parse_day, read_articles

__all__ = ["Unreadable", "article_of", "parse_day", "read_articles"]
