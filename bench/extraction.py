"""How many articles a second are extracted, against the bare French model, in one run.

    python bench/extraction.py FOLDER...      folders of .json (gold) or .txt articles

Prints the ratio of extraction to the bare `fr_core_news_md` pipeline for each folder; above 1 is faster.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from kg.model import Article
from kg.nlp.extract import Extractor
from kg.nlp.parse import language


def texts(folder: Path) -> list[str]:
    """The article texts of a folder."""
    found = [json.loads(path.read_text(encoding="utf-8"))["text"] for path in sorted(folder.glob("*.json"))]
    return found + [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]


def main() -> None:
    """Five rounds of both, in turn; the median of the ratios."""
    nlp, extractor = language(), Extractor.load()
    for name in sys.argv[1:]:
        articles = [Article(str(i), text) for i, text in enumerate(texts(Path(name)))]
        ratios = []
        for _ in range(5):
            began = time.perf_counter()
            for article in articles:
                nlp(article.text)
            middle = time.perf_counter()
            for article in articles:
                extractor.extract(article)
            ratios.append((middle - began) / (time.perf_counter() - middle))
        print(
            f"{name}: {len(articles)} articles, ratio {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
