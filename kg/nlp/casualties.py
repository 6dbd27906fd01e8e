"""Casualty figures: how many people were killed, wounded, captured, displaced or are missing, as said.

Every quantity of people (and every named person) is asked what befell it: by its own noun ("trois morts"), by
the verb that it is subject or object of ("deux soldats ont été tués", "tuant 21 civils"), by a participle
("un policier blessé"), by a noun of harm ("la mort de deux soldats"), or as part of a figure just said ("dont
trois enfants", "et en blessant au moins 70").
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import cast

from spacy.tokens import Doc, Token

from kg.model import Harm, Victims
from kg.nlp.cues import french_verb_forms, nominal_forms, regular_forms
from kg.nlp.numbers import Quantity

_FARTHEST = 6


@dataclass(frozen=True, slots=True)
class CasualtySpan:
    """One figure: tokens `start` to `end` (exclusive), the harm, its bounds and the kind of victims.

    `noun` is the token of the victims' noun, or None; `predicate` the token that names the harm; `part` tells
    that the figure is part of the one said before it ("dont …").
    """

    start: int
    end: int
    harm: Harm
    low: int | None
    high: int | None
    victims: Victims | None
    noun: int | None
    predicate: int
    part: bool
    rule: str


@dataclass(frozen=True, slots=True)
class _Lexicon:
    nouns: dict[str, Harm]
    events: dict[str, Harm]
    objects: dict[str, Harm]
    subjects: dict[str, Harm]
    phrases: dict[tuple[str, str], Harm]
    cost: dict[tuple[str, str], Harm]
    victims: dict[str, Victims]
    people: frozenset[str]
    verb_of: dict[str, str]
    negations: frozenset[str]


@functools.cache
def _lexicon(language: str) -> _Lexicon:
    table = tomllib.loads((files("kg") / language / "casualties.toml").read_text(encoding="utf-8"))
    verbs = french_verb_forms()

    def nominal(rows: dict[str, str]) -> dict[str, Harm]:
        return {form: cast(Harm, harm) for harm, words in rows.items() for word in words.split() for form in nominal_forms(word)}

    def verbal(rows: dict[str, str]) -> dict[str, Harm]:
        return {word: cast(Harm, harm) for harm, words in rows.items() for word in words.split()}

    lemmas = {word for part in ("object", "subject") for words in table[part].values() for word in words.split()}
    lemmas |= {phrase.split()[0] for part in ("phrases", "cost") for phrase in table[part]}
    verb_of = {form: lemma for lemma in sorted(lemmas) for form in verbs.get(lemma, {lemma}) | regular_forms(lemma)}
    victims = {form: cast(Victims, kind) for kind, words in table["victims"].items() for word in words.split() for form in nominal_forms(word)}
    people = {form.lower() for word in table["people"]["words"].split() for form in nominal_forms(word)}
    pair = {part: {(p.split()[0], p.split()[1]): cast(Harm, h) for p, h in table[part].items()} for part in ("phrases", "cost")}
    return _Lexicon(
        nominal(table["nouns"]), nominal(table["events"]), verbal(table["object"]), verbal(table["subject"]),
        pair["phrases"], pair["cost"], victims, frozenset(people), verb_of, frozenset(table["negation"]["words"].split()),
    )  # fmt: skip


def find_casualties(doc: Doc, found: Sequence[Quantity], language: str = "fr") -> list[CasualtySpan]:
    """All casualty figures of a Doc, in order; `found` are its quantities (`kg.nlp.numbers.quantities`)."""
    lexicon = _lexicon(language)
    out: list[CasualtySpan] = []
    last: CasualtySpan | None = None
    for quantity in found:
        if last is not None and doc[last.predicate].sent.start != doc[quantity.core].sent.start:
            last = None
        figure = _figure(doc, quantity, last, lexicon)
        if figure is not None:
            out.append(figure)
            last = figure
    counted = {i for figure in out for i in range(figure.start, figure.end)}
    out += _named_victims(doc, counted, lexicon)
    return sorted(out, key=lambda figure: (figure.start, figure.end))


def _figure(doc: Doc, quantity: Quantity, last: CasualtySpan | None, lexicon: _Lexicon) -> CasualtySpan | None:
    noun = _counted_noun(doc, quantity, lexicon)
    article = quantity.rule == "article"
    if noun is None and article:
        return None
    head = doc[noun] if noun is not None else doc[quantity.end - 1]
    word = head.lower_
    own = lexicon.nouns.get(word) if noun is not None else None
    if own and not article and not _is_cue_of_time(doc, quantity):
        harm, predicate, rule = own, head.i, "noun"
    elif own and article and word in ("mort", "morte", "blessé", "blessée", "disparu", "otage", "décès", "tué", "victime"):
        harm, predicate, rule = own, head.i, "noun"
    elif noun is None or word in lexicon.people or word in lexicon.victims or head.pos_ in ("NOUN", "PROPN", "ADJ"):
        if noun is not None and word not in lexicon.people and word not in lexicon.victims:
            return None
        told = _harm_of(head, quantity, lexicon)
        if told is None:
            return _part(doc, quantity, noun, last, lexicon)
        harm, predicate, rule = told
    else:
        return None
    if _part_marker(doc, quantity) and last is not None and rule == "noun" and harm != last.harm:
        pass
    victims = _victim_class(doc, noun, harm, lexicon)
    part = last is not None and _part_marker(doc, quantity)
    if part and last is not None and rule != "noun":
        harm = last.harm if rule == "noun" else harm
    end = max(quantity.end, (noun or 0) + 1)
    return CasualtySpan(quantity.start, end, harm, quantity.low, quantity.high, victims, noun, predicate, part, rule)


def _counted_noun(doc: Doc, quantity: Quantity, lexicon: _Lexicon) -> int | None:
    """The token of the noun that a quantity counts: straight after it, past "de", adjectives and "autres"."""
    i = quantity.end
    seen_autres = None
    for _ in range(4):
        if i >= len(doc):
            break
        token = doc[i]
        word = token.lower_
        if word in ("autre", "autres"):
            seen_autres = i
        elif word in lexicon.nouns or word in lexicon.people or word in lexicon.victims:
            return i
        elif token.pos_ in ("NOUN", "PROPN"):
            return i
        elif word not in ("de", "d'", "(") and token.pos_ not in ("ADJ", "NUM", "ADP", "DET") and not token.is_punct:
            break
        elif token.is_punct and word != "(":
            break
        i += 1
    return seen_autres


def _is_cue_of_time(doc: Doc, quantity: Quantity) -> bool:
    return quantity.start > 0 and doc[quantity.start - 1].lower_ in ("article", "page", "chapitre")


def _lemma(token: Token, lexicon: _Lexicon) -> str | None:
    return lexicon.verb_of.get(token.lower_)


def _is_passive(verb: Token) -> bool:
    if any(child.dep_ == "aux:pass" for child in verb.children):
        return True
    return "VerbForm=Part" in verb.morph and "Tense=Past" in verb.morph and not any(c.dep_ == "aux:tense" for c in verb.children)


def _harm_of(head: Token, quantity: Quantity, lexicon: _Lexicon) -> tuple[Harm, int, str] | None:
    """What befell the people that a noun phrase counts, by the syntax around it."""
    node = head
    for child in head.children:
        lemma = _lemma(child, lexicon)
        if lemma in lexicon.objects and child.i > head.i and child.dep_ in ("acl", "amod", "conj") and _is_participle(child):
            return lexicon.objects[lemma], child.i, "participle"
        if child.dep_ in ("amod", "acl") and child.i > head.i and child.lower_ in ("morts", "mort", "mortes", "morte"):
            return "Killed", child.i, "participle"
    for _ in range(_FARTHEST):
        if node.dep_ in ("conj", "appos", "nummod", "flat:name", "fixed") and node.head.i != node.i:
            if node.head.pos_ in ("VERB", "AUX"):
                break
            node = node.head
            continue
        break
    governor = node.head
    told = _by_governor(node, governor, lexicon) if governor.i != node.i else None
    return _just_before(quantity, head.doc, lexicon) or told or _by_order(head, lexicon)


def _just_before(quantity: Quantity, doc: Doc, lexicon: _Lexicon) -> tuple[Harm, int, str] | None:
    """"tuant 21 civils", "en blessant au moins 70": an active verb of harm straight before the number."""
    verb = doc[quantity.start - 1] if quantity.start else None
    if verb is None or _lemma(verb, lexicon) not in lexicon.objects or _is_participle(verb) and not _is_perfect(verb):
        return None
    return lexicon.objects[_lemma(verb, lexicon) or ""], verb.i, "object"


def _is_perfect(verb: Token) -> bool:
    """"a tué", "avoir tué": a participle with "avoir" is active."""
    words = [token.lower_ for token in verb.doc[max(0, verb.i - 3) : verb.i]]
    return bool(set(words) & {"a", "ont", "avait", "avaient", "avoir", "ayant", "aurait", "auraient", "eut", "aura"}) and "été" not in words


def _is_participle(token: Token) -> bool:
    if token.lower_.endswith("ant"):
        return False
    return "VerbForm=Part" in token.morph or token.lower_.rstrip("es").endswith(("é", "u", "i"))


def _by_governor(node: Token, governor: Token, lexicon: _Lexicon) -> tuple[Harm, int, str] | None:
    dep = node.dep_
    lemma = _lemma(governor, lexicon)
    if dep == "nmod" and governor.lower_ in lexicon.events and _preposition(node) in ("de", "d'", "des", "du"):
        return lexicon.events[governor.lower_], governor.i, "nominal"
    if lemma is None:
        return None
    phrase = next((harm for (verb, word), harm in lexicon.phrases.items() if verb == lemma and _has_word(governor, word)), None)
    cost = next((harm for (verb, word), harm in lexicon.cost.items() if verb == lemma and _has_word(governor, word)), None)
    if cost and dep in ("obl", "obl:arg", "iobj", "nmod", "obl:mod"):
        return cost, governor.i, "cost"
    if dep in ("nsubj", "nsubj:pass") and phrase:
        return phrase, governor.i, "phrase"
    if dep in ("nsubj", "nsubj:pass") and lemma in lexicon.objects and _is_passive(governor):
        return lexicon.objects[lemma], governor.i, "passive"
    if dep == "nsubj" and lemma in lexicon.subjects:
        return lexicon.subjects[lemma], governor.i, "subject"
    if dep in ("obj", "obl:arg", "obl:mod", "advmod") and lemma in lexicon.objects and not _has_object(governor, node):
        return lexicon.objects[lemma], governor.i, "object"
    return None


def _has_object(verb: Token, other: Token) -> bool:
    return other.dep_ != "obj" and any(c.dep_ == "obj" and c.i != other.i for c in verb.children)


def _preposition(token: Token) -> str:
    return next((child.lower_ for child in token.children if child.dep_ == "case"), "")


def _has_word(verb: Token, word: str) -> bool:
    forms = nominal_forms(word)
    return any(token.lower_ in forms for token in verb.doc[verb.i + 1 : verb.i + 5])


def _by_order(head: Token, lexicon: _Lexicon) -> tuple[Harm, int, str] | None:
    """Where the parse is of no help: "12 soldats (ont été|sont|,)? tués" in plain order."""
    doc = head.doc
    stop = min(len(doc), head.i + 7)
    passive = False
    for token in doc[head.i + 1 : stop]:
        word = token.lower_
        if word in ("été", "sont", "furent", "étaient", "seraient", "est", "fut", "soient", "morts", "décédés"):
            passive = True
            if word == "morts":
                return "Killed", token.i, "order"
        lemma = _lemma(token, lexicon)
        if lemma in lexicon.objects and _is_participle(token) and (passive or token.i == head.i + 1):
            return lexicon.objects[lemma], token.i, "order"
        if token.is_punct or (token.pos_ in ("NOUN", "PROPN") and not passive):
            break
    return None


def _part_marker(doc: Doc, quantity: Quantity) -> bool:
    before = [token.lower_ for token in doc[max(0, quantity.start - 4) : quantity.start]]
    return "dont" in before or bool({"lesquels", "lesquelles", "eux", "elles"} & set(before) and "parmi" in before)


def _part(doc: Doc, quantity: Quantity, noun: int | None, last: CasualtySpan | None, lexicon: _Lexicon) -> CasualtySpan | None:
    """A part of the figure said just before, or one more victim coordinated with it."""
    if last is None or noun is None:
        return None
    gap = doc[last.end : quantity.start]
    words = {token.lower_ for token in gap}
    joined = all(token.is_punct or token.lower_ in ("et", "ainsi", "que", "ou", "puis") or token.pos_ in ("ADJ", "DET", "ADP") for token in gap)
    marked = _part_marker(doc, quantity) or "dont" in words
    chained = last.part and joined and len(gap) <= 3
    coordinated = joined and "et" in words and len(gap) <= 4 and last.rule in ("order", "passive", "object", "participle", "nominal", "cost", "subject")
    if not (marked or chained or coordinated) or len(gap) > 14:
        return None
    victims = _victim_class(doc, noun, last.harm, lexicon)
    return CasualtySpan(
        quantity.start, noun + 1, last.harm, quantity.low, quantity.high, victims, noun, last.predicate, marked or last.part, "part" if marked or chained else last.rule
    )  # fmt: skip


def _victim_class(doc: Doc, noun: int | None, harm: Harm, lexicon: _Lexicon) -> Victims | None:
    if noun is None:
        return None
    token = doc[noun]
    if token.lower_ in ("casque", "casques") and noun + 1 < len(doc) and doc[noun + 1].lower_.startswith("bleu"):
        return "Peacekeepers"
    for word in (token, *[child for child in token.children if child.i > token.i and child.dep_ in ("amod", "nmod", "appos")]):
        kind = lexicon.victims.get(word.lower_)
        if kind and kind != "Peacekeepers":
            return kind
    rest = [t.lower_ for t in doc[noun + 1 : noun + 5]]
    if rest[:2] in (["parmi", "les"], ["chez", "les"]) and len(rest) > 2:
        return lexicon.victims.get(rest[2])
    return None


def _named_victims(doc: Doc, counted: set[int], lexicon: _Lexicon) -> list[CasualtySpan]:
    """Named persons killed, wounded or taken: one each."""
    out = []
    for entity in doc.ents:
        head = entity.root
        if entity.label_ != "PER" or head.i in counted or head.dep_ == "":
            continue
        told = _by_governor(head, head.head, lexicon) if head.head.i != head.i else None
        if told and told[0] in ("Killed", "Wounded") and not _negated(doc[told[1]], lexicon):
            out.append(CasualtySpan(entity.start, entity.end, told[0], 1, 1, None, head.i, told[1], False, f"named:{told[2]}"))
    return out


def _negated(verb: Token, lexicon: _Lexicon) -> bool:
    return any(child.lower_ in ("ne", "n'", "pas") for child in verb.children)


def without_repeats(figures: Sequence[CasualtySpan]) -> list[CasualtySpan]:
    """Figures with the same harm, bounds and victims kept once, the first."""
    seen: dict[tuple[object, ...], CasualtySpan] = {}
    for figure in figures:
        seen.setdefault((figure.harm, figure.low, figure.high, figure.victims), replace(figure))
    return list(seen.values())
