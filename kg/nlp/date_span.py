"""What a date expression says: the tokens it stands on, its days, and what they were counted from."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Anchor = Literal["absolute", "article", "event"]
FIRST_YEAR, LAST_YEAR = 1500, 2199


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date expression: tokens `start` to `end` (exclusive), its days, and what they count from.

    `begin` and `finish` are both included, both None while the expression counts from the event just told
    (`anchor` "event"): then `offset` is the number of days from that event's last day, and `base` the token
    from which the event is named ("au lendemain de l'attaque"), if it is. `rule` is what was read (``day``,
    ``month``, ``year``, ``weekday``, ``night``, ``week``, …), after ``since`` or ``until`` where the expression
    opens towards the article's date. `weekday` tells that a weekday alone was said.
    """

    start: int
    end: int
    begin: date | None
    finish: date | None
    anchor: Anchor
    rule: str
    offset: int | None = None
    weekday: bool = False
    base: int | None = None

    @property
    def days(self) -> tuple[date, date] | None:
        """Begin and end, both included, or None while open."""
        return (self.begin, self.finish) if self.begin and self.finish else None


def calendar_day(year: int, month: int, day: int) -> date | None:
    """A day of the Gregorian calendar, or None where there is no such day."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
        return None
    return date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def month_days(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month; `month` may lie outside 1 to 12 and then counts into other years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def year_days(first: int, last: int | None = None) -> tuple[date, date]:
    """First day of a year and last day of the same or of a later one."""
    return date(first, 1, 1), date(last or first, 12, 31)


def week_days(day: date, step: int = 0) -> tuple[date, date]:
    """Monday to Sunday of the week of a day (ISO 8601), or of the one `step` weeks later."""
    monday = day - timedelta(day.weekday()) + timedelta(7 * step)
    return monday, monday + timedelta(6)


def months_earlier(day: date, months: int) -> date:
    """The same day of the month some months earlier, or that month's last day where it is shorter."""
    first, last = month_days(day.year, day.month - months)
    return min(first.replace(day=min(day.day, last.day)), last)
