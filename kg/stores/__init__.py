"""Where the graph is kept: an embedded Oxigraph store, or any SPARQL 1.1 server."""
