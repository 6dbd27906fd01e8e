"""The reader's language: gettext, dates, numbers, names of things and terms; and the theme that was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from sqlite3 import Row
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, current_app, request
from flask_babel import Babel, format_date, format_decimal, get_locale, gettext, lazy_gettext
from markupsafe import Markup, escape

from kg.graph.terms import CKG
from kg.web import vocabulary
from kg.web.index.asking import shortened
from kg.web.index.selection import Selection

LANGUAGES = {"fr": "Français", "en": "English"}
THEMES = ("auto", "light", "dark")
KEYS = ("on", "off")


def prepare(app: Flask) -> None:
    """Set the application up for both languages and give its templates their filters."""
    Babel(app, default_locale="fr", locale_selector=_chosen)
    app.jinja_env.filters.update(
        day=day, number=number, figure=figure, named=named, term=term, local=local, short=shortened, path=path, shown=shown, claim_column=claim_column, property_name=property_name,
    )  # fmt: skip
    app.jinja_env.tests["in_ckg"] = lambda iri: iri.startswith(CKG)
    app.jinja_env.globals.update(
        language=language,
        theme=theme,
        keys=keys,
        LANGUAGES=LANGUAGES,
        canonical=canonical,
        arguments_sorted=arguments_sorted,
        colon=colon,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _chosen() -> str:
    wished = request.cookies.get("language", "")
    if request.args.get("lang") in LANGUAGES:
        return request.args["lang"]
    return wished if wished in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), "fr") or "fr"


def language() -> str:
    """The language of the interface: "fr" or "en"."""
    return str(get_locale() or "fr")[:2]


def colon() -> str:
    """A colon after words; in French with a space before it that does not break."""
    return "\u00a0:" if language() == "fr" else ":"


def theme() -> str:
    """The theme chosen: auto, light or dark."""
    wished = request.cookies.get("theme", "auto")
    return wished if wished in THEMES else "auto"


def keys() -> str:
    """Whether single keys act: on or off."""
    return "off" if request.cookies.get("keys") == "off" else "on"


def day(iso: str | None, width: str = "long") -> str:
    """A day in the reader's language (``28 octobre 2020``); what is no date stays as it is."""
    if not iso:
        return ""
    try:
        return str(format_date(date.fromisoformat(iso[:10]), width))
    except ValueError:
        return iso


def number(value: Any) -> str:
    """A number in the reader's language."""
    return "" if value is None else str(format_decimal(value))


def figure(low: int | None, high: int | None) -> str:
    """A range as people write it: ``21``, ``at least 70``, ``20–25``."""
    if low is None and high is None:
        return ""
    if high is None:
        return str(gettext("at least %(number)s", number=number(low)))
    if low is None:
        return str(gettext("at most %(number)s", number=number(high)))
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def named(row: Row | Mapping[str, Any]) -> str:
    """The name of an entity's row in the reader's language."""
    return str(row[language()])


def term(name: str) -> str:
    """A term of the ontology in the reader's language."""
    return vocabulary.label(name, language())


def path(iri: str) -> str:
    """An IRI below the base, without it."""
    return iri.removeprefix(current_app.config["KG_BASE"])


def local(iri: str) -> str:
    """Where an IRI is shown on this server; other addresses only if http(s), else nowhere."""
    base = current_app.config["KG_BASE"]
    if iri.startswith(base):
        return "/page/" + quote(iri.removeprefix(base), safe="/~:@!$&'()*+,;=-._%")
    return iri if iri.startswith(("http://", "https://")) else "#"


def canonical() -> str:
    """The address of this page without a host's guess: the path and the arguments that matter."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    arguments = "&".join(f"{quote(k)}={quote(v)}" for k, v in kept)
    return (
        request.url_root.rstrip("/")
        + quote(request.path, safe="/~:@!$&'()*+,;=-._%")
        + (f"?{arguments}" if arguments else "")
    )


def shown(text: str, most: int = 600) -> Markup:
    """Text for people: control and direction characters cannot act beyond it, long text is cut."""
    cut = text if len(text) <= most else text[:most].rstrip() + "…"
    return Markup('<bdi dir="auto">{}</bdi>').format(escape(cut))


def listed(names: Iterable[str]) -> str:
    """Names as a sentence has them: ``A, B and C``."""
    from babel.lists import format_list

    return str(format_list(list(names), locale=get_locale()))


def claim_column(name: str) -> str:
    """What claims differ in, for people."""
    names = {
        "status": gettext("status"),
        "toll": gettext("toll"),
        "agent": gettext("agent"),
        "target": gettext("target"),
    }
    return str(names.get(name, name))


def arguments_sorted(selection: Selection, sort: str) -> str:
    """The arguments of a selection in another order."""
    return urlencode(replace(selection, sort=sort).arguments())


_PROPERTIES = {
    "rdf:type": lazy_gettext("kind"),
    "rdfs:label": lazy_gettext("name"),
    "skos:altLabel": lazy_gettext("other names"),
    "owl:sameAs": lazy_gettext("same as"),
    "schema:mentions": lazy_gettext("named in"),
    "schema:url": lazy_gettext("address"),
    "dcterms:title": lazy_gettext("title"),
    "dcterms:issued": lazy_gettext("day of publication"),
    "dcterms:publisher": lazy_gettext("publisher"),
    "dcterms:language": lazy_gettext("language"),
    "dcterms:identifier": lazy_gettext("identifier"),
    "wgs84:lat": lazy_gettext("latitude"),
    "wgs84:long": lazy_gettext("longitude"),
    "geo:hasGeometry": lazy_gettext("geometry"),
    "geo:asWKT": lazy_gettext("as WKT"),
    "nif:anchorOf": lazy_gettext("words"),
    "nif:beginIndex": lazy_gettext("begins at character"),
    "nif:endIndex": lazy_gettext("ends before character"),
}


def property_name(iri: str) -> str:
    """A property or class for people: the ontology's label, ours for common terms of others, else the prefixed name."""
    if iri.startswith(CKG):
        return term(iri.removeprefix(CKG))
    name = shortened(iri)
    return str(_PROPERTIES.get(name, name))
