"""Groups of people that an article names by a noun and a nationality, a people or a place: "l'armée malienne"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.token_columns import TokenColumns, fold

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

Family = Literal["army", "state", "people", "nation"]
_ORDINAL = re.compile(r"\d{1,4}(?:e|ème|er|re|ère)$")
_UNITS = frozenset(
    {"armée", "régiment", "division", "brigade", "bataillon", "corps", "section", "escadron", "compagnie"}
)
_SINGULAR_NOUNS = frozenset({"un", "une", "l'", "le", "la", "cet", "cette", "d'"})


@dataclass(frozen=True, slots=True)
class GroupSpan:
    """Tokens start to end that name a group; `country` is ISO 3166-1 alpha-3 or None.

    `family` ``army`` is one of the forces of a state, which one article may call by several nouns; ``state`` its
    government; ``nation`` its people ("les Maliens"); ``people`` any other group.
    """

    start: int
    end: int
    head: int
    country: str | None
    family: Family


class GroupFinder:
    """Finds the group spans of one text outside the tokens that names have taken."""

    def __init__(self, cols: TokenColumns, lexicon: NameLexicon, gazetteer: Gazetteer, taken: Sequence[bool]) -> None:
        self.cols = cols
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.taken = taken
        words = lexicon.words
        self.army = words("groups", "army")
        self.units = words("groups", "units")
        self.government = words("groups", "government")
        self.people = words("groups", "people") | self.army
        self.adjectives = words("organisations", "adjectives")
        self.first = {phrase.split()[0].split("'")[0] for phrase in self.people | self.units | self.government}

    def find(self) -> list[GroupSpan]:
        """The groups of the text in text order."""
        out = []
        cols = self.cols
        i = 0
        while i < len(cols):
            span = None
            if not self.taken[i]:
                if cols.lower[i] in self.first:
                    span = self._noun(i)
                elif cols.text[i][:1].isdigit():
                    span = self._unit(i)
                elif cols.capital[i]:
                    span = self._nation(i)
            if span is None:
                i += 1
            else:
                out.append(span)
                i = span.end
        return out

    def nationality(self, i: int) -> tuple[bool, str | None]:
        """Whether token i is the adjective or noun of a nation or people, and the country."""
        return self._nationality_of(self.cols.text[i])

    def _nationality_of(self, word: str) -> tuple[bool, str | None]:
        country = self.gazetteer.demonym(word)
        if country is not None:
            return True, country
        people = self.lexicon.peoples.get(fold(word))
        return (True, people.country) if people is not None else (False, None)

    def _phrase(self, i: int, phrases: frozenset[str]) -> int:
        """The end of the longest of `phrases` at token i, or i."""
        cols = self.cols
        for end in range(min(len(cols), i + 5), i, -1):
            if " ".join(cols.lower[i:end]).replace("' ", "'") in phrases:
                return end
        return i

    def _noun(self, i: int) -> GroupSpan | None:
        cols = self.cols
        unit_end = self._phrase(i, self.units)
        end = max(self._phrase(i, self.people), unit_end)
        government = self._phrase(i, self.government)
        j = max(end, government)
        if j == i:
            return None
        while (
            j < len(cols)
            and j < i + 5
            and not cols.starts[j]
            and cols.lower[j] in self.adjectives
            and not self.nationality(j)[0]
        ):
            j += 1
        if j < len(cols) and not cols.starts[j] and not cols.capital[j]:
            found, country = self.nationality(j)
            last = j
            if j + 2 < len(cols) and cols.text[j + 1] == "-" and not cols.spaced[j]:
                compound, of_compound = self._nationality_of(cols.form(j, j + 3))
                if compound:
                    found, country, last = True, of_compound, j + 2
            if found:
                return self._with_country(i, last, country, government > end or end == i)
        if cols.lower[i] in ("jeunes", "miliciens", "combattants", "civils") and j < len(cols) and cols.capital[j]:
            found, country = self.nationality(j)
            if found:
                return GroupSpan(i, j + 1, i, country, "people")
        if unit_end > i and unit_end == end:
            return GroupSpan(i, unit_end, i, None, "people")
        return None

    def _with_country(self, i: int, j: int, country: str | None, government: bool) -> GroupSpan:
        cols = self.cols
        end = j + 1
        if end < len(cols) and cols.lower[end] in self.adjectives and not cols.starts[end]:
            end += 1
        if government:
            return GroupSpan(i, end, i, country, "state")
        end_of_noun = max(self._phrase(i, self.army), i)
        army = end_of_noun > i and end_of_noun >= j - 2 and country is not None
        return GroupSpan(i, end, i, country, "army" if army else "people")

    def _unit(self, i: int) -> GroupSpan | None:
        """A numbered unit: "la 14e armée russe", "366e régiment de fusiliers"."""
        cols = self.cols
        if not _ORDINAL.match(cols.text[i]) or i + 1 >= len(cols) or cols.lower[i + 1] not in _UNITS:
            return None
        end = i + 2
        country = None
        if end + 1 < len(cols) and cols.lower[end] in ("de", "d'") and not cols.capital[end + 1]:
            end += 2
        while end < len(cols) and not cols.starts[end] and (cols.pos[end] == "ADJ" or self.nationality(end)[0]):
            country = self.nationality(end)[1] or country
            end += 1
        return GroupSpan(i, end, i + 1, country, "people")

    def _nation(self, i: int) -> GroupSpan | None:
        """A people by its noun: "les Géorgiens", "un Israélien", "Kurdes irakiens"; not the noun before a name."""
        cols = self.cols
        found, country = self.nationality(i)
        if not found or cols.shouted[i]:
            return None
        nxt = i + 1
        if nxt < len(cols) and cols.capital[nxt] and self.taken[nxt] and not cols.starts[nxt]:
            return None
        if cols.starts[i] and cols.pos[i] == "ADJ":
            return None
        end = nxt
        if nxt < len(cols) and not cols.starts[nxt] and not cols.capital[nxt]:
            also, second = self.nationality(nxt)
            if also:
                end, country = nxt + 1, second or country
        if (
            end + 1 < len(cols)
            and cols.lower[end] in ("de", "du", "d'")
            and cols.capital[end + 1]
            and self.taken[end + 1]
        ):
            stop = end + 1
            while stop < len(cols) and self.taken[stop] and not cols.starts[stop] and cols.text[stop] not in (",", "."):
                stop += 1
            end = stop
        return GroupSpan(i, end, i, country, "nation")
