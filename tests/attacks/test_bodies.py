"""Uploads that grow when they are read, or nest deeper than a stack."""

from __future__ import annotations

import gzip

import pytest

from tests.attacks.conftest import Battle, upload

ENTITIES = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "aaaaaaaaaa">',
        *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">'.encode() for n in range(1, 10)),
        b']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="http://x/">'
        b'<e:p xmlns:e="http://e/">&a9;</e:p></rdf:Description></rdf:RDF>',
    ]
)


@pytest.mark.parametrize(
    ("body", "media", "headers", "statuses"),
    [
        (ENTITIES, "application/rdf+xml", {}, (400,)),
        (ENTITIES.decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16"), "application/rdf+xml", {}, (400,)),
        (gzip.compress(b" " * 50_000_000), "text/turtle", {"Content_Encoding": "gzip"}, (413,)),
        (gzip.compress(gzip.compress(b" " * 50_000_000)), "text/turtle", {"Content_Encoding": "gzip, gzip"}, (415,)),
        (b"<a:a> <a:b> " + b"[ <a:b> " * 20_000 + b"1" + b" ]" * 20_000 + b" .", "text/turtle", {}, (201, 204, 400, 504, 507)),
        (b"<a:a> <a:b> " + b"( " * 20_000 + b" )" * 20_000 + b" .", "text/turtle", {}, (201, 204, 400, 504, 507)),
        (b'{"a:b": ' * 20_000 + b"1" + b"}" * 20_000, "application/ld+json", {}, (201, 204, 400, 504, 507)),
        (b"[" * 500_000, "application/ld+json", {}, (400,)),
        (b"<a>" * 300_000, "application/rdf+xml", {}, (400,)),
        (b"<a:a> <a:b> " + b"<< " * 50_000, "text/turtle", {}, (400,)),
        (b'<a:a> <a:b> "' + b"x" * 1_900_000 + b'" .', "text/turtle", {}, (201, 204, 504)),
        (b"x" * 3_000_000, "text/turtle", {}, (413,)),
    ],
    ids=["entities", "entities in UTF-16", "gzip bomb", "gzip in gzip", "nested nodes", "nested lists", "nested JSON",
         "open JSON", "nested XML", "nested triple terms", "huge literal", "over the cap"],
)  # fmt: skip
def test_uploads_that_grow(
    battle: Battle, body: bytes, media: str, headers: dict[str, str], statuses: tuple[int, ...]
) -> None:
    assert upload(battle, body, media, **headers)[0] in statuses
