"""Where names stand in a text: gazetteer forms, official names, capitalised chains and the tagger's spans, reconciled.

A single pass over the tokens; at each token that may begin a name the longest reading wins. What a name names
is decided later (`kg.nlp.name_kinds`), over all its occurrences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.gazetteer.entry import Candidate
from kg.nlp.dictionary import in_dictionary
from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.token_columns import TokenColumns, fold

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

_OPENING = frozenset({"«", '"', "“", "”", "'", "(", "[", "–", "—", "-", ":", "•", "►", "🔴", "#", ">", "|", "/"})
_BREAKS = frozenset({":", "–", "—", "--", "-", ">", "|", "•", "►"})
_QUOTES = frozenset({"«", '"', "“"})
_LONGEST = 16
# Designations of weapons and vehicles: "F-16", "Mi-24", "S-300", "BM-21"
_DESIGNATION = re.compile(r"[A-Z][A-Za-z]{0,8}-?\d+[A-Za-z]{0,2}$")


@dataclass(slots=True)
class NameSpan:
    """Tokens start to end that are a name; `candidates` are the entries that the whole form may stand for.

    `rule` says what found it: ``gazetteer``, ``pattern`` (an official name or a noun with its complement),
    ``capitals`` or ``tagger``. `head` is the token of a pattern's leading noun. `acronym` is the span of the
    short form in brackets behind it.
    """

    start: int
    end: int
    rule: str
    candidates: tuple[Candidate, ...] = ()
    kind: str = ""
    people: str | None = None
    acronym: tuple[int, int] | None = None
    evidence: dict[str, float] = field(default_factory=dict)


class NameFinder:
    """Finds the name spans of one text."""

    def __init__(self, cols: TokenColumns, lexicon: NameLexicon, gazetteer: Gazetteer) -> None:
        self.cols = cols
        self.gazetteer = gazetteer
        self.lexicon = lexicon
        words = lexicon.words
        self.particles = words("persons", "particles")
        self.weak = words("persons", "weak_particles")
        self.honorifics = words("persons", "honorifics")
        self.titles = words("persons", "titles") | words("coreference", "offices")
        self.institutions = words("organisations", "institutions")
        self.national = words("organisations", "national")
        self.links = words("organisations", "links")
        self.adjectives = words("organisations", "adjectives")
        self.nouns = words("organisations", "nouns")
        self.natural = words("places", "natural")
        self.facilities = words("places", "facilities")
        self.occupied = words("places", "occupied")
        self.facility_modifiers = words("places", "facility_modifiers")
        self.vehicles = words("names", "vehicles")
        self.introducers = words("organisations", "introducers")
        self.portfolios = words("persons", "portfolios")
        self.headings = words("names", "headings")
        self.see_also_starts = words("names", "see_also")
        self.common = words("names", "common")
        self.locative = words("places", "locative")
        self.lower_starts = self.national | self.natural | self.facilities | words("names", "lower_case")
        self.small = (self.common | self.weak) - self.institutions - self.titles
        self._forms: dict[int, tuple[int, tuple[Candidate, ...]] | None] = {}
        self.inner = self._forms_inside_sentences()

    def _forms_inside_sentences(self) -> set[str]:
        """Words met with a capital where no sentence starts: they are names at a sentence's start too."""
        cols = self.cols
        return {
            word.lower()
            for i, word in enumerate(cols.text)
            if cols.capital[i] and not cols.shouted[i] and not self._begins(i) and word.lower() not in self.common
        }

    def _begins(self, i: int) -> bool:
        cols = self.cols
        while i > 0 and not cols.starts[i]:
            i -= 1
            if cols.text[i] in _BREAKS and cols.spaced[i]:
                return True
            if cols.text[i] not in _OPENING and not cols.text[i].isspace() and not cols.text[i].isdigit():
                return cols.text[i] in (".", "!", "?", "…", ";")
        return True

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
            bracket = self._acronym(span.end)
            if bracket is not None:
                self._widen(span, bracket, spans)
            span.acronym = bracket
            spans.append(span)
            i = max(span.end, i + 1)
            if bracket is not None:
                i = bracket[1]
        return spans

    def _longest(self, i: int) -> tuple[int, tuple[Candidate, ...]] | None:
        """The longest known form at token i; a small word alone begins none."""
        if i not in self._forms:
            cols = self.cols
            alone = cols.lower[i] in self.small and not any(cols.capital[i + 1 : i + 2])
            self._forms[i] = None if alone else self.gazetteer.longest(cols.text, i)
        return self._forms[i]

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
        readings = [r for r in (self._known(i), self._official(i), self._built(i), self._chain(i)) if r is not None]
        if not readings:
            return None
        best = max(readings, key=lambda r: r.end - r.start)
        return best if self._plausible(best) and not self._thing(best) else None

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
        if not self._begins(i) or word in self.inner or span.candidates:
            return True
        return cols.pos[i] in ("PROPN", "", "NOUN", "X") or (bool(cols.entity[i]) and cols.pos[i] != "VERB")

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
        if not span.candidates and cols.lower[i - 1] in ("le", "la", "l'", "un", "une", "ce", "cette"):
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

    def _rank(self, i: int) -> bool:
        """Whether the word at i ends a military rank: the brigade of "général de brigade"."""
        cols = self.cols
        return i > 1 and cols.lower[i - 1] in ("de", "d'") and cols.lower[i - 2] in self.titles

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

    def _capitals(self, i: int) -> int:
        cols = self.cols
        end = i + 1
        limit = min(len(cols), i + _LONGEST)
        while end < limit and not cols.starts[end]:
            word = cols.text[end]
            if word == "-" and not cols.spaced[end - 1] and not cols.spaced[end] and end + 1 < limit:
                end += 2
            elif (cols.capital[end] and not self._new_name(end)) or (
                word[:1].isdigit() and end + 1 < limit and not cols.spaced[end - 1]
            ):
                end += 1
            else:
                step = self._particles(end)
                if not step:
                    break
                end += step
        return end

    def _new_name(self, i: int) -> bool:
        """Whether the capitalised word at i begins something new although no mark stands before it."""
        cols = self.cols
        if cols.opens[i] and cols.entity[i - 1] and cols.entity[i] != cols.entity[i - 1]:
            return True
        if cols.lower[i] in self.common:
            inside = cols.entity[i] == "PER" and not cols.opens[i] and cols.lower[i] in self.weak
            return not (inside and i + 1 < len(cols) and cols.capital[i + 1])
        return cols.text[i - 1].isupper() and len(cols.text[i - 1]) > 3 and not cols.text[i].isupper()

    def _particles(self, i: int) -> int:
        """How many tokens of small words and capitalised name follow at i inside one name; 0 for none."""
        cols = self.cols
        k = i
        strong = False
        while k < min(len(cols), i + 3) and not cols.starts[k] and cols.lower[k] in self.particles | self.weak:
            strong = strong or cols.lower[k].strip("'") in self.particles
            k += 1
        if k == i:
            word = cols.lower[i]
            return (
                1
                if word.startswith(("al-", "el-", "as-", "ad-", "ar-", "an-", "at-", "ez-", "es-")) and len(word) > 4
                else 0
            )
        if k >= len(cols) or cols.starts[k] or not cols.capital[k]:
            if k + 1 < len(cols) and cols.text[k] == "-" and cols.capital[k + 1] and strong:
                return k + 2 - i
            return 0
        if strong and cols.lower[i] not in self.weak:
            return k + 1 - i
        if in_dictionary(cols.lower[i - 1]):
            return 0
        same_tag = cols.entity[i - 1] == "PER" and all(
            cols.entity[m] == "PER" and not cols.opens[m] for m in range(i, k + 1)
        )
        return k + 1 - i if same_tag else 0

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

    def _head(self, i: int) -> tuple[str, int]:
        """The leading noun of an official name at i, with its hyphens, and where it ends."""
        cols = self.cols
        if i + 2 < len(cols) and cols.text[i + 1] == "-" and not cols.spaced[i]:
            return cols.form(i, i + 3).lower(), i + 3
        return cols.lower[i], i + 1

    def _extend(self, j: int, head: str) -> int:
        """The end of an official name whose head is behind: adjectives, and complements of names or known nouns."""
        cols = self.cols
        limit = min(len(cols), j + _LONGEST)
        while j < limit and not cols.starts[j]:
            word = cols.lower[j]
            if word in self.adjectives or (self._nationality(j) is not None and not cols.capital[j]):
                j += 1
            elif cols.capital[j] and cols.text[j - 1] not in _OPENING and cols.pos[j] != "PUNCT":
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
        """The end of a complement that begins with a linking word at j; 0 where it is no part of the name."""
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
        if not cols.capital[k] or cols.lower[j] in ("à", "au", "aux", "sur", "en", "par", "et"):
            return 0
        if cols.entity[k] == "PER" and not self.gazetteer.lookup(cols.text[k]):
            return 0
        known = self._longest(k)
        if known is not None and all(c.entry.kind == "person" for c in known[1]):
            return 0
        return known[0] if known is not None else self._capitals(k)

    def _nationality(self, i: int) -> str | None:
        """The folded adjective of a nation or people at token i, or None."""
        cols = self.cols
        word = cols.text[i]
        if self.gazetteer.demonym(word) is not None or fold(word) in self.lexicon.peoples:
            return fold(word)
        return None

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
        while k < limit and cols.lower[k] in self.weak and not cols.starts[k]:
            k += 1
        if k >= limit or cols.starts[k] or not cols.capital[k] or (cols.shouted[k] and not cols.shouted[i]):
            return None
        if k > i + 1 and not direct and natural is False and cols.capital[i] is False and self._town(k):
            return None
        known = self._longest(k)
        if known is not None and k > j and all(c.entry.kind in ("organisation", "person") for c in known[1]):
            return None
        if k > j and word in self.occupied and cols.text[k].isupper() and len(cols.text[k]) > 2:
            return None
        end = max(self._capitals(k), known[0] if known else 0)
        return NameSpan(i, end, "pattern", self.gazetteer.lookup(cols.form(i, end)), kind="place")

    def _town(self, i: int) -> bool:
        found = self._longest(i)
        return found is not None and any(c.entry.kind in ("place", "state") for c in found[1])

    def _acronym(self, i: int) -> tuple[int, int] | None:
        """The span of a short form in brackets at i: "(MPCI)", "(Onub)", "(SL, maoïste)"."""
        cols = self.cols
        if i + 2 >= len(cols) or cols.text[i] != "(" or not cols.capital[i + 1]:
            return None
        word = cols.text[i + 1]
        if cols.text[i + 2] not in (")", ",") or not 2 <= len(word) <= 12:
            return None
        upper = sum(c.isupper() for c in word)
        return (i + 1, i + 2) if upper >= 2 else None

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
