"""Date expressions of a text, resolved against the article's date or the event just told.

Only what is said is resolved: without an article date, weekdays and days without a year stay open and give
nothing. A span covers whole days, both ends included. Times of day and ages are no dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from spacy.tokens import Doc

from kg.nlp import date_calendar, date_relative
from kg.nlp.date_lexicon import DateLexicon, date_lexicon
from kg.nlp.date_reading import DateReading
from kg.nlp.date_span import LAST_YEAR, Anchor, DateSpan, month_days

__all__ = ["Anchor", "DateSpan", "date_spans", "resolve", "spans_between"]

_Reader = Callable[[DateReading, int], DateSpan | None]
_SAME_KIND = {"day": "day", "days": "day", "weekday": "weekday", "month": "month", "year": "year", "name-year": "year"}
_DASHES = ("-", "–", "—")
_DATELINE = 9


def date_spans(doc: Doc, reference: date | None, language: str = "fr") -> list[DateSpan]:
    """All date expressions of a Doc in order; `reference` is the article's date, against which they resolve.

    An article date before 1800 or after 2198 counts as none. Expressions that cannot be resolved are left out, but for those that count from the event told before
    (`DateSpan.offset`), which `resolve` finishes. Works on Docs without a parse too. Time grows linearly with the
    length of the Doc.
    """
    if reference is not None and not 1800 <= reference.year < LAST_YEAR:
        reference = None
    lexicon = date_lexicon(language)
    text = DateReading(doc, reference, lexicon)
    table = _readers(lexicon)
    found: list[DateSpan] = []
    done = 0
    for i, word in enumerate(text.words):
        readers = table.get(word)
        if readers is None:
            readers = _numeric_readers(word)
        for reader in readers:
            span = reader(text, i) if i >= done else None
            if span is not None and span.start >= 0:
                _add(text, found, span)
                done = found[-1].end if found else span.end
                break
    return [span for span in (_framed(text, span) for span in found) if span is not None]


def _readers(lexicon: DateLexicon) -> Mapping[str, tuple[_Reader, ...]]:
    """The readers to try at each word that can be the core of a date expression."""
    table: dict[str, tuple[_Reader, ...]] = {}

    def at(words: Sequence[str], *readers: _Reader) -> None:
        for word in words:
            table[word] = (*table.get(word, ()), *readers)

    at(list(lexicon.phrases), date_relative.phrase)
    at(list(lexicon.months), date_calendar.month)
    at([f"mi-{name}" for name in lexicon.months], date_calendar.glued_month)
    at(list(lexicon.weekdays), date_relative.weekday)
    at(list(lexicon.seasons), date_calendar.season)
    at(["il", "voici", "voilà"], date_relative.ago)
    at(["dans", "sous", "d'"], date_relative.ahead)
    at(["depuis"], date_relative.since)
    at(["derniers", "dernières"], date_relative.last_ones)
    at(list(lexicon.units), date_relative.later, date_relative.unit)
    at(["week"], date_relative.split_weekend)
    return table


def _numeric_readers(word: str) -> tuple[_Reader, ...]:
    if not word or word[0] not in "0123456789":
        return ()
    if len(word) == 4 and word.isdigit():
        return (date_calendar.numeric_day, date_calendar.year)
    if len(word) > 4:
        return (date_calendar.numeric_day,)
    return (date_calendar.numeric_day, date_calendar.entry, date_calendar.day_of_month)


def _add(text: DateReading, found: list[DateSpan], span: DateSpan) -> None:
    """Add a span, joined to the one before it where both are the ends of one range."""
    if found and found[-1].end > span.start:
        span = replace(span, start=found[-1].end)
    joined = _joined(text, found[-1], span) if found else None
    if joined is not None:
        found[-1] = joined
    else:
        found.append(span)
    if span.begin and span.rule in ("day", "days", "month"):
        text.month, text.month_at = span.begin, span.end
        if span.rule != "month":
            text.last, text.last_at = span.begin, span.end


def _joined(text: DateReading, first: DateSpan, second: DateSpan) -> DateSpan | None:
    """ "de lundi à mardi", "entre 2005 et 2007", "du 3 mai au 5 juin", "samedi et dimanche"."""
    kind = _SAME_KIND.get(first.rule)
    later = _SAME_KIND.get(second.rule.split()[0])
    if kind is None or later is None or not first.begin or not second.begin or not second.finish:
        return None
    if kind != later:
        return _uneven(text, first, second)
    between = text.words[first.end : second.start]
    if len(between) > 4:
        return None
    lead = text.word(first.start - 1)
    article = text.word(first.start)
    framed = lead in ("de", "du", "d'", "depuis") or article == "du"
    if lead == "entre":
        fits = between[:1] == ["et"] and len(between) <= 2
    elif between[:1] in (["à"], ["au"]) or (not between and text.word(second.start) == "au"):
        fits = len(between) <= 2 and (framed or kind == "day")
    elif between[:1] in (["jusqu'"], ["jusqu’"]):
        fits = True
    else:
        fits = bool(between) and between[0] in _DASHES and len(between) == 1 and kind != "month"
    step = timedelta(1) if kind == "weekday" and between in (["et"], ["et", "le"], ["/"], ["ou"]) else None
    begin = _range_begin(text, first, second, kind)
    if begin is None or begin >= second.begin or not (fits or (step and second.begin - begin == step)):
        return None
    start = first.start - (lead in ("entre", "de"))
    night = text.word(start - 1) == "nuit" or text.word(first.start - 1) == "nuit"
    return DateSpan(start, second.end, begin, second.finish, second.anchor, "night" if night else f"{kind}s")


def _uneven(text: DateReading, first: DateSpan, second: DateSpan) -> DateSpan | None:
    """ "entre avril 2014 et le 21 janvier 2015": a range whose ends are of two kinds."""
    lead, between = text.word(first.start - 1), text.words[first.end : second.start]
    up_to = between in (["à"], ["au"]) or (not between and text.word(second.start) == "au")
    fits = (lead == "entre" and between == ["et"]) or (lead == "de" and up_to)
    if not fits or first.begin is None or second.finish is None or first.begin >= second.finish:
        return None
    return DateSpan(first.start - 1, second.end, first.begin, second.finish, second.anchor, "days")


def _range_begin(text: DateReading, first: DateSpan, second: DateSpan, kind: str) -> date | None:
    """The first day of a range, brought to the year or week of its end."""
    begin, end = first.begin, second.begin
    if begin is None or end is None:
        return None
    if kind == "weekday":
        return end - timedelta(((end - begin).days % 7) or 7)
    if kind == "year" or first.anchor == "absolute":
        return begin
    while begin > end:
        begin = _year_shifted(begin, -1)
    while (end - begin).days > 366 and second.anchor == "absolute":
        begin = _year_shifted(begin, 1)
    return begin


def _year_shifted(day: date, years: int) -> date:
    first, last = month_days(day.year + years, day.month)
    return min(first.replace(day=min(day.day, last.day)), last)


def _framed(text: DateReading, span: DateSpan) -> DateSpan | None:
    """A span with the preposition before it: "depuis", "d'ici à", "jusqu'au"; None where it leaves the day unsaid."""
    frames = text.lexicon.frames
    if span.offset is not None:
        return span
    if span.begin is None or span.finish is None:
        return None
    if _is_dateline(text, span):
        return replace(span, rule="dateline")
    for start in (span.start, span.start - 1, span.start - 2):
        if start < span.start and text.word(start) not in (
            "le",
            "la",
            "l'",
            "les",
            "ce",
            "cette",
            "au",
            "à",
            "en",
            "fin",
            "début",
            "mi",
        ):
            break
        if text.match_before(start, frames["before"]) is not None:
            return _until(text, span, start)
        if text.match_before(start, frames["outside"]) is not None and span.rule not in ("weekdays", "days"):
            return None if span.rule != "name-year" else span
        opened = text.match_before(start, frames["since"])
        if opened is not None:
            return _since(text, span, opened)
        within = text.match_before(start, frames["within"])
        if within is None:
            within = text.match_before(start, frames["until"])
        if within is not None:
            return _until(text, span, within)
    return span


def _until(text: DateReading, span: DateSpan, start: int) -> DateSpan | None:
    """From the article's date to the span's last day; a bound that is past leaves the beginning unsaid."""
    if text.reference is None or span.finish is None or span.finish <= text.reference:
        return None
    return replace(span, start=start, begin=text.reference, rule=f"until {span.rule}", weekday=False)


def _since(text: DateReading, span: DateSpan, start: int) -> DateSpan | None:
    """From the span's first day to the article's date; "à partir de" something to come has no end said."""
    reference = text.reference
    if reference is None or span.begin is None:
        return None if text.word(start) == "depuis" else span
    if span.begin > reference or text.word(start) != "depuis" or span.rule in ("days", "weekdays", "months", "years"):
        return span
    return replace(span, start=start, finish=reference, rule=f"since {span.rule}", weekday=False)


def _is_dateline(text: DateReading, span: DateSpan) -> bool:
    """ "BAKOU, 28 octobre (Xinhua) --", "Paris, le 14 décembre 2025", and a headline's "(8 août 2006)": not in the telling."""
    after = text.word(span.end)
    if span.rule not in ("day", "weekday"):
        return False
    if after == ")" and not any("\n" in word for word in text.words[: span.start]):
        return True
    i = span.start - 1
    if not (after in ("(", "-", "--", "—", "–", ":", "") or "\n" in after) or text.word(i) not in (",", "("):
        return False
    if not text.opens_paragraph(span.start, _DATELINE):
        return False
    while i >= 0 and "\n" not in text.word(i) and span.start - i <= _DATELINE:
        token = text.doc[i]
        if not (token.is_punct or token.text[:1].isupper() or token.lower_ in ("de", "la", "le", "du", "-")):
            return False
        i -= 1
    return True


def resolve(span: DateSpan, told: tuple[date, date] | None) -> tuple[date, date] | None:
    """The days of a span; `told` are those of the event just told, from which "la veille" counts.

    None for a span that counts from an event whose days are unknown, or cover more than one night.
    """
    if span.offset is None:
        return span.days
    if told is None or (told[1] - told[0]).days > 1:
        return None
    day = (told[1] if span.offset > 0 else told[0]) + timedelta(span.offset)
    return (told[0], told[1]) if span.offset == 0 else (day, day)


def spans_between(spans: Sequence[DateSpan], begin: int, end: int) -> list[DateSpan]:
    """The spans that start in tokens `begin` to `end`."""
    return [span for span in spans if begin <= span.start < end]
