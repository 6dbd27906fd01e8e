"""Near-duplicate texts: wire copy that several outlets print, lightly edited, is one testimony.

MinHash (Broder, 1997) over overlapping runs of words, by datasketch; candidates share a band of the signature
(locality-sensitive hashing), and are copies where the estimated Jaccard similarity is high enough.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

LEAST_SIMILARITY = 0.3
"""Jaccard similarity from which two texts count as copies: runs of three words, of which each edited word breaks three."""
PERMUTATIONS = 126
_ROWS = 3
_RUN = 3
_SHORTEST = 20
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The MinHash signature of a text: `PERMUTATIONS` unsigned 32-bit numbers, little-endian."""

    signature: bytes

    @classmethod
    def of(cls, text: str) -> Fingerprint | None:
        """The fingerprint of a text, None for one of fewer than twenty words, which says too little."""
        plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
        words = _WORD.findall(plain)
        if len(words) < _SHORTEST:
            return None
        # Here, because datasketch brings scipy with it, which takes longer to import than all else of a build's start.
        from datasketch import MinHash

        signature = MinHash(num_perm=PERMUTATIONS, hashfunc=_hash, scheme="affine32")
        runs = {" ".join(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
        signature.update_batch([run.encode() for run in sorted(runs)])
        return cls(np.asarray(signature.hashvalues, dtype="<u4").tobytes())

    def encode(self) -> str:
        """As text (base 85), for the graph."""
        return base64.b85encode(self.signature).decode()

    @classmethod
    def decode(cls, text: str) -> Fingerprint:
        """From `encode`. Raises ValueError for anything else."""
        signature = base64.b85decode(text)
        if len(signature) != 4 * PERMUTATIONS:
            raise ValueError("not a fingerprint")
        return cls(signature)

    def similarity(self, other: Fingerprint) -> float:
        """Estimated Jaccard similarity, from 0 to 1."""
        mine, theirs = (np.frombuffer(each.signature, dtype="<u4") for each in (self, other))
        return int(np.count_nonzero(mine == theirs)) / PERMUTATIONS

    def is_copy(self, other: Fingerprint) -> bool:
        """Whether two texts are near-duplicates."""
        return self.similarity(other) >= LEAST_SIMILARITY


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=4).digest(), "little")


def bands(fingerprint: Fingerprint) -> Iterator[int]:
    """Keys of which near-duplicates share at least one: bands of the signature as signed 64-bit numbers."""
    width = 4 * _ROWS
    for start in range(0, 4 * PERMUTATIONS, width):
        band = start.to_bytes(4, "little") + fingerprint.signature[start : start + width]
        yield int.from_bytes(hashlib.blake2b(band, digest_size=8).digest(), "big", signed=True)
