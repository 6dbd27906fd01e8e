"""Links to GeoNames and Wikidata: each rule refuses what it is for."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.gazetteer import Gazetteer
from kg.graph.links import checked_links, kilometres, linkset, statistics
from kg.graph.terms import BASE
from kg.stores.embedded import EmbeddedStore

PROLOGUE = f"""PREFIX ckg: <https://w3id.org/conflict-kg/ontology#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX wgs84: <http://www.w3.org/2003/01/geo/wgs84_pos#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> BASE <{BASE}>
PREFIX geonames: <https://sws.geonames.org/> PREFIX wd: <http://www.wikidata.org/entity/> """
PLACE = (
    '<place/587057> a ckg:Place ; rdfs:label "Barda"@fr ; ckg:country <state/AZE> ; wgs84:lat 40.37 ; wgs84:long 47.12'
)
STATES = '<state/AZE> a ckg:State, ckg:Place, ckg:Actor ; ckg:iso3 "AZE" . <state/FRA> a ckg:State, ckg:Place ; ckg:iso3 "FRA" .'  # fmt: skip


def outcomes(facts: str) -> list[str]:
    store = ox.Store()
    store.update(f"{PROLOGUE} INSERT DATA {{ GRAPH <http://x/g> {{ {STATES} {facts} }} }}")
    return [
        link.broken or ("verified" if link.verified else "unverified")
        for link in checked_links(store, Gazetteer.open())
    ]


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (PLACE + " ; owl:sameAs <https://sws.geonames.org/587057/> .", ["verified"]),
        (PLACE + " ; owl:sameAs <https://sws.geonames.org/987654321/> .", ["unverified"]),
        (PLACE + " ; owl:sameAs <https://www.geonames.org/587057/barda.html> .", ["form"]),
        (PLACE + " ; owl:sameAs <http://www.wikidata.org/entity/P31> .", ["form"]),
        (PLACE.replace("state/AZE", "state/FRA") + " ; owl:sameAs <https://sws.geonames.org/587057/> .", ["country"]),
        (PLACE.replace("40.37", "48.85") + " ; owl:sameAs <https://sws.geonames.org/587057/> .", ["distance"]),
        (PLACE + " ; owl:sameAs <http://www.wikidata.org/entity/Q227> .", ["type"]),
        ("<person/x> a ckg:Person, ckg:Actor ; owl:sameAs <https://sws.geonames.org/587057/> .", ["type"]),
        (PLACE + " ; owl:sameAs <https://sws.geonames.org/587057/>, <https://sws.geonames.org/587084/> .", ["single"] * 2),
        (PLACE + " ; owl:sameAs <https://sws.geonames.org/587057/> . <place/2> a ckg:Place ; owl:sameAs <https://sws.geonames.org/587057/> .", ["single"] * 2),
    ],
)  # fmt: skip
def test_each_rule(facts: str, outcome: list[str]) -> None:
    assert outcomes(facts) == outcome


def test_all_links_of_the_seed_hold_and_the_linkset_counts_them(seed_store: Path) -> None:
    links = checked_links(EmbeddedStore.reading(seed_store).ox, Gazetteer.open())
    counts = statistics(links)
    assert not [link for link in links if link.broken]
    assert counts["geonames"] + counts["wikidata"] == len(links)
    triples = list(linkset(links, BASE))
    assert sum(1 for t in triples if t.predicate.value.endswith("sameAs")) == len(links)
    told = [int(t.object.value) for t in triples if t.predicate.value.endswith("#triples") and str(t.subject)[:-1].endswith(("/geonames", "/wikidata"))]  # type: ignore[union-attr]  # fmt: skip
    assert sum(told) == len(links)


def test_distance_of_paris_and_london() -> None:
    assert kilometres((48.8566, 2.3522), (51.5074, -0.1278)) == pytest.approx(344, abs=2)
