"""Exports: parsed by other people's parsers, isomorphic to the store, the same bytes each time."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.exports import ExportError, Selection, export_to
from kg.exports.lines import LineReader, LineSorter
from kg.exports.package import export_package
from kg.exports.tables import TABLES, harmless
from kg.resources import folder
from kg.stores.embedded import EmbeddedStore, StoreError
from tests.interop.foreign_parsers import (
    count_by_raptor,
    counts_by_riot,
    digest,
    digests_by_node,
    needs_jena,
    needs_node,
    needs_raptor,
    nquads_by_oxigraph,
)

WITH_GRAPHS, WITHOUT = ("nq", "trig", "jsonld"), ("nt", "ttl", "rdf")
HOSTILE = r"""
<http://x/s> <http://x/p> "line\nbreak \"quote\" \\ back\u0009tab é \U0001F4A3" <http://x/g> .
<http://x/s> <http://x/p> "texte"@fr-BE <http://x/g> .
<http://x/s> <http://www.w3.org/2000/01/rdf-schema#label> "plain, where a language is usual" <http://x/g> .
<http://x/s> <https://w3id.org/conflict-kg/ontology#low> "007"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x/g> .
<http://x/s> <https://w3id.org/conflict-kg/ontology#low> "many" <http://x/g> .
<http://x/s> <https://w3id.org/conflict-kg/ontology#disputed> "1"^^<http://www.w3.org/2001/XMLSchema#boolean> <http://x/g> .
<http://x/s> <https://w3id.org/conflict-kg/ontology#place> "no place at all" <http://x/g> .
<http://x/s> <https://w3id.org/conflict-kg/ontology#iso3> <http://x/no-literal> <http://x/g> .
<http://x/s> <https://w3id.org/conflict-kg/ontology#eventType> <http://x/foreign> <http://x/g> .
<http://x/s> <http://purl.org/dc/terms/identifier> "=1+1" <http://x/g> .
<http://x/s> <https://w3id.org/conflict-kg/ontology#mention> <http://x/m> <http://x/g> .
<http://x/m> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/conflict-kg/ontology#Mention> <http://x/g> .
<http://x/m> <https://w3id.org/conflict-kg/ontology#mention> <http://x/m> <http://x/g> .
<http://x/orphan> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/conflict-kg/ontology#CasualtyFigure> <http://x/g> .
<http://x/s> <http://x/p> <http://x/o> <http://x/h> .
<http://x/s> <http://x/p> <http://x/o> .
"""


@pytest.fixture(scope="module")
def store(seed_store: Path) -> EmbeddedStore:
    return EmbeddedStore.reading(seed_store)


@pytest.fixture(scope="module")
def files(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("exports")
    out = {ending: folder / f"graph.{ending}" for ending in (*WITH_GRAPHS, *WITHOUT)}
    for file in out.values():
        export_to(store, file, None)
    return out


def lines_of(store: EmbeddedStore, graphs: bool) -> str:
    """What the store holds, as lines."""
    quads = store.quads()
    return "\n".join(
        sorted({f"{q} ." if graphs else f"{ox.Triple(q.subject, q.predicate, q.object)} ." for q in quads})
    )


@pytest.mark.parametrize("ending", [*WITH_GRAPHS, *WITHOUT])
def test_oxigraphs_program_reads_what_the_store_holds(
    store: EmbeddedStore, files: dict[str, Path], tmp_path: Path, ending: str
) -> None:
    found = nquads_by_oxigraph(files[ending], tmp_path)
    assert digest(found) == digest(lines_of(store, ending in WITH_GRAPHS))


@needs_jena
def test_riot_counts_what_the_store_holds_and_has_nothing_to_say(store: EmbeddedStore, files: dict[str, Path]) -> None:
    wanted = {f.name: digest(lines_of(store, ending in WITH_GRAPHS))[0] for ending, f in files.items()}
    assert counts_by_riot(list(files.values())) == wanted


@needs_node
def test_n3_js_and_jsonld_js_read_what_the_store_holds(store: EmbeddedStore, files: dict[str, Path]) -> None:
    read = [file for ending, file in files.items() if ending != "rdf"]
    wanted = {f.name: digest(lines_of(store, ending in WITH_GRAPHS)) for ending, f in files.items() if f in read}
    assert digests_by_node(read) == wanted


@needs_raptor
@pytest.mark.parametrize(("ending", "language"), [("nt", "ntriples"), ("ttl", "turtle"), ("rdf", "rdfxml")])
def test_raptor_counts_what_the_store_holds(
    store: EmbeddedStore, files: dict[str, Path], ending: str, language: str
) -> None:
    assert count_by_raptor(files[ending], language) == digest(lines_of(store, False))[0]


@pytest.mark.parametrize("kind", ["nq", "trig", "ttl", "nt", "rdf", "jsonld", "geojson", "csv"])
def test_the_order_in_which_content_came_leaves_no_trace(store: EmbeddedStore, tmp_path: Path, kind: str) -> None:
    quads = list(store.quads())
    random.Random(4).shuffle(quads)
    with EmbeddedStore.writing(tmp_path / "store") as other:
        other.extend(quads)
    export_to(EmbeddedStore.reading(tmp_path / "store"), tmp_path / f"a.{kind}.gz", None)
    export_to(store, tmp_path / f"b.{kind}.gz", None)
    export_to(store, tmp_path / f"c.{kind}", None)
    assert (tmp_path / f"a.{kind}.gz").read_bytes() == (tmp_path / f"b.{kind}.gz").read_bytes()
    assert gzip.decompress((tmp_path / f"b.{kind}.gz").read_bytes()) == (tmp_path / f"c.{kind}").read_bytes()


def test_an_added_fact_is_one_line_of_difference(store: EmbeddedStore, tmp_path: Path) -> None:
    with EmbeddedStore.writing(tmp_path / "store") as other:
        other.extend(store.quads())
        other.update("INSERT DATA { GRAPH <http://a/new> { <http://x/s> <http://x/p> 1 } }")
    for name, opened in (("before", store), ("after", EmbeddedStore.reading(tmp_path / "store"))):
        export_to(opened, tmp_path / f"{name}.nq", None)
    before, after = ((tmp_path / f"{name}.nq").read_text().splitlines() for name in ("before", "after"))
    assert [line for line in after if "http://a/new" not in line] == before
    assert len(after) == len(before) + 1


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    path = tmp_path_factory.mktemp("hostile") / "store"
    with EmbeddedStore.writing(path) as store:
        store.extend(ox.parse(HOSTILE, format=ox.RdfFormat.N_QUADS))
    return EmbeddedStore.reading(path)


@pytest.mark.parametrize("ending", [*WITH_GRAPHS, *WITHOUT])
def test_whatever_an_operator_wrote_comes_through(hostile: EmbeddedStore, tmp_path: Path, ending: str) -> None:
    export_to(hostile, tmp_path / f"x.{ending}", None)
    found = nquads_by_oxigraph(tmp_path / f"x.{ending}", tmp_path)
    assert digest(found) == digest(lines_of(hostile, ending in WITH_GRAPHS))


@needs_node
def test_jsonld_js_reads_whatever_an_operator_wrote(hostile: EmbeddedStore, tmp_path: Path) -> None:
    export_to(hostile, tmp_path / "x.jsonld", None)
    export_to(hostile, tmp_path / "x.nq", None)
    found = digests_by_node([tmp_path / "x.jsonld", tmp_path / "x.nq"])
    assert found["x.jsonld"] == found["x.nq"]


@pytest.mark.parametrize("ending", [*WITH_GRAPHS, *WITHOUT])
def test_blank_nodes_stay_the_same_graph(tmp_path: Path, ending: str) -> None:
    with EmbeddedStore.writing(tmp_path / "store") as store:
        store.update("INSERT DATA { GRAPH <http://x/g> { _:a <http://x/p> _:b . _:b <http://x/q> 'deep', _:a } }")
    export_to(EmbeddedStore.reading(tmp_path / "store"), tmp_path / f"x.{ending}", None)
    graphs = []
    for quads in (store.quads(), ox.parse(path=str(tmp_path / f"x.{ending}"))):
        plain = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        plain.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        graphs.append(plain)
    assert graphs[0] == graphs[1]


def test_jsonld_nests_figures_in_reports_under_the_published_context(files: dict[str, Path]) -> None:
    document = json.loads(files["jsonld"].read_text(encoding="utf-8"))
    published = json.loads((folder("ontology") / "context.jsonld").read_text(encoding="utf-8"))
    assert document["@context"] == published["@context"]
    nodes = [node for graph in document["@graph"] for node in graph["@graph"]]
    reports = [node for node in nodes if "EventReport" in node.get("@type", ()) and "casualties" in node]
    figure = reports[0]["casualties"]
    figure = figure[0] if isinstance(figure, list) else figure
    assert figure["@type"] == ["CasualtyFigure"]
    assert figure["harm"] == "Killed"
    assert isinstance(figure.get("low", figure.get("high")), int)
    assert not [node for node in nodes if node.get("@type") == ["CasualtyFigure"]]


def test_parts_of_the_graph(store: EmbeddedStore, tmp_path: Path) -> None:
    events = "https://w3id.org/conflict-kg/id/graph/events"
    export_to(store, tmp_path / "a.nq", None, Selection(articles=("000_770acdc0607464ea",)))
    export_to(store, tmp_path / "g.nq", None, Selection(graphs=(events,)))
    query = "CONSTRUCT { ?e a ?t } WHERE { ?e a <https://w3id.org/conflict-kg/ontology#Event>, ?t }"
    for ending in ("ttl", "jsonld"):
        export_to(store, tmp_path / f"w.{ending}", None, Selection(where=query))
    graphs = {str(quad.graph_name.value) for quad in ox.parse(path=str(tmp_path / "a.nq"))}
    assert graphs == {"https://w3id.org/conflict-kg/id/graph/article/000_770acdc0607464ea"}
    assert {str(quad.graph_name.value) for quad in ox.parse(path=str(tmp_path / "g.nq"))} == {events}
    constructed = {str(quad) for quad in ox.parse(path=str(tmp_path / "w.ttl"))}
    assert len(constructed) > 20
    assert {str(quad) for quad in ox.parse(path=str(tmp_path / "w.jsonld"))} == constructed
    with pytest.raises(StoreError, match="article none: not in the store"):
        export_to(store, tmp_path / "n.nq", None, Selection(articles=("none",)))
    with pytest.raises(ExportError, match="CONSTRUCT"):
        export_to(store, tmp_path / "n.nq", None, Selection(where="SELECT * { ?s ?p ?o }"))
    with pytest.raises(ExportError, match="parts"):
        export_to(store, tmp_path / "n.csv", None, Selection(graphs=(events,)))
    assert not list(tmp_path.glob("n.*"))


def test_lines_are_sorted_in_runs_on_disk_where_memory_does_not_do() -> None:
    lines = [f"{n * 7919 % 1000:04d} é".encode() for n in range(1000)] * 2
    sorter = LineSorter(run=64)
    text = b"\n".join(lines) + b"\n"
    for start in range(0, len(text), 37):
        sorter.write(text[start : start + 37])
    assert list(sorter.lines()) == sorted({line + b"\n" for line in lines})


def test_lines_are_read_in_pieces_of_any_size() -> None:
    text = [b"abc\n", b"defgh\n", b"i\n"]
    reader = LineReader(iter(text))
    assert b"".join(iter(lambda: reader.read(4), b"")) == b"".join(text)


def rows(store: EmbeddedStore, tmp_path: Path, table: str) -> list[dict[str, str]]:
    export_to(store, tmp_path / f"{table}.csv", None, Selection(table=table))
    with (tmp_path / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_tables_of_events_claims_and_tolls(store: EmbeddedStore, tmp_path: Path) -> None:
    for name, table in TABLES.items():
        assert list(rows(store, tmp_path, name)[0]) == list(table.columns)
    tolls = {row["low"]: row for row in rows(store, tmp_path, "tolls")}
    assert {"21", "70", "90", "392", "5000"} <= set(tolls)
    assert tolls["21"]["harm"] == "Killed"
    claims = rows(store, tmp_path, "claims")
    accusation = next(row for row in claims if row["type"] == "Accusation")
    assert accusation["agents"] == "Azerbaïdjan"
    assert accusation["sentence"]


def test_events_under_the_column_names_of_ged_and_acled(store: EmbeddedStore, tmp_path: Path) -> None:
    ged = next(row for row in rows(store, tmp_path, "ged") if row["where_coordinates"] == "Barda")
    assert (ged["best"], ged["country"], ged["where_prec"]) == ("21", "Azerbaïdjan", "1")
    assert float(ged["latitude"]) == pytest.approx(40.37, abs=0.05)
    assert ged["source_office"] == "lasignare.com"
    acled = rows(store, tmp_path, "acled")
    strike = next(row for row in acled if row["sub_event_type"] == "Air/drone strike")
    assert (strike["event_type"], strike["disorder_type"]) == ("Explosions/Remote violence", "Political violence")
    assert strike["location"] == "Barda"


@pytest.mark.parametrize(("value", "kept"), [("=1+1", "'=1+1"), ("-12.5", "-12.5"), ("-a", "'-a"), ("@x", "'@x"), ("été", "été")])  # fmt: skip
def test_a_spreadsheet_takes_no_value_for_a_formula(value: str, kept: str) -> None:
    assert harmless(value) == kept


def test_geojson_of_a_store_without_events_is_an_empty_collection(hostile: EmbeddedStore, tmp_path: Path) -> None:
    export_to(hostile, tmp_path / "x.geojson", None)
    assert json.loads((tmp_path / "x.geojson").read_text())["features"] == []


def test_a_full_dump_describes_itself(store: EmbeddedStore, tmp_path: Path) -> None:
    files = export_package(store, tmp_path / "dump")
    package = json.loads((tmp_path / "dump" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (tmp_path / "dump" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        if resource["path"].endswith(".csv"):
            header = content.decode().splitlines()[0].split(",")
            assert [field["name"] for field in resource["schema"]["fields"]] == header
    sums = (tmp_path / "dump" / "SHA256SUMS").read_text().split()
    assert set(sums[1::2]) == {file.name for file in files} - {"SHA256SUMS"}
    export_package(store, tmp_path / "again")
    assert all(file.read_bytes() == (tmp_path / "again" / file.name).read_bytes() for file in files)
    with pytest.raises(ExportError, match="is there already"):
        export_package(store, tmp_path / "dump")
