"""Where names stand in a text: gazetteer forms, official names, capitalised chains and the tagger's spans, reconciled.

A single pass over the tokens; at each token that may begin a name the longest reading wins. What a name names
is decided later (`kg.nlp.name_kinds`), over all its occurrences.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.gazetteer.entry import Candidate
from kg.nlp.dictionary import in_dictionary
from kg.nlp.name_chains import NameSpan
from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.official_names import OfficialNameReader
from kg.nlp.token_columns import TokenColumns, fold

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

_QUOTES = frozenset({"«", '"', "“"})
# Designations of weapons and vehicles: "F-16", "Mi-24", "S-300", "BM-21"
_DESIGNATION = re.compile(r"[A-Z][A-Za-z]{0,8}-?\d+[A-Za-z]{0,2}$")


class NameFinder(OfficialNameReader):
    """Finds the name spans of one text."""

    def __init__(self, cols: TokenColumns, lexicon: NameLexicon, gazetteer: Gazetteer) -> None:
        super().__init__(cols, lexicon, gazetteer)
        words = lexicon.words
        self.honorifics = words("persons", "honorifics")
        self.vehicles = words("names", "vehicles")
        self.introducers = words("organisations", "introducers")
        self.portfolios = words("persons", "portfolios")
        self.headings = words("names", "headings")
        self.see_also_starts = words("names", "see_also")
        self.articles = frozenset({"le", "la", "l'", "un", "une", "ce", "cet", "cette"})
        self.locative = words("places", "locative")
        self.lower_starts = self.national | self.bureaus | self.natural | self.facilities | words("names", "lower_case")

    def find(self) -> list[NameSpan]:
        """The names of the text in text order, none inside another."""
        spans: list[NameSpan] = []
        cols = self.cols
        i = 0
        skipped = self._see_also()
        while i < len(cols):
            span = None
            if i in skipped:
                i += 1
                continue
            if cols.capital[i] or cols.lower[i] in self.lower_starts or cols.text[i][:1].isdigit():
                span = self._at(i)
            if span is None:
                i += 1
                continue
            bracket = self._acronym(span)
            if bracket is not None:
                self._widen(span, bracket, spans)
            span.acronym = bracket
            spans.append(span)
            i = max(span.end, i + 1)
            if bracket is not None:
                i = bracket[1]
        return spans

    def _see_also(self) -> set[int]:
        """Tokens of lines that lead to other articles: "Lire aussi : …"."""
        cols = self.cols
        out: set[int] = set()
        for i, starts in enumerate(cols.starts):
            if starts and cols.lower[i] in self.see_also_starts and "aussi" in cols.lower[i : i + 5]:
                k = i
                while k < len(cols) and "\n" not in cols.text[k]:
                    out.add(k)
                    k += 1
        return out

    def _at(self, i: int) -> NameSpan | None:
        """The longest name that starts at token i."""
        readings = [
            r
            for r in (self._known(i), self._official(i), self._bureau(i), self._built(i), self._chain(i))
            if r is not None
        ]
        if not readings:
            return None
        best = max(readings, key=lambda r: r.end - r.start)
        known = next((r for r in readings if r.rule == "gazetteer" and r.end < best.end), None)
        if known is not None and best.rule == "pattern" and self._complete(known, best):
            best = known
        return best if self._plausible(best) and not self._thing(best) else None

    def _complete(self, known: NameSpan, longer: NameSpan) -> bool:
        """Whether a known organisation's name ends where the gazetteer says: what follows is the sentence's own."""
        organisation = any(c.entry.kind == "organisation" and not c.ambiguous for c in known.candidates)
        after = self.cols.lower[known.end]
        return organisation and after in self.links - self.weak and self._acronym(longer) is None

    def _thing(self, span: NameSpan) -> bool:
        """A weapon, a vehicle, a ship, or the title of a work in quotation marks."""
        cols = self.cols
        if any(c.entry.kind != "place" for c in span.candidates):
            return False
        form = cols.form(span.start, span.end)
        if _DESIGNATION.match(form):
            return True
        i = span.start - 1
        quoted = i >= 0 and cols.text[i] in _QUOTES and not cols.starts[span.start]
        if quoted:
            i -= 1
        if i < 0 or cols.starts[i + 1]:
            return quoted and in_dictionary(cols.lower[span.start])
        if i > 0 and self._nationality(i) is not None and not cols.starts[i]:
            i -= 1
        if cols.lower[i] in self.vehicles:
            return True
        return quoted and cols.lower[i] not in self.introducers and in_dictionary(cols.lower[span.start])

    def _plausible(self, span: NameSpan) -> bool:
        """Whether a single word is a name and no common word that a sentence or the setting capitalises."""
        cols = self.cols
        if span.end - span.start > 1 or span.rule == "pattern":
            return True
        i = span.start
        word = cols.lower[i]
        if word in self.common or word in self.headings or len(word) < 2:
            return False
        if not cols.capital[i]:
            return bool(span.candidates)
        if cols.shouted[i]:
            return any(
                (not c.ambiguous and c.entry.population > 50_000) or c.entry.kind != "place" for c in span.candidates
            )
        firm = any(c.entry.kind != "place" and not c.ambiguous for c in span.candidates)
        if firm and self._begins(i) and cols.pos[i] == "NOUN" and not cols.entity[i] and in_dictionary(word):
            return False
        if firm or (cols.text[i].isupper() and len(word) > 1 and not in_dictionary(word)):
            return True
        if in_dictionary(word):
            return self._ordinary_name(span)
        if not self._begins(i) or word in self.inner:
            return True
        return cols.pos[i] in ("PROPN", "", "NOUN", "X") or (
            bool(cols.entity[i]) and (cols.pos[i] != "VERB" or bool(span.candidates))
        )

    def _ordinary_name(self, span: NameSpan) -> bool:
        """Whether a dictionary word with a capital is a name here: "à Lice", "Orange", not "la Défense" of a minister."""
        cols = self.cols
        i = span.start
        if self._portfolio(i):
            return False
        if self._begins(i):
            if cols.lower[i] not in self.inner:
                return any(
                    c.entry.feature == "capital" or (c.entry.population > 100_000 and cols.pos[i] == "PROPN")
                    for c in span.candidates
                )
            return cols.pos[i] in ("PROPN", "", "NOUN")
        if not span.candidates and (cols.lower[i - 1] in self.articles or cols.lower[i] in self.institutions):
            return False
        if cols.entity[i] in ("PER", "LOC", "ORG"):
            return True
        return bool(span.candidates) and cols.lower[i - 1] in self.locative

    def _portfolio(self, i: int) -> bool:
        """Whether the word is what a minister or ministry is in charge of: "le ministre de la Défense"."""
        cols = self.cols
        for k in range(i - 1, max(-1, i - 8), -1):
            if cols.lower[k] in self.portfolios:
                return True
            if cols.starts[k + 1] or cols.pos[k] == "VERB" or cols.text[k] in (",", ".", ";"):
                return False
        return False

    def _known(self, i: int) -> NameSpan | None:
        cols = self.cols
        found = self._longest(i)
        if found is None:
            return None
        end, candidates = found
        while end > i + 1 and cols.text[end - 1] == "-":
            end -= 1
        if any(cols.starts[k] for k in range(i + 1, end)) or self._only_nationality(i, end, candidates):
            return None
        if all(w in self.common or w in self.weak for w in cols.lower[i:end]):
            return None
        if end - i > 1 and cols.lower[i] in self.weak and not cols.capital[i + 1]:
            return None
        if self._institution_word(i, end):
            candidates = tuple(c for c in candidates if c.entry.kind != "place" or c.entry.population > 200_000)
        if not cols.capital[i]:
            candidates = self._lower_case(i, end, candidates)
        return NameSpan(i, end, "gazetteer", candidates) if candidates else None

    def _only_nationality(self, i: int, end: int, candidates: tuple[Candidate, ...]) -> bool:
        """Whether a word is a nation's adjective or noun and no name: "Arménien", but not "Argentine"."""
        if end - i > 1 or self._nationality(i) is None:
            return False
        return not any(c.entry.kind == "state" and self.cols.capital[i] for c in candidates)

    def _lower_case(self, i: int, end: int, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """The candidates of a form that starts in lower case: organisations, and places whose name does so too."""
        cols = self.cols
        inner = any(cols.capital[k] for k in range(i + 1, end))
        return tuple(
            c
            for c in candidates
            if (c.entry.kind != "place" and not c.ambiguous)
            or (inner and any(name[:1].islower() and fold(name) == fold(c.form) for name in c.entry.names))
        )

    def _institution_word(self, i: int, end: int) -> bool:
        """Whether the form is at bottom a common noun of the press that some village is named after too."""
        cols = self.cols
        first = i + 1 if end - i > 1 and cols.lower[i] in self.weak else i
        word = " ".join(cols.lower[first:end]).replace(" - ", "-")
        return (
            word in self.institutions
            or word in self.titles
            or word in self.common
            or word in self.headings
            or (first > i and in_dictionary(word))
        )

    def _chain(self, i: int) -> NameSpan | None:
        """Words with capitals, joined by hyphens and the small words of foreign names."""
        cols = self.cols
        if not cols.capital[i] or cols.shouted[i]:
            return None
        end = self._capitals(i)
        start = i
        while start < end - 1 and cols.text[start + 1] != "-" and self._no_name_word(start):
            start += 1
        if start > i and cols.lower[start] in self.links:
            return None
        if start > i and not cols.capital[start]:
            return None
        if start == end - 1 and self._no_name_word(start) and not cols.text[start].isupper():
            return None
        if start > i:
            return self._at(start)
        if self._compound(start, end):
            return None
        pair = self._pair(start, end)
        if pair:
            return NameSpan(start, pair, "gazetteer", self.gazetteer.lookup(cols.form(start, pair)))
        return NameSpan(start, end, "capitals", self.gazetteer.lookup(cols.form(start, end)))

    def _compound(self, start: int, end: int) -> bool:
        """A hyphenated word that a sentence capitalises, or a double nationality: "Quarante-cinq", "Franco-Malienne"."""
        cols = self.cols
        if end - start < 3 or cols.text[start + 1] != "-":
            return False
        if self._nationality(end - 1) is not None and not self.gazetteer.lookup(cols.form(start, end)):
            return True
        lower = not any(cols.capital[k] for k in range(start + 1, end))
        return lower and self._begins(start) and (cols.lower[start] in self.common or in_dictionary(cols.lower[start]))

    def _pair(self, start: int, end: int) -> int:
        """The end of the first of two states or towns that a hyphen sets against each other: "Pérou-Equateur"."""
        cols = self.cols
        for k in range(start + 1, end - 1):
            if cols.text[k] == "-" and not self.gazetteer.lookup(cols.form(start, end)):
                sides = (self.gazetteer.lookup(cols.form(start, k)), self.gazetteer.lookup(cols.form(k + 1, end)))
                if all(any(c.entry.kind == "state" or c.entry.population > 300_000 for c in side) for side in sides):
                    return k
        return 0

    def _no_name_word(self, i: int) -> bool:
        """A capitalised word that is no part of the name behind it: a title, a nationality, a sentence's first word."""
        cols = self.cols
        word = cols.lower[i]
        if word in self.common or word in self.headings or word in self.honorifics:
            return True
        if self.gazetteer.demonym(cols.text[i]) is not None or fold(word) in self.lexicon.peoples:
            return True
        if (word in self.titles and cols.entity[i] != "PER") or (word in self.institutions and self._rank(i)):
            return True
        return self._begins(i) and word not in self.inner and cols.pos[i] not in ("PROPN", "") and not cols.entity[i]

    def _widen(self, span: NameSpan, bracket: tuple[int, int], before: list[NameSpan]) -> None:
        """Let a name before a short form in brackets begin where the short form's initials do."""
        if any(c.entry.kind == "organisation" and not c.ambiguous for c in span.candidates):
            return
        start = self._expansion(span, bracket)
        if start < span.start:
            while before and before[-1].end > start:
                before.pop()
            span.start, span.rule, span.kind = start, "pattern", "organisation"
            span.candidates = self.gazetteer.lookup(self.cols.form(start, span.end))
