"""Extraction: spaCy and the components that read events out of a text."""
