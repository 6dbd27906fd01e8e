"""Mean word vectors: what an article and each of its sentences are about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from spacy.attrs import IS_ALPHA, IS_STOP, ORTH
from spacy.tokens import Doc

from kg.nlp.network import Numbers

_AT_ONCE = 10_000
"""Words whose vectors are copied at a time: each has more than a kilobyte."""


def mean_vectors(doc: Doc, starts: Sequence[int]) -> tuple[Numbers, Numbers]:
    """The mean vector of a Doc's content words, and those of the sentences that start at `starts`, a row each.

    Zeros stand for a stretch without a content word that has a vector.
    """
    vectors = doc.vocab.vectors
    columns = doc.to_array([ORTH, IS_ALPHA, IS_STOP])
    rows = np.array([vectors.key2row.get(orth, -1) for orth in columns[:, 0].tolist()], np.intp)
    content = (rows >= 0) & (columns[:, 1] > 0) & (columns[:, 2] == 0)
    sums = np.zeros((len(starts), vectors.shape[1]), np.float32)
    number = np.searchsorted(np.asarray(starts), np.flatnonzero(content), side="right") - 1
    found = rows[content]
    for i in range(0, len(found), _AT_ONCE):
        np.add.at(sums, number[i : i + _AT_ONCE], vectors.data[found[i : i + _AT_ONCE]])
    counts = np.bincount(number, minlength=len(starts)).astype(np.float32)[:, None]
    whole: Numbers = np.asarray(sums.sum(0) / max(1.0, float(counts.sum())), np.float32)
    means: Numbers = np.asarray(sums / np.maximum(counts, 1), np.float32)
    return whole, means
