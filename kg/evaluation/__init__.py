"""Measure extractions against annotated articles."""
