"""The entities of one article while they are gathered, and the record of where each was met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.gazetteer.entry import Entry
from kg.gazetteer.personal_names import spelling_key
from kg.model import Entity, EntityKind
from kg.nlp.token_columns import fold, slug


@dataclass(slots=True)
class _Draft:
    kind: EntityKind
    label: str
    entry: Entry | None
    country: str | None
    rule: str
    forms: dict[str, None] = field(default_factory=dict)


def key_of(kind: EntityKind, label: str, country: str | None = None) -> str:
    """The key of an entity that the gazetteer does not know: kind, country where known, and name.

    Persons carry no country, so that one named with and without nationality is one, and their spellings share a key
    (`kg.gazetteer.personal_names`).
    """
    if kind == "person":
        return f"person/{slug(spelling_key(label))}"
    if country is None:
        return f"{kind}/{slug(label)}"
    return f"{kind}/{country}/{slug(label)}"


class EntityTable(Mapping[str, Entity]):
    """Entities by key, in the order they were added. `named` holds the keys that the article names, in text order."""

    def __init__(self) -> None:
        self._drafts: dict[str, _Draft] = {}
        self._finished: dict[str, Entity] = {}
        self.named: dict[str, None] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._drafts

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._drafts))

    def __len__(self) -> int:
        return len(self._drafts)

    def __getitem__(self, key: str) -> Entity:
        """The finished entity; KeyError for a key that was not added."""
        if key not in self._finished:
            self._finished[key] = self._finish(key)
        return self._finished[key]

    def known(self, entry: Entry, form: str | None = None, *, named: bool = True) -> str:
        """Add the entity of a gazetteer entry, met under `form`; its key."""
        draft = self._drafts.get(entry.key)
        if draft is None:
            draft = self._drafts[entry.key] = _Draft(entry.kind, entry.label, entry, entry.country, "gazetteer")
        return self._met(entry.key, draft, form, named)

    def own(
        self,
        kind: EntityKind,
        label: str,
        country: str | None,
        rule: str,
        *,
        named: bool = True,
        key: str | None = None,
    ) -> str:
        """Add an entity that the gazetteer does not know; its key."""
        key = key or key_of(kind, label, country)
        draft = self._drafts.get(key)
        if draft is None:
            draft = self._drafts[key] = _Draft(kind, label, None, country, rule)
        return self._met(key, draft, label, named)

    def _met(self, key: str, draft: _Draft, form: str | None, named: bool) -> str:
        if form and form not in draft.forms:
            draft.forms[form] = None
            self._finished.pop(key, None)
        if named:
            self.named.setdefault(key)
        return key

    def alias(self, key: str, form: str) -> None:
        """Record one more form under which an entity was met."""
        self._met(key, self._drafts[key], form, False)

    def kind(self, key: str) -> EntityKind:
        """The kind of an entity that was added; KeyError for any other."""
        return self._drafts[key].kind

    def country(self, key: str) -> str | None:
        """The country of an entity that was added, ISO 3166-1 alpha-3."""
        return self._drafts[key].country

    def entry(self, key: str) -> Entry | None:
        """The gazetteer entry behind an entity, if any."""
        return self._drafts[key].entry

    def forms(self, key: str) -> list[str]:
        """The forms under which an entity was met, in text order."""
        return list(self._drafts[key].forms)

    def _finish(self, key: str) -> Entity:
        """The finished entity: the gazetteer's label or the form first met, every other form as an alias."""
        draft = self._drafts[key]
        entry = draft.entry
        forms = [form for form in draft.forms if form != draft.label]
        if entry is None:
            return Entity(key, draft.kind, draft.label, tuple(forms), country=draft.country, rule=draft.rule)
        met = {fold(form) for form in forms} | {fold(draft.label)}
        forms += [name for name in entry.names if fold(name) not in met]
        return Entity(
            key=key,
            kind=entry.kind,
            label=next(iter(draft.forms)) if entry.feature == "city" and draft.forms else entry.label,
            aliases=tuple(dict.fromkeys(forms)),
            subclass=entry.subclass,
            country=entry.country,
            geonames=entry.geonames if entry.kind in ("place", "state") else None,
            wikidata=entry.wikidata,
            latitude=entry.latitude,
            longitude=entry.longitude,
            known=True,
            rule=draft.rule,
        )
