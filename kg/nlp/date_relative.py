"""Readers of dates that count from the article's date, or from the event just told."""

from __future__ import annotations

from datetime import date, timedelta

from kg.nlp.date_reading import DateReading
from kg.nlp.date_span import DateSpan, month_days, months_earlier, week_days, year_days

_MOST = 200
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_LATER, _EARLIER = (("plus", "tard"), ("après",)), (("plus", "tôt"), ("auparavant",), ("avant",))
_FILLERS = frozenset(
    {
        "plus",
        "près",
        "environ",
        "de",
        "d'",
        "les",
        "ces",
        "dernières",
        "derniers",
        "bientôt",
        "déjà",
        "quelque",
        "au",
        "moins",
        "la",
        "le",
    }
)


def phrase(text: DateReading, i: int) -> DateSpan | None:
    """ "hier", "ce matin", "dans la nuit", "la veille", "le lendemain de …": the fixed expressions."""
    for known in text.lexicon.phrases[text.word(i)]:
        end = i + len(known.words)
        if tuple(text.words[i:end]) != known.words:
            continue
        if known.kind == "named" and known.day:
            told = text.reference is None or known.day <= text.reference
            free = text.year(end) is None
            return DateSpan(i, end, known.day, known.day, "absolute", "named day") if told and free else None
        if any(text.match(i - 1, (other,)) == end for other in text.lexicon.frames["no_day"]):
            return None
        if known.kind == "event":
            return _event_day(text, i, end, known.offset)
        if text.reference is None or (known.kind == "night" and _named_night(text, end)):
            return None
        day = text.reference + timedelta(known.offset)
        if known.kind == "night":
            return DateSpan(i, end, day - timedelta(1), day, "article", "night")
        return DateSpan(i, text.part_of_day(end), day, day, "article", "deictic")
    return None


def _named_night(text: DateReading, i: int) -> bool:
    """Whether "dans la nuit" goes on with its own days ("de lundi à mardi"), or is one told before."""
    return text.word(i) in ("de", "du", "d'", "-là", "suivante", "polaire", "noire", "qui", "où") or (
        text.word(i) in text.lexicon.weekdays
    )


def _event_day(text: DateReading, i: int, end: int, offset: int) -> DateSpan | None:
    """ "la veille", alone; or with the event it is counted from ("au lendemain de l'attaque")."""
    if text.word(end) not in ("de", "du", "d'", "des"):
        if text.word(i - 1) == "à" and text.word(i) == "la":
            return None
        rule = "relative night" if offset == 0 and "nuit" in text.words[i:end] else "relative"
        return DateSpan(i, text.part_of_day(end), None, None, "event", rule, offset)
    if text.word(end + 1) in text.lexicon.weekdays or text.day_at(end + 1) or text.day_at(end + 2):
        return None
    return DateSpan(i, end, None, None, "event", "relative", offset, False, end + 1)


def weekday(text: DateReading, i: int) -> DateSpan | None:
    """ "mardi", "ce mardi soir", "mardi dernier", "mardi prochain": the last one on or before the article's date,
    or the next one after a verb that looks ahead.
    """
    number = text.lexicon.weekdays[text.word(i)]
    if text.reference is None or _dated(text, i + 1):
        return None
    end = text.part_of_day(i + 1)
    step = _step(text, end)
    if text.among("habits", i - 1) and not step:
        return None
    start = i - 1 if text.word(i - 1) in ("ce", "le", "du", "au") else i
    reference = text.reference
    behind = reference - timedelta((reference.weekday() - number) % 7)
    if step:
        day = behind + timedelta(7) if step > 0 else behind if behind < reference else behind - timedelta(7)
        rule = "weekday next" if step > 0 else "weekday last"
        return DateSpan(start, text.part_of_day(end + 1), day, day, "article", rule)
    ahead = behind < reference and text.direction(i) > 0 and text.word(i - 1) != "depuis"
    day = behind + timedelta(7) if ahead else behind
    return DateSpan(start, end, day, day, "article", "weekday", weekday=True)


def _dated(text: DateReading, i: int) -> bool:
    """Whether a day of the month follows a weekday, which then is part of that date: not "mardi, 12 civils"."""
    apart = text.word(i) == ","
    i += apart
    i += text.word(i) == "le"
    day = text.day_at(i)
    if day is None or text.word(day[1]) in text.lexicon.months:
        return day is not None
    return not apart and text.pos(day[1]) not in ("NOUN", "ADJ", "PROPN")


def _step(text: DateReading, i: int) -> int:
    return -1 if text.among("last", i) else 1 if text.among("next", i) else 0


def unit(text: DateReading, i: int) -> DateSpan | None:
    """ "la semaine dernière", "ce mois-ci", "le week-end", "depuis le début de l'année", "la fin du mois"."""
    reference = text.reference
    name, lead, end = text.lexicon.units[text.word(i)], text.word(i - 1), i + 1
    if reference is None or name in ("hour", "day", "decade", "fortnight", "quarter"):
        return None
    if lead not in ("la", "le", "l'", "du", "au", "ce", "cette", "cet", "de", "en"):
        return None
    step = _step(text, end)
    this = text.among("this", i - 1)
    edge = _edge_before(text, i - 1)
    if not step and not this and edge is None:
        return _weekend(text, i, end) if name == "weekend" and lead in ("du", "le") else None
    if lead in ("de", "en") and name != "week":
        return None
    end += step != 0
    if text.words[end : end + 2] == ["-", "ci"]:
        end += 2
    elif text.word(end) in ("-là", "-ci"):
        if text.word(end) == "-là":
            return None
        end += 1
    start = edge if edge is not None else i - 1
    if name == "weekend":
        return _weekend(text, i, end)
    return DateSpan(start, end, *_period(reference, name, step), "article", name if this or step else f"edge {name}")


def _period(reference: date, name: str, step: int) -> tuple[date, date]:
    if name == "week":
        return week_days(reference, step)
    if name == "month":
        return month_days(reference.year, reference.month + step)
    return year_days(reference.year + step)


def _edge_before(text: DateReading, i: int) -> int | None:
    """The start of "le début", "la fin" or "en début" where it stands before the article at token i."""
    j = i - 1
    j -= text.word(j) in ("de", "d'")
    if not text.among("edges", j):
        return None
    return j - 1 if text.word(j - 1) in ("le", "la", "en", "au") else j


def _weekend(text: DateReading, i: int, end: int) -> DateSpan | None:
    """Saturday and Sunday: the last ones begun on or before the article's date, or those said."""
    if text.reference is None:
        return None
    step = _step(text, end - 1)
    saturday = week_days(text.reference)[0] + timedelta(5)
    if step > 0:
        saturday += timedelta(7 if saturday <= text.reference else 0)
    elif (saturday > text.reference and (step < 0 or text.direction(i) <= 0)) or step < 0:
        saturday -= timedelta(7)
    return DateSpan(i - 1, end, saturday, saturday + timedelta(1), "article", "weekend")


def split_weekend(text: DateReading, i: int) -> DateSpan | None:
    """ "ce week-end", cut in three tokens."""
    if text.words[i + 1 : i + 3] != ["-", "end"]:
        return None
    end = i + 3
    lead, step = text.word(i - 1), _step(text, end)
    if lead not in ("ce", "le", "du", "au") or (text.word(end) == "-là"):
        return None
    return _weekend(text, i, end + (step != 0))


def ago(text: DateReading, i: int) -> DateSpan | None:
    """ "il y a trois jours", "voici deux mois", "voilà un an"."""
    j = i + 3 if text.words[i : i + 3] == ["il", "y", "a"] else i + 1 if text.word(i) in ("voici", "voilà") else 0
    found = text.count(_filled(text, j)) if j else None
    name = text.lexicon.units.get(text.word(found[1])) if found else None
    if not found or name is None or text.reference is None or found[0] > _MOST:
        return None
    value, end = found
    if name == "hour":
        if value >= 24 and value % 24 == 0:
            day = text.reference - timedelta(value // 24)
            return DateSpan(i, end + 1, day, day, "article", "ago")
        return None
    if name in _DAYS:
        day = text.reference - timedelta(value * _DAYS[name])
        return DateSpan(i, end + 1, day, day, "article", "ago")
    if name == "month":
        return DateSpan(i, end + 1, *month_days(text.reference.year, text.reference.month - value), "article", "ago")
    return DateSpan(i, end + 1, *year_days(text.reference.year - value), "article", "ago") if name == "year" else None


def ahead(text: DateReading, i: int) -> DateSpan | None:
    """ "dans trois jours", "d'ici deux semaines", "sous huit jours"."""
    within = text.words[i : i + 2] == ["d'", "ici"]
    if text.word(i) == "d'" and not within:
        return None
    found = text.count(i + 2 if within else i + 1)
    name = text.lexicon.units.get(text.word(found[1])) if found else None
    if not found or text.reference is None or text.word(found[1] + 1) in ("de", "d'", "plus"):
        return None
    if name is None or name not in _DAYS or found[0] > 60:
        return None
    day = text.reference + timedelta(found[0] * _DAYS[name])
    begin = text.reference if within or text.word(i) == "sous" else day
    return DateSpan(i, found[1] + 1, begin, day, "article", "until" if begin < day else "ahead")


def since(text: DateReading, i: int) -> DateSpan | None:
    """ "depuis trois semaines", "depuis plus de deux mois"."""
    found = text.count(_filled(text, i + 1))
    if not found or text.reference is None:
        return None
    value, end = found
    end += text.among("last", end)
    name = text.lexicon.units.get(text.word(end))
    if name is None or value > _MOST:
        return None
    return DateSpan(i, end + 1, _back(text.reference, name, value), text.reference, "article", "since")


def last_ones(text: DateReading, i: int) -> DateSpan | None:
    """ "ces dernières 24 heures", "au cours des dix derniers jours", at the token of "derniers"."""
    if text.reference is None:
        return None
    found, start = text.count(i + 1), i
    if found is None:
        found, start = next(
            ((value, k) for k in (i - 5, i - 3, i - 1) if k >= 0 and (value := text.count(k)) and value[1] == i),
            (None, i),
        )
        end = i + 1
    else:
        end = found[1]
    name = text.lexicon.units.get(text.word(end))
    if found is None or name is None or not 0 < found[0] <= _MOST:
        return None
    start -= text.word(start - 1) in ("ces", "les", "des")
    return DateSpan(start, end + 1, _back(text.reference, name, found[0]), text.reference, "article", "since")


def _back(reference: date, name: str, value: int) -> date:
    if name == "hour":
        return reference - timedelta(-(-value // 24))
    if name in _DAYS:
        return reference - timedelta(value * _DAYS[name])
    return months_earlier(reference, value * _MONTHS.get(name, 0)) if name in _MONTHS else reference


def _filled(text: DateReading, i: int) -> int:
    while text.word(i) in _FILLERS:
        i += 1
    return i


def later(text: DateReading, i: int) -> DateSpan | None:
    """ "deux jours plus tard", "une semaine après", "trois jours auparavant", "deux jours après l'attaque"."""
    name = text.lexicon.units[text.word(i)]
    if name not in _DAYS and name != "hour":
        return None
    found = next(((v, k) for k in (i - 5, i - 3, i - 1) if k >= 0 and (v := text.count(k)) and v[1] == i), None)
    if found is None:
        return None
    (value, _), start = found
    after, before = text.match(i + 1, _LATER), text.match(i + 1, _EARLIER)
    end, sign = (after, 1) if after is not None else (before, -1)
    if end is None:
        return None
    if name == "hour" and value >= 12:
        return None
    offset = sign * value * _DAYS.get(name, 0)
    if text.word(end - 1) in ("après", "avant"):
        if text.word(end) in ("l'", "le", "la", "les", "cette", "ce", "cet", "son", "sa", "leur", "un", "une"):
            return DateSpan(start, end, None, None, "event", "relative", offset, False, end)
        if end < len(text.doc) and not text.doc[end].is_punct and text.word(end) not in ("à", "dans"):
            return None
    return DateSpan(start, end, None, None, "event", "relative", offset)
