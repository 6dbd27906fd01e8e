"""Which date expression dates which event.

For each trigger the date expressions of its sentence, of the sentences before it in its paragraph and, in a live
blog, the blog's own day stand for choice, beside "no date". A conditional logit over features of syntax, order
and tense chooses (`kg.nlp.linear`; weights in ``kg/<language>/models/event_dates.json``). Around it stand three
rules: expressions that count from the event told before are resolved in text order; "une semaine après
l'attaque" dates the attack from what it is compared with; a war "lancée le 3 mai" goes on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from spacy.tokens import Doc

from kg.nlp.attribution_lexicon import lexicon as sayings
from kg.nlp.date_lexicon import date_lexicon
from kg.nlp.date_span import DateSpan
from kg.nlp.dates import resolve
from kg.nlp.linear import LinearModel, likeliest, load_model, softmax
from kg.nlp.links import coarse_path, coordination, path, verb_tense, word_form
from kg.nlp.text import Block
from kg.nlp.triggers import Trigger

MODEL = "event_dates"
LEAST = 0.5
"""The least probability at which a date is given."""
LASTING = frozenset({"Conflict", "Displacement", "Deployment", "Abduction"})
STATEMENTS = frozenset({"Accusation", "Denial", "Threat", "Appeal"})
_TIME = re.compile(r"\W{0,4}\d{1,2}\s?(?:h\s?(?:\d{2})?|:\s?\d{2})\b")
_BACK = 2
_STOPS = frozenset({",", ";", ":", "(", ")", "-", "–", "—"})
_NONE = 0.0
_COMPARED = 0.5
_NEAR = 12
_LONGEST, _SINCE = 5, 9
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where tokens stand: sentence, paragraph; where sentences start; which paragraphs are items of a live blog."""

    sentence: list[int]
    paragraph: list[int]
    starts: list[int]
    timed: frozenset[int]
    language: str = "fr"

    @classmethod
    def of(cls, doc: Doc, language: str = "fr") -> Layout:
        """Number the sentences and paragraphs of a Doc; two items with a time of day make a live blog."""
        sentence: list[int] = []
        paragraph: list[int] = []
        starts: list[int] = []
        openings = [0]
        for token in doc:
            if token.is_sent_start or not starts:
                starts.append(token.i)
            sentence.append(len(starts) - 1)
            paragraph.append(len(openings) - 1)
            if "\n" in token.text:
                openings.append(token.i + 1)
        timed = [n for n, i in enumerate(openings) if i < len(doc) and _TIME.match(doc[i : i + 6].text)]
        return cls(sentence, paragraph, starts, frozenset(timed if len(timed) > 1 else ()), language)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice for a trigger: days, and the expression that says them (None: the day of the live blog).

    `lasting` tells that the days run on from the beginning said to the article's date.
    """

    days: Days
    span: DateSpan | None
    lasting: bool = False


def settled(spans: Sequence[DateSpan]) -> list[tuple[DateSpan, Days]]:
    """The spans with their days, those that count from what was told before resolved in text order."""
    told: Days | None = None
    night: Days | None = None
    out = []
    for span in spans:
        if span.rule == "dateline" or span.base is not None:
            continue
        days = resolve(span, night if span.rule == "relative night" and night else told)
        if days is not None:
            out.append((span, days))
            if (days[1] - days[0]).days <= 1:
                told = days
            if span.rule == "night":
                night = days
    return out


def options(
    doc: Doc, trigger: Trigger, spans: Sequence[tuple[DateSpan, Days]], layout: Layout, reference: date | None
) -> list[Option]:
    """The dates that a trigger may have, in text order; the live blog's day comes last.

    What began on a day ("lancée le 3 mai", "depuis le début, en mai, des combats") may have lasted since.
    """
    sentence, paragraph = layout.sentence[trigger.root], layout.paragraph[trigger.root]
    out = [
        Option(days, span)
        for span, days in spans
        if -_BACK <= layout.sentence[span.start] - sentence <= 0
        or (layout.paragraph[span.start] == paragraph and span.start < trigger.root and _opens(span, layout))
    ]
    out = [option for option in out if not _dates_telling(doc, trigger, option, layout)]
    if reference is not None:
        out += [
            Option((option.days[0], reference), option.span, True)
            for option in out
            if option.span is not None and option.days[1] < reference and _begins(doc, option.span, layout)
        ]
    if reference is not None and layout.timed:
        out.append(Option((reference, reference), None))
    return out


def _dates_telling(doc: Doc, trigger: Trigger, option: Option, layout: Layout) -> bool:
    """Whether an option is the day on which the event was told of: "Lundi, l'armée a reconnu avoir perdu la ville"."""
    if option.span is None or option.lasting or option.span.rule.startswith("until"):
        return False
    if option.span.start > trigger.start:
        return False
    verb = doc[span_head(doc, option.span)].head
    telling = verb.lemma_ in date_lexicon(layout.language).words["telling"]
    if (
        not (telling or verb.lower_ in sayings(layout.language).say)
        or verb.i == trigger.root
        or trigger.start <= verb.i < trigger.end
    ):
        return False
    told = ("ccomp", "xcomp", "parataxis", *(("obj", "obl:arg") if telling else ()))
    node = doc[trigger.root]
    for _ in range(_NEAR):
        if node.head.i == verb.i and node.head.i != node.i:
            return node.dep_ in told
        if node.head.i == node.i:
            return False
        node = node.head
    return False


def _begins(doc: Doc, span: DateSpan, layout: Layout) -> str:
    """The word that makes a date the beginning of something that lasts: "depuis" before it, or a verb of beginning."""
    words = date_lexicon(layout.language).words
    if span.rule.startswith(("since", "until")):
        return ""
    first = layout.starts[layout.sentence[span.start]]
    for i in range(span.start - 1, max(first, span.start - _SINCE) - 1, -1):
        if doc[i].lower_ == "depuis":
            return "depuis"
        if doc[i].pos_ in ("VERB", "AUX") and "VerbForm=Fin" in str(doc[i].morph):
            break
    governor = doc[span_head(doc, span)].head
    return "begin" if governor.lemma_ in words["beginning"] else ""


def _opens(span: DateSpan, layout: Layout) -> bool:
    """Whether a span opens its paragraph, as in a chronology."""
    return span.start < 3 or layout.paragraph[span.start - 3] != layout.paragraph[span.start]


def span_head(doc: Doc, span: DateSpan) -> int:
    """The token of a span whose syntactic head lies outside it."""
    for token in doc[span.start : span.end]:
        inside = span.start <= token.head.i < span.end
        if (not inside or token.head.i == token.i) and token.dep_ not in ("case", "det", "punct"):
            return token.i
    return span.start


def features(
    doc: Doc,
    trigger: Trigger,
    option: Option,
    choice: Sequence[Option],
    triggers: Sequence[Trigger],
    layout: Layout,
    reference: date | None,
) -> list[str]:
    """Named features of a trigger and one of its options."""
    root = doc[trigger.root]
    form, tense = word_form(root), verb_tense(doc, trigger)
    own = sum(o.span is not None and layout.sentence[o.span.start] == layout.sentence[root.i] for o in choice)
    statement = trigger.type in STATEMENTS
    if option.span is None:
        timed = layout.paragraph[root.i] in layout.timed
        place = "item" if timed else "head" if layout.paragraph[root.i] == 0 else "other"
        return [
            "blog", f"blog:{place}", f"blog:{place}:{tense}", f"blog:own={min(own, 1)}",
            f"blog:{place}:{form}:{min(own, 1)}", f"blog:choice={len(choice) > 1}", f"blog:type={trigger.type}",
        ]  # fmt: skip
    span = option.span
    kind = f"lasting {_begins(doc, span, layout)}" if option.lasting else _kind(span)
    gap = layout.sentence[root.i] - layout.sentence[span.start]
    sign = _sign(option.days, reference)
    out = [
        f"kind={kind}:{bool(gap)}", f"kind={kind}:{bool(gap)}:{form}", f"gap={gap}", f"sign={sign}:{tense}", f"sign={sign}:{form}:{bool(gap)}",
        f"type={trigger.type}:{bool(gap)}", f"type={trigger.type}:{kind}", f"statement={statement}:{bool(gap)}:{form}",
    ]  # fmt: skip
    twin = any(other.span is span and other.lasting for other in choice)
    out += [
        f"twin={twin}:{trigger.type}",
        f"twin={twin}:{option.lasting}:{trigger.type in LASTING}:{form}",
        f"twin={twin}:{option.lasting}:{tense}",
    ]
    if option.lasting:
        out += [f"lasting:{trigger.type}", f"lasting:{trigger.type in LASTING}:{bool(gap)}:{kind}"]
    if gap:
        return out + _across(doc, trigger, span, choice, triggers, layout, (own, tense, form))
    return out + _within(doc, trigger, span, choice, triggers, layout)


def _kind(span: DateSpan) -> str:
    if span.offset is not None:
        return "relative" if span.offset else "same day"
    return span.rule.split()[0]


def _sign(days: Days, reference: date | None) -> str:
    if reference is None:
        return "open"
    if days[0] > reference:
        return "ahead"
    if days[1] >= reference:
        return "today" if days[0] == days[1] else "touching"
    return "recent" if (reference - days[1]).days <= 7 else "past"


def _within(
    doc: Doc,
    trigger: Trigger,
    span: DateSpan,
    choice: Sequence[Option],
    triggers: Sequence[Trigger],
    layout: Layout,
) -> list[str]:
    """Features of a date in the trigger's own sentence."""
    root, head = doc[trigger.root], doc[span_head(doc, span)]
    form = word_form(root)
    statement = trigger.type in STATEMENTS
    up, down, top = path(root, head)
    order = "before" if span.start < trigger.root else "after"
    lo, hi = min(root.i, span.end - 1), max(root.i, span.start)
    here = [t for t in triggers if layout.sentence[t.root] == layout.sentence[root.i]]
    between = sum(lo < t.root < hi for t in here)
    rivals = sum(o.span is not None and layout.sentence[o.span.start] == layout.sentence[root.i] for o in choice)
    words = [doc[i].lower_ for i in range(lo + 1, hi)]
    verbs = sum(doc[i].pos_ in ("VERB", "AUX") and "VerbForm=Fin" in str(doc[i].morph) for i in range(lo + 1, hi))
    opening = span.start - layout.starts[layout.sentence[span.start]] <= 2
    governor = head.head if head.head.i != head.i else head
    owner = _owner(doc, head.i, {t.root: t for t in here})
    whose = (
        "own" if owner is trigger else "none" if owner is None else "statement" if owner.type in STATEMENTS else "other"
    )
    saying = governor.lower_ in sayings(layout.language).say and governor.i != root.i
    coarse = coarse_path(up, down[:-1])
    shape = "/".join(up) + ">" + "/".join(down) if len(up) + len(down) <= _LONGEST else "far"
    nearest = min(here, key=lambda t: (_distance(t, span), t.root)).root == root.i
    closest = min((o.span for o in choice if o.span), key=lambda s: (_distance(trigger, s), s.start)) is span
    preposition = doc[span.start - 1].lower_ if span.start > layout.starts[layout.sentence[root.i]] else "^"
    top_role = (
        "own" if top == root.i else "trigger" if top in {t.root for t in here} else doc[top].pos_ if top >= 0 else "?"
    )
    clauses = sum(
        label in ("ccomp", "xcomp", "advcl", "acl", "acl:relcl", "parataxis", "csubj") for label in (*up, *down)
    )
    return [
        f"coarse={coarse}:{form}", f"coarse={coarse}:{whose}", f"coarse={coarse}:{order}:{opening}", f"coarse={coarse}:{min(rivals, 2)}",
        f"whose={whose}:opening={opening}:{min(between, 1)}", f"whose={whose}:saying={saying}",
        f"entry={_entry(doc, span, layout)}",
        f"shared={coordination(root, governor)}:{statement}",
        f"shared={coordination(root, governor)}:{opening}",
        f"segment={sum(w in _STOPS for w in words)}:{min(verbs, 2)}:{order}",
        f"segment={any(w in _STOPS for w in words)}:{whose}:{order}:{form}",
        f"adjacent={min(4, _distance(trigger, span))}:{order}:{form}",
        f"until={span.rule.startswith('until')}:{verb_tense(doc, trigger)}",
        f"kind={_kind(span)}:{trigger.type in LASTING}:{form}",
        f"route={form}:{shape}", f"route={shape}", f"up={form}:{'/'.join(up[:3])}", f"down={'/'.join(down[-3:])}:{whose}",
        f"whose={whose}:{form}", f"whose={whose}:{order}", f"whose={whose}:{min(rivals, 2)}", f"whose={whose}:{statement}",
        f"between={min(between, 2)}:{order}", f"nearest={nearest}:{closest}", f"nearest={nearest}:{order}:{whose}",
        f"distance={min(5, (hi - lo) // 3)}:{order}", f"verbs={min(verbs, 2)}:{order}:{whose}",
        f"stops={min(3, sum(w in (',', ';', ':', '(', ')', '-', '–') for w in words))}:{order}",
        f"relative={any(w in ('qui', 'que', 'dont', 'où', 'lors') for w in words)}:{order}",
        f"opening={opening}:{'ccomp' in up}:{form}", f"opening={opening}:{min(rivals, 2)}:{min(len(here), 3)}",
        f"saying={saying}:{statement}", f"saying={saying}:{'ccomp' in up or 'xcomp' in up}", f"alone={rivals == 1}:{len(here) == 1}",
        f"rivals={min(rivals, 3)}:{closest}", f"lead={preposition}:{whose}", f"top={top_role}:{form}", f"clauses={min(clauses, 3)}:{form}",
        f"kind+order={_kind(span)}:{order}:{form}",
    ]  # fmt: skip


def _distance(trigger: Trigger, span: DateSpan) -> int:
    return span.start - trigger.end if span.start >= trigger.end else trigger.start - span.end + 1


def _owner(doc: Doc, i: int, roots: dict[int, Trigger]) -> Trigger | None:
    """The nearest trigger above a token in the tree."""
    node = doc[i]
    for _ in range(_NEAR):
        if node.i in roots:
            return roots[node.i]
        if node.head.i == node.i:
            return None
        node = node.head
    return None


def _entry(doc: Doc, span: DateSpan, layout: Layout) -> bool:
    """Whether a span is the heading of an entry of a chronology."""
    return _opens(span, layout) and doc[min(span.end, len(doc) - 1)].text in (":", ".", "-", "–", "—")


def _across(
    doc: Doc,
    trigger: Trigger,
    span: DateSpan,
    choice: Sequence[Option],
    triggers: Sequence[Trigger],
    layout: Layout,
    known: tuple[int, str, str],
) -> list[str]:
    """Features of a date in a sentence before the trigger's."""
    own, tense, form = known
    root = doc[trigger.root]
    gap = layout.sentence[root.i] - layout.sentence[span.start]
    together = layout.paragraph[span.start] == layout.paragraph[root.i]
    opening = _opens(span, layout)
    there = [t for t in triggers if layout.sentence[t.root] == layout.sentence[span.start]]
    alike = any(t.type == trigger.type for t in there)
    determiner = next((child.lower_ for child in root.children if child.dep_ == "det"), "")
    pointing = determiner in ("ce", "cet", "cette", "ces")
    first = layout.starts[layout.sentence[root.i]]
    entry = _entry(doc, span, layout)
    latest = not any(o.span and span.start < o.span.start < root.i and not o.lasting for o in choice)
    passed = sum(span.end <= t.root < root.i for t in triggers)
    carried = any(verb_tense(doc, t).strip("^") == tense.strip("^") for t in there)
    return [
        f"back:latest={latest}:{together}", f"back:latest={latest}:{carried}:{form}", f"back:passed={min(passed, 4)}:{together}",
        f"back:latest={latest}:{min(gap, 3)}:{own > 0}", f"back:statement={trigger.type in STATEMENTS}:{any(t.type in STATEMENTS for t in there)}",
        f"back={min(gap, 3)}:{together}", f"back={min(gap, 3)}:{together}:own={min(own, 1)}", f"back:{together}:opening={opening}:{entry}",
        f"back:tense={tense}:{together}", f"back:alike={alike}:{form}", f"back:pointing={pointing}:{alike}", f"back:det={determiner}",
        f"back:there={min(2, len(there))}:{together}", f"back:kind={_kind(span)}:{together}", f"back:first={doc[first].lower_}",
        f"back:head={layout.paragraph[root.i] <= 1}:{together}", f"back:last={span.start > layout.starts[layout.sentence[root.i]] - 8}",
        f"back:type={trigger.type}:{together}",
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dating:
    """The days of one trigger, the expression they stand on (None: the live blog's day), and their probability."""

    days: Days
    span: DateSpan | None
    score: float


def datings(
    doc: Doc,
    triggers: Sequence[Trigger],
    spans: Sequence[DateSpan],
    reference: date | None,
    blocks: Sequence[Block] | None = None,
    *,
    model: LinearModel | None = None,
    language: str = "fr",
) -> list[Dating | None]:
    """The dating of each trigger, or None where the text dates it nowhere near.

    `spans` come from `kg.nlp.dates.date_spans`, `reference` is the article's date. Date expressions in `blocks`
    of kind ``dateline`` date no event. `model` replaces the weights of the language pack. Of several mentions of
    one event the dating with the highest score is the one to keep.
    """
    weights = model or load_model(language, MODEL)
    layout = Layout.of(doc, language)
    spans = outside_datelines(doc, spans, blocks or ())
    known = settled(spans)
    out: list[Dating | None] = []
    for trigger in triggers:
        choice = options(doc, trigger, known, layout, reference)
        names = [features(doc, trigger, option, choice, triggers, layout, reference) for option in choice]
        chances = softmax([_NONE, *map(weights.score, names)])
        found = likeliest([option.days for option in choice], chances[1:], LEAST)
        out.append(found and Dating(choice[found[0]].days, choice[found[0]].span, found[1]))
    _compared(doc, triggers, spans, known, out)
    return out


def event_dates(
    doc: Doc,
    triggers: Sequence[Trigger],
    spans: Sequence[DateSpan],
    reference: date | None,
    blocks: Sequence[Block] | None = None,
) -> list[Days | None]:
    """The first and last day of each trigger, both included, or None; see `datings`."""
    return [dating.days if dating else None for dating in datings(doc, triggers, spans, reference, blocks)]


def _told(known: Sequence[tuple[DateSpan, Days]], i: int) -> Days | None:
    """The single day most recently told before token i."""
    return next((days for span, days in reversed(known) if span.start < i and days[0] == days[1]), None)


def outside_datelines(doc: Doc, spans: Sequence[DateSpan], blocks: Sequence[Block]) -> list[DateSpan]:
    """The spans that stand in no dateline."""
    lines = [block for block in blocks if block.kind == "dateline"]
    return [span for span in spans if not any(b.begin <= doc[span.start].idx < b.end for b in lines)]


def _compared(
    doc: Doc,
    triggers: Sequence[Trigger],
    spans: Sequence[DateSpan],
    known: Sequence[tuple[DateSpan, Days]],
    out: list[Dating | None],
) -> None:
    """ "Une semaine après l'attaque": date the attack from what it is compared with, or the other way round."""
    for span in spans:
        if span.base is None or span.offset is None:
            continue
        base = next((k for k, t in enumerate(triggers) if span.base <= t.root < span.base + 6), None)
        if base is None:
            continue
        owner = _owner(doc, span_head(doc, span), {t.root: t for t in triggers})
        main = next((k for k, t in enumerate(triggers) if t is owner and k != base), None)
        first, second = out[main] if main is not None else None, out[base]
        told = first.days if first else _told(known, span.start)
        if told is not None and told[0] == told[1] and (second is None or second.days == told):
            day = told[0] - timedelta(span.offset)
            out[base] = Dating((day, day), span, _COMPARED)
        elif main is not None and first is None and second is not None:
            days = resolve(replace(span, base=None), second.days)
            out[main] = Dating(days, span, _COMPARED) if days else None
