"""Events of many articles: what is put together, what is kept apart, and why."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kg.evaluation.event_clusters import read_clusters
from kg.evaluation.readers import GoldError
from kg.evaluation.run import evaluate_files
from kg.exports import nquads, selected_graphs
from kg.graph.operator import DecisionError, merge_events, split_event, take_back
from kg.graph.terms import BASE
from kg.pipeline import build, remove
from kg.stores.embedded import EmbeddedStore
from tests.consolidation.corpus import CORPUS, articles

HELD_OUT = CORPUS.with_name("held_out.md")


def as_lines(path: Path, chosen: list[dict]) -> Path:
    path.write_text("".join(json.dumps(article) + "\n" for article in chosen), encoding="utf-8")
    return path


def built(folder: Path, chosen: list[dict]) -> Path:
    summary = build([as_lines(folder / "articles.jsonl", chosen)], folder / "store", workers=0)
    assert summary.failed == []
    return folder / "store"


def ask(store: Path, query: str, **options: str) -> list[list[str]]:
    found = EmbeddedStore.reading(store).query(
        f"PREFIX ckg: <https://w3id.org/conflict-kg/ontology#> {query}", **options
    )
    return [[value.value if value is not None else "" for value in row] for row in found]


def bytes_of(store: Path) -> bytes:
    opened = EmbeddedStore.reading(store)
    return b"".join(nquads(opened.ox, selected_graphs(opened)))


@pytest.fixture(scope="module")
def corpus() -> list[dict]:
    return list(articles())


@pytest.fixture(scope="module")
def store(corpus: list[dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("corpus"), corpus)


def test_the_corpus_is_large_enough_to_say_something(corpus: list[dict]) -> None:
    assert len(corpus) >= 60
    assert len({article["publisher"] for article in corpus}) >= 15
    assert len({event["cluster"] for article in corpus for event in article["events"]}) >= 20


def test_reports_of_one_event_find_each_other(corpus: list[dict], store: Path) -> None:
    clusters = read_clusters(corpus, store)
    figures = clusters.figures()
    assert len(clusters.found) >= 0.8 * (len(clusters.found) + len(clusters.missed))
    assert figures["B3"][2] >= 0.93
    assert figures["pairwise"][2] >= 0.9
    assert figures["B3, missed too"][2] >= 0.8


def test_traps_are_kept_apart(corpus: list[dict], store: Path) -> None:
    """Two attacks in a town in three days, two towns of one name, two rounds of talks, two marches, two fronts."""
    predicted: dict[str, set[str]] = {}
    for gold, event in read_clusters(corpus, store).found:
        predicted.setdefault(gold, set()).add(event)
    for one, other in (
        ("maiduguri-1", "maiduguri-2"), ("tripoli-lb", "tripoli-ly"), ("geneve-1", "geneve-2"),
        ("khartoum-1", "khartoum-2"), ("hyderabad-pk", "hyderabad-in"), ("donbass-1", "donbass-2"),
    ):  # fmt: skip
        assert predicted[one].isdisjoint(predicted[other]), (one, other)


def test_other_articles_with_other_traps_score_as_well(tmp_path: Path) -> None:
    chosen = list(articles(HELD_OUT))
    figures = read_clusters(chosen, built(tmp_path, chosen)).figures()
    assert figures["B3"][2] >= 0.9
    assert figures["pairwise"][0] >= 0.95


def test_scoring_without_a_store_builds_one(corpus: list[dict], tmp_path: Path) -> None:
    folder = tmp_path / "built"
    folder.mkdir()
    for article in corpus[:6]:
        (tmp_path / f"{article['id']}.json").write_text(json.dumps(article), encoding="utf-8")
    figures = evaluate_files([tmp_path], None, events=True, as_json=True)
    assert figures == evaluate_files([tmp_path], built(folder, corpus[:6]), events=True, as_json=True)
    assert json.loads(figures)["found"] + json.loads(figures)["missed"] == 6
    for article in corpus[:6]:
        bare = {
            **article,
            "events": [{k: v for k, v in event.items() if k != "cluster"} for event in article["events"]],
        }
        (tmp_path / f"{article['id']}.json").write_text(json.dumps(bare), encoding="utf-8")
    with pytest.raises(GoldError, match="cluster"):
        evaluate_files([tmp_path], None, events=True)


def test_the_order_in_which_articles_come_does_not_matter(corpus: list[dict], store: Path, tmp_path: Path) -> None:
    for number, part in enumerate((corpus[40:], corpus[:20][::-1], corpus[20:40])):
        build([as_lines(tmp_path / f"{number}.jsonl", part)], tmp_path / "store", workers=0)
    assert bytes_of(tmp_path / "store") == bytes_of(store)


def test_an_article_taken_out_and_put_back_leaves_no_trace(corpus: list[dict], tmp_path: Path) -> None:
    path = built(tmp_path, corpus[:12])
    before = bytes_of(path)
    assert remove(["m1b", "s1a"], path) == []
    assert bytes_of(path) != before
    build([tmp_path / "articles.jsonl"], path, workers=0)
    assert bytes_of(path) == before


def test_a_lost_index_is_made_anew_from_the_graph(corpus: list[dict], tmp_path: Path) -> None:
    path = built(tmp_path, corpus[:12])
    before = bytes_of(path)
    (path / "consolidation.sqlite").unlink()
    build([as_lines(tmp_path / "more.jsonl", corpus[12:13])], path, workers=0)
    assert remove([corpus[12]["id"]], path) == []
    assert bytes_of(path) == before


def test_each_link_says_which_features_spoke_for_it(store: Path) -> None:
    rows = ask(store, """SELECT ?e ?l ?s (COUNT(DISTINCT ?r) AS ?reports) (GROUP_CONCAT(?f; separator="|") AS ?features)
        WHERE { ?e ckg:linkage ?l . ?l ckg:score ?s ; ckg:linkedReport ?r ; ckg:feature ?f } GROUP BY ?e ?l ?s""")  # fmt: skip
    joined = ask(store, "SELECT ?e (COUNT(?r) AS ?n) WHERE { ?r ckg:reportOf ?e } GROUP BY ?e HAVING (COUNT(?r) > 1)")
    assert len(rows) == sum(int(n) - 1 for _, n in joined)
    for _, link, score, reports, features in rows:
        weights = [float(re.search(r"[+-][\d.]+$", feature)[0]) for feature in set(features.split("|"))]
        assert reports == "2", link
        assert sum(weights) == pytest.approx(float(score), abs=0.06)


def events_of(store: Path, *identifiers: str) -> set[str]:
    wanted = " ".join(f"<{BASE}article/{name}>" for name in identifiers)
    query = f"SELECT DISTINCT ?e WHERE {{ VALUES ?a {{ {wanted} }} ?r ckg:article ?a ; ckg:reportOf ?e ; ckg:eventType ckg:Bombing }}"
    return {row[0] for row in ask(store, query)}


def test_an_operator_takes_an_event_apart_and_back(corpus: list[dict], tmp_path: Path) -> None:
    path = built(tmp_path, corpus[:6])
    before = bytes_of(path)
    (event,) = events_of(path, "m2a", "m2b", "m2c")
    decision = split_event(path, event, ["m2c"], "un autre attentat")
    assert len(events_of(path, "m2a", "m2b")) == 1
    assert not events_of(path, "m2a", "m2b") & events_of(path, "m2c")
    assert ask(path, f"SELECT ?d WHERE {{ GRAPH <{BASE}graph/decisions> {{ ?d a ckg:DifferentEvents }} }}") == [
        [decision]
    ]
    build([as_lines(tmp_path / "more.jsonl", corpus[6:8])], path, workers=0)
    assert not events_of(path, "m2a", "m2b") & events_of(path, "m2c"), "a later build keeps to the decision"
    remove([article["id"] for article in corpus[6:8]], path)
    assert take_back(path, [decision]) == 1
    assert bytes_of(path) == before


def test_an_operator_puts_events_together_and_back(corpus: list[dict], tmp_path: Path) -> None:
    path = built(tmp_path, corpus[:6])
    before = bytes_of(path)
    apart = events_of(path, "m1b", "m2a")
    assert len(apart) == 2
    decision = merge_events(path, sorted(apart))
    (event,) = events_of(path, "m1b", "m2a")
    assert ask(path, f"SELECT ?d WHERE {{ <{event}> ckg:linkage/ckg:decidedBy ?d }} LIMIT 1") == [[decision]]
    take_back(path, [decision])
    assert bytes_of(path) == before
    with pytest.raises(DecisionError, match="no such event"):
        merge_events(path, ["none", "neither"])
    with pytest.raises(DecisionError, match="no such decision"):
        take_back(path, ["none"])


def test_derived_values_follow_their_rules(store: Path) -> None:
    """Peshawar: 25 dead on the day, 31 on the next: the toll grows, four independent outlets, no dispute."""
    query = f"""SELECT ?low ?best ?high ?first ?last ?sources ?disputed WHERE {{
        <{BASE}article/p1a> ^ckg:article ?r . ?r ckg:eventType ckg:Bombing ; ckg:reportOf ?e .
        ?e ckg:lowestKilled ?low ; ckg:bestKilled ?best ; ckg:highestKilled ?high ; ckg:firstReported ?first ;
           ckg:lastReported ?last ; ckg:sourceCount ?sources ; ckg:disputed ?disputed }}"""
    assert ask(store, query) == [["25", "25", "31", "2013-09-22", "2013-09-23", "4", "false"]]
