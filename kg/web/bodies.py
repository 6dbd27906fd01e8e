"""Bodies of requests: read to a cap, decompressed to a cap, decoded strictly."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from urllib.parse import parse_qsl

import zstandard
from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

_BLOCK = 64 * 1024
_MOST_FIELDS = 100


def body(most: int) -> bytes:
    """The body of the current request, decompressed as its Content-Encoding says.

    Raises RequestEntityTooLarge where it is longer than `most` bytes as sent or decompressed, BadRequest where it
    is not what Content-Encoding says, UnsupportedMediaType for an encoding that is not known.
    """
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge(f"the body is larger than {most} bytes")
    encodings = [name.strip().lower() for name in request.headers.get("Content-Encoding", "").split(",")]
    named = [name for name in encodings if name not in ("", "identity")]
    if len(named) > 1:
        raise UnsupportedMediaType("one Content-Encoding at most is taken")
    blocks = _sent(most)
    if named:
        blocks = _decompressed(blocks, named[0])
    return _joined(blocks, most)


def text(most: int) -> str:
    """The body as UTF-8 text. Raises UnsupportedMediaType for another charset, BadRequest for what is not UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"charset {charset}: UTF-8 is wanted")
    return _decoded(body(most))


def form(most: int) -> MultiDict[str, str]:
    """The fields of a URL-encoded body. Raises BadRequest where it is not UTF-8, or has too many fields."""
    return _fields(text(most))


def parameters() -> MultiDict[str, str]:
    """The fields of the request's query string, decoded strictly. Raises BadRequest as `form` does."""
    return _fields(_decoded(request.query_string))


def _fields(encoded: str) -> MultiDict[str, str]:
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        raise BadRequest("the fields are not UTF-8") from None
    except ValueError:
        raise BadRequest(f"more than {_MOST_FIELDS} fields") from None
    return MultiDict(pairs)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise BadRequest(f"not UTF-8: byte {fault.start + 1}") from None


def _sent(most: int) -> Iterator[bytes]:
    left = most + 1
    while left > 0 and (block := request.stream.read(min(_BLOCK, left))):
        left -= len(block)
        yield block


def _decompressed(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The plain bytes, a bounded block at a time, so that little is held of what is too much."""
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(blocks, zlib.decompressobj(zlib.MAX_WBITS | 32))
    if encoding == "zstd":
        return _unfrozen(blocks)
    raise UnsupportedMediaType(f"Content-Encoding {encoding}: gzip, deflate or zstd is taken")


def _inflated(blocks: Iterator[bytes], engine: zlib._Decompress) -> Iterator[bytes]:
    try:
        for block in blocks:
            rest, full = block, True
            while (rest or full) and not engine.eof:
                plain = engine.decompress(rest, _BLOCK)
                yield plain
                rest, full = engine.unconsumed_tail, len(plain) == _BLOCK
    except zlib.error as fault:
        raise BadRequest(f"the body is not compressed as its Content-Encoding says: {fault}") from None
    if not engine.eof:
        raise BadRequest("the compressed body is cut off")


def _unfrozen(blocks: Iterator[bytes]) -> Iterator[bytes]:
    class Source:
        def read(self, size: int) -> bytes:
            return next(blocks, b"")

    try:
        with zstandard.ZstdDecompressor(max_window_size=2**23).stream_reader(Source()) as reader:  # type: ignore[arg-type]
            while block := reader.read(_BLOCK):
                yield block
    except zstandard.ZstdError as fault:
        raise BadRequest(f"the body is not compressed as its Content-Encoding says: {fault}") from None


def _joined(blocks: Iterator[bytes], most: int) -> bytes:
    held = bytearray()
    for block in blocks:
        held += block
        if len(held) > most:
            raise RequestEntityTooLarge(f"the body is larger than {most} bytes")
    return bytes(held)
