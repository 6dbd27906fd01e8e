"""Typography that keeps its way back to the original, and the parts of a page of news."""

from __future__ import annotations

import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.text import block_at, layout, normalise, paragraphs

EXAMPLES = tomllib.loads((files("kg") / "fr" / "text.toml").read_text(encoding="utf-8"))["examples"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("l’armée", "l'armée"),
        ("1\u202f500 « hommes\u00a0»", "1 500 « hommes »"),
        ("“oui”", '"oui"'),
        ("bom\u00adbarde\u200bment", "bombardement"),
        ("con\ufb02it o\ufb03ciel", "conflit officiel"),
        ("e\u0301tat", "état"),
        ("un\r\ndeux\rtrois", "un\ndeux\ntrois"),
        ("Ha\u0308mäla\u0308inen", "Hämäläinen"),
        ("", ""),
    ],
)
def test_plain_typography(written: str, plain: str) -> None:
    assert normalise(written).text == plain


def test_spans_lead_back_to_the_original() -> None:
    written = "\ufeffL’e\u0301tat-ma\u00adjor a con\ufb01rmé"
    text = normalise(written)
    for word, original in [("état", "e\u0301tat"), ("major", "ma\u00adjor"), ("confirmé", "con\ufb01rmé")]:
        begin = text.text.index(word)
        first, last = text.original(begin, begin + len(word))
        assert written[first:last] == original
    assert written[slice(*text.original(text.text.index("fi"), text.text.index("fi") + 1))] == "\ufb01"


@given(st.text(alphabet="ae’\u0301\u00ad\ufb03 \u00a0\r\n\u200bé“.1", max_size=40))
def test_offsets_are_in_order_and_cover_the_text(written: str) -> None:
    text = normalise(written)
    assert len(text.offsets) == len(text.text) + 1
    assert len(text.ends) == len(text.text)
    assert list(text.offsets) == sorted(text.offsets)
    assert all(0 <= a < b <= len(written) for a, b in zip(text.offsets, text.ends, strict=False))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["text"])
def test_example_of_the_language_pack(example: dict[str, object]) -> None:
    text = f"Un titre\n\n{example['text']}\n\nUn dernier paragraphe, pour la suite."
    blocks = layout(text, "Un titre")[1:-1]
    assert [block.kind for block in blocks] == example["kinds"]
    for name in ("place", "day", "agency"):
        span = getattr(blocks[0], name)
        assert (text[slice(*span)] if span else None) == example.get(name)


def test_headline_is_told_by_the_title_or_its_form() -> None:
    assert layout("Trêve signée\n\nLe texte.", None)[0].kind == "headline"
    assert layout("La trêve tient.\n\nLe texte.", None)[0].kind == "body"
    assert layout("La trêve tient.\n\nLe texte.", "La trêve tient.")[0].kind == "headline"


def test_subhead_is_a_short_line_between_paragraphs() -> None:
    text = "Titre\n\nUne phrase.\n\nUn pont stratégique\n\nUne autre phrase."
    assert [block.kind for block in layout(text, None)] == ["headline", "body", "subhead", "body"]


def test_line_breaks_part_paragraphs_only_where_no_blank_line_does() -> None:
    assert list(paragraphs("a\nb")) == [(0, 1), (2, 3)]
    assert list(paragraphs("a\nb\n\nc")) == [(0, 3), (5, 6)]


def test_block_at_finds_the_part_a_character_stands_in() -> None:
    blocks = layout("Titre\n\nLIMA (AFP) - Rien.", None)
    found = [block_at(blocks, offset) for offset in (0, 6, 8, 21)]
    assert [block.kind if block else None for block in found] == ["headline", None, "dateline", "body"]


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "(" * 200_000, "A-" * 300_000, "’" * 500_000, "\n \n" * 200_000, "A, " * 300_000]
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    begin = time.perf_counter()
    layout(normalise(text).text, None)
    assert time.perf_counter() - begin < 5
