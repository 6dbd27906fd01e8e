"""Readers of calendar dates: days, months, seasons and years, and the year that is left unsaid."""

from __future__ import annotations

import re
from datetime import date, timedelta

from kg.nlp.date_reading import DateReading
from kg.nlp.date_span import Anchor, DateSpan, calendar_day, month_days, year_days

_NUMERIC = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})/(\d{1,2})")
_ISO = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")
_DASHES = ("-", "–", "—", "/")
_LONGEST_SPAN = 20
_AFTER_ENTRY = (":", ".", "-", "–", "—")
_ENTRY_APART = 200
"""Tokens from one entry of a chronology to the next at most."""
_WEEKDAY_YEARS = 1
"""A weekday said with a day and month decides between the article's year and as many years before and after."""
_NEAR_AHEAD, _LONG_AGO, _FAR_AHEAD = 45, 300, 300
"""Days: a date unsaid in its direction is taken for one to come only when so near, the last one being so long ago;
a date to come is not taken for more than `_FAR_AHEAD` days ahead."""


def numeric_day(text: DateReading, i: int) -> DateSpan | None:
    """ "28/10/2020", "28.10.2020", "28-10-2020", and ISO 8601 "2020-10-28"."""
    word, end = text.word(i), i + 1
    if text.word(i + 1) == "-" and text.word(i + 3) == "-":
        word, end = "-".join((word, text.word(i + 2), text.word(i + 4))), i + 5
    if end > i + 1 and not _ISO.fullmatch(word):
        word = word.replace("-", "/")
    short = _DAY_MONTH.fullmatch(word)
    if short and text.word(i - 1) in ("le", "du", "au", "ce"):
        day = _fitting(text, int(short[2]), int(short[1]), i)
        return DateSpan(i - 1, end, day, day, "article", "day") if day else None
    match, iso = _NUMERIC.fullmatch(word), _ISO.fullmatch(word)
    if match is None and iso is None:
        return None
    parts = (match[3], match[2], match[1]) if match else iso.groups() if iso else ("0", "0", "0")
    day = calendar_day(*map(int, parts))
    return DateSpan(i, end, day, day, "absolute", "day") if day else None


def month(text: DateReading, i: int) -> DateSpan | None:
    """A month's name with what stands around it: day, days, weekday, year, "début", "dernier"."""
    number = text.lexicon.months[text.word(i)]
    end, year, step = _year_after(text, i + 1)
    day = text.day_before(i)
    if day is not None:
        return _day(text, i, number, day, (end, year, step))
    lead = text.word(i - 1)
    edge = lead in text.lexicon.words["edges"] or (lead == "-" and text.word(i - 2) == "mi")
    alone = text.opens_line(i) and text.closes_line(end)
    said = year is not None or step != 0 or alone
    if not said and text.among("month_variants", i):
        return None
    if not (said or edge or lead in text.lexicon.words["before_month"] or _after_month_of(text, i)):
        return None
    if lead in ("à", "et") and not said and text.word(i - 2) not in ("de", "d'") and not _month_before(text, i - 1):
        return None
    start = i - 1 if lead == "en" or edge else i
    first = _resolve(text, number, 1, start, year, step)
    if first is None:
        return None
    if alone:
        text.listed, text.listed_at = first, i
    anchor: Anchor = "absolute" if year else "article"
    return DateSpan(start, end, *month_days(first.year, number), anchor, "month")


def glued_month(text: DateReading, i: int) -> DateSpan | None:
    """ "mi-juin", in one token."""
    number = text.lexicon.months.get(text.word(i)[3:])
    if number is None:
        return None
    end, year, step = _year_after(text, i + 1)
    first = _resolve(text, number, 1, i, year, step)
    return (
        DateSpan(i, end, *month_days(first.year, number), "absolute" if year else "article", "month") if first else None
    )


def _month_before(text: DateReading, i: int) -> bool:
    return text.word(i - 1) in text.lexicon.months or text.year(i - 1) is not None


def _after_month_of(text: DateReading, i: int) -> bool:
    """Whether "le mois de" or "au mois de" stands before token i."""
    return text.word(i - 2) == "mois" and text.word(i - 1) in ("de", "d'")


def _year_after(text: DateReading, i: int) -> tuple[int, int | None, int]:
    """What says the year after a month, at token i: end, the year, or -1 for "dernier" and 1 for "prochain"."""
    year = text.year(i)
    if year:
        return i + 1, year, 0
    if text.among("last", i):
        return i + 1, None, -1
    if text.among("next", i):
        return i + 1, None, 1
    if text.word(i) == "de" and text.reference is not None:
        if text.words[i + 1 : i + 3] in (["cette", "année"], ["l'", "année"]):
            shift = -1 if text.among("last", i + 3) else 1 if text.among("next", i + 3) else 0
            if shift or text.word(i + 1) == "cette":
                return i + 3 + (shift != 0), text.reference.year + shift, 0
        if text.words[i + 1 : i + 4] == ["la", "même", "année"] and text.last:
            return i + 4, text.last.year, 0
    return i, None, 0


def _day(
    text: DateReading, i: int, number: int, day: tuple[int, int], after: tuple[int, int | None, int]
) -> DateSpan | None:
    """The day (or the days) before the month's name at token i."""
    value, start = day
    end, year, step = after
    known = _resolve(text, number, value, start, year, step)
    if known is None:
        return None
    if not year and not step:
        known = _on_weekday(text, start, known)
    anchor: Anchor = "absolute" if year else "article"
    span = DateSpan(_leftmost(text, start), text.part_of_day(end), known, known, anchor, "day")
    return _several_days(text, start, known, span) or span


def _on_weekday(text: DateReading, start: int, day: date) -> date:
    """The day in the nearest year in which it falls on the weekday said before it ("le vendredi 9 juin"), if in any."""
    before = start - 2 if text.word(start - 1) in (",", "le") else start - 1
    weekday = text.lexicon.weekdays.get(text.word(before))
    if weekday is None or text.reference is None or day.weekday() == weekday:
        return day
    years = sorted(range(-_WEEKDAY_YEARS, _WEEKDAY_YEARS + 1), key=lambda step: (abs(step), step))
    others = [calendar_day(text.reference.year + step, day.month, day.day) for step in years]
    return next((other for other in others if other and other.weekday() == weekday), day)


def _leftmost(text: DateReading, start: int) -> int:
    """The weekday, article and the like before a day belong to it."""
    if text.word(start - 1) == "," and text.word(start - 2) in text.lexicon.weekdays:
        start -= 1
    if text.word(start - 1) in text.lexicon.weekdays:
        start -= 1
    return start - 1 if text.word(start - 1) in ("le", "ce", "au", "du", "les", "des", "aux") else start


def _several_days(text: DateReading, start: int, last: date, span: DateSpan) -> DateSpan | None:
    """ "du 3 au 7 mai", "entre le 3 et le 7 mai", "les 3 et 4 mai": the days before the last one, at token start."""
    j = start - 1
    j -= text.word(j) in ("le", "la") or text.word(j) in text.lexicon.weekdays
    joint = text.word(j)
    if joint not in ("au", "et", "à", "ou", *_DASHES):
        return None
    first = text.day_before(j)
    if first is None or not text.word(j - 1)[:1].isdigit():
        return None
    value, i = first
    begin = calendar_day(last.year, last.month, value)
    lead = i - 1 if text.word(i - 1) in ("le", "du", "les", "des", "aux") else i
    lead -= text.word(lead - 1) in text.lexicon.weekdays
    lead -= text.word(lead - 1) in ("du", "le") and text.word(lead) in text.lexicon.weekdays
    between = text.word(lead - 1) == "entre"
    if begin is None or begin >= last:
        return None
    if joint in ("et", "ou") and not between and (last - begin).days > 1:
        return None
    return DateSpan(lead - between, span.end, begin, last, span.anchor, "days")


def _resolve(text: DateReading, month: int, day: int, i: int, year: int | None, step: int) -> date | None:
    """A day with its year said, or with the year that fits best."""
    if year:
        return calendar_day(year, month, day)
    if step and text.reference is None:
        return None
    if step and text.reference:
        options = [calendar_day(text.reference.year + delta, month, day) for delta in (-1, 0, 1)]
        behind = [o for o in options if o and o < text.reference.replace(day=1 if day == 1 else text.reference.day)]
        ahead = [o for o in options if o and o > text.reference]
        return (behind[-1] if behind else None) if step < 0 else (ahead[0] if ahead else None)
    return _fitting(text, month, day, i)


def _fitting(text: DateReading, month: int, day: int, i: int) -> date | None:
    """A day without a year: the closest fitting one, not after the article unless the clause looks ahead.

    An entry of a chronology, which opens a paragraph, goes on from the entry before it; without an article date
    the year most recently told holds.
    """
    reference, told = text.reference, text.last
    near = text.opens_paragraph(i) or text.same_paragraph(text.last_at, i)
    if told and (reference is None or (told.year < reference.year and near)):
        value = calendar_day(told.year, month, day)
        if reference is None or value is None or value >= told:
            return value
        return calendar_day(told.year + 1, month, day)
    if reference is None:
        return None
    options = [v for delta in (-2, -1, 0, 1) if (v := calendar_day(reference.year + delta, month, day))]
    ahead = next((value for value in options if value > reference), None)
    behind = next((value for value in reversed(options) if value <= reference), None)
    direction = text.direction(i)
    if ahead is None or behind is None or text.word(i - 1) == "depuis":
        return behind
    coming, gone = (ahead - reference).days, (reference - behind).days
    if direction > 0 and coming < _FAR_AHEAD and gone > 0 and (day > 1 or gone > 31):
        return ahead
    return ahead if direction == 0 and coming <= _NEAR_AHEAD and gone >= _LONG_AGO else behind


def season(text: DateReading, i: int) -> DateSpan | None:
    """ "à l'été 2006", "au printemps", "l'hiver dernier", "cet automne": whole months."""
    if text.word(i - 1) not in ("l'", "le", "au", "cet", "ce", "en", "du", "d'", "de"):
        return None
    first, last = text.lexicon.seasons[text.word(i)]
    year, end = text.year(i + 1), i + 2
    length = last - first + (13 if last < first else 1)
    if year is None:
        if text.reference is None:
            return None
        step = -1 if text.among("last", i + 1) else 1 if text.among("next", i + 1) else 0
        if not step and text.word(i - 1) not in ("l'", "au", "cet", "ce"):
            return None
        if not step and text.word(i - 1) == "l'" and text.word(i - 2) not in ("à", "depuis", "de", "dès"):
            return None
        end = i + 1 + (step != 0)
        ahead = step > 0 or (step == 0 and text.direction(i) > 0)
        year = text.reference.year + 1
        while ahead and year > 1 and month_days(year - 1, first)[0] > text.reference:
            year -= 1
        while not ahead and month_days(year, first)[0] > text.reference:
            year -= 1
        if step < 0 and month_days(year, first + length - 1)[1] >= text.reference:
            year -= 1
        return DateSpan(
            i - 1, end, month_days(year, first)[0], month_days(year, first + length - 1)[1], "article", "season"
        )
    if text.word(i + 2) in _DASHES and text.year(i + 3) == year + 1:
        end = i + 4
    elif (
        last < first
        and text.word(i + 2) not in _DASHES
        and text.reference
        and text.reference.year == year
        and text.reference.month < first
    ):
        year -= 1
    return DateSpan(
        i - 1, end, month_days(year, first)[0], month_days(year, first + length - 1)[1], "absolute", "season"
    )


def year(text: DateReading, i: int) -> DateSpan | None:
    """ "en 2014", "en 2014-2015", "fin 2019", "l'année 2019", "les années 1990", and "… de 2015"."""
    value = text.year(i)
    if value is None or (text.reference and value > text.reference.year + 30):
        return None
    lead = text.word(i - 1)
    if lead == "années" or (lead == "années" and value % 10 == 0):
        return DateSpan(i - 1, i + 1, *year_days(value, value + 9), "absolute", "decade") if value % 10 == 0 else None
    other = text.year(i + 2) if text.word(i + 1) in _DASHES else None
    if lead in text.lexicon.words["before_year"] or (lead == "-" and text.word(i - 2) == "mi"):
        start = i - 1 if lead == "en" or lead in text.lexicon.words["edges"] else i
        if other and value < other <= value + _LONGEST_SPAN:
            return DateSpan(start, i + 3, *year_days(value, other), "absolute", "year")
        return DateSpan(start, i + 1, *year_days(value), "absolute", "year")
    counted = i + 1 < len(text.doc) and text.doc[i + 1].pos_ == "NOUN" and text.doc[i + 1].is_alpha
    if (lead in ("de", "entre", "à", "et") and not counted) or (lead == "(" and text.word(i + 1) == ")"):
        if other and value < other <= value + _LONGEST_SPAN:
            return DateSpan(i, i + 3, *year_days(value, other), "absolute", "name-years")
        return DateSpan(i, i + 1, *year_days(value), "absolute", "name-year")
    return None


def entry(text: DateReading, i: int) -> DateSpan | None:
    """ "- 19: …", "22-25 : …", "3. …": the days of an entry of a chronology, in the month that heads it."""
    found = text.day_at(i)
    if found is None or text.listed is None or i - text.listed_at > _ENTRY_APART or not text.opens_line(i):
        return None
    value, end = found
    begin = calendar_day(text.listed.year, text.listed.month, value)
    last = text.day_at(end + 1) if text.word(end) in ("-", "–", "et", "au") else None
    if last is not None:
        end = last[1]
    finish = calendar_day(text.listed.year, text.listed.month, last[0]) if last else begin
    if text.word(end) not in _AFTER_ENTRY or begin is None or finish is None or finish < begin:
        return None
    text.listed_at = i
    return DateSpan(i, end, begin, finish, "article", "days" if last else "day")


def day_of_month(text: DateReading, i: int) -> DateSpan | None:
    """ "le 20", "lundi 5", "la nuit du 24 au 25": days of the month told last, or of the weekday that is said."""
    found = text.day_at(i)
    if found is None or text.word(found[1]) in text.lexicon.months:
        return None
    value, end = found
    listed = _listed_day(text, i, found)
    if listed is not None:
        return listed
    if text.word(i - 1) in text.lexicon.weekdays and text.reference is not None:
        day = _weekday_day(text.reference, text.lexicon.weekdays[text.word(i - 1)], value)
        if day is None:
            return None
        return DateSpan(i - 1, text.part_of_day(end), day, day, "article", "day")
    lead, after = text.word(i - 1), text.doc[end] if end < len(text.doc) else None
    step = text.among("next", end + 2) - text.among("last", end + 2)
    if text.reference and step and lead in ("le", "du") and text.words[end : end + 2] == ["du", "mois"]:
        first, _ = month_days(text.reference.year, text.reference.month + step)
        day = calendar_day(first.year, first.month, value)
        return DateSpan(i - 1, end + 3, day, day, "article", "day") if day else None
    if lead not in ("le", "du") or text.month is None or not _standing_alone(text, end):
        return None
    if i - text.month_at > 150 or (after is not None and after.pos_ in ("NUM",)):
        return None
    if text.words[end : end + 2] == ["du", "mois"]:
        end += 2
    day = calendar_day(text.month.year, text.month.month, value)
    if day is None:
        return None
    if lead == "du":
        second = text.day_at(end + 1) if text.word(end) == "au" else None
        last = calendar_day(day.year, day.month, second[0]) if second and _standing_alone(text, second[1]) else None
        return DateSpan(i - 1, second[1], day, last, "article", "days") if second and last and last > day else None
    return DateSpan(i - 1, end, day, day, "article", "day")


def _listed_day(text: DateReading, i: int, day: tuple[int, int]) -> DateSpan | None:
    """One of several days of a month, "les 3, 5 et 9 mai", but for those that `_several_days` joins."""
    value, j = day
    for _ in range(6):
        joint = text.word(j)
        if joint not in (",", "et", "ou", "puis"):
            return None
        j += 1 + (text.word(j + 1) == "et")
        j += text.word(j) in ("le", "les", "du")
        other = text.day_at(j)
        if other is None:
            return None
        j = other[1]
        if text.word(j) in text.lexicon.months:
            break
    else:
        return None
    span = month(text, j)
    if span is None or span.begin is None:
        return None
    known = calendar_day(span.begin.year, span.begin.month, value)
    if known is None or known >= span.begin:
        return None
    return DateSpan(i, day[1], known, known, span.anchor, "day")


def _standing_alone(text: DateReading, i: int) -> bool:
    """Whether nothing that could be counted or named follows a number."""
    if i >= len(text.doc):
        return True
    token = text.doc[i]
    if text.words[i : i + 2] == ["du", "mois"] or text.word(i) == "au":
        return True
    return token.is_punct or token.is_space or token.pos_ in ("VERB", "AUX", "PRON", "CCONJ", "DET")


def _weekday_day(reference: date, weekday: int, day: int) -> date | None:
    """The day of the month nearest to the article's date that falls on the weekday."""
    for distance in range(0, 62):
        for sign in (-1, 1):
            value = reference + timedelta(sign * distance)
            if value.day == day and value.weekday() == weekday:
                return value
    return None
