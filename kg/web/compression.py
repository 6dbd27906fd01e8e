"""Compressed answers: zstd, brotli or gzip, as the client asks, a chunk at a time."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli
import zstandard
from flask import Response, request

_SMALLEST = 1000
_GZIP_LEVEL = 3
_ZSTD_LEVEL = 3
_BROTLI_QUALITY = 4
_TEXTUAL = ("text/", "application/")
_PRESSED = ("application/zip", "application/gzip", "application/octet-stream")


class _Engine(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Brotli:
    """Brotli (RFC 7932), with the names of methods that the other engines have."""

    def __init__(self) -> None:
        self._compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY)

    def compress(self, data: bytes, /) -> bytes:
        return bytes(self._compressor.process(data))

    def flush(self) -> bytes:
        return bytes(self._compressor.finish())


# Of encodings that a client likes equally the first is taken.
_ENGINES: dict[str, Callable[[], _Engine]] = {
    "zstd": lambda: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj(),
    "br": _Brotli,
    "gzip": lambda: zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16),
}


def compressed(response: Response) -> Response:
    """The response in the encoding that the client likes best, where it is text of some length."""
    media = response.mimetype or ""
    length = response.content_length
    if (
        response.status_code not in (200, 201, 400, 404)
        or "Content-Encoding" in response.headers
        or not media.startswith(_TEXTUAL)
        or media in _PRESSED
        or (length is not None and length < _SMALLEST)
        or response.direct_passthrough
    ):
        return response
    response.vary.add("Accept-Encoding")
    name = _chosen()
    if name is None:
        return response
    response.headers["Content-Encoding"] = name
    etag, weak = response.get_etag()
    if etag is not None and not weak:
        response.set_etag(etag, weak=True)
    if request.method == "HEAD":
        response.headers.pop("Content-Length", None)
    elif response.is_streamed:
        response.headers.pop("Content-Length", None)
        response.response = _Compressing(response.response, _ENGINES[name]())  # type: ignore[arg-type]
    else:
        engine = _ENGINES[name]()
        response.set_data(engine.compress(response.get_data()) + engine.flush())
    return response


def _chosen() -> str | None:
    accepted = request.accept_encodings
    wanted = [(accepted.quality(name), name) for name in _ENGINES if accepted.quality(name) > 0]
    return max(wanted, key=lambda wish: wish[0])[1] if wanted else None


class _Compressing(Iterator[bytes]):
    """Chunks compressed; closing it closes what it reads from, begun or not."""

    def __init__(self, chunks: Iterable[bytes], engine: _Engine) -> None:
        self._chunks, self._source, self._engine = iter(chunks), chunks, engine
        self._ended = False

    def __next__(self) -> bytes:
        while not self._ended:
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            out = self._engine.flush() if chunk is None else self._engine.compress(chunk)
            if out:
                return out
        raise StopIteration

    def close(self) -> None:
        close = getattr(self._source, "close", None)
        if close is not None:
            close()
