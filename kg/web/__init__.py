"""The web application: SPARQL, graph store, linked data, pages."""
