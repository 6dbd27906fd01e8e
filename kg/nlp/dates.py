"""Date expressions of a text, resolved against the article's date or the event just told.

Only what is said is resolved: without an article date, weekdays and days without a year stay open and give
nothing. A span covers whole days, both ends included.
"""

from __future__ import annotations

import calendar
import functools
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Literal

from spacy.tokens import Doc, Token
from text_to_num import text2num

Anchor = Literal["absolute", "article", "event"]

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_NUMERIC = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)")
_ISO = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")
_DAY = re.compile(r"(\d{1,2})(?:er)?")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date expression: tokens `start` to `end` (exclusive), its days, and what they count from.

    `offset` is set for spans that count from the event told before (`anchor` "event"), in days; their days are
    filled in by `resolve`. `weekday` tells that only a weekday was said, which a future verb moves forward.
    """

    start: int
    end: int
    begin: date | None
    finish: date | None
    anchor: Anchor
    rule: str
    offset: int | None = None
    weekday: bool = False

    @property
    def days(self) -> tuple[date, date] | None:
        """Begin and end, both included, or None while open."""
        return (self.begin, self.finish) if self.begin and self.finish else None


@dataclass(frozen=True, slots=True)
class _Lexicon:
    months: dict[str, int]
    weekdays: dict[str, int]
    next: frozenset[str]
    last: frozenset[str]
    parts: frozenset[str]
    edges: frozenset[str]
    days: dict[tuple[str, ...], int]
    event_days: dict[tuple[str, ...], int]
    units: dict[str, float]
    seasons: dict[str, tuple[int, int]]
    starters: frozenset[str]


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(re.sub(r"(?<=[ldj])'(?!hui)", "' ", phrase).split())


@functools.cache
def _lexicon(language: str) -> _Lexicon:
    table = tomllib.loads((files("kg") / language / "dates.toml").read_text(encoding="utf-8"))
    months = {name: i for i, name in enumerate(table["months"].split(), 1)} | table["month_variants"]
    weekdays = {name: i for i, name in enumerate(table["weekdays"].split())}
    days = {_split(k): v for k, v in table["days"].items()}
    event_days = {_split(k): v for k, v in table["event_days"].items()}
    words = {key[0] for key in (*days, *event_days)}
    return _Lexicon(
        months, weekdays, frozenset(table["next"].split()), frozenset(table["last"].split()),
        frozenset(table["parts_of_day"].split()), frozenset(table["edges"].split()), days, event_days,
        table["units"], {k: (v[0], v[1]) for k, v in table["seasons"].items()},
        frozenset(words | set(months) | set(weekdays)),
    )  # fmt: skip


class _Scanner:
    """Reads the expressions of one Doc from left to right."""

    def __init__(self, doc: Doc, reference: date | None, language: str) -> None:
        self.doc, self.reference, self.lexicon = doc, reference, _lexicon(language)
        self.words = [token.lower_.rstrip(".") if len(token) > 2 else token.lower_ for token in doc]
        self.last: date | None = None
        self.readers: tuple[Callable[[int], DateSpan | None], ...] = (
            self._numeric, self._fixed, self._day_range, self._night, self._day_month, self._month, self._weekday,
            self._relative_unit, self._ago, self._since_unit, self._season, self._year,
        )  # fmt: skip

    def word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else ""

    def spans(self) -> list[DateSpan]:
        out: list[DateSpan] = []
        i = 0
        while i < len(self.words):
            found = next((span for reader in self.readers if (span := reader(i))), None)
            if found is None:
                i += 1
                continue
            found = self._framed(found)
            out.append(found)
            if found.begin and (found.anchor == "absolute" or (self.last and found.rule == "day")):
                self.last = found.begin
            i = found.end
        return out

    def _span(
        self, start: int, end: int, begin: date, finish: date, anchor: Anchor, rule: str, weekday: bool = False
    ) -> DateSpan:
        return DateSpan(start, end, begin, finish, anchor, rule, None, weekday)

    def _numeric(self, i: int) -> DateSpan | None:
        word = self.word(i)
        if not word[:1].isdigit():
            return None
        match = _NUMERIC.fullmatch(word)
        numbers = (int(match[3]), int(match[2]), int(match[1])) if match else None
        if match is None and (iso := _ISO.fullmatch(word)):
            numbers = (int(iso[1]), int(iso[2]), int(iso[3]))
        day = _date(*numbers) if numbers else None
        return self._span(i, i + 1, day, day, "absolute", "numeric") if day else None

    def _fixed(self, i: int) -> DateSpan | None:
        for table, anchor in ((self.lexicon.days, "article"), (self.lexicon.event_days, "event")):
            for size in (4, 3, 2, 1):
                offset = table.get(tuple(self.words[i : i + size]))
                if offset is None:
                    continue
                if anchor == "event":
                    return DateSpan(i, i + size, None, None, "event", "relative day", offset)
                if self.reference is None or (self.word(i) == "ce" and self.word(i + 1) in ("soir",) and False):
                    return None
                day = self.reference + timedelta(offset)
                return self._span(i, i + size, day, day, "article", "deictic day")
        return None

    def _day_number(self, i: int) -> int | None:
        match = _DAY.fullmatch(self.word(i))
        if match and 1 <= int(match[1]) <= 31:
            return int(match[1])
        return 1 if self.word(i) == "premier" else None

    def _year_at(self, i: int) -> int | None:
        return int(self.word(i)) if _YEAR.fullmatch(self.word(i)) else None

    def _day_month(self, i: int) -> DateSpan | None:
        day = self._day_number(i)
        month = self.lexicon.months.get(self.word(i + 1)) if day else None
        if not day or not month:
            return None
        year = self._year_at(i + 2)
        end = i + (3 if year else 2)
        if self.word(end) in self.lexicon.last and year is None:
            end += 1
        start = i - 1 if self.word(i - 1) in self.lexicon.weekdays else i
        start = start - 1 if self.word(start - 1) in ("le", "ce") else start
        value = _date(year, month, day) if year else self._nearest(month, day, start)
        return self._span(start, end, value, value, "absolute" if year else "article", "day") if value else None

    def _nearest(self, month: int, day: int, i: int) -> date | None:
        """A day without a year: the last one on or before the article's date, or the next for what is to come.

        An entry of a chronology, which opens a paragraph, goes on from the year of the entry before it.
        """
        opening = i <= 2 or any("\n" in word for word in self.words[max(0, i - 3) : i])
        if opening and self.last and (self.reference is None or self.last.year < self.reference.year):
            value = _date(self.last.year, month, day)
            return value if value is None or value >= self.last else _date(self.last.year + 1, month, day)
        if self.reference is None:
            return _date(self.last.year, month, day) if self.last else None
        years = [self.reference.year + delta for delta in (-1, 0, 1)]
        options = [value for year in years if (value := _date(year, month, day))]
        future = self._future(i)
        ahead = [value for value in options if value >= self.reference]
        behind = [value for value in options if value <= self.reference]
        if future and ahead and (ahead[0] - self.reference).days < 200:
            return ahead[0]
        if (
            not future
            and ahead
            and self.word(i - 2) not in ("depuis",)
            and (ahead[0] - self.reference).days <= 21
            and not self._past(i)
        ):
            return ahead[0]
        return behind[-1] if behind else None

    def _day_range(self, i: int) -> DateSpan | None:
        """ "du 3 au 7 mai", "entre le 3 et le 7 mai", "les 3 et 4 mai", "le 27 ou le 28 mai"."""
        first = self._day_number(i)
        if not first:
            return None
        j = i + 1
        month = self.lexicon.months.get(self.word(j))
        j += 1 if month else 0
        joint = self.word(j)
        if joint not in ("au", "et", "-", "à"):
            return None
        j += 1
        j += self.word(j) in ("le", "au")
        second = self._day_number(j)
        other = self.lexicon.months.get(self.word(j + 1)) if second else None
        if not second or not other or (joint == "et" and self.word(i - 1) == "le" and self.word(i - 2) != "entre"):
            return None
        year = self._year_at(j + 2)
        end = j + (3 if year else 2)
        last = _date(year, other, second) if year else self._nearest(other, second, i)
        begin = _date(last.year - (month is not None and month > other), month or other, first) if last else None
        if not begin or not last or begin > last:
            return None
        start = i - 1 if self.word(i - 1) in ("du", "le", "les") else i
        return self._span(start, end, begin, last, "absolute" if year else "article", "range")

    def _month(self, i: int) -> DateSpan | None:
        month = self.lexicon.months.get(self.word(i))
        if not month or self._day_number(i - 1):
            return None
        lead = self.word(i - 1)
        edge = lead in self.lexicon.edges or any(lead == f"{e}-" for e in self.lexicon.edges)
        if not (
            edge
            or lead in ("en", "de", "d'", "depuis", "à", "dès", "au", "jusqu'en")
            or self._year_at(i + 1)
            or self.doc[i].is_sent_start
        ):
            return None
        year = self._year_at(i + 1)
        end = i + (2 if year else 1)
        end += self.word(end) in self.lexicon.last and year is None
        start = i - 1 if edge or lead == "en" else i
        if year is None:
            value = self._nearest(month, 1, start)
            year = value.year if value else None
        if not year:
            return None
        first, last = _month_span(year, month)
        first = first.replace(day=21) if lead.startswith("fin") else first
        return self._span(start, end, first, last, "article", "month")

    def _weekday(self, i: int) -> DateSpan | None:
        number = self.lexicon.weekdays.get(self.word(i).rstrip("s")) if self.word(i) != "" else None
        if number is None or self.reference is None or self._day_number(i + 1):
            return None
        if (
            self.word(i - 1) in ("le", "chaque", "tous")
            and self.word(i + 1) not in self.lexicon.last | self.lexicon.next
        ):
            return None
        end = i + 1
        while self.word(end) in self.lexicon.parts or (
            self.word(end) in ("en", "dans", "à")
            and self.word(end + 1) in self.lexicon.parts | {"la", "l'"}
            and self.word(end + 1) in self.lexicon.parts
        ):
            end += 1
        gap = (self.reference.weekday() - number) % 7
        if self.word(end) in self.lexicon.next:
            return self._span(
                i, end + 1, *_twice(self.reference + timedelta((7 - gap) or 7)), "article", "next weekday"
            )
        if self.word(end) in self.lexicon.last:
            return self._span(i, end + 1, *_twice(self.reference - timedelta(gap or 7)), "article", "last weekday")
        day = self.reference - timedelta(gap)
        if self._future(i) and gap:
            day = self.reference + timedelta(7 - gap)
        return self._span(i, end, day, day, "article", "weekday", True)

    def _night(self, i: int) -> DateSpan | None:
        """ "dans la nuit de lundi à mardi", "de lundi à mardi", "cette nuit"."""
        if self.reference is None:
            return None
        if (
            self.word(i) in ("de", "du")
            and self.word(i + 1) in self.lexicon.weekdays
            and self.word(i + 2) in ("à", "au")
        ):
            last = self._weekday(i + 3)
            gap = (self.lexicon.weekdays.get(self.word(i + 3), 0) - self.lexicon.weekdays[self.word(i + 1)]) % 7
            if last and last.begin and gap:
                return self._span(i, last.end, last.begin - timedelta(gap), last.begin, "article", "weekdays")
        if self.word(i) != "nuit":
            return None
        if (
            self.word(i + 1) in ("de", "du")
            and self.word(i + 2) in self.lexicon.weekdays
            and self.word(i + 3) in ("à", "au")
        ):
            second = self._weekday(i + 4)
            if second and second.begin:
                return self._span(i, second.end, second.begin - timedelta(1), second.begin, "article", "night")
        if self.word(i - 1) == "cette":
            return self._span(i - 1, i + 1, self.reference - timedelta(1), self.reference, "article", "night")
        if self.word(i + 1) == "dernière":
            return self._span(i, i + 2, self.reference - timedelta(1), self.reference, "article", "night")
        return None

    def _relative_unit(self, i: int) -> DateSpan | None:
        """ "la semaine dernière", "le mois prochain", "l'an dernier", "ce week-end", "cette semaine"."""
        unit, lead, after = self.word(i), self.word(i - 1), self.word(i + 1)
        if self.reference is None:
            return None
        step = (
            -1
            if after in self.lexicon.last
            else 1
            if after in self.lexicon.next
            else 0
            if lead in ("ce", "cette", "cet")
            else None
        )
        if step is None or lead not in ("la", "le", "l'", "ce", "cette", "cet"):
            return None
        end = i + (2 if step else 1)
        monday = self.reference - timedelta(self.reference.weekday())
        if unit == "semaine":
            begin = monday + timedelta(7 * step)
            return self._span(i - 1, end, begin, begin + timedelta(6), "article", "week")
        if unit == "week-end":
            saturday = monday + timedelta(5 + 7 * step)
            if step == 0 and saturday > self.reference and not self._future(i):
                saturday -= timedelta(7)
            return self._span(i - 1, end, saturday, saturday + timedelta(1), "article", "weekend")
        if unit == "mois":
            index = self.reference.year * 12 + self.reference.month - 1 + step
            return self._span(i - 1, end, *_month_span(index // 12, index % 12 + 1), "article", "month")
        if unit in ("an", "année"):
            year = self.reference.year + step
            return self._span(i - 1, end, date(year, 1, 1), date(year, 12, 31), "article", "year")
        return None

    def _count(self, i: int) -> tuple[int, int] | None:
        """A small number at word i: value and end."""
        word = self.word(i)
        if word.isdigit() and len(word) <= 3:
            return int(word), i + 1
        try:
            return int(text2num(word, "fr")), i + 1
        except ValueError:
            return (1, i + 1) if word in ("un", "une") else None

    def _ago(self, i: int) -> DateSpan | None:
        """ "il y a trois jours"; "deux jours plus tôt / plus tard / après" count from the event told."""
        ago = self.words[i : i + 3] == ["il", "y", "a"]
        counted = self._count(i + 3 if ago else i)
        if not counted:
            return None
        value, end = counted
        unit = self.lexicon.units.get(self.word(end))
        if unit is None or unit == 0.04:
            return None
        if ago:
            return self._back(i, end + 1, value, unit, "ago")
        tail = self.words[end + 1 : end + 3]
        if unit in (1, 7) and tail in (["plus", "tôt"], ["plus", "tard"]):
            return DateSpan(
                i, end + 3, None, None, "event", "relative count", int(value * unit) * (-1 if tail[1] == "tôt" else 1)
            )
        if (
            unit in (1, 7)
            and tail[:1] in (["après"], ["avant"])
            and tail[1:]
            and tail[1] in ("l'", "le", "la", "les", "cette", "ce", "son", "sa")
        ):
            return None
        return None

    def _back(self, start: int, end: int, value: int, unit: float, rule: str) -> DateSpan | None:
        if self.reference is None:
            return None
        if unit in (1, 7):
            day = self.reference - timedelta(int(value * unit))
            return self._span(start, end, day, day, "article", rule)
        if unit == 0:
            index = self.reference.year * 12 + self.reference.month - 1 - value
            return self._span(start, end, *_month_span(index // 12, index % 12 + 1), "article", rule)
        year = self.reference.year - value
        return self._span(start, end, date(year, 1, 1), date(year, 12, 31), "article", rule) if year > 0 else None

    def _since_unit(self, i: int) -> DateSpan | None:
        """ "depuis trois semaines", "ces dernières 24 heures", "au cours des dix derniers jours"."""
        if self.reference is None or self.word(i) not in ("depuis", "dernières", "derniers", "ces"):
            return None
        j = i + 1
        while self.word(j) in ("plus", "près", "environ", "de", "d'", "les", "dernières", "derniers", "bientôt"):
            j += 1
        counted = self._count(j)
        unit = self.lexicon.units.get(self.word(counted[1])) if counted else None
        if counted is None or unit is None:
            return None
        value, end = counted
        if unit == 0.04:
            begin = self.reference - timedelta(max(1, value // 24))
        elif unit in (1, 7):
            begin = self.reference - timedelta(int(value * unit))
        else:
            span = self._back(i, end, value, unit, "since")
            if span is None or span.begin is None:
                return None
            begin = span.begin
        if (
            self.word(i) == "ces"
            and self.word(j - 1) not in ("dernières", "derniers")
            and self.word(end) not in self.lexicon.last
        ):
            return None
        return self._span(i, end + 1, begin, self.reference, "article", "since")

    def _season(self, i: int) -> DateSpan | None:
        season = self.lexicon.seasons.get(self.word(i))
        if not season or self.word(i - 1) not in ("l'", "le", "au", "cet", "en"):
            return None
        year = self._year_at(i + 1)
        if year is None:
            return None
        first, last = season
        return self._span(
            i - 1, i + 2, date(year, first, 1), _month_span(year + (last < first), last)[1], "absolute", "season"
        )

    def _year(self, i: int) -> DateSpan | None:
        year = self._year_at(i)
        if not year or self.word(i - 1) not in ("en", "depuis", "fin", "début", "mi", "dès", "année", "jusqu'en"):
            return None
        start = i - 1 if self.word(i - 1) == "en" else i
        return self._span(start, i + 1, date(year, 1, 1), date(year, 12, 31), "absolute", "year")

    def _framed(self, span: DateSpan) -> DateSpan:
        """ "depuis …", "d'ici au …", "jusqu'au …" open the span towards the article's date."""
        before = [self.word(span.start - 2), self.word(span.start - 1)]
        if not span.begin or not span.finish or self.reference is None:
            return span
        if ("depuis" in before or (before[1] == "dès" and False)) and span.begin <= self.reference:
            shift = 1 if before[1] == "depuis" else 2
            return replace(
                span, start=span.start - shift, finish=self.reference, rule=f"since {span.rule}", weekday=False
            )
        if "ici" in before and span.finish >= self.reference:
            return replace(span, begin=self.reference, rule=f"until {span.rule}", weekday=False)
        if before[1] in ("jusqu'au", "jusqu'à") or (before[1] in ("à", "au") and before[0].startswith("jusqu")):
            return replace(span, begin=min(span.begin, self.reference), rule=f"until {span.rule}", weekday=False)
        return span

    def _verb(self, i: int) -> Token | None:
        node = self.doc[min(max(i, 0), len(self.doc) - 1)]
        for _ in range(8):
            if node.pos_ in ("VERB", "AUX") or node.head.i == node.i:
                break
            node = node.head
        return node if node.pos_ in ("VERB", "AUX") else None

    def _future(self, i: int) -> bool:
        verb = self._verb(i)
        if verb is None:
            return False
        near = [verb, *verb.children]
        if verb.dep_ in ("xcomp", "ccomp", "conj", "advcl") and verb.head.i != verb.i:
            near += [verb.head] if verb.dep_ != "advcl" else []
        if any("Tense=Fut" in token.morph for token in near):
            return True
        words = {token.lower_ for token in near}
        return bool(
            words
            & {
                "doit",
                "doivent",
                "devrait",
                "devraient",
                "prévu",
                "prévue",
                "prévus",
                "prévues",
                "attendu",
                "attendue",
                "attendus",
                "va",
                "vont",
            }
        )

    def _past(self, i: int) -> bool:
        verb = self._verb(i)
        return verb is not None and any(
            "Tense=Past" in token.morph or "Tense=Imp" in token.morph for token in (verb, *verb.children)
        )


def date_spans(doc: Doc, reference: date | None, language: str = "fr") -> list[DateSpan]:
    """All date expressions of a Doc in order; `reference` is the article's date, against which they resolve."""
    return [span for span in _Scanner(doc, reference, language).spans() if span.days or span.offset is not None]


def resolve(span: DateSpan, told: tuple[date, date] | None) -> tuple[date, date] | None:
    """The days of a span; `told` are those of the event just told, from which "la veille" counts."""
    if span.offset is None:
        return span.days
    if told is None or told[0] != told[1]:
        return None
    return _twice(told[0] + timedelta(span.offset))


def _date(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


def _twice(day: date) -> tuple[date, date]:
    return day, day


def _month_span(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def spans_between(spans: Sequence[DateSpan], begin: int, end: int) -> list[DateSpan]:
    """The spans that start in tokens `begin` to `end`."""
    return [span for span in spans if begin <= span.start < end]
