"""The words of harm of a language, read from ``kg/<language>/casualties.toml`` and inflected."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import cast

from kg.model import Harm, Victims
from kg.nlp.cues import french_verb_forms, nominal_forms, regular_forms

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CasualtyLexicon:
    """Forms and lemmas by what they say of people; `verb_of` maps a form to the verb it is a form of."""

    nouns: Mapping[str, Harm]
    status: frozenset[str]
    weak: frozenset[str]
    events: Mapping[str, Harm]
    objects: Mapping[str, Harm]
    subjects: Mapping[str, Harm]
    people_only: frozenset[str]
    phrases: Mapping[str, tuple[tuple[frozenset[str], Harm, bool], ...]]
    cost: Mapping[str, tuple[tuple[frozenset[str], Harm], ...]]
    adverbials: tuple[tuple[tuple[str, ...], Harm], ...]
    release: frozenset[str]
    losses: frozenset[str]
    lost: frozenset[str]
    clitic: Mapping[str, tuple[str, Harm]]
    flight: frozenset[str]
    fleeing: frozenset[str]
    least_fleeing: int
    sources: tuple[tuple[str, ...], ...]
    toll: Mapping[str, Harm]
    vague: frozenset[str]
    count: frozenset[str]
    sides: frozenset[str]
    none: frozenset[str]
    survival: frozenset[str]
    victims: Mapping[str, Victims]
    victim_phrases: Mapping[str, tuple[tuple[frozenset[str], Victims | None], ...]]
    people: frozenset[str]
    things: frozenset[str]
    ranks: frozenset[str]
    intent: frozenset[str]
    verb_of: Mapping[str, str]
    grammar: Mapping[str, frozenset[str]]


@functools.cache
def casualty_lexicon(language: str) -> CasualtyLexicon:
    """Read and inflect the table of a language pack."""
    table = tomllib.loads((files("kg") / language / "casualties.toml").read_text(encoding="utf-8"))
    transitive = {tuple(pair.split(":")) for pair in table["transitive_phrases"]["words"].split()}
    phrases: dict[str, list[tuple[frozenset[str], Harm, bool]]] = {}
    for phrase, harm in table["phrases"].items():
        verb, noun = phrase.split()
        phrases.setdefault(verb, []).append((_nominal([noun]), cast(Harm, harm), (verb, noun) in transitive))
    cost: dict[str, list[tuple[frozenset[str], Harm]]] = {}
    for phrase, harm in table["cost"].items():
        verb, noun = phrase.split()
        cost.setdefault(verb, []).append((_nominal([noun]), cast(Harm, harm)))
    adverbials = [
        (tuple(words.replace("'", "' ").split()), cast(Harm, harm)) for words, harm in table["adverbials"].items()
    ]
    objects, subjects = _lemmas(table["object"]), _lemmas(table["subject"])
    count, losses, survival = (
        frozenset(row.split()) for row in (table["toll"]["count"], table["losses"]["verbs"], table["survival"]["verbs"])
    )
    return CasualtyLexicon(
        nouns=_forms(table["nouns"]), status=_nominal(table["status"]["words"].split()), weak=_nominal(table["status"]["weak"].split()),
        events=_forms(table["events"]), objects=objects, subjects=subjects, people_only=frozenset(table["people_only"]["words"].split()),
        phrases={verb: tuple(rows) for verb, rows in phrases.items()}, cost={verb: tuple(rows) for verb, rows in cost.items()},
        adverbials=tuple(sorted(adverbials, key=lambda row: (-len(row[0]), row))),
        release=_verbal(table["release"]["words"].split()) | _nominal(table["release"]["words"].split()),
        losses=losses, lost=_nominal(table["losses"]["nouns"].split()),
        clitic={pair.split()[1]: (pair.split()[0], cast(Harm, harm)) for pair, harm in table["clitic"].items()},
        flight=frozenset(table["flight"]["verbs"].split()), fleeing=_nominal(table["flight"]["people"].split()),
        least_fleeing=table["flight"]["least"], sources=tuple(tuple(phrase.split()) for phrase in table["toll"]["sources"]),
        vague=frozenset(table["toll"]["vague"].split()),
        toll=_forms({"Killed": table["toll"]["Killed"]}), count=count, sides=frozenset(table["toll"]["sides"].split()),
        none=frozenset(table["survival"]["none"].split()), survival=survival,
        victims=cast("Mapping[str, Victims]", _forms(table["victims"])), victim_phrases=_victim_phrases(table["victim_phrases"]), people=_nominal(table["people"]["words"].split()),
        things=_nominal(table["things"]["words"].split()), ranks=_nominal([table["side"]["ranks"]]),
        intent=_verbal(table["intent"]["words"].split()),
        verb_of=_verb_of({*objects, *subjects, *phrases, *cost, *losses, *survival, *count, *table["flight"]["verbs"].split(), *(p.split()[1] for p in table["clitic"])}),
        grammar={name: frozenset(words.split()) for name, words in table["grammar"].items()},
    )  # fmt: skip


def _victim_phrases(rows: Mapping[str, str]) -> dict[str, tuple[tuple[frozenset[str], Victims | None], ...]]:
    phrases: dict[str, list[tuple[frozenset[str], Victims | None]]] = {}
    for phrase, kind in rows.items():
        noun, tail = phrase.split()
        for form in sorted(_nominal([noun])):
            phrases.setdefault(form, []).append((_nominal([tail]), cast("Victims | None", kind or None)))
    return {form: tuple(found) for form, found in phrases.items()}


def _nominal(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form.lower() for word in words for form in nominal_forms(word))


def _forms(rows: Mapping[str, str]) -> dict[str, Harm]:
    return {form: cast(Harm, kind) for kind, words in rows.items() for form in sorted(_nominal(words.split()))}


def _lemmas(rows: Mapping[str, str]) -> dict[str, Harm]:
    return {word: cast(Harm, harm) for harm, words in rows.items() for word in words.split()}


def _verbal(lemmas: Iterable[str]) -> frozenset[str]:
    verbs = french_verb_forms()
    return frozenset(form for lemma in lemmas for form in verbs.get(lemma, {lemma}) | regular_forms(lemma))


def _verb_of(lemmas: Iterable[str]) -> dict[str, str]:
    return {form: lemma for lemma in sorted(lemmas) for form in sorted(_verbal([lemma]))}
