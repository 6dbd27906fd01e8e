"""The list of articles, and the page of one: its text or sentences with every mention marked."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from flask import render_template, request

from kg.graph.terms import PREFIXES
from kg.web.graph_access import rows as ask
from kg.web.pages.blueprint import blueprint, index
from kg.web.pages.claims import compare
from kg.web.pages.gathering import Claim, claims, spans
from kg.web.pages.paging import Paging
from kg.web.pages.passages import Piece, pieces

_MOST_MENTIONS = 5000
_LONGEST = 400_000


@blueprint.get("/articles")
def articles_list() -> str:
    """Articles, the latest first, by publisher and words of the title."""
    publisher, words = request.args.get("publisher", "")[:300], request.args.get("q", "").strip()[:200]
    where: str = "1"
    values: list[str] = []
    if publisher:
        where, values = f"{where} AND publisher = ?", [*values, publisher]
    if words:
        escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where, values = (
            f"{where} AND (title LIKE ? ESCAPE '\\' OR identifier LIKE ? ESCAPE '\\')",
            [*values, f"%{escaped}%", f"%{escaped}%"],
        )
    total = index().row(f"SELECT COUNT(*) AS n FROM article WHERE {where}", tuple(values))
    paging = Paging.read(total["n"] if total else 0)
    query = f"SELECT * FROM article WHERE {where} ORDER BY issued IS NULL, issued DESC, id LIMIT ? OFFSET ?"
    publishers = index().rows(
        "SELECT publisher, COUNT(*) AS n FROM article WHERE publisher IS NOT NULL GROUP BY publisher ORDER BY n DESC, publisher LIMIT 100"
    )
    return render_template(
        "articles.html", rows=index().rows(query, (*values, paging.per_page, paging.offset)), paging=paging, publishers=publishers, publisher=publisher, words=words
    )  # fmt: skip


def article_parts(row: Row) -> dict[str, Any]:
    """What the template of an article's page needs beyond the common parts."""
    number = row["id"]
    found = claims("r.article = ?", (number,), 300, order="r.sentence_begin, r.id")
    compare(found)
    text = _stored_text(row["iri"])
    marked = _paragraphs(text, number) if text else []
    entities = index().rows(
        """SELECT n.*, COUNT(*) AS mentions FROM mention m JOIN entity n ON n.id = m.owner WHERE m.article = ? AND m.kind = 'entity'
        GROUP BY n.id ORDER BY mentions DESC, n.id LIMIT 200""",
        (number,),
    )
    copies = index().rows(
        "SELECT * FROM article WHERE copy_of = ? OR iri = ? OR (copy_of = ? AND iri != ?) ORDER BY issued, id LIMIT 100",
        (row["iri"], row["copy_of"], row["copy_of"], row["iri"]),
    )
    return {
        "article": row,
        "claims": found,
        "paragraphs": marked,
        "entities": entities,
        "copies": copies,
        "sentences": _sentences(found),
    }


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that reports stand on, in pieces, with where it begins in the article."""

    begin: int
    parts: list[Piece]


def _sentences(found: list[Claim]) -> list[Sentence]:
    """Each sentence once, in the order of the text."""
    by_begin = {
        claim.row["sentence_begin"]: claim
        for claim in found
        if claim.row["sentence"] and claim.row["sentence_begin"] is not None
    }
    return [
        Sentence(begin, pieces(claim.row["sentence"], begin, claim.spans)) for begin, claim in sorted(by_begin.items())
    ]


def _stored_text(iri: str) -> str:
    """The full text, where the operator keeps it."""
    found = ask(f"SELECT ?t WHERE {{ <{iri}> <{PREFIXES['ckg']}text> ?t }} LIMIT 1")
    return found[0]["t"][:_LONGEST] if found else ""


def _paragraphs(text: str, article: int) -> list[list[Piece]]:
    """The text's paragraphs in pieces."""
    out, begin = [], 0
    marked = spans(article, 0, len(text), _MOST_MENTIONS)
    for part in text.split("\n"):
        if part.strip():
            end = begin + len(part)
            out.append(pieces(part, begin, [m for m in marked if begin <= m["begin"] < m["end"] <= end]))
        begin += len(part) + 1
    return out
