"""Conflict knowledge graph: news articles in, an evidence-linked RDF graph out."""

__version__ = "0.1.0"
