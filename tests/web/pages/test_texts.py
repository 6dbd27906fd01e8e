"""Every text of the pages has its French, and both are compiled."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.conftest import ROOT

WEB = ROOT / "kg" / "web"
FRENCH = WEB / "translations" / "fr" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}


def _used() -> Catalog:
    catalogue = Catalog()
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    for _, _, message, _, _ in extract_from_dir(str(WEB), methods, keywords=KEYWORDS):
        catalogue.add(message)
    return catalogue


def _french() -> Catalog:
    return read_po(io.BytesIO((FRENCH / "messages.po").read_bytes()), locale="fr")


def test_every_text_in_use_has_its_french() -> None:
    french = _french()
    used = [message for message in _used() if message.id]
    missing = [message.id for message in used if not (french.get(message.id) and french[message.id].string)]
    assert len(used) > 150
    assert missing == []


def test_no_french_is_left_over() -> None:
    used = _used()
    assert [message.id for message in _french() if message.id and message.id not in used] == []


def test_placeholders_are_the_same_in_both() -> None:
    assert [(message.id, errors) for message, errors in _french().check()] == []


def test_the_catalogue_is_compiled_from_what_is_written() -> None:
    compiled = Path(FRENCH / "messages.mo")
    with compiled.open("rb") as file:
        texts = read_mo(file)
    assert {_key(m.id): tuple(m.string) for m in texts if m.id} == {
        _key(m.id): tuple(m.string) for m in _french() if m.id
    }


def _key(message: object) -> object:
    return tuple(message) if isinstance(message, list) else message
