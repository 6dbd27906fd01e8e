"""Links of entities to GeoNames and Wikidata, each checked by rule, and the set of those that hold.

========================  ======================================================================================
``form``                  the address names an item of one of the two data sets
``single``                an entity has one link to a data set, and no two entities share one
``type``                  GeoNames describes places; the item is of the kind that the entity is
``country``               the item lies in, or belongs to, the country that the entity does
``distance``              the item's coordinates lie within 50 km of the entity's
========================  ======================================================================================

What an item is and where it lies is read in the gazetteer, which carries both data sets' identifiers; a link to an
item that the gazetteer does not know is kept, and counted as unverified.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.gazetteer import Entry, Gazetteer
from kg.graph.records import EntityRecord, Records
from kg.graph.terms import CKG, PREFIXES, term

GEONAMES, WIKIDATA = "geonames", "wikidata"
_FORMS = {
    GEONAMES: re.compile(r"https://sws\.geonames\.org/([1-9]\d*)/"),
    WIKIDATA: re.compile(r"http://www\.wikidata\.org/entity/(Q[1-9]\d*)"),
}
_TARGETS = {GEONAMES: "https://sws.geonames.org/", WIKIDATA: "http://www.wikidata.org/entity/"}
_KINDS = ("State", "Person", "Organisation", "Group", "Place")
_FARTHEST_KM = 50
VOID = "http://rdfs.org/ns/void#"


@dataclass(frozen=True, slots=True)
class Link:
    """A link with what the rules say of it: the first rule that it breaks, none where it holds."""

    entity: EntityRecord
    target: str
    data_set: str
    broken: str = ""
    verified: bool = False

    @property
    def kind(self) -> str:
        """The main class of the entity."""
        return next((kind for kind in _KINDS if kind in self.entity.kinds), "")


def checked_links(store: ox.Store, gazetteer: Gazetteer) -> list[Link]:
    """Every ``owl:sameAs`` of the store's entities with the outcome of its checks, by entity and target."""
    records = Records(store)
    pairs = sorted(
        {
            (quad.subject.value, quad.object.value)
            for quad in store.quads_for_pattern(None, term("owl:sameAs"), None, None)
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        }
    )
    known = _known_items(gazetteer)
    shared = Counter(target for _, target in pairs)
    per_set = Counter((iri, data_set_of(target)) for iri, target in pairs)
    return [
        _checked(
            records.entity(iri), target, known.get(target, ()), shared[target] + per_set[iri, data_set_of(target)] > 2
        )
        for iri, target in pairs
    ]


def data_set_of(target: str) -> str:
    """``geonames``, ``wikidata``, or nothing where the address is of neither form."""
    return next((name for name, form in _FORMS.items() if form.fullmatch(target)), "")


def _known_items(gazetteer: Gazetteer) -> dict[str, tuple[Entry, ...]]:
    items: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in gazetteer.linked_entries():
        if entry.geonames:
            items[f"{_TARGETS[GEONAMES]}{entry.geonames}/"].append(entry)
        if entry.wikidata:
            items[_TARGETS[WIKIDATA] + entry.wikidata].append(entry)
    return {target: tuple(entries) for target, entries in items.items()}


def _checked(entity: EntityRecord, target: str, items: tuple[Entry, ...], several: bool) -> Link:
    data_set = data_set_of(target)
    broken = "form" if not data_set else "single" if several else ""
    if not broken and data_set == GEONAMES and "Place" not in entity.kinds:
        broken = "type"
    if not broken and items:
        broken = min((_disagreement(entity, item) for item in items), key=len)
    return Link(entity, target, data_set, broken, bool(items) and not broken)


def _disagreement(entity: EntityRecord, item: Entry) -> str:
    """The rule by which an entity is not the gazetteer's item; none where it is."""
    kind = "Place" if item.kind == "place" else item.kind.capitalize()
    if kind not in entity.kinds:
        return "type"
    if item.country and entity.iso3 and item.country != entity.iso3:
        return "country"
    if item.latitude is not None and item.longitude is not None and entity.latitude and entity.longitude:
        here = float(entity.latitude), float(entity.longitude)
        if kilometres(here, (item.latitude, item.longitude)) > _FARTHEST_KM:
            return "distance"
    return ""


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance of two points (latitude, longitude in degrees)."""
    (phi, lam), (psi, mu) = (tuple(map(math.radians, point)) for point in (a, b))
    h = math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin((mu - lam) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h)))


def statistics(links: Iterable[Link]) -> dict[str, int]:
    """Counts: links per data set and class, verified and unverified ones, and broken ones per rule."""
    counts: Counter[str] = Counter()
    for link in links:
        if link.broken:
            counts[f"broken: {link.broken}"] += 1
            continue
        counts[f"{link.data_set}"] += 1
        counts[f"{link.data_set} {link.kind}"] += 1
        counts[f"{link.data_set} {'verified' if link.verified else 'unverified'}"] += 1
    return dict(sorted(counts.items()))


def linkset(links: Iterable[Link], base: str) -> Iterator[ox.Triple]:
    """The links that hold, after a VoID description of each of the two linksets with its statistics."""
    held = [link for link in links if not link.broken]
    for data_set, target in _TARGETS.items():
        ours = [link for link in held if link.data_set == data_set]
        yield from _description(ox.NamedNode(f"{base}linkset/{data_set}"), target, ours)
    for link in held:
        yield ox.Triple(ox.NamedNode(link.entity.iri), term("owl:sameAs"), ox.NamedNode(link.target))


def _description(node: ox.NamedNode, target: str, links: list[Link]) -> Iterator[ox.Triple]:
    def void(prop: str, value: ox.NamedNode | ox.Literal, of: ox.NamedNode = node) -> ox.Triple:
        return ox.Triple(of, ox.NamedNode(VOID + prop), value)

    def number(value: int) -> ox.Literal:
        return ox.Literal(str(value), datatype=term("xsd:integer"))

    yield ox.Triple(node, term("rdf:type"), ox.NamedNode(VOID + "Linkset"))
    yield void("linkPredicate", term("owl:sameAs"))
    yield void("objectsTarget", ox.NamedNode(target))
    yield void("triples", number(len(links)))
    for kind, count in sorted(Counter(link.kind for link in links).items()):
        part = ox.NamedNode(f"{node.value}/{kind}")
        yield void("classPartition", part)
        yield void("class", ox.NamedNode(CKG + kind), part)
        yield void("triples", number(count), part)


def write_linkset(links: Iterable[Link], base: str) -> bytes:
    """The linkset as Turtle."""
    prefixes = PREFIXES | {"void": VOID}
    return ox.serialize(linkset(links, base), format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""
