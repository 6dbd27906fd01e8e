"""Words that belong together as one name: capitals, hyphens, the small words of foreign names, known forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.gazetteer.entry import Candidate
from kg.nlp.dictionary import in_dictionary
from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.token_columns import TokenColumns, fold

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

OPENING = frozenset({"«", '"', "“", "”", "'", "(", "[", "–", "—", "-", ":", "•", "►", "🔴", "#", ">", "|", "/"})
_BREAKS = frozenset({":", "–", "—", "--", "-", ">", "|", "•", "►"})
LONGEST = 16


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


class ChainReader:
    """Reads chains of capitalised words in one text."""

    def __init__(self, cols: TokenColumns, lexicon: NameLexicon, gazetteer: Gazetteer) -> None:
        self.cols = cols
        self.gazetteer = gazetteer
        self.lexicon = lexicon
        words = lexicon.words
        self.particles = words("persons", "particles")
        self.weak = words("persons", "weak_particles")
        self.titles = words("persons", "titles") | words("coreference", "offices")
        self.institutions = words("organisations", "institutions")
        self.common = words("names", "common")
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
            if cols.text[i] not in OPENING and not cols.text[i].isspace() and not cols.text[i].isdigit():
                return cols.text[i] in (".", "!", "?", "…", ";")
        return True

    def _longest(self, i: int) -> tuple[int, tuple[Candidate, ...]] | None:
        """The longest known form at token i; a small word alone begins none."""
        if i not in self._forms:
            cols = self.cols
            alone = cols.lower[i] in self.small and not any(cols.capital[i + 1 : i + 2])
            self._forms[i] = None if alone else self.gazetteer.longest(cols.text, i)
        return self._forms[i]

    def _nationality(self, i: int) -> str | None:
        """The folded adjective of a nation or people at token i, or None."""
        cols = self.cols
        word = cols.text[i]
        if self.gazetteer.demonym(word) is not None or fold(word) in self.lexicon.peoples:
            return fold(word)
        return None

    def _rank(self, i: int) -> bool:
        """Whether the word at i ends a military rank: the brigade of "général de brigade"."""
        cols = self.cols
        return i > 1 and cols.lower[i - 1] in ("de", "d'") and cols.lower[i - 2] in self.titles

    def _capitals(self, i: int) -> int:
        cols = self.cols
        end = i + 1
        limit = min(len(cols), i + LONGEST)
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
