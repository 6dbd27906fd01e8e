"""Attribution: who, in the text, says what.

An attribution is a cue ("selon", a verb of saying, a quotation with its speaker), the head token of the
speaker's noun phrase, and the stretch of text that the cue governs. Which events an attribution vouches for is
decided by `kg.nlp.source_attachment` on features of trigger and cue.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from spacy.tokens import Doc, Span, Token

from kg.nlp.cues import french_verb_forms, regular_forms

_BREAKS = frozenset({",", '"', "»", "«", "”", ".", "!", "?"})
_ELISIONS = frozenset({"'", "’"})
_SUBJECTS = ("nsubj", "nsubj:pass", "expl:subj")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source named in the text.

    `cue` is the token of the verb or preposition, `speaker` the head token of the source's noun phrase, `start`
    and `end` (exclusive) the tokens that it governs, `kind` "according", "say", "label" or "bracket", `lemma` the cue's lemma.
    """

    cue: int
    speaker: int
    start: int
    end: int
    kind: str
    lemma: str


@dataclass(frozen=True, slots=True)
class _Lexicon:
    say: dict[str, str]
    statement: frozenset[str]
    doubtful: frozenset[str]
    according: tuple[tuple[str, ...], ...]
    first: frozenset[str]
    times: frozenset[str]
    causative: frozenset[str]
    only_with: dict[str, frozenset[str]]
    documents: frozenset[str]
    prepositions: frozenset[str]
    neutral: frozenset[str]


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.replace("'", "' ").split())


@functools.cache
def lexicon(language: str = "fr") -> _Lexicon:
    """The reporting verbs and prepositions of a language."""
    table = tomllib.loads((files("kg") / language / "attribution.toml").read_text(encoding="utf-8"))
    verbs = french_verb_forms()
    say: dict[str, str] = {}
    for word in table["say"].replace("s'", "").split():
        lemma = word.split("_")[-1] if word.startswith("se_") else word.split("_")[0]
        say |= dict.fromkeys(sorted(verbs.get(lemma, {lemma}) | regular_forms(lemma)), lemma)
    phrases = tuple(sorted((_split(phrase) for phrase in table["according"]), key=lambda p: (-len(p), p)))
    return _Lexicon(
        say, frozenset(table["statement"].split()), frozenset(table["doubtful"].split()), phrases,
        frozenset(phrase[0] for phrase in phrases), frozenset(table["times"].split()), frozenset(table["causative"].split()),
        {lemma: frozenset(tail.split()) for lemma, tail in table["only_with"].items()},
        frozenset(table["documents"].split()),
        frozenset(table["prepositions"].split()), frozenset(word.lower() for word in table["neutral"].split()),
    )  # fmt: skip


def attributions(doc: Doc, language: str = "fr") -> list[Attribution]:
    """All attributions of a Doc, in order of their cues."""
    words = lexicon(language)
    lowered = [token.lower_ for token in doc]
    out = []
    for token in doc:
        if lowered[token.i] in words.first:
            found = _according(doc, token, lowered, words)
            if found:
                out.append(found)
                continue
        if token.text == ":":
            found = _labelled(doc, token)
            if found:
                out.append(found)
        if token.text == "(":
            found = _bracketed(doc, token)
            if found:
                out.append(found)
        lemma = words.say.get(lowered[token.i])
        needed = words.only_with.get(lemma or "")
        if needed is not None and needed.isdisjoint(lowered[token.i + 1 : token.i + 6]):
            continue
        if lemma is not None and token.dep_ and token.pos_ in ("VERB", "AUX", "NOUN", "ADJ"):
            found = _saying(doc, token, lemma, words)
            if found:
                out.append(found)
    return out


def _according(doc: Doc, token: Token, lowered: list[str], words: _Lexicon) -> Attribution | None:
    phrase = next((p for p in words.according if tuple(lowered[token.i : token.i + len(p)]) == p), None)
    if phrase is None:
        return None
    after = token.i + len(phrase)
    sentence = token.sent
    if phrase[-1] in ("source", "sources"):
        speaker = after - 1
    else:
        speaker_token = _phrase_head(doc, after, sentence.end)
        if speaker_token is None:
            return None
        speaker = speaker_token
    speaker = _author(doc[speaker], words).i
    return Attribution(token.i, speaker, sentence.start, sentence.end, "according", "selon")


def _labelled(doc: Doc, colon: Token) -> Attribution | None:
    """ "Ministère de la Défense : vingt assaillants tués": a name before a colon that opens its sentence."""
    sentence = colon.sent
    head = doc[sentence.start : colon.i]
    if not 0 < len(head) <= 8 or any(token.pos_ in ("VERB", "AUX") for token in head):
        return None
    for token in head:
        if token.ent_type_ in ("PER", "ORG") or token.pos_ in ("PROPN", "NOUN"):
            return Attribution(colon.i, token.i, sentence.start, sentence.end, "label", ":")
    return None


def _bracketed(doc: Doc, bracket: Token) -> Attribution | None:
    """ "Vingt assaillants tués (ministère de la Défense).": a source in brackets that close the sentence."""
    end = next((t.i for t in doc[bracket.i + 1 : min(len(doc), bracket.i + 8)] if t.text == ")"), None)
    if end is None or end == bracket.i + 1:
        return None
    rest = next((t for t in doc[end + 1 : end + 3] if not t.is_space), None)
    if rest is not None and rest.text not in (".", "…", "»") and not rest.is_sent_start:
        return None
    inside = doc[bracket.i + 1 : end]
    sentence = bracket.sent
    if any(t.pos_ in ("VERB", "AUX", "NUM") or t.like_num for t in inside) or bracket.i - sentence.start < 4:
        return None
    head = next((t for t in inside if t.pos_ in ("NOUN", "PROPN") or t.ent_type_), None)
    acronym = len(inside) == 1 and (doc[bracket.i - 1].pos_ == "PROPN" or bool(doc[bracket.i - 1].ent_type_))
    if head is None or head.ent_type_ == "LOC" or acronym:
        return None
    return Attribution(bracket.i, head.i, sentence.start, sentence.end, "bracket", "(")


def _phrase_head(doc: Doc, start: int, end: int) -> int | None:
    """The head of the noun phrase that starts at a token: its first noun, name or pronoun."""
    for token in doc[start : min(end, start + 7)]:
        if token.pos_ in ("NOUN", "PROPN", "PRON") or (token.ent_type_ and not token.is_punct):
            return token.i
        if token.is_punct and token.text not in "\"'«":
            return None
    return None


def _author(speaker: Token, words: _Lexicon) -> Token:
    """Who speaks where the text says through what: "un communiqué du ministère", "les informations de Moscou"."""
    if speaker.lower_ not in words.documents:
        return speaker
    for child in speaker.children:
        named = child.dep_ == "nmod" and child.i > speaker.i and child.pos_ in ("NOUN", "PROPN")
        if named and any(mark.lower_ in ("de", "du", "d'", "des") for mark in child.children if mark.dep_ == "case"):
            return child
    return speaker


def _saying(doc: Doc, verb: Token, lemma: str, words: _Lexicon) -> Attribution | None:
    speaker = _subject(verb, words)
    if speaker is None:
        return None
    if any(child.dep_ == "aux:pass" for child in verb.children):
        agent = next(
            (
                c
                for c in verb.children
                if c.dep_ in ("obl:agent", "obl:arg", "obl:mod") and any(g.lower_ == "par" for g in c.children)
            ),
            None,
        )
        if agent is None:
            return None
        speaker = agent
    sentence = verb.sent
    speaker = _author(speaker, words)
    return Attribution(verb.i, speaker.i, sentence.start, sentence.end, "say", lemma)


def _inverted(verb: Token, words: _Lexicon) -> Token | None:
    """The speaker after the verb of an inserted clause: "…, a constaté mardi à Lima l'agence", "…, dit, jointe par radio, Mme X"."""
    doc = verb.doc
    before = doc[max(verb.sent.start, verb.i - 5) : verb.i]
    opens = _opens_clause(verb, before)
    if not opens and any(t.dep_ in _SUBJECTS and t.pos_ != "PRON" and t.head.i == verb.i for t in before):
        return None
    if not any(token.text in _BREAKS for token in before):
        return None
    gap, complement = 0, False
    for token in doc[verb.i + 1 : min(verb.sent.end, verb.i + 14)]:
        if token.lower_ in words.times or (token.i == verb.i + 1 and token.lower_ in words.causative):
            complement = False
            continue
        if token.lower_ in words.prepositions:
            complement = True
            continue
        if (token.pos_ in ("NOUN", "PROPN") or token.ent_type_) and token.text[-1:] not in _ELISIONS:
            if not complement:
                return token
            continue
        clause = token.pos_ in ("VERB", "AUX") and "VerbForm=Part" not in token.morph
        if clause or token.pos_ == "SCONJ" or (token.text in _BREAKS and token.text != ","):
            return None
        if token.pos_ == "DET":
            complement = complement and doc[token.i - 1].lower_ in words.prepositions
        elif token.pos_ not in ("ADJ", "ADV") and not token.is_punct:
            gap += 1
            if gap > 3:
                return None
    return None


def _opens_clause(verb: Token, before: Span) -> bool:
    """Whether nothing but auxiliaries and pronouns stands between a break and the verb: "…, a-t-on appris", "…, indique"."""
    for token in reversed(before):
        if token.text in _BREAKS:
            return True
        if token.pos_ not in ("AUX", "PRON", "ADV") and token.lower_ not in ("a", "ont", "-t"):
            return False
    return False


def _subject(verb: Token, words: _Lexicon) -> Token | None:
    """The subject of a verb, before or after it, or that of the verb it is coordinated or clausally tied to."""
    inverted = _inverted(verb, words)
    if inverted is not None:
        return inverted
    node = verb
    for _ in range(3):
        subjects = [child for child in node.children if child.dep_ in _SUBJECTS]
        if subjects:
            named = [child for child in subjects if child.pos_ != "PRON"]
            return (named or subjects)[0]
        if node.dep_ in ("conj", "xcomp") and node.head.pos_ in ("VERB", "AUX") and node.head.i != node.i:
            node = node.head
        else:
            break
    if verb.dep_ == "acl:relcl" and verb.head.i != verb.i:
        return verb.head
    return None


def is_neutral(doc: Doc, speaker: int, language: str = "fr") -> bool:
    """Whether a source is no party to the fight: the UN, an NGO, a hospital, an agency, residents, witnesses."""
    words = lexicon(language).neutral
    token = doc[speaker]
    phrase: Sequence[Token] = [token, *token.children]
    return any(word.lower_ in words for word in phrase)
