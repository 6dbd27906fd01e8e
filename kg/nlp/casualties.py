"""Casualty figures: how many people were killed, wounded, captured, displaced or are missing, as said.

Every quantity of people (and every single person: "un homme", "le gouverneur", a name) is asked what befell it: by
its own noun ("trois morts"), by the predicate that it is an argument of (`kg.nlp.harm`), by the figure that it is
part of or coordinated with ("dont trois enfants", "neuf côté nord et sept côté sud"), or by a count that is taken
up again ("l'armée n'en reconnaît que 27").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from kg.model import Harm, Victims
from kg.nlp.casualty_lexicon import casualty_lexicon
from kg.nlp.harm import Reading, Told, by_syntax, harm_of, is_intended, nominal, to_the_right
from kg.nlp.numbers import Quantity
from kg.nlp.text import Block, is_silent
from kg.nlp.victims import victims_of

_ORDINAL = re.compile(r"\d+(?:e|è|ème)|\w+ième")
_TO_NOUN, _TOLL_REACH = 5, 16
_SUFFERED = ("participle", "passive", "order")
_PART_REACH, _TAKEN_UP_REACH, _SINGLE_REACH = 14, 2, 12
"""How far back a part looks for its whole, in tokens; and a bare count for the figure it corrects, in sentences."""


@dataclass(frozen=True, slots=True)
class CasualtySpan:
    """One figure: tokens `start` to `end` (exclusive), the harm, its bounds and the kind of victims.

    `noun` is the token of the victims' noun, or None; `predicate` to `predicate_end` (exclusive) the tokens that
    name the harm, the trigger of a `Killing` where no event caused it; `part` tells that the figure is part of one
    said before it ("dont …").
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
    predicate_end: int = 0


@dataclass(frozen=True, slots=True)
class _People:
    """A counted noun phrase: its tokens, its bounds, and its noun where it has one."""

    start: int
    end: int
    noun: int | None
    quantity: Quantity


def find_casualties(
    doc: Doc, found: Sequence[Quantity], language: str = "fr", blocks: Sequence[Block] = ()
) -> list[CasualtySpan]:
    """All casualty figures of a Doc, in order; `found` are its quantities (`kg.nlp.numbers.quantities`).

    Where the article's `blocks` are given, those that tell nothing of their own (`kg.nlp.text.SILENT`) have no figures.
    """
    text = Reading(doc, casualty_lexicon(language))
    out: list[CasualtySpan] = []
    last: CasualtySpan | None = None
    dead: CasualtySpan | None = None
    for before, quantity in zip((None, *found), found, strict=False):
        people = None if before and _is_whole(text, before, quantity) else _people(text, quantity)
        figure = _figure(text, people, last, _recent(text, dead, quantity)) if people else None
        if figure is not None:
            out += (figure, *_next_harm(text, figure))
            last = figure
            dead = figure if figure.harm == "Killed" and not figure.part else dead
    out += _without_survivor(text, found, {figure.start for figure in out})
    taken = {i for figure in out for i in range(figure.start, figure.end)}
    out += _single_victims(text, taken, {figure.predicate for figure in out})
    told = [figure for figure in out if not is_silent(blocks, doc[figure.start].idx)]
    return sorted(told, key=lambda figure: (figure.start, figure.end))


def _next_harm(text: Reading, figure: CasualtySpan) -> list[CasualtySpan]:
    """ "enlevés puis tués": what befell the same people next."""
    i = figure.predicate_end + 1
    _, stop = text.bounds(figure.predicate)
    if figure.rule not in _SUFFERED or i >= stop or not text.is_a(i - 1, "coordination"):
        return []
    harm = text.lexicon.objects.get(text.verb(i) or "")
    if harm is None or harm == figure.harm or text.words[i][-1:] != text.words[figure.predicate][-1:]:
        return []
    return [replace(figure, harm=harm, predicate=i, predicate_end=i + 1)]


def _recent(text: Reading, figure: CasualtySpan | None, quantity: Quantity) -> CasualtySpan | None:
    if figure is None or text.sentence[quantity.start] - text.sentence[figure.start] > _TAKEN_UP_REACH:
        return None
    return figure


def _people(text: Reading, quantity: Quantity) -> _People | None:
    """The people that a quantity counts, or None where it counts something else."""
    if quantity.kind != "count" or (quantity.low or quantity.high) in (0, None):
        return None
    noun = _counted_noun(text, quantity)
    if noun is None:
        score = quantity.start > 0 and text.words[quantity.start - 1] in ("(", "-")
        plain = quantity.rule != "article" and not score
        return _People(quantity.start, quantity.end, None, quantity) if plain else None
    if text.words[noun] in text.lexicon.things:
        return None
    return _People(quantity.start, noun + 1, noun, quantity)


def _counted_noun(text: Reading, quantity: Quantity) -> int | None:
    """The token of the noun that a quantity counts: the first one after it, past "de", adjectives and "autres"."""
    lexicon, other = text.lexicon, None
    _, stop = text.bounds(quantity.core)
    for i in range(quantity.end, min(stop, quantity.end + _TO_NOUN)):
        word, token = text.words[i], text.doc[i]
        if text.is_a(i, "other") or _ORDINAL.fullmatch(word):
            other = i
        elif word in lexicon.nouns or word in lexicon.people or word in lexicon.victims:
            if text.voice(i) == "bare" or token.pos_ != "VERB":
                return i if not (other is not None and _is_harm_participle(text, i)) else other
            break
        elif word in lexicon.sides:
            break
        elif token.pos_ in ("NOUN", "PROPN") or _names_a_people(text, i):
            return i
        elif not (text.is_a(i, "of") or token.pos_ in ("ADJ", "NUM", "DET") or word in ('"', "«", "»")) or (
            text.is_a(i, "of") and i > quantity.end
        ):
            break
    return other


def _names_a_people(text: Reading, i: int) -> bool:
    """Whether a word is a plural with a capital, as only the names of peoples have: "dont deux Danois"."""
    return text.doc[i].text[:1].isupper() and text.words[i].endswith(("s", "x")) and text.words[i].isalpha()


def _is_harm_participle(text: Reading, i: int) -> bool:
    return text.verb(i) is not None and text.words[i] in text.lexicon.nouns


def _figure(
    text: Reading, people: _People, last: CasualtySpan | None, dead: CasualtySpan | None
) -> CasualtySpan | None:
    """The figure of a counted phrase; `last` is the figure said before it, `dead` the last one of people killed."""
    lexicon, noun = text.lexicon, people.noun
    word = text.words[noun] if noun is not None else ""
    own = lexicon.nouns.get(word)
    known = noun is None or own is not None or word in lexicon.people or word in lexicon.victims
    known = known or _ORDINAL.fullmatch(word) is not None
    if people.quantity.rule == "article" and (not known or text.is_a(people.start, "definite")):
        return None
    told: Told | None = None
    if own is None or word in lexicon.status:
        head = noun if noun is not None else people.quantity.core
        plural = (people.quantity.low or people.quantity.high or 0) > 1
        told = harm_of(text, people.start, head, people.end, plural, _is_partitive(text, people))
        if told and is_intended(text, told):
            return None
        if told and told.rule == "flight" and not _flees(text, people):
            told = None
        if told and not (known and noun is not None) and not _befalls_people(text, told, people):
            told = None
    if told is None and own and noun is not None:
        told = _own_harm(text, people, own, word)
    if told is None:
        return _borrowed(text, people, last, dead, known)
    part = last is not None and _is_part(text, people, last)
    return _span(text, people, told, _victims(text, people, last, told.harm), part)


def _is_whole(text: Reading, part: Quantity, quantity: Quantity) -> bool:
    """ "quatre des onze passagers ont péri": the eleven are not the ones told of, unless a participle follows them."""
    if not (part.end <= quantity.start and part.end + 1 == quantity.core and text.is_a(part.end, "of")):
        return False
    people = _people(text, quantity)
    return people is None or text.verb(min(people.end, len(text.words) - 1)) is None or text.is_a(people.end, "passive")


def _is_partitive(text: Reading, people: _People) -> bool:
    """ "deux des trois otages": the people are some of others just counted."""
    after = people.quantity.end
    return after + 1 < len(text.words) and text.is_a(after, "of") and text.doc[after + 1].like_num


def _span(text: Reading, people: _People, told: Told, victims: Victims | None, part: bool) -> CasualtySpan:
    quantity = people.quantity
    return CasualtySpan(
        people.start, max(people.end, quantity.end), told.harm, quantity.low, quantity.high, victims, people.noun,
        told.start, part, told.rule, told.end,
    )  # fmt: skip


def _befalls_people(text: Reading, told: Told, people: _People) -> bool:
    """Whether a harm makes an unknown noun one of people: by the verb, or because it is a people's name."""
    noun = people.noun
    if noun is None:
        near = told.rule != "object" or people.start - told.start <= _TO_NOUN
        return near and (told.rule != "object" or text.verb(told.start) in text.lexicon.people_only)
    verb = text.verb(told.start)
    return (
        _names_a_people(text, noun)
        or told.rule in ("nominal", "cost", "phrase")
        or (verb or "") in text.lexicon.people_only
    )


def _flees(text: Reading, people: _People) -> bool:
    """Whether leaving or arriving makes these people displaced: many, and none who fight or govern."""
    lexicon, noun = text.lexicon, people.noun
    if noun is None or (people.quantity.low or 0) < lexicon.least_fleeing:
        return False
    word = text.words[noun]
    capital = text.doc[noun].text[:1].isupper() and word.endswith("s")
    return word in lexicon.fleeing or lexicon.victims.get(word) == "Civilians" or word in lexicon.nouns or capital


def _own_harm(text: Reading, people: _People, own: Harm, word: str) -> Told | None:
    """The harm that the noun itself says, unless it says what people are already (captives set free)."""
    first, stop = text.bounds(people.start)
    assert people.noun is not None
    if text.near(text.lexicon.grammar["without"], max(first, people.start - 1), people.noun) is not None:
        return None
    article = people.quantity.rule == "article"
    if article and first < people.start and text.is_a(people.start - 1, "of"):
        return None
    if word in text.lexicon.status and own == "Captured":
        freed = text.near(text.lexicon.release, max(first, people.start - 8), min(stop, people.end + 8))
        if word in text.lexicon.weak or freed is not None:
            return None
    return Told(own, people.noun, people.noun + 1, "noun")


def _borrowed(
    text: Reading, people: _People, last: CasualtySpan | None, dead: CasualtySpan | None, known: bool
) -> CasualtySpan | None:
    """A figure whose harm is said elsewhere: the whole it is part of, its conjunct, the count that it corrects."""
    if people.quantity.rule == "article" and people.noun is None:
        return None
    if last is not None and text.sentence[last.start] == text.sentence[people.start]:
        gap = range(last.end, people.start)
        national = people.noun is not None and _names_a_people(text, people.noun)
        part = (known or national) and _is_part(text, people, last)
        if part or (known and _is_conjunct(text, gap, last)):
            told = Told(last.harm, last.predicate, last.predicate_end, "part" if part else last.rule)
            return _span(text, people, told, _victims(text, people, last, last.harm), part or last.part)
    if people.noun is None:
        return _toll(text, people) or _taken_up(text, people, dead or last)
    return None


def _is_part(text: Reading, people: _People, last: CasualtySpan) -> bool:
    """Whether "dont", "parmi lesquels" or a bracket stands between a figure and this one."""
    if text.sentence[last.start] != text.sentence[people.start] or people.start - last.end > _PART_REACH:
        return False
    gap = range(last.end, people.start)
    if any(
        text.is_a(i, "part") or (text.is_a(i, "among") and i + 1 in gap and text.is_a(i + 1, "relative")) for i in gap
    ):
        return True
    brackets = [text.words[i] for i in gap if text.words[i] in ("(", ")", "–", "—", ":")]
    return bool(brackets) and (
        (brackets[-1] in ("(", "–", "—") and len(gap) <= 3) or (brackets == [":"] and last.end + 8 >= people.start)
    )


def _is_conjunct(text: Reading, gap: range, last: CasualtySpan) -> bool:
    """Whether only "et", commas and modifiers stand between two figures, so that one harm befell both."""
    if len(gap) > _TO_NOUN + 1 or not gap or (last.rule == "noun" and not last.part):
        return False
    joined = any(text.is_a(i, "coordination") or text.words[i] in (",", ";") for i in gap)
    loose = (
        text.doc[i].is_punct
        or text.is_a(i, "coordination")
        or text.doc[i].pos_ in ("ADJ", "DET", "ADP", "PROPN", "NOUN")
        for i in gap
    )
    return joined and all(loose)


def _taken_up(text: Reading, people: _People, last: CasualtySpan | None) -> CasualtySpan | None:
    """A bare count beside a verb of counting or "côté", or after another source, that takes up the people before it."""
    if last is None or not 0 <= text.sentence[people.start] - text.sentence[last.start] <= _TAKEN_UP_REACH:
        return None
    first, stop = text.bounds(people.start)
    end = people.quantity.end
    sourced = any(tuple(text.words[end : end + len(phrase)]) == phrase for phrase in text.lexicon.sources)
    if end < stop and not (sourced or text.words[end] in text.lexicon.sides or text.doc[end].is_space):
        return None
    around = (*range(max(first, people.start - 6), people.start), *range(end, min(stop, end + _PART_REACH)))
    counted = any(text.verb(i) in text.lexicon.count and not text.is_a(i, "passive") for i in around)
    sided = end < stop and text.is_a(end, "side")
    named = people.start > first and text.sentence[last.start] == text.sentence[people.start]
    named = named and text.doc[people.start - 1].pos_ in ("NOUN", "PROPN", "ADJ") and last.harm == "Killed"
    if not (counted or sided or sourced or named) or (
        people.start > first and text.is_a(people.start - 1, "adpositions")
    ):
        return None
    told = Told(last.harm, last.predicate, last.predicate_end, "taken up")
    return _span(text, people, told, last.victims, False)


def _toll(text: Reading, people: _People) -> CasualtySpan | None:
    """ "Le bilan est de 12": a bare number whose clause speaks of a toll, or of the number of the wounded."""
    first, stop = text.bounds(people.start)
    lexicon, before, end = text.lexicon, people.start - 1, people.quantity.end
    if before < first or not (
        text.is_a(before, "cost") or text.is_a(before, "of") or text.verb(before) in lexicon.count
    ):
        return None
    for i in (*range(before, max(first, before - _TOLL_REACH) - 1, -1), *range(end, min(stop, end + _TO_NOUN))):
        if text.words[i] in lexicon.toll:
            said = next((k for k in range(i + 1, min(stop, i + 4)) if text.words[k] in lexicon.nouns), None)
            harm = lexicon.nouns[text.words[said]] if said else lexicon.toll[text.words[i]]
            vague = said is None and text.words[i] in lexicon.vague
            return None if vague else _span(text, people, Told(harm, i, i + 1, "toll"), None, False)
    return None


def _victims(text: Reading, people: _People, last: CasualtySpan | None, harm: Harm) -> Victims | None:
    """The kind of victims, by the noun; "12 others" and a bare number are of the kind of the people said before."""
    if people.noun is not None and not text.is_a(people.noun, "other"):
        return victims_of(text, people.noun, harm)
    near = last is not None and text.sentence[people.start] - text.sentence[last.start] <= 1
    return last.victims if near and last is not None and not last.part else None


def _without_survivor(text: Reading, found: Sequence[Quantity], taken: set[int]) -> list[CasualtySpan]:
    """ "Aucun des douze passagers n'a survécu", "six militaires à bord. Pas un n'a survécu": all of them are dead."""
    out = []
    for i, word in enumerate(text.words):
        if text.lexicon.verb_of.get(word) not in text.lexicon.survival or not text.negated(i):
            continue
        first, _ = text.bounds(i)
        if text.near(text.lexicon.none, first, i) is None:
            continue
        begin = text.starts[max(0, text.sentence[i] - 1)]
        counted = [
            people for q in found if begin <= q.start < i and q.start not in taken and (people := _people(text, q))
        ]
        counted = [people for people in counted if people.noun is not None and people.quantity.rule != "article"]
        if counted:
            people = counted[-1]
            out.append(
                _span(
                    text, people, Told("Killed", i, i + 1, "no survivor"), _victims(text, people, None, "Killed"), False
                )
            )
    return out


def _single_victims(text: Reading, taken: set[int], told_already: set[int]) -> list[CasualtySpan]:
    """Single persons killed or wounded: a name, "le gouverneur", "il"; names that are coordinated are counted."""
    out = []
    starts: dict[int, tuple[int, int, bool]] = {}
    for entity in text.doc.ents:
        if entity.label_ == "PER":
            starts[entity.root.i] = (entity.start, entity.end, True)
    for token in text.doc:
        if _is_definite_person(text, token.i) or (text.is_a(token.i, "pronouns") and token.dep_.startswith("nsubj")):
            starts.setdefault(token.i, (token.i, token.i + 1, False))
    for head, (start, end, named) in sorted(starts.items()):
        token = text.doc[head]
        if any(i in taken for i in range(start, end)) or not token.dep_ or token.dep_ in ("conj", "appos", "flat:name"):
            continue
        told = by_syntax(text, head) or nominal(text, start)
        if told is None:
            told = to_the_right(text, end, False, _SINGLE_REACH)
        others = [other for other in token.conjuncts if other.pos_ in ("NOUN", "PROPN")]
        if told is None or told.harm not in ("Killed", "Wounded"):
            continue
        if told.start in told_already and not any(other.i in taken for other in others):
            continue
        count = 1 + sum(other.i not in taken for other in others)
        plural = text.words[told.start].endswith("s") and "VerbForm=Part" in text.doc[told.start].morph
        if told.rule != "nominal" and ((plural and not others) or (count > 1 and not plural)):
            continue
        told_already.add(told.start)
        kind = None if named or count > 1 else text.lexicon.victims.get(text.words[head])
        rule = f"{'named' if named else 'single'}:{told.rule}"
        out.append(CasualtySpan(start, end, told.harm, count, count, kind, head, told.start, False, rule, told.end))
    return out


def _is_definite_person(text: Reading, i: int) -> bool:
    """Whether a singular noun of people has a definite or possessive determiner just before it."""
    word = text.words[i]
    if word not in text.lexicon.people and word not in text.lexicon.victims:
        return False
    if text.doc[i].pos_ not in ("NOUN", "PROPN") or "Number=Plur" in text.doc[i].morph:
        return False
    return any(text.is_a(k, "definite") for k in range(max(0, i - 2), i))
