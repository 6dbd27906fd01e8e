"""Texts told in one voice: the answers of an interview, and a press release.

Here no verb of saying stands near an event; who vouches for it is whoever the article lets speak at length.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from spacy.tokens import Doc, Token

from kg.nlp.attribution import Attribution
from kg.nlp.attribution_lexicon import lexicon
from kg.nlp.entities import Recognised

VOICES = frozenset({"interview", "release"})
"""The kinds of attribution that govern whole paragraphs."""
_QUESTIONS = 2
"""Lines that end in a question mark from which a text is an interview."""
_LONGEST_QUESTION = 45
_INVOLVED = 0.015
"""Share of first-person pronouns among the words of somebody who was there."""
_HEAD, _TOP, _OPENING = 80, 4, 30
"""Tokens and lines within which a press release says that it is one, and tokens of a line that are looked at."""
_BODY, _FIRST = 8, 4
"""Lines and sentences within which it names who issues it."""


@dataclass(frozen=True, slots=True)
class _Words:
    telling: frozenset[str]
    credits: frozenset[str]
    release: frozenset[str]
    formula: tuple[str, ...]


@functools.cache
def _words(language: str) -> _Words:
    table = tomllib.loads((files("kg") / language / "attribution.toml").read_text(encoding="utf-8"))["voices"]
    telling, credits, release = (frozenset(table[name].split()) for name in ("telling", "credits", "release"))
    return _Words(telling, credits, release, tuple(table["formula"].split()))


def voices(doc: Doc, entities: Recognised, language: str = "fr") -> list[Attribution]:
    """Attributions of whole passages, in text order: kind "interview" for each answer, or one of kind "release".

    `cue` and `speaker` are both the name of whoever speaks, `start` and `end` the tokens of the passage; the `lemma`
    of an interview is "witness" or "observer".
    """
    words = _words(language)
    lines = list(_lines(doc))
    answers, intro = _answers(doc, lines, words)
    if answers:
        speaker = _interviewed(doc, entities, intro, words)
        lemma = _involved(doc, answers, lexicon(language).first_person)
        return [] if speaker is None else [_voice("interview", lemma, speaker, *answer) for answer in answers]
    speaker = _issuer(doc, entities, lines, words)
    return [] if speaker is None else [_voice("release", "release", speaker, 0, len(doc))]


def _voice(kind: str, lemma: str, speaker: int, start: int, end: int) -> Attribution:
    return Attribution(speaker, speaker, start, end, kind, lemma)


def _involved(doc: Doc, answers: Sequence[tuple[int, int]], first_person: frozenset[str]) -> str:
    """ "witness" for somebody who tells what happened to them, "observer" for somebody who explains."""
    tokens = [token.lower_ for begin, end in answers for token in doc[begin:end]]
    return "witness" if sum(word in first_person for word in tokens) > _INVOLVED * len(tokens) else "observer"


def _lines(doc: Doc) -> Iterator[tuple[int, int]]:
    """First and last token (exclusive) of each line that is not blank."""
    begin = 0
    for token in doc:
        if "\n" in token.text:
            if token.i > begin:
                yield begin, token.i
            begin = token.i + 1
    if begin < len(doc):
        yield begin, len(doc)


def _answers(
    doc: Doc, lines: Sequence[tuple[int, int]], words: _Words
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The lines that answer, and those before the first question; both empty where the text is no interview.

    Questions end in a question mark or trail off; where they open with a dash and the line behind one does not,
    every line with a dash is one.
    """
    asked = [n for n, line in enumerate(lines) if n > 0 and _ends(doc, line, ("?",)) and _short(line)]
    if len(asked) < _QUESTIONS:
        return [], []
    dashed = all(_dash(doc, lines[n]) for n in asked)
    by_dash = dashed and not any(_dash(doc, lines[n + 1]) for n in asked if n + 1 < len(lines))
    answers = []
    for n in range(asked[0] + 1, len(lines)):
        trailing = _ends(doc, lines[n], ("…", "...")) and _short(lines[n])
        question = n in asked or trailing or (by_dash and _dash(doc, lines[n]))
        aside = doc[lines[n][0]].text == "(" or doc[lines[n][0]].lower_ in words.credits
        if not question and not aside and (n - 1 in asked or not _ends(doc, lines[n - 1], (")",))):
            answers.append(lines[n])
    return answers, list(lines[: asked[0]])


def _ends(doc: Doc, line: tuple[int, int], marks: tuple[str, ...]) -> bool:
    last = next((token for token in reversed(doc[line[0] : line[1]]) if not token.is_space), None)
    return last is not None and last.text in marks


def _short(line: tuple[int, int]) -> bool:
    return line[1] - line[0] <= _LONGEST_QUESTION


def _dash(doc: Doc, line: tuple[int, int]) -> bool:
    return doc[line[0]].text in ("-", "–", "—")


def _interviewed(doc: Doc, entities: Recognised, intro: Sequence[tuple[int, int]], words: _Words) -> int | None:
    """The token that names who is asked: the person who tells, else the last one that an introduction presents."""
    ranked: list[tuple[int, int]] = []
    for begin, end in intro[1:] or intro:
        for token in doc[begin:end]:
            key = entities.at(token.i)
            if key is None or entities.entities[key].kind != "person" or entities.at(token.i - 1) == key:
                continue
            ranked.append((_presented(token, words), token.i))
    return max(ranked)[1] if ranked else None


def _presented(name: Token, words: _Words) -> int:
    """How much speaks for a person being the one who is asked."""
    head, points = name, 0
    for _ in range(4):
        if head.lower_ in words.credits or (head.dep_.startswith("obl") and head.pos_ == "PROPN"):
            points -= 2
        if head.lower_ in words.telling or head.lemma_ in words.telling:
            points += 2
        if head.head.i == head.i:
            break
        head = head.head
    return points + sum(token.lower_ in words.telling for token in name.sent)


def _issuer(doc: Doc, entities: Recognised, lines: Sequence[tuple[int, int]], words: _Words) -> int | None:
    """The body whose press release a text is: the subject of its first sentences, where its top says that it is one."""
    top = [line for line in lines[:_TOP] if line[0] < _HEAD]
    if not any(_announced(doc, line, words) for line in top):
        return None
    read = 0
    for token in (token for begin, end in lines[1:_BODY] for token in doc[begin:end]):
        read += bool(token.is_sent_start)
        if read > _FIRST:
            break
        if token.dep_ not in ("nsubj", "nsubj:pass") or token.head.dep_ not in ("ROOT", "parataxis", "acl", "conj"):
            continue
        kinds = {entities.entities[key].kind for key in entities.actor(token.i) if not key.startswith("group/")}
        if kinds & {"organisation", "state", "person"}:
            return int(token.i)
    return None


def _announced(doc: Doc, line: tuple[int, int], words: _Words) -> bool:
    """Whether a line near the top opens with the word, or with a body's formula: "porte à la connaissance"."""
    lowered = [token.lower_ for token in doc[line[0] : min(line[1], line[0] + _OPENING)]]
    opens = not words.release.isdisjoint(lowered[:3])
    return opens or any(tuple(lowered[i : i + 4]) == words.formula for i in range(len(lowered)))
