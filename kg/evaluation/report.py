"""The tables of an evaluation, as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.evaluation.measures import Result

BASELINE = {
    "event": 0.603,
    "date": 0.259,
    "place": 0.219,
    "actor": 0.063,
    "source": 0.0,
    "casualty": 0.081,
    "entity": 0.729,
    "composite": 0.279,
}
"""F1 on the development articles of stock spaCy with a word list."""
SECOND_ANNOTATOR = {
    "event": 0.955,
    "date": 0.976,
    "place": 0.929,
    "actor": 0.845,
    "source": 0.955,
    "casualty": 1.0,
    "entity": 0.966,
    "composite": 0.947,
}
"""F1 of a second person who annotated five of the articles without seeing the first annotation."""

Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def slot_table(result: Result) -> Table:
    """Precision, recall, F1 and counts of every slot."""
    rows = [
        (name, f"{t.precision:.3f}", f"{t.recall:.3f}", f"{t.f1:.3f}", str(t.gold), str(t.found))
        for name, t in result.slots.items()
    ]
    return ("slot", "P", "R", "F1", "gold", "found"), [*rows, ("composite", "", "", f"{result.composite:.3f}", "", "")]


def type_table(result: Result) -> Table:
    """The same for every event type, right when the type is right."""
    rows = [
        (name, f"{t.precision:.3f}", f"{t.recall:.3f}", f"{t.f1:.3f}", str(t.gold), str(t.found))
        for name, t in sorted(result.types.items())
    ]
    return ("type", "P", "R", "F1", "gold", "found"), rows


Judged = Sequence[tuple[float, bool]]
"""Stated confidence of each report or figure, and whether it is right."""


def reliability(judged: Judged, bins: int = 5) -> Iterator[tuple[float, float, int]]:
    """(mean confidence, share that is right, how many) in bins of equal width over 0 to 1, empty bins left out."""
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [(c, ok) for c, ok in judged if low <= c < high or (number == bins - 1 and c >= high)]
        if inside:
            yield sum(c for c, _ in inside) / len(inside), sum(ok for _, ok in inside) / len(inside), len(inside)


def calibration_error(judged: Judged, bins: int = 5) -> float:
    """Expected calibration error: the mean distance of confidence and share right, weighted by bin size."""
    total = len(judged) or 1
    return sum(abs(mean - right) * size for mean, right, size in reliability(judged, bins)) / total


def reliability_table(judged: Judged, name: str) -> Table:
    """Stated confidence beside the share of reports or figures (`name`) that are right."""
    rows = [(f"{mean:.2f}", f"{right:.2f}", str(size)) for mean, right, size in reliability(judged)]
    return ("mean confidence", "right", name), rows


def comparison_table(result: Result) -> Table:
    """F1 of this version between the baseline and a second annotator."""
    names = [name for name in BASELINE if name != "composite"]
    rows = [(n, f"{BASELINE[n]:.3f}", f"{result.slot(n).f1:.3f}", f"{SECOND_ANNOTATOR[n]:.3f}") for n in names]
    last = (
        "composite",
        f"{BASELINE['composite']:.3f}",
        f"{result.composite:.3f}",
        f"{SECOND_ANNOTATOR['composite']:.3f}",
    )
    return ("slot", "baseline", "this version", "second annotator"), [*rows, last]


def plain(table: Table) -> str:
    """A table with aligned columns for a terminal."""
    head, rows = table
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [head, *rows]
    ]
    return "\n".join(line.rstrip() for line in lines)


def markdown(table: Table) -> str:
    """A table in GitHub's Markdown."""
    head, rows = table
    lines = [
        "| " + " | ".join(head) + " |",
        "| " + " | ".join("---" if i == 0 else "---:" for i in range(len(head))) + " |",
    ]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
