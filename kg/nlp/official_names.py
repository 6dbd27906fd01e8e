"""Official names and built or natural places: a leading noun with the words that make it a name."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from kg.nlp.name_chains import LONGEST, OPENING, ChainReader, NameSpan
from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.token_columns import TokenColumns, fold

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

_WORD = re.compile(r"\w+")


def _abbreviates(letters: list[str], initials: list[str], long_form: str) -> bool:
    """Whether a short form written as a word is made of a long one's letters: "Monusco", "Onuci", "Aqmi".

    Its first letter is the long form's, each of its letters follows in order, and at least three of the long
    form's words (all of two) give it their initial.
    """
    if not letters or not initials or letters[0] != initials[0]:
        return False
    rest = iter(long_form)
    if not all(letter in rest for letter in letters):
        return False
    shared, behind = 0, iter(letters)
    for initial in initials:
        if initial in behind:
            shared += 1
    return shared >= min(3, len(initials)) and len(initials) > 1


class OfficialNameReader(ChainReader):
    """Reads official names, places with their noun, and short forms in brackets in one text."""

    def __init__(self, cols: TokenColumns, lexicon: NameLexicon, gazetteer: Gazetteer) -> None:
        super().__init__(cols, lexicon, gazetteer)
        words = lexicon.words
        self.national = words("organisations", "national")
        self.bureaus = words("organisations", "bureaus")
        self.offices = words("organisations", "offices")
        self.links = words("organisations", "links")
        self.adjectives = words("organisations", "adjectives")
        self.associations = words("organisations", "associations")
        self.nouns = words("organisations", "nouns")
        self.natural = words("places", "natural")
        self.facilities = words("places", "facilities")
        self.occupied = words("places", "occupied")
        self.sides = words("places", "sides")
        self.titled = words("places", "titled")
        self.facility_modifiers = words("places", "facility_modifiers")

    def _official(self, i: int) -> NameSpan | None:
        """An official name by its head: "Front patriotique pour le progrès", "ministère russe de la Défense"."""
        cols = self.cols
        word, first = self._head(i)
        if word not in self.institutions or cols.shouted[i] or self._rank(i):
            return None
        if word in ("etat", "état") and "de" in cols.lower[max(0, i - 2) : i] + ["de"][: cols.lower[i - 1] == "d'"]:
            return None
        if not cols.capital[i] or (self._begins(i) and word in self.national):
            end = self._institution(i, word, first)
        else:
            end = self._extend(first, word)
            if end == first:
                return None
        if end is None:
            return None
        whole = self.gazetteer.lookup(cols.form(i, end))
        return NameSpan(i, end, "pattern", whole, kind="organisation")

    def _bureau(self, i: int) -> NameSpan | None:
        """The bureau of an office that says whose it is: "bureau du procureur général ukrainien", "de la CPI"."""
        cols = self.cols
        if cols.lower[i] not in self.bureaus or i + 3 >= len(cols) or cols.lower[i + 1] not in ("du", "de"):
            return None
        first = i + 2 if cols.lower[i + 1] == "du" else i + 3
        office = next((n for n in (3, 2, 1) if " ".join(cols.lower[first : first + n]) in self.offices), 0)
        end = first + office
        if not office or end >= len(cols):
            return None
        stop = end
        while stop < len(cols) and not cols.starts[stop] and self._nationality(stop) is not None:
            stop += 1
        if stop == end and cols.lower[end] in ("de", "du", "d'", "des"):
            name = end + 1 + (cols.lower[end] == "de" and cols.lower[end + 1 : end + 2] in (["la"], ["l'"]))
            if name < len(cols) and cols.capital[name] and not cols.starts[name]:
                known = self._longest(name)
                stop = known[0] if known is not None else self._capitals(name)
        if stop == end:
            return None
        return NameSpan(i, stop, "pattern", self.gazetteer.lookup(cols.form(i, stop)), kind="organisation")

    def _head(self, i: int) -> tuple[str, int]:
        """The leading noun of an official name at i, with its hyphens, and where it ends."""
        cols = self.cols
        if i + 2 < len(cols) and cols.text[i + 1] == "-" and not cols.spaced[i]:
            return cols.form(i, i + 3).lower(), i + 3
        return cols.lower[i], i + 1

    def _extend(self, j: int, head: str) -> int:
        """The end of an official name whose head is behind: adjectives, and complements of names or known nouns."""
        cols = self.cols
        limit = min(len(cols), j + LONGEST)
        while j < limit and not cols.starts[j]:
            word = cols.lower[j]
            if word in self.adjectives or (self._nationality(j) is not None and not cols.capital[j]):
                j += 1
            elif cols.capital[j] and cols.text[j - 1] not in OPENING and cols.pos[j] != "PUNCT":
                j = self._capitals(j)
            elif word == "-" and not cols.spaced[j - 1] and not cols.spaced[j]:
                j += 2
            elif word in self.links:
                step = self._complement(j, head)
                if not step:
                    break
                j = step
            else:
                break
        return min(j, len(cols))

    def _complement(self, j: int, head: str) -> int:
        """The end of a complement that begins with a linking word at j; 0 where it is no part of the name.

        Behind a head of associations any noun may stand; behind other heads only the nouns of official names.
        """
        cols = self.cols
        k = j
        joined = cols.lower[j] == "et"
        while k < min(len(cols), j + 4) and not cols.starts[k] and cols.lower[k] in self.links:
            k += 1
        if k >= len(cols) or cols.starts[k] or cols.lower[j] in ("la", "le", "les", "l'"):
            return 0
        if joined and cols.lower[j + 1 : j + 2] not in (["de"], ["du"], ["des"], ["d'"]):
            return 0
        if joined and ((k == j + 1 and cols.lower[k] not in self.nouns) or (cols.capital[k] and k == j + 1)):
            return 0
        if cols.lower[k] in self.nouns:
            return k + 1
        if head in self.associations and cols.pos[k] == "NOUN" and cols.lower[j] in ("de", "des", "du", "d'", "pour"):
            return k + 1
        if not cols.capital[k] or cols.lower[j] in ("à", "au", "aux", "sur", "en", "par", "et"):
            return 0
        if cols.entity[k] == "PER" and not self.gazetteer.lookup(cols.text[k]):
            return 0
        known = self._longest(k)
        if known is not None and all(c.entry.kind == "person" for c in known[1]):
            return 0
        return known[0] if known is not None else self._capitals(k)

    def _institution(self, i: int, word: str, first: int) -> int | None:
        """The end of a lower-case institution with the nationality or complement that makes it a name, or None."""
        cols = self.cols
        if word not in self.national or first >= len(cols):
            return None
        vague = i > 0 and cols.lower[i - 1] in ("un", "une", "des")
        j = first
        if cols.lower[j] in ("général", "générale", "officielle", "publique", "nationale") and j + 1 < len(cols):
            j += 1
        known = False
        while j < len(cols) and self._nationality(j) is not None and not cols.starts[j]:
            known = True
            j += 1
        complement = self._complement(j, word) if j < len(cols) and cols.lower[j] in self.links else 0
        if complement and not vague and cols.lower[complement - 1] not in ("etat", "état"):
            return self._extend(complement, word)
        return j if known else None

    def _built(self, i: int) -> NameSpan | None:
        """A built or natural place with its noun: "aéroport de Sénou", "mer Noire", "pont de l'Amitié"."""
        cols = self.cols
        word = cols.lower[i]
        natural = word in self.natural
        if not natural and word not in self.facilities:
            return None
        j = i + 1
        limit = min(len(cols), i + 6)
        while j < limit and cols.lower[j] in self.facility_modifiers:
            j += 1
        for phrase in (
            ("de", "réfugiés"),
            ("de", "déplacés"),
            ("de", "transit"),
            ("de", "détention"),
            ("pour", "déplacés"),
        ):
            if tuple(cols.lower[j : j + 2]) == phrase:
                j += 2
        direct = j < limit and cols.capital[j] and not cols.starts[j]
        k = j
        while k < limit and (cols.lower[k] in self.weak or cols.lower[k] in self.titled) and not cols.starts[k]:
            k += 1
        if k >= limit or cols.starts[k] or not cols.capital[k] or (cols.shouted[k] and not cols.shouted[i]):
            return None
        if k > i + 1 and not direct and natural is False and cols.capital[i] is False and self._town(k):
            return None
        if direct and word in self.sides and self._surname(k):
            return None
        known = self._longest(k)
        if known is not None and k > j and all(c.entry.kind in ("organisation", "person") for c in known[1]):
            return None
        if k > j and word in self.occupied and cols.text[k].isupper() and len(cols.text[k]) > 2:
            return None
        end = max(self._capitals(k), known[0] if known else 0)
        return NameSpan(i, end, "pattern", self.gazetteer.lookup(cols.form(i, end)), kind="place")

    def _surname(self, i: int) -> bool:
        """Whether the text, or the gazetteer, has somebody of this surname: "le camp Barmou" is his side."""
        if any(c.entry.kind == "person" for c in self.gazetteer.lookup(self.cols.text[i])):
            return True
        return self.cols.text[i] in self._surnames

    @functools.cached_property
    def _surnames(self) -> frozenset[str]:
        """Last words of the names of two words or more that the tagger takes for persons."""
        cols = self.cols
        tagged = [label == "PER" for label in cols.entity]
        last = (
            i for i in range(1, len(cols)) if tagged[i] and tagged[i - 1] and not (i + 1 < len(cols) and tagged[i + 1])
        )
        return frozenset(cols.text[i] for i in last if cols.capital[i])

    def _town(self, i: int) -> bool:
        found = self._longest(i)
        return found is not None and any(c.entry.kind in ("place", "state") for c in found[1])

    def _acronym(self, span: NameSpan) -> tuple[int, int] | None:
        """The span of the short form in brackets behind a name: "(MPCI)", "(SL, maoïste)"; not an agency's credit."""
        cols = self.cols
        i = span.end
        if i + 2 >= len(cols) or cols.text[i] != "(" or not cols.capital[i + 1]:
            return None
        word = cols.text[i + 1]
        if cols.text[i + 2] not in (")", ",") or not 2 <= len(word) <= 12:
            return None
        letters = [c for c in fold(word) if c.isalnum()]
        long_form = fold(cols.form(span.start, span.end))
        initials = [w[0] for w in _WORD.findall(long_form) if len(w) > 1 and w not in self.links]
        if self._expansion(span, (i + 1, i + 2)) < span.start:
            return i + 1, i + 2
        if sum(c.isupper() for c in word) < 2 and not _abbreviates(letters, initials, long_form):
            return None
        if letters and letters[0] in initials and len(letters) <= len(initials) + 2:
            return i + 1, i + 2
        own = {c.entry.key for c in span.candidates}
        other = [c for c in self.gazetteer.lookup(word) if c.entry.kind == "organisation" and not c.ambiguous]
        town = bool(span.candidates) and all(c.entry.kind in ("place", "state", "person") for c in span.candidates)
        return None if town or (other and not own & {c.entry.key for c in other}) else (i + 1, i + 2)

    def _expansion(self, span: NameSpan, bracket: tuple[int, int]) -> int:
        """Where the long form starts whose initials the short form in brackets has, at or before the span's start."""
        letters = [c for c in fold(self.cols.text[bracket[0]]) if c.isalnum()]
        cols = self.cols
        i = span.end - 1
        first = max(0, span.end - 3 * len(letters) - 2)
        best = span.start
        while i >= first and letters:
            word = fold(cols.text[i])
            if word[:1] == letters[-1]:
                letters.pop()
                best = i
            elif cols.lower[i] not in self.links and not word[:1].isalpha():
                return span.start
            if cols.starts[i]:
                break
            i -= 1
        return best if not letters else span.start
