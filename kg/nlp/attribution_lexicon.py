"""The words of attribution of a language: ``kg/<language>/attribution.toml``."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from kg.nlp.cues import french_verb_forms, nominal_forms, regular_forms
from kg.nlp.name_lexicon import name_lexicon

Phrases = tuple[tuple[str, ...], ...]
"""Phrases as lower-case tokens, the longest first."""


@dataclass(frozen=True, slots=True)
class AttributionLexicon:
    """The tables of a language. `say` maps each form of a verb to its lemma; the fields have the tables' names."""

    say: dict[str, str]
    statement: frozenset[str]
    doubtful: frozenset[str]
    only_with: dict[str, frozenset[str]]
    according: Phrases
    again: Phrases
    speakers: frozenset[str]
    neutral: frozenset[str]
    agent_endings: tuple[str, ...]
    documents: frozenset[str]
    times: frozenset[str]
    prepositions: frozenset[str]
    causative: frozenset[str]
    addressing: frozenset[str]
    clitics: frozenset[str]
    reflexive: frozenset[str]
    reflexives: frozenset[str]
    mistaken: frozenset[str]
    bearers: frozenset[str]
    passive: frozenset[str]
    impersonal: frozenset[str]
    speaking_places: frozenset[str]
    plural: frozenset[str]
    same: frozenset[str]
    which: frozenset[str]
    first_person: frozenset[str]
    nobody: frozenset[str]
    of: frozenset[str]
    pronouns: dict[str, str]
    headings: frozenset[str]
    first: frozenset[str]
    """First tokens of `according` and `again`."""


@functools.cache
def lexicon(language: str = "fr") -> AttributionLexicon:
    """The reporting verbs, prepositions and speakers of a language."""
    table = tomllib.loads((files("kg") / language / "attribution.toml").read_text(encoding="utf-8"))

    def words(name: str) -> frozenset[str]:
        return frozenset(table[name].lower().split())

    according, again = _phrases(table["according"]), _phrases(table["again"])
    return AttributionLexicon(
        say=_verb_forms(table["say"]),
        statement=words("statement"),
        doubtful=words("doubtful"),
        only_with={lemma: frozenset(tail.split()) for lemma, tail in table["only_with"].items()},
        according=according,
        again=again,
        speakers=frozenset(form for word in words("speakers") for form in nominal_forms(word)),
        neutral=words("neutral"),
        agent_endings=tuple(sorted(words("agent_endings"))),
        documents=words("documents"),
        times=words("times"),
        prepositions=words("prepositions"),
        causative=words("causative"),
        addressing=words("addressing"),
        clitics=words("clitics"),
        reflexive=words("reflexive"),
        reflexives=words("reflexives"),
        mistaken=words("mistaken"),
        bearers=words("bearers"),
        passive=words("passive"),
        impersonal=words("impersonal"),
        speaking_places=words("speaking_places"),
        plural=words("plural"),
        same=words("same"),
        which=words("which"),
        first_person=words("first_person"),
        nobody=words("nobody"),
        of=words("of"),
        pronouns=dict(table["pronouns"]),
        headings=name_lexicon(language).words("names", "headings"),
        first=frozenset(phrase[0] for phrase in (*according, *again)),
    )


def _verb_forms(words: str) -> dict[str, str]:
    verbs = french_verb_forms()
    out: dict[str, str] = {}
    for word in words.replace("s'", "").split():
        lemma = word.split("_")[-1] if word.startswith("se_") else word.split("_")[0]
        out |= dict.fromkeys(sorted(verbs.get(lemma, {lemma}) | regular_forms(lemma)), lemma)
    return out


def _phrases(rows: list[str]) -> Phrases:
    split = (tuple(row.replace("'", "' ").split()) for row in rows)
    return tuple(sorted(split, key=lambda phrase: (-len(phrase), phrase)))
