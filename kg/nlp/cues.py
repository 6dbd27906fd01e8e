"""Find the cues of a text: words and fixed phrases that may name an event.

A cue is a row of ``kg/<language>/cues.csv``: a lemma or a phrase of lemmas, its part of speech (``n``, ``v`` or
``a``), the event types it may name, the most usual first, and its strength: whether it names an event nearly
always that it stands in war news (``strong``), mostly (``usual``) or seldom, being a word of many senses (``weak``).
A phrase without types names no event and hides the cues in it: "poste de contrôle", "Cisjordanie occupée". Finding a cue decides nothing yet; the trigger
model (`kg.nlp.trigger_model`) reads the context and says whether it names an event, and which.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from spacy.tokens import Doc, Token

REFLEXIVE = frozenset({"se", "s'"})
_EN = "en"
_LONGEST_GAP, _CLITICS = 2, 4


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of the cue table: lemmas in order, part of speech, possible types (the most usual first), strength."""

    words: tuple[str, ...]
    pos: str
    types: tuple[str, ...]
    reflexive: bool = False
    strength: str = "usual"

    @property
    def with_en(self) -> bool:
        """Whether the verb is said with "en", somewhere before it: "s'en sont pris", "en est venu aux mains"."""
        return self.pos == "v" and self.words[0] == _EN and len(self.words) > 1

    @property
    def name(self) -> str:
        """The cue as it is written in the table."""
        return ("se " if self.reflexive else "") + " ".join(self.words)


@dataclass(frozen=True, slots=True)
class CueMatch:
    """A cue met in a Doc: tokens `start` to `end` (exclusive), `root` the token that carries the syntax."""

    cue: Cue
    start: int
    end: int
    root: int


def verb_forms(exceptions: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Invert a form → lemmas table into lemma → inflected forms."""
    forms: dict[str, set[str]] = {}
    for form, lemmas in exceptions.items():
        for lemma in lemmas:
            forms.setdefault(lemma, {lemma}).add(form)
    return forms


def nominal_forms(word: str) -> set[str]:
    """Plural and feminine spellings that a noun or adjective of the table may take in the text."""
    forms = {word, word + "s", word + "x", word + "e", word + "es"}
    if word.endswith("al"):
        forms.add(word[:-1] + "ux")
    if word.endswith("el"):
        forms |= {word + "le", word + "les"}
    if word.endswith("er"):
        forms |= {word[:-2] + "ère", word[:-2] + "ères"}
    return forms


class CueLexicon:
    """All cues of a language, indexed by the form of their first word."""

    def __init__(self, cues: Iterable[Cue], verbs: Mapping[str, set[str]]) -> None:
        self._first: dict[str, list[tuple[Cue, tuple[frozenset[str], ...]]]] = {}
        for cue in cues:
            words = cue.words[cue.with_en :]
            forms = [frozenset(nominal_forms(word)) for word in words]
            if cue.pos == "v":
                forms[0] = frozenset(verbs.get(words[0], {words[0]}) | regular_forms(words[0]))
            for form in forms[0]:
                self._first.setdefault(form, []).append((cue, tuple(forms[1:])))
        for entries in self._first.values():
            entries.sort(key=lambda e: (-len(e[1]), not e[0].with_en, not e[0].reflexive, e[0].pos, e[0].words))

    @classmethod
    def load(cls, language: str, verbs: Mapping[str, set[str]]) -> CueLexicon:
        """Read ``kg/<language>/cues.csv``; `verbs` maps a verb's lemma to its inflected forms."""
        table = files("kg") / language / "cues.csv"
        with table.open(encoding="utf-8") as lines:
            return cls([_cue(row) for row in csv.DictReader(lines)], verbs)

    def __contains__(self, form: str) -> bool:
        return form in self._first

    def find(self, doc: Doc) -> list[CueMatch]:
        """All cues in order of their first token; of cues that share a token the longest alone, if it has types."""
        taken = -1
        matches = []
        lowered = [token.lower_ for token in doc]
        for token in doc:
            if token.i > taken and lowered[token.i] in self._first:
                match = self._match(doc, lowered, token)
                if match:
                    taken = match.end - 1 if match.end - match.start <= len(match.cue.words) else token.i
                    if match.cue.types:
                        matches.append(match)
        return matches

    def _match(self, doc: Doc, lowered: list[str], token: Token) -> CueMatch | None:
        verbal = token.pos_ in ("VERB", "AUX") or token.dep_ == "ROOT"
        best: CueMatch | None = None
        for cue, tail in self._first[lowered[token.i]]:
            if cue.reflexive and not _is_reflexive(lowered, token.i):
                continue
            if cue.with_en and _EN not in lowered[max(0, token.i - _CLITICS) : token.i]:
                continue
            end = _tail_end(lowered, token.i + 1, tail, _LONGEST_GAP if cue.pos == "v" else 0)
            if end is None:
                continue
            match = CueMatch(cue, token.i, end, token.i)
            if tail or cue.reflexive or cue.with_en:
                return match
            if best is None or (cue.pos == "v") == verbal:
                best = match
        return best


def _cue(row: Mapping[str, str]) -> Cue:
    words = row["cue"].replace("'", "' ").split()
    reflexive = words[0] in REFLEXIVE
    return Cue(
        tuple(words[reflexive:]),
        row["pos"],
        tuple(row["types"].split("|") if row["types"] else ()),
        reflexive,
        row["strength"],
    )


_FIRST_GROUP = [
    "e",
    "es",
    "ent",
    "ons",
    "ez",
    "ais",
    "ait",
    "aient",
    "ant",
    "a",
    "as",
    "âmes",
    "èrent",
    "er",
    "era",
    "eras",
    "erai",
    "erons",
    "eront",
    "erait",
    "eraient",
    "é",
    "ée",
    "és",
    "ées",
]


def regular_forms(lemma: str) -> set[str]:
    """Forms of a regular French verb by its infinitive's ending, which exception tables leave out.

    First group: present, imperfect, past historic, future, conditional and participles, with the spelling
    changes of "menacer" (ç), "assiéger" (ge, è), "appuyer" (i). Other groups: past participles only.
    """
    if not lemma.endswith("er"):
        participle = {"ir": "i", "re": "u"}.get(lemma[-2:])
        return {lemma[:-2] + participle + ending for ending in ("", "e", "s", "es")} if participle else set()
    stem = lemma[:-2]
    forms = {stem + ending for ending in _FIRST_GROUP}
    if stem[-1] in "cg":
        soft = stem[:-1] + ("ç" if stem[-1] == "c" else "ge")
        forms |= {soft + ending for ending in _FIRST_GROUP if ending[0] in "aoâ"}
    open_vowel = re.sub(r"[eé](?=[^aeiouyéèê]+$)", "è", stem)
    closed = re.sub(r"(?<=[aou])y$", "i", open_vowel)
    return forms | {
        closed + ending for ending in _FIRST_GROUP if ending in ("e", "es", "ent") or ending.startswith("er")
    }


def _is_reflexive(lowered: list[str], i: int) -> bool:
    return any(word in REFLEXIVE for word in lowered[max(0, i - _CLITICS) : i])


def _tail_end(lowered: list[str], i: int, tail: tuple[frozenset[str], ...], gap: int) -> int | None:
    """Where a phrase ends whose remaining words must follow from token i, with up to `gap` words between."""
    for forms in tail:
        for step in range(gap + 1):
            if i + step < len(lowered) and lowered[i + step] in forms:
                i += step + 1
                break
        else:
            return None
        gap = min(gap, 1)
    return i


@functools.cache
def french_verb_forms() -> dict[str, set[str]]:
    """Inflected forms of French verbs, from the lookup tables that the spaCy model carries."""
    from kg.nlp.spacy_model import language

    lemmatizer = language().get_pipe("lemmatizer")
    return verb_forms(lemmatizer.lookups.get_table("lemma_exc")["verb"])  # type: ignore[attr-defined]


def spans(matches: Iterable[CueMatch]) -> Iterator[tuple[int, int]]:
    """Token spans of cue matches."""
    for match in matches:
        yield match.start, match.end
