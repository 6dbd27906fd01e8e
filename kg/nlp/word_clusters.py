"""Clusters of words by their vectors: a coarse meaning that carries over to words a model never met.

The table gives one cluster number for each row of the spaCy model's vectors (``kg/<language>/models/
word_clusters.npy``, made by `training/cluster_words.py` with k-means).
"""

from __future__ import annotations

import functools
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Token


@functools.cache
def _table(language: str) -> NDArray[np.uint16]:
    with as_file(files("kg") / language / "models" / "word_clusters.npy") as path:
        return np.load(path, allow_pickle=False)  # type: ignore[no-any-return]


def cluster(token: Token, language: str) -> int | None:
    """The cluster of a token's form, or None for a word without a vector."""
    rows = token.vocab.vectors.key2row
    row = rows.get(token.orth)
    if row is None or row < 0:
        row = rows.get(token.lower)
    return None if row is None or row < 0 else int(_table(language)[row])
