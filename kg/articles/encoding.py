"""Bytes as text."""

from __future__ import annotations

_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LIKELY = ["cp1252", "latin_1", "iso8859_15", "utf_16", "mac_roman", "cp850"]


def decode(raw: bytes) -> str:
    """Bytes as text: UTF-8 (with or without mark), else the encoding that charset-normalizer finds.

    Raises ValueError for bytes that are no text.
    """
    if b"\x00" in raw[:4096] and not raw.startswith(_MARKS):
        raise ValueError("a binary file, not text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(raw, cp_isolation=_LIKELY).best()
        if best is None:
            raise ValueError("the encoding cannot be told") from None
        return str(best)
