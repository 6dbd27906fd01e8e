"""Which entities speak in an attribution, and which of the attributions found name someone who speaks."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from kg.nlp.attribution import Attribution, attributions
from kg.nlp.attribution_lexicon import AttributionLexicon, lexicon
from kg.nlp.entities import Recognised
from kg.nlp.reporting_verbs import can_speak
from kg.nlp.voices import voices

_LONGEST_NAME = 14
_APPOSITION = 8
"""Tokens behind an office among which the person who holds it is named."""


def speakers(doc: Doc, entities: Recognised, attribution: Attribution, language: str = "fr") -> list[str]:
    """The entities that an attribution names: the person or body in apposition rather than the office in front."""
    keys = entities.actor(attribution.speaker)
    if all(key.startswith("group/") for key in keys):
        bearer = doc[attribution.speaker].lower_ in lexicon(language).bearers
        for i in range(attribution.speaker + 1, min(attribution.speaker + 1 + _APPOSITION, len(doc))):
            named = entities.at(i)
            if named is not None and named.startswith("person/"):
                return [named]
            if bearer and doc[i].pos_ == "PROPN":
                return [key for key in entities.actor(i) if not key.startswith("place/")] or keys
            bearer = bearer and doc[i].pos_ == "ADJ"
            if doc[i].pos_ in ("VERB", "AUX") or doc[i].text in ".;:":
                break
    persons = [key for key in keys if key.startswith("person/")]
    if persons and not any(token.dep_ == "cc" for token in doc[attribution.speaker].subtree):
        return persons  # "selon Awa Sarr, cheffe de la mission": an apposition, not a second speaker
    return keys


def all_said(doc: Doc, entities: Recognised, language: str = "fr") -> list[Attribution]:
    """All that is said in a text by someone known: attributions in the order of their cues, then whole passages."""
    return [*spoken(doc, entities, attributions(doc, language), language), *voices(doc, entities, language)]


def spoken(doc: Doc, entities: Recognised, said: Sequence[Attribution], language: str = "fr") -> list[Attribution]:
    """The attributions that name someone who speaks, in their order.

    Left out are those whose speaker is nobody known ("on", "nous"), a state before the colon of a headline, which
    is where the news comes from, and an acronym in brackets behind its own name.
    """
    words = lexicon(language)
    return [
        attribution
        for attribution in said
        if any(
            _speaks(doc, attribution, entities.entities[key].label, key, words)
            for key in speakers(doc, entities, attribution)
        )
        and not _topic(entities, attribution)
        and not _acronym(doc, entities, attribution)
    ]


def _speaks(doc: Doc, attribution: Attribution, label: str, key: str, words: AttributionLexicon) -> bool:
    """Whether an entity can speak: one with a name, or a noun for people, not "une attaque", "un bilan"."""
    speaker = doc[attribution.speaker]
    if not key.startswith("group/") or can_speak(speaker, words):
        return True
    if speaker.pos_ == "PRON":
        head = label.split()[0].lower()
        return head in words.speakers or head.endswith(words.agent_endings)
    if attribution.kind == "according" and speaker.lower_ not in words.documents:
        return True
    name = speaker.text[:1].isupper() and not speaker.is_sent_start
    return name or speaker.lower_.endswith(words.agent_endings)


def _topic(entities: Recognised, attribution: Attribution) -> bool:
    """Whether a label is a state by its own name, not by its capital: "Mali : …", but "Bamako : …"."""
    if attribution.kind != "label":
        return False
    key = entities.at(attribution.speaker)
    return key is not None and entities.entities[key].kind == "state" and key in entities.place(attribution.speaker)


def _acronym(doc: Doc, entities: Recognised, attribution: Attribution) -> bool:
    """Whether brackets hold the acronym of the name before them: the same entity, or the initials of its words."""
    if attribution.kind != "bracket" or attribution.cue == 0:
        return False
    inside, before = entities.at(attribution.speaker), entities.at(attribution.cue - 1)
    if inside is not None and inside == before:
        return True
    letters = doc[attribution.speaker].text
    initials = iter("".join(token.text[0] for token in doc[max(0, attribution.cue - _LONGEST_NAME) : attribution.cue]))
    return letters.isupper() and all(any(letter == i.upper() for i in initials) for letter in letters)


def speaker_kinds(doc: Doc, entities: Recognised, said: Sequence[Attribution]) -> dict[int, str]:
    """What kind of entity each speaker's token refers to: its kind, "noun:" before that of an unnamed one, or ""."""
    table, named = entities.entities, frozenset(entities.named)
    kinds = {}
    for attribution in said:
        key = next((key for key in speakers(doc, entities, attribution) if key in table), None)
        kind = "" if key is None else table[key].kind
        kinds[attribution.speaker] = kind if key is None or key in named else f"noun:{kind}"
    return kinds
