"""Files, pages, feeds, archives, patterns and standard input become articles; what is wrong is told with its place."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from kg.articles import Unreadable, read_articles
from kg.articles.language import foreign
from kg.model import Article

PARAGRAPHS = [
    "Une bombe a explosé mardi sur un marché de Kaboul, en Afghanistan, tuant douze personnes, a annoncé la police.",
    "L'engin avait été caché dans une charrette de légumes, à quelques mètres d'un poste de contrôle de l'armée.",
    "Les secours ont évacué une trentaine de blessés vers deux hôpitaux de la capitale, selon un médecin.",
]
PAGE = f"""<!DOCTYPE html><html lang="fr-FR"><head><title>Attentat à Kaboul | Le Courrier</title>
<meta property="og:title" content="Attentat meurtrier à Kaboul"><meta property="og:site_name" content="Le Courrier des Steppes">
<meta property="article:published_time" content="2021-03-04T10:00:00+01:00"><link rel="canonical" href="https://courrier.example/kaboul"></head>
<body><nav><a href="/">Accueil</a> <a href="/sport">Sport</a></nav><script>alert("never")</script>
<article><h1>Attentat meurtrier à Kaboul</h1>{"".join(f"<p>{part}</p>" for part in PARAGRAPHS)}</article>
<footer>Tous droits réservés. Inscrivez-vous à notre lettre.</footer></body></html>"""
ENTRY = "".join(f"<p>{part}</p>" for part in PARAGRAPHS).replace("<", "&lt;").replace(">", "&gt;")
RSS = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Le Courrier</title><language>fr</language>
<item><guid>c-1</guid><title>Attentat à Kaboul</title><link>https://courrier.example/1</link>
<pubDate>Thu, 04 Mar 2021 10:00:00 GMT</pubDate><description>{ENTRY}</description></item>
<item><title>Sans identité</title><description>Un texte.</description></item></channel></rss>"""
ATOM = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Vigie</title>
<entry><id>urn:v:1</id><title>Attentat à Kaboul</title><link href="https://vigie.example/1"/>
<updated>2021-03-04T10:00:00Z</updated><content type="html">{ENTRY}</content></entry></feed>"""


def read(*paths: Path | str) -> tuple[list[Article], list[str]]:
    items = list(read_articles(paths))
    return [i for i in items if isinstance(i, Article)], [str(i) for i in items if isinstance(i, Unreadable)]


def lines(*rows: object) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_a_page_gives_its_text_title_day_publisher_and_language(tmp_path: Path) -> None:
    (tmp_path / "kaboul.html").write_text(PAGE, encoding="utf-8")
    ((article,), complaints) = read(tmp_path)
    assert complaints == []
    assert article.id == "kaboul"
    assert article.text == "\n\n".join(["Attentat meurtrier à Kaboul", *PARAGRAPHS])
    assert (article.title, article.date, article.publisher) == (
        "Attentat meurtrier à Kaboul", date(2021, 3, 4), "Le Courrier des Steppes",
    )  # fmt: skip
    assert (article.url, article.language) == ("https://courrier.example/kaboul", "fr-FR")


def test_metadata_beside_a_page_outweigh_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "kaboul.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "kaboul.toml").write_text('date = 2021-03-09\npublisher = "Autre"\n', encoding="utf-8")
    ((article,), _) = read(tmp_path)
    assert (article.date, article.publisher) == (date(2021, 3, 9), "Autre")


def test_a_page_without_an_article_and_a_broken_one_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body></body></html>", encoding="utf-8")
    (tmp_path / "b.html").write_bytes(b"<html" + b"<div>" * 5000)
    articles, complaints = read(tmp_path)
    assert articles == []
    assert [line.partition(": ")[0] for line in complaints] == [str(tmp_path / "a.html"), str(tmp_path / "b.html")]


@pytest.mark.parametrize(("name", "feed", "identifier"), [("f.rss", RSS, "c-1"), ("f.atom", ATOM, "urn:v:1")])
def test_a_saved_feed_gives_its_entries(tmp_path: Path, name: str, feed: str, identifier: str) -> None:
    (tmp_path / name).write_text(feed, encoding="utf-8")
    articles, complaints = read(tmp_path / name)
    assert [article.id for article in articles] == [identifier]
    assert articles[0].text == "\n\n".join(["Attentat à Kaboul", *PARAGRAPHS])
    assert articles[0].date == date(2021, 3, 4)
    if name == "f.rss":
        assert complaints == [f"{tmp_path / name}[2]: an entry without id and link"]
        assert (articles[0].publisher, articles[0].url) == ("Le Courrier", "https://courrier.example/1")


def test_xml_that_is_no_feed_and_entities_that_explode_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<note>bonjour</note>", encoding="utf-8")
    bomb = '<!DOCTYPE r [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    (tmp_path / "b.xml").write_text(
        f'<?xml version="1.0"?>{bomb}<rss version="2.0"><channel></channel></rss>', encoding="utf-8"
    )
    assert read(tmp_path)[1] == [
        f"{tmp_path / 'a.xml'}: neither RSS nor Atom", f"{tmp_path / 'b.xml'}: no entries in this feed",
    ]  # fmt: skip


def test_compressed_files_read_as_what_they_hold(tmp_path: Path) -> None:
    rows = lines({"id": "z1", "text": PARAGRAPHS[0]}, {"id": "z2", "text": PARAGRAPHS[1]})
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(rows))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("sub/c.jsonl", rows.replace(b"z1", b"y1").replace(b"z2", b"y2"))
        archive.writestr("sub/d.html", PAGE)
        archive.writestr("sub/e.txt", PARAGRAPHS[2])
        archive.writestr("sub/f.bin", b"\x00\x01")
    articles, complaints = read(tmp_path)
    assert complaints == []
    assert [article.id for article in articles] == ["z1", "z2", "y1", "y2", "d", "e"]
    assert articles[2].origin == f"{tmp_path / 'b.zip/sub/c.jsonl'}:1"


def test_spoilt_archives_are_told(tmp_path: Path) -> None:
    good = gzip.compress(lines({"id": "a", "text": PARAGRAPHS[0]}) * 50)
    (tmp_path / "cut.jsonl.gz").write_bytes(good[: len(good) // 2])
    (tmp_path / "none.zip").write_bytes(b"no archive")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    _, complaints = read(tmp_path / "cut.jsonl.gz", tmp_path / "none.zip", tmp_path / "empty.zip")
    assert any("cut.jsonl.gz" in line for line in complaints)
    assert any("none.zip: File is not a zip file" in line for line in complaints)
    assert any("empty.zip: no readable file in this archive" in line for line in complaints)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.articles.reading.LARGEST_UNPACKED", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "a" * 5000)
    assert "unpacks to more than" in read(tmp_path / "bomb.zip")[1][0]


def test_patterns_folders_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("2020-01/a.txt", "2020-02/b.txt", "2021-01/c.txt", "2020-01/.hidden.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PARAGRAPHS[0], encoding="utf-8")
    assert [article.id for article in read(f"{tmp_path}/2020-*/*.txt")[0]] == ["a", "b"]
    assert [article.id for article in read(f"{tmp_path}/**/*.txt")[0]] == ["a", "b", "c"]
    assert [article.id for article in read(tmp_path)[0]] == ["a", "b", "c"]
    assert read(f"{tmp_path}/1999-*/*.txt")[1] == [f"{tmp_path}/1999-*/*.txt: no file matches"]
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO(lines({"id": "s", "text": PARAGRAPHS[0]}, {"id": "t"})))
    )
    articles, complaints = read("-")
    assert [article.id for article in articles] == ["s"]
    assert complaints == ["<stdin>:2: no 'text'"]


def test_one_identifier_twice_keeps_the_first(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"id": "same", "text": "Un."}, {"id": "same", "text": "Deux."}))
    articles, complaints = read(tmp_path / "a.jsonl")
    assert [article.text for article in articles] == ["Un."]
    assert "a.jsonl:2: the identifier 'same' was already used in" in complaints[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_encodings_are_told_from_the_bytes(tmp_path: Path, encoding: str) -> None:
    text = "\n\n".join(PARAGRAPHS).replace("œ", "oe")
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert read(tmp_path / "a.txt")[0][0].text == text


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        (" ".join(PARAGRAPHS), None, None),
        ("The police said on Tuesday that twelve people had been killed when a bomb went off in a market in Kabul, Afghanistan. " * 2, None, "en"),
        ("Mindestens zwölf Menschen sind am Dienstag bei einem Anschlag auf einem Markt in Kabul getötet worden, teilte die Polizei mit. " * 2, None, "de"),
        (" ".join(PARAGRAPHS), "en", "en"),
        ("Twelve people were killed in Kabul.", "fr-FR", None),
        ("Court.", None, None),
    ],
)  # fmt: skip
def test_articles_in_a_language_without_a_pack_are_told_apart(
    text: str, language: str | None, found: str | None
) -> None:
    assert foreign(Article("a", text, language=language)) == found
