"""Short summaries of events and entities, made of what the graph says, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Row

from flask_babel import gettext, ngettext

from kg.web.pages.gathering import Claim, EventLine
from kg.web.pages.wording import day, listed, named, number, term

_NAMED = 3


def _names(rows: Sequence[Row]) -> str:
    names = [named(row) for row in rows[:_NAMED]]
    if len(rows) > _NAMED:
        names.append(ngettext("%(num)d other", "%(num)d others", len(rows) - _NAMED))
    return listed(names)


def event_summary(line: EventLine, claims: Sequence[Claim]) -> list[str]:
    """Sentences: what, when and where; who; the toll; who says so and whether they agree."""
    return [*_what(line), *_who(line), *_toll(line), *_sources(line, claims)]


def _what(line: EventLine) -> list[str]:
    kind, row = term(line.row["type"]), line.row
    kind = kind[:1].upper() + kind[1:]
    place = _names(line.places)
    when = day(row["begin"])
    if row["begin"] and row["end"] and row["end"] != row["begin"]:
        when = gettext("from %(begin)s to %(end)s", begin=day(row["begin"]), end=day(row["end"]))
    parts = [part for part in (place, when) if part]
    return [gettext("%(what)s: %(where)s.", what=kind, where=", ".join(parts)) if parts else f"{kind}."]


def _who(line: EventLine) -> list[str]:
    agents, targets = line.entities["agent"], line.entities["target"]
    out = []
    if agents:
        out.append(gettext("Said to have acted: %(names)s.", names=_names(agents)))
    if targets:
        out.append(gettext("Said to have been affected: %(names)s.", names=_names(targets)))
    if line.entities["participant"]:
        out.append(gettext("Took part: %(names)s.", names=_names(line.entities["participant"])))
    if line.entities["mediator"]:
        out.append(gettext("Mediated: %(names)s.", names=_names(line.entities["mediator"])))
    return out


def _toll(line: EventLine) -> list[str]:
    low, best, high = line.row["low"], line.row["best"], line.row["high"]
    if high is None:
        return []
    if low == high:
        return [ngettext("%(number)s death reported.", "%(number)s deaths reported.", high, number=number(high))]
    return [
        gettext(
            "Between %(low)s and %(high)s deaths reported; the middle of the sources' latest totals is %(best)s.",
            low=number(low),
            high=number(high),
            best=number(best),
        )
    ]


def _sources(line: EventLine, claims: Sequence[Claim]) -> list[str]:
    reports, sources = line.row["reports"], line.row["sources"]
    told = ngettext("%(num)d report", "%(num)d reports", reports)
    out = [
        ngettext(
            "%(reports)s from %(num)d independent source.",
            "%(reports)s from %(num)d independent sources.",
            sources,
            reports=told,
        )
    ]
    denied = [claim for claim in claims if claim.row["status"] == "Denied"]
    if line.row["disputed"] and denied and len(denied) < len(claims):
        out.append(gettext("Some state it, others deny it."))
    elif line.row["disputed"]:
        out.append(gettext("The sources contradict each other."))
    elif sources > 1:
        out.append(gettext("The sources do not contradict each other."))
    return out


def entity_summary(row: Row, country: Row | None, total: int, types: Sequence[Row]) -> list[str]:
    """Sentences: what it is, how many events, of which kinds, how often it is named and cited."""
    kind = term(row["class"])
    kind = kind[:1].upper() + kind[1:]
    out = [gettext("%(kind)s, %(country)s.", kind=kind, country=named(country)) if country is not None else f"{kind}."]
    if total:
        kinds = listed([f"{term(t['value'])} ({number(t['n'])})" for t in types[:3]])
        out.append(
            ngettext(
                "%(num)d event in this graph: %(kinds)s.",
                "%(num)d events in this graph, most often: %(kinds)s.",
                total,
                kinds=kinds,
            )
        )
    if row["articles"]:
        out.append(ngettext("Named in %(num)d article.", "Named in %(num)d articles.", row["articles"]))
    if row["claims"]:
        out.append(
            ngettext("Cited as the source of %(num)d claim.", "Cited as the source of %(num)d claims.", row["claims"])
        )
    return out
