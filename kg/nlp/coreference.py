"""What pronouns and definite descriptions take up: "il", "qui", "le mouvement", "les deux camps", "la ville"."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from kg.nlp.entity_table import EntityTable
from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.name_resolution import NameResolver, Resolved

_SUBJECT = frozenset({"nsubj", "nsubj:pass", "nsubj:caus"})
_MASCULINE = frozenset({"le", "un", "du", "au", "ce", "cet"})
_FEMININE = frozenset({"la", "une", "cette"})
_PLURAL = frozenset({"les", "des", "aux", "ces"})
_IMPERSONAL = frozenset({"y", "falloir", "agir", "sembler", "pleuvoir", "neiger", "suffire"})
_SENTENCES_BACK = 2
_TOKENS_BACK = 150


class Coreference:
    """Finds antecedents in one text, going back a few sentences."""

    def __init__(
        self, doc: Doc, lexicon: NameLexicon, table: EntityTable, mentions: Sequence[Resolved], resolver: NameResolver
    ) -> None:
        self.doc = doc
        self.table = table
        self.mentions = mentions
        self.resolver = resolver
        self.cols = resolver.cols
        self.at = {i: n for n, (start, end, _) in enumerate(mentions) for i in range(start, end)}
        self.pronouns = lexicon.pronouns
        words = lexicon.words
        self.relatives = words("coreference", "relatives")
        self.organisation = words("coreference", "organisation")
        self.fighters = words("coreference", "fighters")
        self.offices = words("coreference", "offices")
        self.state = words("coreference", "state")
        self.town = words("coreference", "town")
        self.area = words("coreference", "area")
        self.capital = words("coreference", "capital")
        self.both_sides = words("coreference", "both_sides")
        self.state_sides = words("coreference", "state_sides")
        self.definite = words("groups", "definite")
        self.army = words("groups", "army")

    # Pronouns

    def antecedent(self, token: Token) -> Token | None:
        """The head of the phrase that a pronoun stands for, None where that is not safe to say."""
        word = token.lower_
        if word in self.relatives:
            return self._relative(token)
        form = self.pronouns.get(word.lstrip("-"))
        if form is None or self._impersonal(token):
            return None
        return self._subject_before(token, form)

    def _relative(self, token: Token) -> Token | None:
        """The noun that a relative clause is about."""
        verb = token.head
        for _ in range(3):
            if verb.dep_ in ("acl:relcl", "acl"):
                head = verb.head
                return head if head.i < token.i else None
            if verb.head.i == verb.i:
                return None
            verb = verb.head
        return None

    def _impersonal(self, token: Token) -> bool:
        if token.lower_ not in ("il", "-il", "elle"):
            return False
        if token.dep_.startswith("expl"):
            return True
        head = token.head
        return head.lemma_ in _IMPERSONAL or any(child.lower_ == "y" for child in head.children)

    def _subject_before(self, token: Token, form: str) -> Token | None:
        """The nearest earlier subject that agrees with the pronoun, else the nearest agreeing name."""
        doc, cols = self.doc, self.cols
        sentence = cols.sentence[token.i]
        fallback: Token | None = None
        for k in range(token.i - 1, max(-1, token.i - _TOKENS_BACK), -1):
            if sentence - cols.sentence[k] > _SENTENCES_BACK:
                break
            if "\n\n" in doc[k].text and sentence - cols.sentence[k] > 1 and fallback is not None:
                break
            other = doc[k]
            if k in self.at and k != self.mentions[self.at[k]][0] and self.at.get(other.head.i) == self.at[k]:
                continue
            if other.dep_ in _SUBJECT:
                if other.pos_ == "PRON" and self.pronouns.get(other.lower_) == form:
                    return self.antecedent(other)
                if self._agrees(other, form) and other.head.i != token.head.i:
                    return other
            elif (
                fallback is None
                and k in self.at
                and self._person_like(k)
                and self._agrees(other, form)
                and other.dep_ not in ("nmod",)
            ):
                fallback = other
        return fallback

    def _person_like(self, i: int) -> bool:
        return self.table.kind(self.mentions[self.at[i]][2]) in ("person", "organisation", "group")

    def _agrees(self, token: Token, form: str) -> bool:
        """Whether a noun or name may be the antecedent of a pronoun of this gender and number."""
        number, gender = self._number(token), self._gender(token)
        if form[-1] == "p" and number != "p":
            return False
        if form[-1] == "s" and number == "p":
            return False
        if form[0] in "mf" and len(form) == 2 and gender is not None and gender != form[0]:
            return False
        if token.i in self.at:
            return self.table.kind(self.mentions[self.at[token.i]][2]) != "place"
        return token.pos_ in ("NOUN", "PROPN")

    def _determiner(self, token: Token) -> str:
        start = self.mentions[self.at[token.i]][0] if token.i in self.at else token.i
        return self.cols.lower[start - 1] if start > 0 else ""

    def _number(self, token: Token) -> str:
        if any(child.dep_ == "conj" for child in token.children):
            return "p"
        if token.i in self.at and self.table.kind(self.mentions[self.at[token.i]][2]) == "person":
            return "s"
        morph = token.morph.get("Number", [])
        if self._determiner(token) in _PLURAL or morph == ["Plur"]:
            return "p"
        return "s"

    def _gender(self, token: Token) -> str | None:
        word = self._determiner(token)
        if word in _MASCULINE or word in ("m.", "monsieur", "président", "général", "colonel"):
            return "m"
        if word in _FEMININE or word in ("mme", "madame", "présidente"):
            return "f"
        if token.i in self.at and self.table.kind(self.mentions[self.at[token.i]][2]) in ("person", "state"):
            return None
        morph = token.morph.get("Gender", [])
        return {"Masc": "m", "Fem": "f"}.get(morph[0]) if morph else None

    # Definite descriptions

    def description(self, token: Token) -> list[str]:
        """Keys of what a definite description takes up; empty where it is a plain noun."""
        word = token.lower_
        before = self.cols.lower[token.i - 1] if token.i else ""
        if word in self.both_sides and before == "deux":
            return self._two_sides(word)
        if before not in self.definite and not (token.i > 1 and self.cols.lower[token.i - 2] in self.definite):
            return []
        if (
            any(child.dep_ in ("nmod", "acl:relcl") and child.i > token.i for child in token.children)
            and word not in self.fighters
        ):
            return []
        if word in self.offices:
            return self._last(token, ("person",), office=word)
        if word in self.fighters:
            return self._sole_armed_group(token)
        if word in self.organisation:
            return self._last(token, ("organisation",))
        if word in self.state:
            return self._last(token, ("state",))
        if word in self.army:
            return self._force(token)
        return []

    def _last(self, token: Token, kinds: tuple[str, ...], office: str = "") -> list[str]:
        """The entity of one of the kinds last named before the token, within a few sentences."""
        sentence = self.cols.sentence[token.i]
        for start, _, key in self._before(token):
            if sentence - self.cols.sentence[start] > _SENTENCES_BACK + 2:
                return []
            if self.table.kind(key) not in kinds:
                continue
            if office and not self._titled(start, office):
                continue
            return [key]
        return []

    def _before(self, token: Token) -> list[Resolved]:
        """The mentions before the token, the nearest first, at most sixty."""
        end = bisect_left(self.mentions, (token.i,))
        return list(self.mentions[max(0, end - 60) : end][::-1])

    def _titled(self, start: int, office: str) -> bool:
        """Whether the office stands within the ten words before or four words after the name at `start`."""
        near = self.cols.lower[max(0, start - 10) : start] + self.cols.lower[start : start + 8]
        return office in near

    def _sole_armed_group(self, token: Token) -> list[str]:
        """The one armed group that the article names before this point, or, in a headline, at all."""
        named = [(start, key) for start, key in self._armed if start < token.i] or self._armed[:1]
        return [named[0][1]] if len({key for _, key in named}) == 1 else []

    def _force(self, token: Token) -> list[str]:
        """The one army or force that the article names with its nationality."""
        if any(child.dep_ == "amod" for child in token.children):
            return []
        return list(self._forces) if len(self._forces) == 1 else []

    @functools.cached_property
    def _armed(self) -> list[tuple[int, str]]:
        """Where each armed group is named first, and its key."""
        first: dict[str, int] = {}
        for start, _, key in self.mentions:
            if self._is_armed(key):
                first.setdefault(key, start)
        return [(start, key) for key, start in first.items()]

    def _is_armed(self, key: str) -> bool:
        entry = self.table.entry(key)
        return entry is not None and entry.subclass == "ArmedGroup"

    @functools.cached_property
    def _forces(self) -> list[str]:
        """The armies and forces that the article names."""
        keys = dict.fromkeys(key for _, _, key in self.mentions if self.table.kind(key) == "group")
        return [key for key in keys if any(form.lower().split()[0] in self.army for form in self.table.forms(key))]

    def _two_sides(self, word: str) -> list[str]:
        """The two states or forces that the article names most, where both stand out."""
        ranked = [key for key, _ in self._sides if word not in self.state_sides or self.table.kind(key) == "state"]
        count = dict(self._sides)
        if len(ranked) == 2 or (len(ranked) > 2 and count[ranked[1]] > count[ranked[2]]):
            return ranked[:2]
        return []

    @functools.cached_property
    def _sides(self) -> list[tuple[str, int]]:
        """States and armed groups by how often they are named, the most named first."""
        count = Counter(key for _, _, key in self.mentions if self.table.kind(key) == "state" or self._is_armed(key))
        return count.most_common()

    def place_description(self, token: Token) -> list[str]:
        """Keys of the place that "la ville", "la capitale", "le pays" takes up."""
        word = token.lower_
        before = self.cols.lower[token.i - 1] if token.i else ""
        if before not in self.definite:
            return []
        if word in self.town or word in self.area:
            wanted = word in self.town
            sentence = self.cols.sentence[token.i]
            for start, _, key in self._before(token):
                if self.table.kind(key) == "place" and sentence - self.cols.sentence[start] <= 3:
                    entry = self.table.entry(key)
                    town = entry is None or entry.feature.startswith(("city", "capital", "town", "village", "P"))
                    if town == wanted:
                        return [key]
        if word in self.capital and self.resolver.main_country:
            return self._capital_of(self.resolver.main_country)
        return []

    def _capital_of(self, iso3: str) -> list[str]:
        """The capital of a state where the article names it."""
        for start, end, key in self.mentions:
            if self.resolver.gazetteer.seat(self.cols.form(start, end)) == iso3 and self.table.kind(key) == "place":
                return [key]
        return []
