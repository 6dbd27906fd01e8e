"""Ask a SPARQL 1.1 endpoint, through SPARQLWrapper, and give the answer as the embedded store would."""

from __future__ import annotations

from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

import pyoxigraph as ox

_SECONDS = 300


class EndpointError(RuntimeError):
    """The endpoint refused the query or cannot be reached; the message is one line."""


def ask(endpoint: str, text: str) -> Any:
    """The answer of an endpoint to a query: solutions, a truth value or triples. Raises EndpointError."""
    from SPARQLWrapper import SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    wrapper = SPARQLWrapper(endpoint)
    wrapper.setTimeout(_SECONDS)
    wrapper.setMethod("POST")
    wrapper.setOnlyConneg(True)
    wrapper.setQuery(text)
    graphs = wrapper.queryType in ("CONSTRUCT", "DESCRIBE")
    wrapper.addCustomHttpHeader("Accept", "application/n-triples" if graphs else "application/sparql-results+json")
    try:
        body = wrapper.query().response.read()
    except SPARQLWrapperException as fault:
        raise EndpointError(f"{endpoint}: {str(fault).splitlines()[0]}") from fault
    except HTTPError as fault:
        raise EndpointError(f"{endpoint}: {fault.code} {fault.reason}") from fault
    except (URLError, HTTPException, OSError, ValueError) as fault:
        raise EndpointError(f"{endpoint} cannot be reached: {fault}") from fault
    try:
        if not graphs:
            return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        store = ox.Store()
        store.load(body, format=ox.RdfFormat.N_TRIPLES)
        return store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    except (SyntaxError, ValueError) as fault:
        raise EndpointError(f"{endpoint}: the answer is not what SPARQL endpoints give: {fault}") from fault
