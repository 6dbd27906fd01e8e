"""Attribution: who, in the text, says what.

An attribution is a cue ("selon", a verb of saying, a quotation with its speaker), the head token of the
speaker's noun phrase, and the stretch of text that the cue governs. Which events an attribution vouches for is
decided by `kg.nlp.source_attachment` on features of trigger and cue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from kg.nlp.attribution_lexicon import AttributionLexicon, Phrases, lexicon
from kg.nlp.reporting_verbs import antecedent, can_speak, speaker_of


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


def attributions(doc: Doc, language: str = "fr") -> list[Attribution]:
    """All attributions of a Doc, in order of their cues.

    What takes a speaker up again ("à l'en croire", "selon la même source") has the speaker of the attribution before.
    """
    words = lexicon(language)
    lowered = [token.lower_ for token in doc]
    out: list[Attribution] = []
    covered = 0
    for token in doc:
        if token.i < covered:
            continue
        phrase = _phrase_at(token.i, lowered, words.first, words.according)
        again = _phrase_at(token.i, lowered, words.first, words.again)
        found = None
        if again is not None:
            found = _again(token, out, _person(again, words), words)
            covered = token.i + len(again)
        elif phrase is not None:
            found = _according(doc, token, phrase, words, out)
            covered = token.i + len(phrase)
        elif token.text == ":":
            found = _labelled(doc, token, words)
        elif token.text == "(":
            found = _bracketed(doc, token, words)
        found = found or _verb_of_saying(token, lowered, words)
        if found is not None and lowered[found.speaker] not in words.nobody:
            speaker = antecedent(doc[found.speaker], [a.speaker for a in out], words)
            out.append(found if speaker is None else replace(found, speaker=speaker.i))
    return out


_OPENING = frozenset({",", "»", '"', "”"})


def _phrase_at(i: int, lowered: list[str], first: frozenset[str], phrases: Phrases) -> tuple[str, ...] | None:
    """The longest of the phrases that stands at token i."""
    if lowered[i] not in first:
        return None
    return next((phrase for phrase in phrases if tuple(lowered[i : i + len(phrase)]) == phrase), None)


def _verb_of_saying(token: Token, lowered: list[str], words: AttributionLexicon) -> Attribution | None:
    lemma = words.say.get(lowered[token.i])
    if lemma is None or not token.dep_ or token.is_punct:
        return None
    before = lowered[max(0, token.i - 3) : token.i]
    inserted = bool(before) and before[-1] in _OPENING
    if token.pos_ not in ("VERB", "AUX", "NOUN", "ADJ") and not inserted and lemma not in words.mistaken:
        return None
    if lemma in words.reflexive and words.reflexives.isdisjoint(before):
        return None
    needed = words.only_with.get(lemma)
    if needed is not None and needed.isdisjoint(lowered[token.i + 1 : token.i + 6]):
        return None
    return _saying(token, lemma, words)


def _person(phrase: tuple[str, ...], words: AttributionLexicon) -> str:
    """ "Plur" where a phrase takes up several speakers: "à les entendre"."""
    return "Plur" if words.plural.intersection(phrase) else "Sing"


def _again(token: Token, before: Sequence[Attribution], number: str, words: AttributionLexicon) -> Attribution | None:
    """The speaker of the nearest attribution before, within two sentences; else the nearest subject who can speak."""
    doc, sentence = token.doc, token.sent
    earliest = doc[max(0, sentence.start - 1)].sent.start
    earliest = doc[max(0, earliest - 1)].sent.start
    earlier = [doc[a.speaker] for a in reversed(before) if a.cue >= earliest]
    subjects = [other for other in reversed(doc[earliest : token.i]) if other.dep_ in ("nsubj", "nsubj:pass")]
    for speaker in (*earlier, *subjects):
        agrees = number in (speaker.morph.get("Number", [number]) or [number])
        if speaker.pos_ != "PRON" and agrees and can_speak(speaker, words):
            return Attribution(token.i, speaker.i, sentence.start, sentence.end, "according", "selon")
    return None


def _according(
    doc: Doc, token: Token, phrase: tuple[str, ...], words: AttributionLexicon, before: Sequence[Attribution]
) -> Attribution | None:
    after = token.i + len(phrase)
    sentence = token.sent
    if phrase[-1] in ("source", "sources"):
        return Attribution(token.i, after - 1, sentence.start, sentence.end, "according", "selon")
    head = _phrase_head(doc, after, sentence.end)
    if head is None:
        return None
    if doc[head].lower_ in words.same:
        return _again(token, before, "Sing" if doc[head].morph.get("Number", []) != ["Plur"] else "Plur", words)
    speaker = _author(_document(doc[head], words), words)
    if speaker.lower_ in words.which:
        return None
    return Attribution(token.i, speaker.i, sentence.start, sentence.end, "according", "selon")


def _document(pronoun: Token, words: AttributionLexicon) -> Token:
    """What "selon laquelle" stands for: "l'information, diffusée par la radio, selon laquelle"."""
    if pronoun.lower_ not in words.which:
        return pronoun
    before = pronoun.doc[pronoun.sent.start : pronoun.i]
    return next((token for token in reversed(before) if token.lower_ in words.documents), pronoun)


def _labelled(doc: Doc, colon: Token, words: AttributionLexicon) -> Attribution | None:
    """ "Ministère de la Défense : vingt assaillants tués": a name before a colon that opens its sentence."""
    sentence = colon.sent
    head = doc[sentence.start : colon.i]
    if not 0 < len(head) <= 8 or any(token.pos_ in ("VERB", "AUX") for token in head):
        return None
    if head[-1].lower_ in ("source", "sources"):
        after = _phrase_head(doc, colon.i + 1, sentence.end)
        return after if after is None else Attribution(colon.i, after, sentence.start, sentence.end, "bracket", "(")
    for token in head:
        speaker = _author(token, words)
        if token.lower_ not in words.headings and can_speak(speaker, words):
            return Attribution(colon.i, speaker.i, sentence.start, sentence.end, "label", ":")
    return None


def _bracketed(doc: Doc, bracket: Token, words: AttributionLexicon) -> Attribution | None:
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
    speaker = head if head is None else _author(head, words)
    if speaker is None or speaker.lower_ in words.headings or not can_speak(speaker, words):
        return None
    return Attribution(bracket.i, speaker.i, sentence.start, sentence.end, "bracket", "(")


def _phrase_head(doc: Doc, start: int, end: int) -> int | None:
    """The head of the noun phrase that starts at a token: its first noun, name or pronoun."""
    for token in doc[start : min(end, start + 7)]:
        named = bool(token.ent_type_) and token.pos_ not in ("ADJ", "DET", "ADP", "PUNCT")
        if token.pos_ in ("NOUN", "PROPN", "PRON") or named:
            return token.i
        if token.is_punct and token.text not in "\"'«":
            return None
    return None


def _author(speaker: Token, words: AttributionLexicon) -> Token:
    """Who speaks where the text says through what: "un communiqué du ministère", "le décompte AFP"."""
    if speaker.lower_ not in words.documents:
        return speaker
    for child in speaker.children:
        if child.i < speaker.i or child.pos_ not in ("NOUN", "PROPN", "ADJ", "VERB"):
            continue
        marks = {mark.lower_ for mark in child.children if mark.dep_ == "case"}
        if child.dep_ == "nmod" and not marks.isdisjoint(words.of):
            return _author(child, words)
        if not marks and child.dep_ in ("nmod", "appos", "flat:name", "flat:foreign") and child.pos_ == "PROPN":
            return child
        told = [g for g in child.children if g.i > child.i and any(m.lower_ == "par" for m in g.children)]
        if child.dep_ == "acl" and told:
            return told[0]
    return speaker


def _saying(verb: Token, lemma: str, words: AttributionLexicon) -> Attribution | None:
    speaker = speaker_of(verb, lemma, words)
    if speaker is None:
        return None
    sentence = verb.sent
    return Attribution(verb.i, _author(speaker, words).i, sentence.start, sentence.end, "say", lemma)


def is_neutral(doc: Doc, speaker: int, language: str = "fr") -> bool:
    """Whether a source is no party to the fight: the UN, an NGO, a hospital, an agency, residents, witnesses."""
    words = lexicon(language).neutral
    token = doc[speaker]
    phrase: Sequence[Token] = [token, *token.children]
    return any(word.lower_ in words for word in phrase)
