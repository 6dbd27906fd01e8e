"""Who says so: sources by how much they claim and how often another denies it; the claims of one."""

from __future__ import annotations

from flask import abort, render_template
from pyoxigraph import NamedNode

from kg.web.pages.blueprint import base, blueprint, index
from kg.web.pages.gathering import claims, event_lines, marks
from kg.web.pages.paging import Paging

_CLAIMS_OF = """SELECT report FROM report_entity WHERE role = 'accordingTo' AND entity = :entity
    UNION SELECT f.report FROM figure_source s JOIN figure f ON f.id = s.figure WHERE s.entity = :entity"""


@blueprint.get("/sources")
def sources_list() -> str:
    """Sources: claims, events, how many are denied by another report, how many disputed."""
    total = index().row("SELECT COUNT(*) AS n FROM entity WHERE claims > 0")
    paging = Paging.read(total["n"] if total else 0)
    chosen = index().rows(
        "SELECT * FROM entity WHERE claims > 0 ORDER BY claims DESC, id LIMIT ? OFFSET ?",
        (paging.per_page, paging.offset),
    )
    return render_template(
        "sources.html", rows=[(row, _tally(row["id"])) for row in chosen], paging=paging, publishers=_publishers()
    )


def _tally(entity: int) -> dict[str, int]:
    """Of the events that a source speaks of: how many, disputed, and stated by it but denied by others."""
    row = index().row(
        f"""WITH own AS ({_CLAIMS_OF}), spoken AS (
                SELECT r.event, MAX(r.status IN ('Actual', 'Alleged')) AS stated FROM own JOIN report r ON r.id = own.report WHERE r.event IS NOT NULL GROUP BY r.event)
            SELECT COUNT(*) AS events, COALESCE(SUM(e.disputed), 0) AS disputed,
                COALESCE(SUM(s.stated AND EXISTS (SELECT 1 FROM report d WHERE d.event = s.event AND d.status = 'Denied' AND d.id NOT IN own)), 0) AS denied
            FROM spoken s JOIN event e ON e.id = s.event""",
        {"entity": entity},
    )
    return dict(row) if row else {}


def _publishers() -> list[dict[str, object]]:
    rows = index().rows(
        """SELECT a.publisher, COUNT(DISTINCT a.id) AS articles, COUNT(r.id) AS reports, COUNT(DISTINCT r.event) AS events
        FROM article a LEFT JOIN report r ON r.article = a.id WHERE a.publisher IS NOT NULL GROUP BY a.publisher ORDER BY articles DESC, a.publisher LIMIT 100"""
    )
    return [dict(row) for row in rows]


@blueprint.get("/sources/<path:name>")
def source(name: str) -> str:
    """What one source claims, event by event, and what others say of the same."""
    try:
        iri = NamedNode(base() + name).value
    except ValueError:
        abort(404)
    row = index().row("SELECT * FROM entity WHERE iri = ?", (iri,))
    if row is None:
        abort(404)
    paging = Paging.read(row["claims"], 25)
    own = _CLAIMS_OF.replace(":entity", str(int(row["id"])))
    found = claims(f"r.id IN ({own})", (), paging.per_page, paging.offset, "a.issued DESC, a.id, r.id")
    events = sorted({claim.row["event"] for claim in found if claim.row["event"] is not None})
    lines = event_lines(index().rows(f"SELECT * FROM event WHERE id IN ({marks(events)})", tuple(events)))
    return render_template(
        "source.html",
        row=row,
        claims=found,
        events={line.row["id"]: line for line in lines},
        paging=paging,
        tally=_tally(row["id"]),
    )
