"""What befell the people that a noun phrase counts: the predicate of harm that it is an argument of.

Syntax and word order are asked in turn, since the parser errs most where the press is tersest (headlines,
enumerations, figures without a noun).
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from kg.model import Harm
from kg.nlp.casualty_lexicon import CasualtyLexicon

_PARTICIPLE = re.compile(r"(?:é|i|u|int|is|mort|ait)(?:e?s?)$")
_MODIFIERS = ("ADJ", "ADV", "PROPN", "NOUN", "ADP", "DET", "NUM")
_AUXILIARIES = ("causative", "passive", "active")
_QUOTES = frozenset('"«»')
_SKIPPED = frozenset({"conj", "appos", "nummod", "flat:name", "flat:foreign", "fixed", "nmod:appos"})
_CLIMB = 6
_RIGHT, _NEXT, _LEFT, _NOMINAL, _ADJACENT = 40, 4, 14, 6, 7
"""How many tokens each search looks at; sentences are short, and hostile texts have none."""


@dataclass(frozen=True, slots=True)
class Told:
    """A predicate of harm: its tokens `start` to `end` (exclusive), and the rule that linked it."""

    harm: Harm
    start: int
    end: int
    rule: str


@dataclass(slots=True)
class Reading:
    """A Doc with what every search needs at hand: lower-case words, verbs of harm by form, sentence bounds."""

    doc: Doc
    lexicon: CasualtyLexicon
    words: list[str] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for token in self.doc:
            self.words.append(token.lower_)
            if token.is_sent_start or not self.starts:
                self.starts.append(token.i)
            self.sentence.append(len(self.starts) - 1)
        self.starts.append(len(self.words))

    def bounds(self, i: int) -> tuple[int, int]:
        """First and last token (exclusive) of the sentence of a token."""
        return self.starts[self.sentence[i]], self.starts[self.sentence[i] + 1]

    def verb(self, i: int) -> str | None:
        """The verb that the form at a token belongs to, if it is one that the table knows."""
        return self.lexicon.verb_of.get(self.words[i])

    def is_a(self, i: int, name: str) -> bool:
        """Whether the word at a token is one of a class of the table's grammar."""
        return self.words[i] in self.lexicon.grammar[name]

    def voice(self, i: int) -> str:
        """``passive``, ``active``, or ``bare`` for a participle without an auxiliary, from the words before a verb."""
        first, _ = self.bounds(i)
        for k in range(i - 1, max(first, i - 6) - 1, -1):
            if self.is_a(k, "causative") and self.words[i].endswith(("er", "re", "ir")):
                return "passive" if any(self.is_a(j, "reflexive") for j in range(max(first, k - 3), k)) else "active"
            if self.is_a(k, "passive"):
                return "passive"
            if self.is_a(k, "active"):
                return "active"
            if self.words[k] in _QUOTES:
                continue
            if self.is_a(k, "coordination") and all(self.doc[j].pos_ == "ADV" for j in range(k + 1, i)):
                return self._voice_of_conjunct(first, k)
            if self.doc[k].is_punct or self.doc[k].pos_ in ("NOUN", "PROPN", "VERB"):
                break
        participle = _PARTICIPLE.search(self.words[i]) and "VerbForm=Fin" not in self.doc[i].morph
        return "bare" if participle else "active"

    def _voice_of_conjunct(self, first: int, i: int) -> str:
        """The voice of a participle after "et", from the auxiliary of the one before it."""
        for k in range(i - 1, max(first, i - 2 * _LEFT) - 1, -1):
            if self.is_a(k, "passive"):
                return "passive"
            if self.is_a(k, "active") and _PARTICIPLE.search(self.words[min(k + 1, i)]):
                return "active"
        return "bare"

    def near(self, words: Container[str], begin: int, end: int) -> int | None:
        """The first token between two that is one of the words."""
        return next((i for i in range(max(0, begin), min(end, len(self.words))) if self.words[i] in words), None)

    def negated(self, i: int) -> bool:
        """Whether a verb has a negation in the four words before it."""
        return self.near(self.lexicon.grammar["negation"], max(self.bounds(i)[0], i - 4), i) is not None


def harm_of(text: Reading, start: int, head: int, end: int, plural: bool, partitive: bool = False) -> Told | None:
    """What befell the people of tokens `start` to `end`, whose noun (or number) stands at `head`.

    Participles must agree where the people are plural. A `partitive` phrase ("two of the three captured") is not
    asked about the participle after it, which speaks of the whole.
    """
    told = None if partitive else _adjacent(text, start, end, plural)
    told = told or _among(text, start, end) or nominal(text, start) or _cost(text, start)
    told = told or to_the_right(text, end, plural, _NEXT) or by_syntax(text, head)
    return told or to_the_right(text, end, plural) or _to_the_left(text, start, end)


def is_intended(text: Reading, told: Told) -> bool:
    """Whether the harm is an infinitive after a verb of threat or plan, and so has not happened."""
    if not text.words[told.start].endswith(("er", "re", "ir")):
        return False
    first, _ = text.bounds(told.start)
    return text.near(text.lexicon.intent, max(first, told.start - 4), told.start) is not None


def _agrees(text: Reading, i: int, plural: bool) -> bool:
    return not plural or text.words[i].endswith("s") or "VerbForm=Part" not in text.doc[i].morph


def _adjacent(text: Reading, start: int, end: int, plural: bool) -> Told | None:
    """ "12 soldats tués", "deux passagers d'un autocar enlevés lundi", "neuf militaires, capturés à …"."""
    _, stop = text.bounds(start)
    commas = 0
    for i in range(end, min(stop, end + _ADJACENT)):
        for phrase, harm in text.lexicon.adverbials:
            if text.words[i] == phrase[0] and tuple(text.words[i : i + len(phrase)]) == phrase:
                return Told(harm, i, i + len(phrase), "participle")
        verb = text.verb(i)
        if verb and _PARTICIPLE.search(text.words[i]) and text.voice(i) == "bare":
            if plural and not text.words[i].endswith("s"):
                return None
            befell = text.lexicon.objects.get(verb) or text.lexicon.subjects.get(verb)
            return Told(befell, i, i + 1, "participle") if befell else None
        if (
            text.words[i] == ","
            and commas < 2
            and i + 1 < stop
            and (text.verb(i + 1) or text.doc[i + 1].text[:1].isupper())
        ):
            commas += 1
        elif text.is_a(i, "coordination") and i + 1 < stop and text.doc[i + 1].like_num:
            continue
        elif (text.doc[i].pos_ not in _MODIFIERS and text.words[i] not in _QUOTES) or text.is_a(i, "relative"):
            return None
    return None


def _among(text: Reading, start: int, end: int) -> Told | None:
    """ "Parmi les tués, dix civils", "on compte deux enfants parmi les victimes"."""
    first, stop = text.bounds(start)
    if end < stop and text.is_a(end, "among"):
        found = text.near(text.lexicon.nouns, end + 1, min(stop, end + 3))
        return Told(text.lexicon.nouns[text.words[found]], found, found + 1, "among") if found is not None else None
    for k in range(start - 1, max(first, start - _NOMINAL - 2) - 1, -1):
        if text.is_a(k, "among"):
            found = text.near(text.lexicon.nouns, k + 1, min(start, k + 4))
            return Told(text.lexicon.nouns[text.words[found]], found, found + 1, "among") if found is not None else None
    return None


def nominal(text: Reading, start: int) -> Told | None:
    """ "la mort de deux soldats", "l'enlèvement, mardi, de 12 élèves"."""
    first, _ = text.bounds(start)
    i = start if text.is_a(start, "of") else start - 1
    if i <= first or not text.is_a(i, "of"):
        return None
    for k in range(i - 1, max(first, i - _NOMINAL) - 1, -1):
        harm = text.lexicon.events.get(text.words[k])
        if harm and text.doc[k].pos_ != "VERB":
            return Told(harm, k, k + 1, "nominal")
        if text.doc[k].pos_ in ("VERB", "AUX") or (text.doc[k].pos_ == "NOUN" and k == i - 1):
            return None
    return None


def _cost(text: Reading, start: int) -> Told | None:
    """ "a coûté la vie à 12 personnes"."""
    first, _ = text.bounds(start)
    if start <= first or not text.is_a(start - 1, "cost"):
        return None
    for k in range(start - 2, max(first, start - _LEFT) - 1, -1):
        for nouns, harm in text.lexicon.cost.get(text.verb(k) or "", ()):
            if text.near(nouns, k + 1, start - 1) is not None:
                return None if text.negated(k) else Told(harm, k, start - 1, "cost")
    return None


def by_syntax(text: Reading, head: int) -> Told | None:
    """The harm that the governor of a noun phrase tells, as the parser sees it."""
    node = text.doc[head]
    if not node.dep_:
        return None
    for _ in range(_CLIMB):
        if node.dep_ not in _SKIPPED or node.head.i == node.i:
            break
        if node.dep_ == "conj" and node.head.pos_ in ("VERB", "AUX"):
            break
        node = node.head
    governor = node.head
    if governor.i == node.i or text.sentence[governor.i] != text.sentence[head]:
        return None
    noun = text.lexicon.events.get(governor.lower_)
    if (
        noun
        and node.dep_ == "nmod"
        and any(text.is_a(child.i, "of") for child in node.children if child.dep_ == "case")
    ):
        return Told(noun, governor.i, governor.i + 1, "nominal")
    return None if text.negated(governor.i) else _argument(text, node, governor)


def _argument(text: Reading, node: Token, governor: Token) -> Told | None:
    lexicon, i = text.lexicon, governor.i
    verb = text.verb(i)
    if verb is None and governor.lower_ in lexicon.grammar["causative"]:
        inner = next((c for c in governor.children if c.dep_ in ("xcomp", "ccomp") and text.verb(c.i)), None)
        i, verb = (inner.i, text.verb(inner.i)) if inner else (i, None)
    if verb is None:
        return None
    voice = text.voice(i)
    if node.dep_ in ("nsubj", "nsubj:pass", "nsubj:caus"):
        return _suffered(text, verb, i, voice, "passive")
    plain = not any(child.dep_ == "case" and not text.is_a(child.i, "of") for child in node.children)
    if node.dep_ in ("obj", "obl:arg", "obl:mod", "advmod") and plain and voice == "active":
        rival = node.dep_ != "obj" and any(c.dep_ == "obj" and c.i != node.i for c in governor.children)
        harm = lexicon.objects.get(verb)
        return Told(harm, i, i + 1, "object") if harm and not rival else None
    return None


def _suffered(text: Reading, verb: str, i: int, voice: str, rule: str) -> Told | None:
    """The harm to the subject of a verb: of a passive, of "mourir", of "perdre la vie"."""
    lexicon = text.lexicon
    for nouns, harm, transitive in lexicon.phrases.get(verb, ()):
        found = text.near(nouns, i + 1, min(i + 6, text.bounds(i)[1]))
        if found is not None and not (transitive and voice == "active"):
            return Told(harm, i, found + 1, "phrase")
    if verb in lexicon.clitic:
        word, harm = lexicon.clitic[verb]
        if word in text.words[max(text.bounds(i)[0], i - 4) : i]:
            return Told(harm, i, i + 1, "phrase")
    if verb in lexicon.objects and voice != "active":
        return Told(lexicon.objects[verb], i, i + 1, rule)
    if verb in lexicon.flight:
        return Told("Displaced", i, i + 1, "flight")
    if verb in lexicon.subjects and (voice != "bare" or "VerbForm=Fin" in text.doc[i].morph):
        return Told(lexicon.subjects[verb], i, i + 1, "subject")
    return None


def to_the_right(text: Reading, end: int, plural: bool, reach: int = _RIGHT) -> Told | None:
    """The first verb after the people that they are the subject of, past brackets and relative clauses."""
    if end >= len(text.words):
        return None
    _, stop = text.bounds(end - 1)
    bracket = relative = False
    for i in range(end, min(stop, end + reach)):
        word = text.words[i]
        bracket = (bracket or word == "(") and word != ")"
        if bracket:
            continue
        if word in (";", ":"):
            return None
        relative = (relative or text.is_a(i, "relative")) and word != ","
        verb = text.verb(i)
        noun = text.doc[i].pos_ == "NOUN" and not (text.is_a(i - 1, "passive") or text.is_a(i - 1, "coordination"))
        if verb and not noun and not (text.is_a(i, "passive") and verb not in text.lexicon.phrases):
            voice = text.voice(i)
            closed = voice != "bare" or (text.words[i - 1] == "," and text.words[i].endswith("s"))
            told = _suffered(text, verb, i, voice, "order") if closed else None
            if told and not text.negated(i) and (voice == "active" or _agrees(text, i, plural)):
                return told
            infinitive = "VerbForm=Inf" in text.doc[i].morph
            if not (relative or infinitive or voice == "bare" or any(text.is_a(i, name) for name in _AUXILIARIES)):
                return None
        elif "VerbForm=Fin" in text.doc[i].morph and not text.is_a(i, "passive") and not text.is_a(i, "active"):
            if not relative and not text.is_a(i, "causative"):
                return None
        elif not relative and _has_done_something_else(text, i, stop):
            return None
    return None


def _has_done_something_else(text: Reading, i: int, stop: int) -> bool:
    """Whether a token is the participle of an active verb other than a modal ("ont attaqué", not "ont dû fuir")."""
    modal = i + 1 < stop and "VerbForm=Inf" in text.doc[i + 1].morph
    return not modal and "VerbForm=Part" in text.doc[i].morph and text.voice(i) == "active"


def _to_the_left(text: Reading, start: int, end: int) -> Told | None:
    """The verb before the people that they are the object of, past adverbials of time and place."""
    first, _ = text.bounds(start)
    if start <= first or text.is_a(start - 1, "adpositions") or text.is_a(start - 1, "of"):
        return None
    for i in range(start - 1, max(first, start - _LEFT) - 1, -1):
        if (
            text.words[i] in (";", ":", "(") or text.is_a(i, "relative") or text.is_a(i, "coordination")
        ) and i != start - 1:
            return None
        verb = text.verb(i)
        if verb and text.doc[i].pos_ != "NOUN":
            return None if text.negated(i) else _inflicted(text, verb, i, start, end)
        if "VerbForm=Fin" in text.doc[i].morph and text.doc[i].pos_ == "VERB":
            return None
    return None


def _inflicted(text: Reading, verb: str, i: int, start: int, end: int) -> Told | None:
    """The harm to the object of an active verb, or to the subject that follows a passive one."""
    lexicon, voice = text.lexicon, text.voice(i)
    for nouns, harm, transitive in lexicon.phrases.get(verb, ()):
        found = text.near(nouns, i + 1, end + 3)
        if transitive and found is not None:
            return Told(harm, i, i + 1, "object")
    if verb in lexicon.objects and (voice == "active" or start - i <= 2):
        return Told(lexicon.objects[verb], i, i + 1, "object" if voice == "active" else "order")
    if verb in lexicon.subjects and start - i <= 2 and voice != "bare":
        return Told(lexicon.subjects[verb], i, i + 1, "order")
    if verb in lexicon.losses and voice != "passive" and any(_fights(text, k) for k in range(start, end)):
        return Told("Killed", i, i + 1, "object")
    return None


def _fights(text: Reading, i: int) -> bool:
    """Whether a noun is one of people who fight, or are counted as such when lost: "a perdu 210 hommes"."""
    word = text.words[i]
    return text.lexicon.victims.get(word) in ("Combatants", "Peacekeepers") or word in text.lexicon.lost
