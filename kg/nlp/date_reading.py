"""A Doc as the readers of date expressions see it: its words, numbers, phrases, and the direction of its verbs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from spacy.tokens import Doc, Token
from text_to_num import text2num

from kg.nlp.date_lexicon import DateLexicon

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_FUTURE = re.compile(r"(\w+r)(?:ai|as|a|ons|ez|ont)")
_CONDITIONAL = re.compile(r"(\w*r)(?:ais|ait|ions|iez|aient)")
_DAY = re.compile(r"(0?[1-9]|[12]\d|3[01])(?:er|ᵉʳ|°)?")
_CLIMB, _NEAR = 12, 150
_MARKS = 4
_CLAUSES = frozenset({"xcomp", "ccomp", "conj", "acl", "csubj"})
_DASHES = frozenset("-–—/")


class DateReading:
    """One Doc being read for dates.

    `reference` is the article's date. `last` is the day most recently told with its year, from which entries of
    a chronology go on, and `last_at` the token it stood on; `month` and `month_at` the same for months. `listed` is
    the month that heads the entries of a chronology ("--MARS--"), `listed_at` where it or its latest entry stood.
    """

    def __init__(self, doc: Doc, reference: date | None, lexicon: DateLexicon) -> None:
        self.doc, self.reference, self.lexicon = doc, reference, lexicon
        self.words = [_plain(token.lower_) for token in doc]
        self.last: date | None = None
        self.last_at = -1
        self.month: date | None = None
        self.month_at = -1
        self.listed: date | None = None
        self.listed_at = -1

    def word(self, i: int) -> str:
        """The word at token i, in lower case, or "" outside the Doc."""
        return self.words[i] if 0 <= i < len(self.words) else ""

    def pos(self, i: int) -> str:
        """The part of speech of token i, or "" outside the Doc."""
        return self.doc[i].pos_ if 0 <= i < len(self.words) else ""

    def among(self, name: str, i: int) -> bool:
        """Whether the word at token i belongs to a word list of the lexicon."""
        return 0 <= i < len(self.words) and self.words[i] in self.lexicon.words[name]

    def match(self, i: int, phrases: Sequence[tuple[str, ...]]) -> int | None:
        """The end of the first of the phrases that stands at token i."""
        for phrase in phrases:
            if tuple(self.words[i : i + len(phrase)]) == phrase:
                return i + len(phrase)
        return None

    def match_before(self, i: int, phrases: Sequence[tuple[str, ...]]) -> int | None:
        """The start of the first of the phrases that ends right before token i."""
        for phrase in phrases:
            if i >= len(phrase) and tuple(self.words[i - len(phrase) : i]) == phrase:
                return i - len(phrase)
        return None

    def part_of_day(self, i: int) -> int:
        """The end of a part of the day ("matin", "en fin de soirée") at token i; i where there is none."""
        return self.match(i, self.lexicon.parts_of_day.get(self.word(i), ())) or i

    def year(self, i: int) -> int | None:
        """A year in four digits at token i."""
        word = self.word(i)
        return int(word) if len(word) == 4 and _YEAR.fullmatch(word) else None

    def day_before(self, i: int) -> tuple[int, int] | None:
        """A day of the month that ends right before token i: its number, and the token it starts at."""
        word = self.word(i - 1)
        if word in ("er", "°", "ᵉʳ"):
            return (1, i - 2) if self.word(i - 2) == "1" else None
        match = _DAY.fullmatch(word)
        if match:
            return int(match[1]), i - 1
        if word == "premier":
            return 1, i - 1
        for size in (3, 2, 1):
            value = _number(self.words[max(0, i - size) : i]) if i >= size else None
            if value is not None and 2 <= value <= 31:
                return value, i - size
        return None

    def day_at(self, i: int) -> tuple[int, int] | None:
        """A day of the month in digits at token i: its number and its end."""
        match = _DAY.fullmatch(self.word(i)) if self.word(i)[:1].isdigit() else None
        if match is None:
            return (1, i + 1) if self.word(i) == "premier" else None
        return int(match[1]), i + 1 + (match[1] == "1" and self.word(i + 1) in ("er", "°"))

    def count(self, i: int) -> tuple[int, int] | None:
        """A number up to 999 at token i, in digits or words: its value and its end."""
        word = self.word(i)
        if word.isdigit():
            return (int(word), i + 1) if len(word) <= 3 and word.isascii() else None
        if not word.isalpha() and "-" not in word:
            return None
        for size in (5, 3, 1):
            value = _number(self.words[i : i + size])
            if value is not None and value <= 999:
                return value, i + size
        return None

    def opens_paragraph(self, i: int, within: int = 3) -> bool:
        """Whether at most `within` tokens stand between a line break and token i."""
        return i <= within or any("\n" in word for word in self.words[max(0, i - within - 1) : i])

    def opens_line(self, i: int) -> bool:
        """Whether only marks stand between a line break, or the beginning, and token i."""
        j = i - 1
        while j >= 0 and j >= i - _MARKS and "\n" not in self.words[j] and not _is_worded(self.words[j]):
            j -= 1
        return j < 0 or "\n" in self.words[j]

    def closes_line(self, i: int) -> bool:
        """Whether only marks stand between token i and a line break or the end."""
        j = i
        while j < len(self.words) and j <= i + _MARKS and "\n" not in self.words[j] and not _is_worded(self.words[j]):
            j += 1
        return j >= len(self.words) or "\n" in self.words[j]

    def same_paragraph(self, i: int, j: int) -> bool:
        """Whether no line break stands between tokens i and j, which are at most 150 apart."""
        return 0 <= i <= j <= i + _NEAR and not any("\n" in word for word in self.words[i:j])

    def direction(self, i: int) -> int:
        """Where the clause of token i lies in time: 1 ahead of the article, -1 behind it, 0 unsaid."""
        words, frames = self.lexicon.words, self.lexicon.frames
        node = self.doc[min(max(i, 0), len(self.doc) - 1)]
        if any(self.match_before(i - skip, frames["within"]) is not None for skip in (0, 1)):
            return 1
        if not node.dep_:
            return 0
        if self.word(i - 1) in words["prepositions"]:
            return 1
        for _ in range(_CLIMB):
            if node.lower_ in words["forms"]:
                return self._expected(node)
            if node.pos_ in ("VERB", "AUX"):
                break
            if node.head.i == node.i:
                return 0
            node = node.head
            if node.pos_ == "NOUN" and self.word(i - 1) in words["nominal"]:
                return 1
        return self._tense(node) if node.pos_ in ("VERB", "AUX") else 0

    def _expected(self, node: Token) -> int:
        """The direction of "attendu", "prévu", "doit": ahead, unless a noun's attribute in a clause that is past."""
        attribute = node.dep_ in ("acl", "amod", "advcl") and not any(c.dep_.startswith("aux") for c in node.children)
        if not attribute or node.head.i == node.i:
            return 1
        node = node.head
        for _ in range(_CLIMB):
            if node.pos_ in ("VERB", "AUX") or node.head.i == node.i:
                break
            node = node.head
        return -1 if node.pos_ in ("VERB", "AUX") and self._tense(node) < 0 else 1

    def _tense(self, verb: Token) -> int:
        words = self.lexicon.words
        for _ in range(4):
            near = [verb, *(child for child in verb.children if child.dep_.startswith(("aux", "cop")))]
            if any(self.is_future(token) or token.lower_ in words["forms"] for token in near):
                return 1
            finite = [token for token in near if "VerbForm=Fin" in str(token.morph)]
            if any(self.is_conditional(token) for token in finite):
                return -1 if len(near) > 1 else 1
            ordered = verb.dep_ == "ccomp" and verb.head.lemma_ in words["lemmas"] and len(near) == 1
            if finite and not ordered and not any("Mood=Sub" in str(token.morph) for token in finite):
                return self._finite(verb, finite)
            if verb.head.i == verb.i or verb.dep_ not in _CLAUSES:
                return -1 if "VerbForm=Part" in str(verb.morph) and "Tense=Past" in str(verb.morph) else 0
            if verb.dep_ == "acl" and "VerbForm=Part" in str(verb.morph):
                return -1 if "Tense=Past" in str(verb.morph) else 0
            bare = ordered or "VerbForm=Inf" in str(verb.morph) or "Mood=Sub" in str(verb.morph)
            if bare and len(near) == 1 and verb.head.lemma_ in words["lemmas"]:
                done = any(child.dep_.startswith("aux") for child in verb.head.children)
                return -1 if done and verb.head.lemma_ in words["done"] else 1
            verb = verb.head
        return 0

    def is_future(self, verb: Token) -> bool:
        """Whether a verb stands in the simple future, by its form: the tagger takes many for past tenses."""
        if "VerbForm=Fin" not in str(verb.morph) or "Mood=Cnd" in str(verb.morph):
            return False
        match = _FUTURE.fullmatch(verb.lower_)
        return "Tense=Fut" in str(verb.morph) if match is None else self._infinitive_stem(match[1], verb)

    def is_conditional(self, verb: Token) -> bool:
        """Whether a verb stands in the conditional, by its form too: the tagger takes many for imperfects."""
        if "VerbForm=Fin" not in str(verb.morph):
            return False
        match = _CONDITIONAL.fullmatch(verb.lower_)
        return "Mood=Cnd" in str(verb.morph) or (match is not None and self._infinitive_stem(match[1], verb))

    def _infinitive_stem(self, stem: str, verb: Token) -> bool:
        """Whether a stem is that of the future and conditional: the infinitive, or one of the irregular ones."""
        if stem.endswith(self.lexicon.future_stems):
            return True
        lemma = verb.lemma_.lower()
        return stem == lemma or stem + "e" == lemma

    def _finite(self, verb: Token, finite: Sequence[Token]) -> int:
        morph = " ".join(str(token.morph) for token in finite)
        compound = any(token.i != verb.i for token in finite)
        scheduled = verb.lemma_ in self.lexicon.words["scheduled"] and not compound
        # Present and simple past of "réunir" look alike; the press writes the present.
        alike = verb.lemma_.endswith("ir") and verb.lower_.endswith("it") and "Tense=Imp" not in morph
        if scheduled and (alike or "Tense=Pres" in morph):
            return 1
        return -1 if compound or "Tense=Past" in morph or "Tense=Imp" in morph else 0


def _plain(word: str) -> str:
    """A lower-case word without the full stop of an abbreviation and the rules around a heading ("--MARS--")."""
    word = word.strip("-") or word if word[:2] == "--" or word[-2:] == "--" else word
    return word.rstrip(".") if word[-1:] == "." and len(word) > 2 else word


def _is_worded(word: str) -> bool:
    return any(char.isalnum() for char in word)


def _number(words: Sequence[str]) -> int | None:
    """A number spelt out, its parts joined by hyphens or not; None where the words are no number."""
    if not words or words[0] in _DASHES or words[-1] in _DASHES or words[-1] == "et":
        return None
    text = " ".join(word for word in words if word not in _DASHES)
    if text in ("un", "une"):
        return 1
    if not text.replace(" ", "").replace("-", "").isalpha():
        return None
    try:
        return int(text2num(text, "fr"))
    except ValueError:
        return None
