"""What a noun phrase refers to: as an actor, and as a place.

Nothing is resolved before it is asked for; entities that only a resolution brings in are added to the table
without being listed as named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from spacy.tokens import Doc, Token

from kg.gazetteer.entry import Entry
from kg.nlp.coreference import Coreference
from kg.nlp.entity_table import EntityTable, key_of
from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.name_resolution import NameResolver, Resolved
from kg.nlp.token_columns import fold
from kg.nlp.toponyms import choose

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "X"})
_INSIDE = frozenset({"ADJ", "DET", "ADP", "NOUN", "PROPN", "NUM", "X"})
_COMPLEMENTS = frozenset({"nmod", "obl", "obl:arg", "obl:mod", "flat:name", "dep", "appos"})
_OF = frozenset({"de", "d'", "du", "des"})
_GRADES = frozenset({"plus", "moins"})
_DEFINITE = frozenset({"le", "la", "les"})
_LEVELS = ("city", "region", "state")
_DEPTH = 4
_CONJUNCTS = 12


class NounPhrases:
    """Resolves noun phrases of one text on demand."""

    def __init__(
        self,
        doc: Doc,
        lexicon: NameLexicon,
        gazetteer: Gazetteer,
        table: EntityTable,
        mentions: Sequence[Resolved],
        resolver: NameResolver,
        reference: date | None,
    ) -> None:
        self.doc = doc
        self.gazetteer = gazetteer
        self.table = table
        self.resolver = resolver
        self.reference = reference
        self.mentions = list(mentions)
        self.at: dict[int, int] = {i: n for n, (start, end, _) in enumerate(mentions) for i in range(start, end)}
        words = lexicon.words
        self.lexicon = lexicon
        self.titles = words("persons", "titles") | words("coreference", "offices") | words("persons", "after_comma")
        self.quantities = words("groups", "quantities")
        self.members = words("groups", "members")
        self.relational = words("groups", "relational")
        self.introducers = words("organisations", "introducers")
        self.own_country = words("groups", "own_country")
        self.no_actor = words("groups", "no_actor")
        self.army = words("groups", "army")
        self.deputies = words("persons", "deputies")
        self.coreference = Coreference(doc, lexicon, table, self.mentions, resolver)
        self._actors: dict[int, list[str]] = {}
        self._places: dict[int, list[str]] = {}

    # Actors

    def actor(self, i: int) -> list[str]:
        """Keys of the actors that the noun phrase headed at token i refers to, its conjuncts included."""
        if not 0 <= i < len(self.doc):
            return []
        if i not in self._actors:
            self._actors[i] = []
            keys: list[str] = []
            for token in self._conjuncts(self.doc[i]):
                keys += self._single(token, 0)
            self._actors[i] = list(dict.fromkeys(keys))
        return list(self._actors[i])

    def _conjuncts(self, token: Token) -> list[Token]:
        """The token and the heads coordinated with it that are no part of the same name, at most twelve."""
        out = [token]
        for head in out:
            mention = self.at.get(head.i)
            for child in head.children:
                other = (
                    child.dep_ == "conj" and child.i > head.i and (mention is None or self.at.get(child.i) != mention)
                )
                if other and len(out) < _CONJUNCTS and (child.pos_ in _NOMINAL or child.i in self.at):
                    out.append(child)
        return sorted(out, key=lambda found: found.i)

    def _single(self, token: Token, depth: int) -> list[str]:
        """Keys for one token without its conjuncts."""
        if depth > _DEPTH:
            return []
        mention = self.at.get(token.i)
        if mention is not None:
            return self._named_actor(mention)
        if token.pos_ in ("PRON", "DET") or token.lower_ in self.lexicon.pronouns:
            return self._pronoun(token, depth)
        if token.pos_ == "ADJ" or token.dep_ == "amod" or token.text[:1].islower():
            state = self._adjective(token)
            if state:
                return state
        if token.pos_ in ("NOUN", "ADJ", "PROPN", "VERB", "X", "NUM"):
            return self._noun(token, depth)
        return []

    def _named_actor(self, mention: int) -> list[str]:
        start, end, key = self.mentions[mention]
        if self.table.kind(key) != "place":
            return [key]
        form = self.resolver.cols.form(start, end)
        seat = self.gazetteer.seat(form)
        state = self.gazetteer.state(seat) if seat else None
        return [self.table.known(state, form, named=False)] if state is not None else [key]

    def _adjective(self, token: Token) -> list[str]:
        iso3 = self.gazetteer.demonym(token.text)
        if iso3 is None:
            people = self.lexicon.peoples.get(fold(token.text))
            iso3 = people.country if people is not None else None
        state = self.gazetteer.state(iso3) if iso3 else None
        return [self.table.known(state, named=False)] if state is not None else []

    def _pronoun(self, token: Token, depth: int) -> list[str]:
        antecedent = self.coreference.antecedent(token)
        if antecedent is None or antecedent.i == token.i:
            return []
        keys: list[str] = []
        for conjunct in self._conjuncts(antecedent):
            keys += self._single(conjunct, depth + 1)
        return keys

    def _noun(self, token: Token, depth: int) -> list[str]:
        word = token.lower_
        if word in self.no_actor or not word[:1].isalpha():
            return self._measured(token, depth) if not word[:1].isalpha() else []
        if self._superlative(token.i):
            return []
        named = self._apposition(token)
        if named:
            return named
        if word in self.quantities:
            inner = self._measured(token, depth)
            if inner:
                return inner
        if word in self.members:
            whole = self._member_of(token, depth)
            if whole:
                return whole
        holder = self._office(token)
        if holder:
            return holder
        referred = self.coreference.description(token)
        if referred:
            return referred
        return self._plain(token)

    def _superlative(self, i: int) -> bool:
        """Whether a word that the tagger takes for a noun is an adjective: "l'attaque la plus meurtrière"."""
        lower = self.resolver.cols.lower
        return i > 2 and lower[i - 1] in _GRADES and lower[i - 2] in _DEFINITE and self.doc[i - 3].pos_ == "NOUN"

    def _apposition(self, token: Token) -> list[str]:
        """The name that a description stands beside: "le chef du mouvement, Awa Diop", "l'ONG Acted"."""
        doc = self.doc
        person = token.lower_ in self.titles
        if (
            not person
            and token.lower_ not in self.introducers
            and not any(child.dep_ in ("appos", "flat:name") for child in token.children)
        ):
            return []
        wanted = ("person",) if person else ("organisation", "group", "person")
        commas = 0
        for k in range(token.i + 1, min(len(doc), token.i + 14)):
            other = doc[k]
            mention = self.at.get(k)
            if mention is not None:
                key = self.mentions[mention][2]
                direct = (
                    k == token.i + 1 or doc[k - 1].text in ("«", '"', "“", ",") or doc[k - 1].pos_ in ("ADJ", "NOUN")
                )
                if self.table.kind(key) in wanted and direct and doc[k - 1].lower_ not in _OF:
                    return [key]
                continue
            if (
                other.is_sent_start
                or other.text in (".", ";", ":", ")")
                or other.pos_ in ("VERB", "AUX", "PRON", "CCONJ", "SCONJ")
            ):
                break
            if other.text == ",":
                commas += 1
                if commas > 1:
                    break
        return []

    def _complements(self, token: Token) -> Iterator[Token]:
        """The nouns that a "de" ties to the noun, in text order."""
        for child in token.children:
            tied = any(grand.lower_ in _OF for grand in child.children if grand.i < child.i)
            if tied and child.i > token.i and child.dep_ in _COMPLEMENTS:
                yield child

    def _measured(self, token: Token, depth: int) -> list[str]:
        """What a measure counts: "une centaine de civils" → civils."""
        for child in self._complements(token):
            keys: list[str] = []
            for conjunct in self._conjuncts(child):
                keys += self._single(conjunct, depth + 1)
            if keys:
                return keys
        return []

    def _member_of(self, token: Token, depth: int) -> list[str]:
        """The organisation, state or force whose members act: "des miliciens du Hezbollah"."""
        for child in self._complements(token):
            mention = self.at.get(child.i)
            if mention is not None:
                key = self.mentions[mention][2]
                if self.table.kind(key) in ("organisation", "group", "state"):
                    return [key]
                if self.table.kind(key) == "person" and token.lower_ in (
                    "hommes",
                    "troupes",
                    "forces",
                    "combattants",
                    "partisans",
                ):
                    return []
            elif child.lower_ in self.members and child.lower_ in self.army:
                return self._single(child, depth + 1)
        return []

    def _office(self, token: Token) -> list[str]:
        """Who held an office at the article's date: "le président azerbaïdjanais"."""
        words = [t.text for t in self.doc[token.i : token.i + 8]]
        role = self.gazetteer.role(words, 0)
        if role is None:
            return []
        end = token.i + role[0]
        country = None
        for k in range(token.i + 1, min(len(self.doc), end + 3)):
            country = country or self.gazetteer.demonym(self.doc[k].text)
            mention = self.at.get(k)
            if country is None and mention is not None and self.table.kind(self.mentions[mention][2]) == "state":
                country = self.table.country(self.mentions[mention][2])
        if country is None:
            return []
        found = self._of_the_state(self.gazetteer.holders(role[1], country, self.reference), country)
        if len(found) == 1:
            return [self.table.known(found[0], named=False)]
        label = self._label(token, country=True)
        return [self.table.own("group", label, country, "role", named=False, key=key_of("group", label, country))]

    def _of_the_state(self, holders: Sequence[Entry], country: str) -> list[Entry]:
        """The holders of an office of the state itself, where others hold one of a region or an entity within it."""
        if len(holders) < 2:
            return list(holders)
        state = self.gazetteer.state(country)
        names = {fold(name) for name in state.names} if state is not None else set()
        own = []
        for entry in holders:
            titles = [
                fold(r.label) for r in self.gazetteer.relations(entry.key) if r.predicate == "position" and r.label
            ]
            if any(name in title and title.split()[0] not in self.deputies for name in names for title in titles):
                own.append(entry)
        return own or list(holders)

    def _plain(self, token: Token) -> list[str]:
        """An entity of its own for a plain noun, with the country where it is that of a state's service."""
        if token.pos_ not in ("NOUN", "PROPN", "ADJ", "VERB"):
            return []
        if token.pos_ in ("ADJ", "VERB") and not any(child.dep_ in ("det", "nummod") for child in token.children):
            return []
        label = self._label(token)
        country = None
        start, end = _compound(token)
        if self.resolver.cols.form(start, end).lower() in self.own_country:
            country = self._adjective_country(token) or self.resolver.main_country
        return [self.table.own("group", label, country, "noun", named=False, key=key_of("group", label, country))]

    def _adjective_country(self, token: Token) -> str | None:
        for child in token.children:
            iso3 = self.gazetteer.demonym(child.text)
            if iso3 is not None:
                return iso3
        return None

    def _label(self, token: Token, *, country: bool = False) -> str:
        """The noun with its adjectives, and with its complement where the noun alone says too little."""
        doc = self.doc
        start, end = _compound(token)
        last = end - 1
        while (
            end < len(doc)
            and end < last + 4
            and doc[end].pos_ == "ADJ"
            and doc[end].head.i <= last
            and not doc[end].is_sent_start
        ):
            end += 1
        if (token.lower_ in self.relational or country) and end + 1 < len(doc) and doc[end].lower_ in (*_OF, "proche"):
            k = end + 1
            while k < min(len(doc), end + 5) and doc[k].pos_ in ("DET", "ADP", "ADJ") and not doc[k].is_sent_start:
                k += 1
            if k < len(doc) and doc[k].pos_ in ("NOUN", "PROPN") and not doc[k].is_sent_start:
                end = k + 1
                if k in self.at:
                    end = max(end, self.mentions[self.at[k]][1])
        text = self.resolver.cols.form(start, end)
        return text if text[:2].isupper() else text[:1].lower() + text[1:]

    # Places

    def place(self, i: int) -> list[str]:
        """Keys of the most specific places that the noun phrase headed at token i refers to."""
        if not 0 <= i < len(self.doc):
            return []
        if i not in self._places:
            keys: list[str] = []
            for token in self._conjuncts(self.doc[i]):
                keys += self._single_place(token)
            self._places[i] = list(dict.fromkeys(keys))
        return list(self._places[i])

    def _single_place(self, token: Token) -> list[str]:
        mention = self.at.get(token.i)
        if mention is not None:
            key = self._mentioned_place(mention)
            return [key] if key is not None and not self._contains_neighbour(mention, key) else []
        if token.pos_ not in ("NOUN", "PROPN"):
            return []
        inner = self._place_inside(token)
        if inner is not None:
            return [inner]
        return self.coreference.place_description(token)

    def _mentioned_place(self, mention: int) -> str | None:
        """The place of a mention: itself, or the town where a capital was read as its government."""
        start, end, key = self.mentions[mention]
        kind = self.table.kind(key)
        if kind == "place":
            return key
        if kind != "state":
            return None
        form = self.resolver.cols.form(start, end)
        if any(c.entry.key == key for c in self.gazetteer.lookup(form)):
            return key
        if self.gazetteer.seat(form) is None:
            return None
        towns = [c for c in self.gazetteer.lookup(form) if c.entry.kind == "place"]
        town = choose(towns, self.resolver.countries, self.resolver.anchors)
        return self.table.known(town, form, named=False) if town is not None else None

    def level(self, key: str) -> int:
        """How wide a place is: 0 a town or what lies in one, 1 a region, 2 a state."""
        if self.table.kind(key) == "state":
            return 2
        entry = self.table.entry(key)
        if entry is None or (
            entry.population and entry.geonames and entry.feature.startswith(("city", "capital", "town"))
        ):
            return 0
        return 1 if entry.feature and not entry.feature.startswith(("city", "capital", "town", "village", "P")) else 0

    def _contains_neighbour(self, mention: int, key: str) -> bool:
        """Whether the place only says where the place just before it lies: "à Barda, en Azerbaïdjan"."""
        if mention == 0 or self.level(key) == 0:
            return False
        start = self.mentions[mention][0]
        before_end = self.mentions[mention - 1][1]
        if start - before_end > 6 or start == before_end:
            return False
        between = self.doc[before_end:start]
        if any(
            t.is_sent_start or t.pos_ in ("VERB", "AUX", "CCONJ", "PRON") or t.text in (".", ":", ";") for t in between
        ):
            return False
        other = self._mentioned_place(mention - 1)
        if other is None or self.level(other) >= self.level(key):
            return False
        return self.table.country(other) in (None, self.table.country(key))

    def _place_inside(self, token: Token) -> str | None:
        """The place that a plain place noun belongs to: "la gare de Kramatorsk", "un hameau près de Saravan"."""
        for k in range(token.i + 1, min(len(self.doc), token.i + 9)):
            other = self.doc[k]
            mention = self.at.get(k)
            if mention is not None:
                key = self._mentioned_place(mention)
                linked = any(a.i == token.i for a in other.ancestors) or other.head.i == token.i or not other.dep_
                if key is not None and linked:
                    return key
                continue
            if other.is_sent_start or (
                other.pos_ not in _INSIDE and other.lower_ not in ("près", "proche", "voisin", ",")
            ):
                return None
        return None


def _compound(token: Token) -> tuple[int, int]:
    """First and last token (exclusive) of a word that the tokeniser splits at its hyphens: "état-major"."""
    doc, start, end = token.doc, token.i, token.i + 1
    while (
        start > 1 and doc[start - 1].text == "-" and not doc[start - 1].whitespace_ and not doc[start - 2].whitespace_
    ):
        start -= 2
    while end + 1 < len(doc) and doc[end].text == "-" and not doc[end].whitespace_ and not doc[end - 1].whitespace_:
        end += 2
    return start, end
