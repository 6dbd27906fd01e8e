"""The first layer of spaCy's networks, computed once for each word instead of each time the word is met.

What the networks see of a token before they look at its neighbours depends on the token's form alone: hashed
prefix, suffix and shape, and the word's vector, mixed into one row of numbers. Rows are worked out in double
precision, so that a row is the same whatever the words it was worked out with, and what was read before a text has
no influence on the text's analysis.
"""

from __future__ import annotations

import threading
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import NORM, ORTH, SPACY
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.api import Model, NumpyOps

CAPACITY = 32768
"""Words whose rows are kept; beyond these all are forgotten and gathered again."""

Rows: TypeAlias = NDArray[np.float32]
_Network: TypeAlias = Model[Any, Any]


class _DoubleOps(NumpyOps):  # type: ignore[misc]  # thinc's class has no types
    """Matrix products in double precision, rounded to single."""

    def gemm(self, x: Rows, y: Rows, out: None = None, trans1: bool = False, trans2: bool = False) -> Rows:
        wide = super().gemm(x.astype(np.float64), y.astype(np.float64), trans1=trans1, trans2=trans2)
        return wide.astype(np.float32)  # type: ignore[no-any-return]


class RememberedRows:
    """The rows that a network's first layer gives, kept by word; the layer is set to work in double precision."""

    def __init__(self, layer: _Network, width: int, capacity: int = CAPACITY) -> None:
        self._layer, self._capacity = layer, capacity
        self._table: Rows = np.empty((capacity, width), dtype=np.float32)
        self._row_of: dict[tuple[int, int, int], int] = {}
        self._lock = threading.Lock()
        for node in layer.walk():
            node.ops = _DoubleOps(use_blis=False)

    def of(self, doc: Doc) -> Rows:
        """One row for each token of a Doc."""
        words = list(map(tuple, doc.to_array([ORTH, NORM, SPACY]).tolist()))
        with self._lock:
            fresh = [word for word in dict.fromkeys(words) if word not in self._row_of]
            if len(self._row_of) + len(fresh) > self._capacity:
                self._row_of.clear()
                fresh = list(dict.fromkeys(words))
            if len(fresh) > self._capacity:
                return self._worked_out(doc)
            if fresh:
                first = len(self._row_of)
                self._table[first : first + len(fresh)] = self._worked_out(_doc(doc.vocab, fresh))
                self._row_of.update(zip(fresh, range(first, first + len(fresh)), strict=True))
            return self._table[[self._row_of[word] for word in words]]

    def _worked_out(self, doc: Doc) -> Rows:
        rows: Rows = self._layer.predict([doc])[0]
        return rows


def _doc(vocab: Vocab, words: list[tuple[int, int, int]]) -> Doc:
    """A Doc of words given by form, norm and whether a space follows."""
    doc = Doc(vocab, words=[vocab.strings[form] for form, _, _ in words], spaces=[bool(space) for _, _, space in words])
    norms = np.array([norm for _, norm, _ in words], dtype=np.uint64)
    doc.from_array([NORM], norms)  # type: ignore[arg-type]  # its stub knows 32-bit integers only
    return doc


def remember_words(nlp: Language) -> None:
    """Let each network of a pipeline remember the rows of words."""
    for _, component in nlp.pipeline:
        network: _Network | None = getattr(component, "model", None)
        layers = [node for node in network.walk() if _ends_in_rows(node)] if network is not None else []
        for layer in layers:
            assert network is not None
            network.replace_node(layer, _remembering(layer))


def _ends_in_rows(node: _Network) -> bool:
    return bool(node.layers) and node.layers[-1].name == "ragged2list"


def _remembering(layer: _Network) -> _Network:
    rows = RememberedRows(layer, layer.get_dim("nO"))

    def forward(_: _Network, docs: list[Doc], is_train: bool) -> tuple[list[Rows], object]:
        if is_train:
            raise ValueError("a network that remembers its words cannot be trained")
        return [rows.of(doc) for doc in docs], None

    return Model("remembered_words", forward, dims={"nO": layer.get_dim("nO")})
