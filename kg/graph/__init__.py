"""The graph: terms, quads, consolidation, validation, saved queries."""
