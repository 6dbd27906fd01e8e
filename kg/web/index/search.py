"""Find things by name: whole words and their beginnings first, then names that look alike."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

from kg.web.index.following import PageIndex
from kg.web.index.naming import days, folded, words

_CANDIDATES = 300
_ALIKE = 0.72


class Found(NamedTuple):
    """A thing found: its kind (entity, article or event), its number in the index, the form that matched."""

    kind: str
    thing: int
    form: str


def search(index: PageIndex, text: str, limit: int = 20) -> list[Found]:
    """The things best named by a text, accents and case aside; names spelt otherwise where few match as they are."""
    wanted = words(text)[:12]
    if not wanted:
        return []
    found = _by_words(index, wanted, text, limit)
    if len(found) < min(limit, 5) and len("".join(wanted)) >= 4:
        held = {(f.kind, f.thing) for f in found}
        found += [f for f in _alike(index, " ".join(wanted), limit) if (f.kind, f.thing) not in held]
    return found[:limit]


def _by_words(index: PageIndex, wanted: list[str], text: str, limit: int) -> list[Found]:
    """Names that hold every word, the last as a beginning; exact names first, then the most written about."""
    day = days(text.strip())
    terms = [f'"{word}"' for word in wanted[:-1]] + [f'"{wanted[-1]}"*']
    query = " ".join(terms) if len(day) == 1 else f'"{text.strip()}"'
    rows = index.rows(
        "SELECT form, kind, thing, weight FROM name WHERE name MATCH ? ORDER BY CAST(weight AS INTEGER) DESC, rank LIMIT ?",
        (query, _CANDIDATES),
    )
    target = " ".join(wanted)
    order = {"entity": 0, "event": 1, "article": 2}

    def merit(row: tuple[str, str, int, int]) -> tuple[object, ...]:
        form = folded(row[0])
        return (order[row[1]], form != target, not form.startswith(target), -row[3], len(form), form, row[2])

    ranked = sorted(((str(r["form"]), str(r["kind"]), int(r["thing"]), int(r["weight"])) for r in rows), key=merit)
    return _once(ranked, limit)


def _alike(index: PageIndex, target: str, limit: int) -> list[Found]:
    """Names that share groups of three letters with the text, by likeness."""
    padded = target[:60]
    grams = dict.fromkeys(padded[i : i + 3] for i in range(len(padded) - 2))
    if not grams:
        return []
    query = " OR ".join(f'"{gram}"' for gram in grams)
    rows = index.rows(
        "SELECT folded, kind, thing, weight FROM fragment WHERE fragment MATCH ? ORDER BY rank LIMIT ?",
        (query, _CANDIDATES),
    )
    scored = []
    for row in rows:
        likeness = SequenceMatcher(None, target, str(row["folded"])).ratio()
        if likeness >= _ALIKE:
            scored.append((-likeness, -int(row["weight"]), str(row["folded"]), str(row["kind"]), int(row["thing"])))
    return _once([(form, kind, thing, 0) for _, _, form, kind, thing in sorted(scored)], limit)


def _once(ranked: list[tuple[str, str, int, int]], limit: int) -> list[Found]:
    out: dict[tuple[str, int], Found] = {}
    for form, kind, thing, _ in ranked:
        out.setdefault((kind, thing), Found(kind, thing, form))
    return list(out.values())[:limit]
