"""Make kg/fr/models/word_clusters.npy: 300 k-means clusters over the French model's word vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from kg.nlp.spacy_model import language

CLUSTERS = 300
TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models" / "word_clusters.npy"


def main() -> None:
    """Cluster the unit-length rows of the vector table; the seed is fixed, the result repeatable."""
    vectors = language().vocab.vectors.data
    unit = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
    model = MiniBatchKMeans(CLUSTERS, random_state=0, n_init=3, batch_size=4096).fit(unit)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    np.save(TARGET, model.labels_.astype(np.uint16))


if __name__ == "__main__":
    main()
