"""From name spans of known kind to entities: full and partial names, acronyms, capitals, toponyms, forces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from kg.gazetteer.entry import Candidate, Entry
from kg.nlp.capitals import CapitalReader
from kg.nlp.entity_table import EntityTable
from kg.nlp.groups import GroupSpan
from kg.nlp.name_chains import NameSpan
from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.token_columns import TokenColumns, fold
from kg.nlp.toponyms import choose

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

_ANCHORS = 30
Resolved = tuple[int, int, str]


class NameResolver:
    """Resolves the spans of one text, filling the entity table."""

    def __init__(
        self, cols: TokenColumns, lexicon: NameLexicon, gazetteer: Gazetteer, table: EntityTable, doc: Doc
    ) -> None:
        self.cols = cols
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.table = table
        self.capitals = CapitalReader(cols, lexicon, doc)
        self.countries: Counter[str] = Counter()
        self.anchors: list[Entry] = []
        self.main_country: str | None = None
        self.full_names: dict[str, str] = {}
        self.short: dict[str, str] = {}
        self.prefixes: dict[str, str] = {}

    def resolve(self, spans: Sequence[NameSpan], groups: Sequence[GroupSpan]) -> list[Resolved]:
        """Token spans with the key of their entity, for names and groups."""
        self._count_countries(spans, groups)
        out: list[Resolved] = []
        self._full_persons([span for span in spans if span.kind == "person"])
        self._introduced(spans)
        for span in spans:
            form = self.cols.form(span.start, span.end)
            key = {"person": self._person, "place": self._place, "organisation": self._organisation}.get(
                span.kind, self._organisation
            )(span, form)
            if key is None:
                continue
            out.append((span.start, span.end, key))
            if span.acronym is not None and self.table.kind(key) in ("organisation", "group"):
                short = self.cols.form(*span.acronym)
                self.short[fold(short)] = key
                self.table.alias(key, short)
                out.append((*span.acronym, key))
        out += self._groups(groups)
        return self._without_overlap(out)

    def _introduced(self, spans: Sequence[NameSpan]) -> None:
        """Learn the short forms in brackets first: a headline may use one before it is introduced."""
        for span in spans:
            if span.acronym is None or span.kind == "person":
                continue
            form = self.cols.form(span.start, span.end)
            short = self.cols.form(*span.acronym)
            if not any(c.entry.kind in ("organisation", "group") for c in span.candidates):
                words = set(fold(form).split())
                span.candidates = tuple(
                    c
                    for c in self.gazetteer.lookup(short)
                    if c.entry.kind in ("organisation", "group")
                    and 2 * len(words & set(fold(c.entry.label).split())) > len(words)
                )
            if span.kind in ("organisation", "group"):
                key = self._organisation(span, form)
                if key is not None:
                    self.short[fold(short)] = key

    def _without_overlap(self, spans: list[Resolved]) -> list[Resolved]:
        taken: set[int] = set()
        out = []
        for start, end, key in sorted(spans, key=lambda s: (s[0], -s[1])):
            if not taken.intersection(range(start, end)):
                taken.update(range(start, end))
                out.append((start, end, key))
        return out

    def _count_countries(self, spans: Sequence[NameSpan], groups: Sequence[GroupSpan]) -> None:
        for span in spans:
            entries = {c.entry.key: c.entry for c in span.candidates if c.entry.kind in ("place", "state")}
            states = [entry for entry in entries.values() if entry.kind == "state"]
            seat = self.gazetteer.seat(self.cols.form(span.start, span.end))
            for candidate in span.candidates[:1]:
                if candidate.entry.subclass == "ArmedGroup" and candidate.entry.country:
                    self.countries[candidate.entry.country] += 1
            if states:
                self.countries[states[0].country or ""] += 2
            elif seat:
                self.countries[seat] += 1
            elif len(entries) == 1 and span.kind == "place":
                entry = next(iter(entries.values()))
                if entry.country:
                    self.countries[entry.country] += 1
                if entry.latitude is not None and len(self.anchors) < _ANCHORS:
                    self.anchors.append(entry)
        for word in self.cols.text:
            if len(word) > 3:
                iso3 = self.gazetteer.demonym(word)
                if iso3:
                    self.countries[iso3] += 1
        del self.countries[""]
        if self.countries:
            best = max(self.countries.values())
            self.main_country = next(c for c, n in self.countries.items() if n == best)

    # Persons

    def _full_persons(self, spans: Sequence[NameSpan]) -> None:
        """Learn the full names first, so that a surname before its full name is resolved too."""
        for span in spans:
            if span.end - span.start > 1:
                words = fold(self.cols.form(span.start, span.end)).split()
                if len(words) > 1:
                    for start in range(1, len(words)):
                        self.full_names.setdefault(" ".join(words[start:]), self.cols.form(span.start, span.end))
                    self.full_names.setdefault(words[0], self.cols.form(span.start, span.end))

    def _person(self, span: NameSpan, form: str) -> str:
        persons = [c for c in span.candidates if c.entry.kind == "person"]
        longer = self.full_names.get(fold(form))
        if longer is not None and fold(longer) != fold(form):
            persons_longer = [c for c in self.gazetteer.lookup(longer) if c.entry.kind == "person"]
            key = self._person_entry(persons_longer, longer)
            self.table.alias(key, form)
            return key
        return self._person_entry(persons, form)

    def _person_entry(self, candidates: Sequence[Candidate], form: str) -> str:
        if candidates:
            best = max(candidates, key=lambda c: (self.countries[c.entry.country or ""], not c.ambiguous, c.entry.key))
            return self.table.known(best.entry, form)
        entry = self._fuller(form)
        if entry is not None:
            return self.table.known(entry, form)
        return self.table.own("person", form, None, "tagger")

    def _fuller(self, form: str) -> Entry | None:
        """The known person whose name has all the words of this one or the reverse: "Omar Hassan el-Béchir"."""
        words = fold(form).split()
        if len(words) < 2:
            return None
        for tail in (" ".join(words[-2:]), words[-1]):
            for candidate in self.gazetteer.lookup(tail):
                other = set(fold(candidate.entry.label).split())
                if candidate.entry.kind == "person" and len(other) > 1 and (other <= set(words) or set(words) <= other):
                    return candidate.entry
        return None

    # Places

    def _place(self, span: NameSpan, form: str) -> str | None:
        seat = self.gazetteer.seat(form)
        if seat is not None:
            state = self.gazetteer.state(seat)
            capital = any(c.entry.kind == "place" for c in span.candidates)
            if state is not None and (not capital or self.capitals.is_government(span.start, span.end)):
                return self.table.known(state, form)
        entry = choose(span.candidates, self.countries, self.anchors, self._beside(span))
        if entry is not None:
            return self.table.known(entry, form)
        inner = self._inner_place(span)
        country = inner.country if inner is not None else self._nearby_country()
        return self.table.own("place", form, country, span.rule)

    def _beside(self, span: NameSpan) -> str | None:
        """The country said in brackets or after a comma behind a place: "Agdam (Azerbaïdjan)"."""
        cols = self.cols
        i = span.end
        if i + 1 >= len(cols) or cols.starts[i] or cols.text[i] not in ("(", ","):
            return None
        k = i + 1
        while k < min(len(cols), i + 4) and cols.lower[k] in ("en", "au", "aux", "dans", "le", "la", "l'", "les"):
            k += 1
        found = self.gazetteer.longest(cols.text, k) if k < len(cols) and cols.capital[k] else None
        if found is None:
            return None
        return next(
            (c.entry.country for c in found[1] if c.entry.kind == "state" or c.entry.feature.startswith("admin")), None
        )

    def _inner_place(self, span: NameSpan) -> Entry | None:
        """The known place inside a longer name: the Kramatorsk of "gare de Kramatorsk"."""
        for i in range(span.start + 1, span.end):
            found = self.gazetteer.longest(self.cols.text[: span.end], i) if self.cols.capital[i] else None
            if found is not None:
                return choose(found[1], self.countries, self.anchors)
        return None

    def _nearby_country(self) -> str | None:
        return self.main_country

    # Organisations

    def _organisation(self, span: NameSpan, form: str) -> str | None:
        folded = fold(form)
        if folded in self.short:
            key = self.short[folded]
            self.table.alias(key, form)
            return key
        seat = self.gazetteer.seat(form)
        if seat is None and folded in self.lexicon.words("capitals", "palaces"):
            seat = next((c.entry.country for c in span.candidates if c.entry.country), None)
        state = self.gazetteer.state(seat) if seat and not self._own_office(folded) else None
        if state is not None:
            return self.table.known(state, form)
        candidates = [c for c in span.candidates if c.entry.kind in ("organisation", "group")]
        if candidates:
            best = max(candidates, key=lambda c: (not c.ambiguous, self.countries[c.entry.country or ""], c.entry.key))
            key = self.table.known(best.entry, form)
        else:
            partial = self._partial(folded)
            if partial is None:
                key = self.table.own("organisation", form, self._organisation_country(span), span.rule)
            else:
                key = partial
                self.table.alias(key, form)
        self._learn(folded, key)
        return key

    def _own_office(self, folded: str) -> bool:
        """Whether a seat is an authority of its own and does not stand for the whole state: "le Pentagone"."""
        return folded in self.lexicon.words("capitals", "own_offices")

    def _partial(self, folded: str) -> str | None:
        """The organisation named before whose name goes on where this one stops: "le Conseil" of a longer name."""
        return self.prefixes.get(folded) if len(folded) > 5 else None

    def _learn(self, folded: str, key: str) -> None:
        """Remember an organisation's form and every beginning of it."""
        self.short.setdefault(folded, key)
        if self.table.kind(key) == "organisation":
            words = folded.split()
            for end in range(1, len(words)):
                self.prefixes.setdefault(" ".join(words[:end]), key)

    def _organisation_country(self, span: NameSpan) -> str | None:
        cols = self.cols
        for i in range(span.start, span.end):
            iso3 = self.gazetteer.demonym(cols.text[i])
            if iso3 is not None:
                return iso3
            if cols.capital[i] and i > span.start:
                found = self.gazetteer.longest(cols.text[: span.end], i)
                place = choose(found[1], self.countries, self.anchors) if found is not None else None
                if place is not None and place.country and (place.feature != "city" or place.population > 50_000):
                    return place.country
        return self.main_country if span.rule == "pattern" and not cols.capital[span.start] else None

    # Groups

    def _groups(self, groups: Sequence[GroupSpan]) -> list[Resolved]:
        """Keys of the groups; the forces of one state under several nouns are one entity."""
        forces = self._named_forces()
        out = []
        for group in sorted((g for g in groups if g.family == "army"), key=lambda g: self._force_rank(g)):
            assert group.country is not None
            form = self.cols.form(group.start, group.end)
            label = form[:1].lower() + form[1:] if not form[:2].isupper() else form
            known = [c for c in self.gazetteer.lookup(form) if c.entry.kind in ("group", "organisation")]
            key = forces.get(group.country)
            if key is None:
                if known:
                    key = self.table.known(known[0].entry, form)
                else:
                    key = self.table.own("group", label, group.country, "nationality")
                forces[group.country] = key
            else:
                self.table.alias(key, form)
            out.append((group.start, group.end, key))
        for group in groups:
            if group.family != "army":
                out.append((group.start, group.end, self._group(group)))
        return out

    def _named_forces(self) -> dict[str, str]:
        """The armies that the article names by their own name, by country."""
        army = self.lexicon.words("groups", "army")
        out: dict[str, str] = {}
        for key in self.table:
            country = self.table.country(key)
            if country is None or self.table.kind(key) not in ("organisation", "group"):
                continue
            entry = self.table.entry(key)
            if entry is not None and entry.subclass == "ArmedGroup":
                continue
            for form in self.table.forms(key):
                words = form.lower().split()
                if words[0] in army and len(words) < 6 and (len(words) < 2 or words[1] not in ("de", "d'", "du")):
                    out.setdefault(country, key)
        return out

    def _force_rank(self, group: GroupSpan) -> tuple[int, int]:
        noun = self.cols.lower[group.head]
        order = ("armée", "forces")
        return (order.index(noun) if noun in order else len(order), group.start)

    def _group(self, group: GroupSpan) -> str:
        form = self.cols.form(group.start, group.end)
        if group.family == "state" and group.country is not None:
            state = self.gazetteer.state(group.country)
            if state is not None:
                return self.table.known(state, form)
        label = form
        if group.family in ("people", "state") and not form[:2].isupper():
            label = form[:1].lower() + form[1:]
        return self.table.own("group", label, group.country, "nationality")
