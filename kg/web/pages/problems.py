"""Pages for what went wrong."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from kg.web.index import UnreadyError
from kg.web.pages.blueprint import blueprint
from kg.web.pages.preview import preview
from kg.web.sparql import problem
from kg.web.workers import QueryError


def _wants_page() -> bool:
    return "text/html" in str(request.accept_mimetypes)


@blueprint.app_errorhandler(404)
def not_found(error: NotFound) -> Response:
    """Nothing at this address."""
    if not _wants_page():
        return problem(error.description or "not found", 404)
    page = render_template("problem.html", title=gettext("Nothing here"), message=gettext("There is no page at this address. It may have been renamed, or the article it came from was removed."))  # fmt: skip
    return Response(page, 404)


@blueprint.app_errorhandler(QueryError)
def query_failed(failure: QueryError) -> Response:
    """A query that gave no answer."""
    return Response(render_template("problem.html", title=gettext("No answer"), message=str(failure)), failure.status)


@blueprint.app_errorhandler(UnreadyError)
def unready(_: UnreadyError) -> Response:
    """The index is being made for the first time: the start page and the list show what the store tells by itself."""
    if request.endpoint in ("pages.start", "pages.events_list"):
        return preview()
    message = gettext("The pages of this store are being prepared. This takes a few seconds for each hundred articles.")
    page = render_template("problem.html", title=gettext("One moment"), message=message)
    return Response(page, 503, {"Retry-After": "10", "Refresh": "10"})
