"""Queries, updates and uploads that would take all of a machine."""

from __future__ import annotations

import contextlib
import http.client
import os
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attacks.conftest import SECONDS, Battle, query, raw, update

HEAVY = {
    "product": ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", (504,)),
    "product with a filter": ("SELECT * { ?a ?b ?c . ?d ?e ?f FILTER (CONCAT(STR(?a), STR(?f)) = 'x') }", (504,)),
    "sorted product": ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i", (504, 507)),
    "distinct product": ("SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 90000000", (0, 200, 504, 507)),
    "constructed product": ("CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", (0, 504, 507)),
    "concatenated product": ("SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?c))) AS ?x) { ?a ?b ?c . ?d ?e ?f }", (504, 507)),
    "doubled strings": ("SELECT (STRLEN(?z) AS ?n) { BIND ('" + "x" * 50000 + "' AS ?a) " + "".join(f"BIND (CONCAT(?{chr(97 + n)}, ?{chr(97 + n)}) AS ?{chr(98 + n)}) " for n in range(25)) + "}", (400, 504, 507)),
    "paths of any length": ("SELECT (COUNT(*) AS ?n) { ?a (!<a:x>|^!<a:x>)* ?b . ?b (!<a:x>|^!<a:x>)* ?c }", (200, 504, 507)),
    "long path": ("SELECT * { ?a " + "/".join(["(!<a:x>|^!<a:x>)"] * 60) + " ?b }", (200, 400, 504, 507)),
    "very long path": ("SELECT * { ?a " + "/".join(["<a:x>"] * 5000) + " ?b }", (400,)),
    "regex": ("SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), '((a{0,99}){0,99}){0,99}$') }", (200, 400, 504)),
    "regex that backtracks": ("SELECT * { ?s ?p ?o FILTER REGEX('" + "a" * 50000 + "', '^(a+)+$b') }", (200, 504)),
    "replace": ("SELECT (REPLACE('" + "a" * 40000 + "', '', '" + "b" * 40000 + "') AS ?x) {}", (200, 400, 504, 507)),
    "deep groups": ("SELECT * " + "{" * 10000 + "}" * 10000, (400,)),
    "deep filters": ("SELECT * { FILTER (" + "(" * 20000 + "1" + ")" * 20000 + ") }", (400,)),
    "deep not": ("SELECT * { FILTER (" + "!" * 40000 + "true) }", (400,)),
    "deep exists": ("SELECT * { " + "FILTER EXISTS { " * 3000 + "}" * 3001, (400,)),
    "deep triple terms": ("SELECT * { " + "<< " * 5000 + "?s ?p ?o" + " >>" * 5000 + " ?p ?o }", (400,)),
    "long list": ("SELECT * { ?s ?p (" + "1 " * 45000 + ") }", (200, 400, 504)),
    "long union": ("SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 6000) + " }", (200, 400, 504, 0)),
    "many optionals": ("SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 4000 + "}", (400, 504)),
    "many triples": ("SELECT * { " + "?s ?p ?o . " * 8000 + "}", (400, 504)),
    "10,000 columns": ("SELECT " + " ".join(f"?v{n}" for n in range(10_000)) + " { ?s ?p ?o }", (0, 200, 504)),
    "huge VALUES": ("SELECT * { VALUES ?x { " + "1 " * 49_000 + "} VALUES ?y { 1 2 3 } }", (0, 200, 400, 504)),
    "huge literal": ("SELECT * { ?s ?p '" + "x" * 99_000 + "' }", (200, 400)),
    "too long": ("SELECT * { ?s ?p '" + "x" * 900_000 + "' }", (400,)),
    "too long by far": ("SELECT * { ?s ?p '" + "x" * 5_000_000 + "' }", (413,)),
    "unclosed string": ("SELECT * { ?s ?p '" + "\\'" * 40_000, (400,)),
    "quotes": ("SELECT * { ?s ?p " + "'" * 90_001, (400,)),
    "nul": ("SELECT * { ?s ?p '\0' }\0", (200, 400)),
    "bottomless offset": ("SELECT * { ?a ?b ?c . ?d ?e ?f } OFFSET 99999999999 LIMIT 1", (504,)),
    "digests": ("SELECT (SHA512(CONCAT(STR(?a), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f } ORDER BY ?x LIMIT 1", (504, 507)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "statuses"), HEAVY.values(), ids=HEAVY)
def test_heavy_queries_end(battle: Battle, text: str, statuses: tuple[int, ...]) -> None:
    """Status 0 stands for an answer that was broken off, as the client can tell."""
    began = time.monotonic()
    try:
        status, _, body = query(battle, text)
    except (http.client.IncompleteRead, ConnectionResetError):
        status, body = 0, b""
    assert status in statuses, body[:300]
    assert b"Traceback" not in body
    assert time.monotonic() - began < SECONDS + 8


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?a ?e ?i } WHERE { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } }",
        "INSERT DATA { " + "<< " * 5000 + "<a:a> <a:b> <a:c>" + " >>" * 5000 + " <a:b> 1 }",
        "DELETE WHERE " + "{" * 5000 + "}" * 5000,
        "INSERT { ?s ?p ?o } WHERE " + "{" * 5000 + "?s ?p ?o" + "}" * 5000,
        ";".join(["INSERT { ?a ?b ?f } WHERE { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } }"] * 50),
    ],
    ids=["product", "nested terms", "nested delete", "nested where", "many products"],
)
def test_heavy_updates_end_and_write_nothing(battle: Battle, text: str) -> None:
    before = query(battle, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Accept="text/csv")[2]
    status, _, _ = update(battle, text)
    assert status in (400, 504, 507)
    assert query(battle, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Accept="text/csv")[2] == before


def test_a_flood_of_heavy_queries_is_turned_away_with_a_time_to_come_back(battle: Battle) -> None:
    answers: list[tuple[int, dict[str, str], bytes]] = []
    heavy = HEAVY["product"][0]
    threads = [threading.Thread(target=lambda: answers.append(query(battle, heavy))) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 60
    assert {status for status, _, _ in answers} == {503, 504}
    assert all(headers["retry-after"].isdigit() for status, headers, _ in answers if status == 503)


def test_a_client_that_hangs_up_ends_its_query(battle: Battle) -> None:
    busy = _seconds_of_work(battle.process.pid)
    for _ in range(8):
        with raw(battle) as connection:
            heavy = quote(HEAVY["product"][0])
            connection.sendall(f"GET /sparql?query={heavy} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.05)
    time.sleep(1)
    # Each would work for a second; those that were left do not.
    assert _seconds_of_work(battle.process.pid) - busy < 4


def _seconds_of_work(pid: int) -> float:
    """Seconds of processor time that a process and its descendants have used, those that ended included."""
    ticks = 0
    parents = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            number = int(entry.name)
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[number] = (int(fields[1]), sum(map(int, fields[11:15])))
    for number, (_, used) in parents.items():
        ancestor = number
        while ancestor in parents and ancestor != pid:
            ancestor = parents[ancestor][0]
        ticks += used if ancestor == pid else 0
    return ticks / os.sysconf("SC_CLK_TCK")
