"""How many articles a second are extracted, against the bare French model, in one run.

    python bench/extraction.py FOLDER...      folders of .json (gold) or .txt articles

Prints the ratio of extraction to the bare `fr_core_news_md` pipeline for each folder, and for ordinary news made of
the project's own texts, of which one paragraph in ten tells of war; above 1 is faster.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import spacy

from kg.model import Article
from kg.nlp.extract import Extractor
from kg.nlp.spacy_model import MODEL

TRIGGERS = Path(__file__).parent.parent / "training" / "triggers"
PARTS = 5
PARAGRAPHS = 10
ARTICLES = 30


def texts(folder: Path) -> list[str]:
    """The article texts of a folder."""
    found = [json.loads(path.read_text(encoding="utf-8"))["text"] for path in sorted(folder.glob("*.json"))]
    return found + [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]


def paragraphs(name: str) -> tuple[list[str], list[str]]:
    """The headlines and the paragraphs of a file of marked texts, without marks."""
    marked = (TRIGGERS / name).read_text(encoding="utf-8")
    plain = re.sub(r"\{[^:{}]+:([^{}]+)\}", r"\1", marked)
    articles = [article.strip().split("\n\n") for article in plain.split("\n===\n")]
    return [article[0] for article in articles], [part for article in articles for part in article[1:]]


def ordinary_news() -> list[str]:
    """Articles of ten paragraphs, nine of them of sport, cooking, trade and courts, one of war."""
    headlines, plain = paragraphs("ordinary.txt")
    _, war = paragraphs("war.txt")
    out = []
    for number in range(ARTICLES):
        body = [plain[(number * (PARAGRAPHS - 1) + i) % len(plain)] for i in range(PARAGRAPHS - 1)]
        body.insert(1 + number % (PARAGRAPHS - 1), war[number % len(war)])
        out.append("\n\n".join([headlines[number % len(headlines)], *body]))
    return out


def times(articles: list[Article]) -> list[tuple[float, float]]:
    """Processor seconds that the bare pipeline and extraction take for each article of the second half.

    The first half warms both up. No article is read twice: a pipeline remembers the words that it has met, so that
    reading the same articles again would leave out work that every new article asks for.
    """
    nlp, extractor = spacy.load(MODEL), Extractor.load()
    out = []
    for article in articles:
        began = time.process_time()
        nlp(article.text)
        middle = time.process_time()
        extractor.extract(article)
        out.append((middle - began, time.process_time() - middle))
    return out[len(articles) // 2 :]


def ratio(measured: Iterable[tuple[float, float]]) -> float:
    """Bare time over extraction time."""
    bare, own = zip(*measured, strict=True)
    return sum(bare) / sum(own)


def main() -> None:
    """The ratio of each set, with the least and the greatest of its parts."""
    sets = {name: texts(Path(name)) for name in sys.argv[1:]} | {"ordinary news": ordinary_news()}
    for name, found in sets.items():
        measured = times([Article(str(i), text) for i, text in enumerate(found)])
        parts = [ratio(measured[i::PARTS]) for i in range(min(PARTS, len(measured)))]
        print(f"{name}: {len(measured)} articles, ratio {ratio(measured):.2f} ({min(parts):.2f} to {max(parts):.2f})")


if __name__ == "__main__":
    main()
