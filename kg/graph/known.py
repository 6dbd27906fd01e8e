"""The graph of known entities: what the gazetteer knows of those that the articles name."""

from __future__ import annotations

from collections.abc import Iterable

from kg.gazetteer import Entry, Gazetteer
from kg.graph.quads import Triple, known_triples
from kg.model import Entity, Relation


def known_of(actors: Iterable[str], gazetteer: Gazetteer, base: str) -> set[Triple]:
    """Offices, memberships and co-chairs of actors (IRIs), with the entities that they lead to."""
    relations: set[Relation] = set()
    for iri in actors:
        if iri.startswith(base):
            relations.update(gazetteer.relations(iri.removeprefix(base)))
    keys = {key for relation in relations for key in (relation.subject, relation.object)}
    entries = {key: entry for key in keys if (entry := gazetteer.entry(key)) is not None}
    for iso3 in {entry.country for entry in entries.values() if entry.country}:
        state = gazetteer.state(iso3)
        if state is not None:
            entries[state.key] = state
    entities = [as_entity(entries[key]) for key in sorted(entries)]
    return known_triples(entities, sorted(relations, key=str), base)


def as_entity(entry: Entry) -> Entity:
    """A gazetteer entry as an entity."""
    return Entity(
        entry.key, entry.kind, entry.label, entry.names[1:], entry.subclass, entry.country, entry.geonames, entry.wikidata,
        entry.latitude, entry.longitude, True, "gazetteer",
    )  # fmt: skip
