"""How often something happens: at a fixed interval, by a cron expression, or at random with a mean rate.

Source of cron's fields and of its rule for days: POSIX.1-2017, crontab.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

DAYS_PER_MONTH: Final = 365.2425 / 12
"""Days of a mean month of the Gregorian calendar."""

_DAYS: Final = {"day": 1.0, "week": 7.0, "month": DAYS_PER_MONTH, "year": 365.2425}
_MONTHS: Final = {"month": 1, "year": 12}
_SPAN: Final = re.compile(r"(?P<count>[0-9]{1,6}) (?P<unit>day|week|month|year)s?")
_RATE: Final = re.compile(r"(?P<count>[0-9]{1,6}(\.[0-9]{1,6})?) (per|a) (?P<unit>day|week|month|year)")
_LONGEST_SPAN: Final = 36_500

_MONTH_NAMES: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAY_NAMES: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_SUNDAY: Final = 7  # cron's second number for it
_TERM: Final = re.compile(r"(?P<first>\*|[0-9]{1,2}|[A-Z]{3})(-(?P<last>[0-9]{1,2}|[A-Z]{3}))?(/(?P<step>[0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class Span:
    """A whole number of days, weeks, months or years.

    Attributes:
        count: How many, >= 1.
        unit: `day`, `week`, `month` or `year`.
    """

    count: int
    unit: str

    def after(self, start: date, times: int = 1) -> date:
        """Return the day *times* spans after *start*; the month's last day if the day does not exist in it.

        Raises:
            OverflowError: The day is after the year 9999.
        """
        months = _MONTHS.get(self.unit)
        if months is None:
            return start + timedelta(days=round(_DAYS[self.unit]) * self.count * times)
        month = start.month - 1 + months * self.count * times
        year, month = start.year + month // 12, month % 12 + 1
        if year > date.max.year:
            message = f"{times} times {self.count} {self.unit}s after {start} is after the year {date.max.year}"
            raise OverflowError(message)
        return date(year, month, min(start.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Rate:
    """A mean number of random, independent occurrences: a Poisson process.

    Attributes:
        count: How many on average, > 0.
        unit: Per `day`, `week`, `month` or `year`.
    """

    count: float
    unit: str

    @property
    def per_day(self) -> float:
        """Mean number a day."""
        return self.count / _DAYS[self.unit]


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression of five fields, in UTC.

    Attributes:
        minutes: 0 to 59.
        hours: 0 to 23.
        days: Days of the month, 1 to 31.
        months: 1 to 12.
        weekdays: 0 (Sunday) to 6.
        either_day: Whether days of the month and weekdays are both restricted; then a day that matches either counts.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def on(self, day: date) -> bool:
        """Return whether there are occurrences on *day*."""
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        matches = in_month or in_week if self.either_day else in_month and in_week
        return matches and day.month in self.months

    def number(self, first: date, end: date) -> int:
        """Return how many occurrences there are from *first* on, before *end*."""
        days = sum(self.on(first + timedelta(days=offset)) for offset in range((end - first).days))
        return days * len(self.hours) * len(self.minutes)

    def moments(self, first: date, end: date) -> Iterator[datetime]:
        """Yield all occurrences from *first* on, before *end*, in order."""
        for offset in range((end - first).days):
            day = first + timedelta(days=offset)
            if self.on(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def parse_span(text: str) -> Span:
    """Read a span such as `7 days`, `2 weeks`, `1 month`.

    Raises:
        ValueError: *text* is not of that form, or longer than a century.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        message = f"{text!r} is not a span of time; write it as '7 days', '2 weeks', '1 month' or '1 year'"
        raise ValueError(message)
    if not 0 < int(match["count"]) * _DAYS[match["unit"]] <= _LONGEST_SPAN:
        message = f"{text!r} is outside the allowed spans of time, 1 day to {_LONGEST_SPAN} days"
        raise ValueError(message)
    return Span(int(match["count"]), match["unit"])


def parse_rate(text: str) -> Rate:
    """Read a rate such as `3 per week`, `0.5 per day`.

    Raises:
        ValueError: *text* is not of that form, or zero.
    """
    match = _RATE.fullmatch(text)
    if match is not None and float(match["count"]) == 0:
        message = f"{text!r} is never; a rate is above 0, as '3 per week'"
        raise ValueError(message)
    if match is None:
        message = f"{text!r} is not a rate; write it as '3 per week', '0.5 per day' or '10 per month'"
        raise ValueError(message)
    return Rate(float(match["count"]), match["unit"])


def parse_cron(text: str) -> Cron:
    """Read a cron expression such as `0 6 * * MON-FRI`: minute, hour, day of the month, month, day of the week.

    Raises:
        ValueError: *text* does not have five fields, or a field holds something else than *, numbers in its range,
            names, ranges and steps.
    """
    fields = text.upper().split()
    if len(fields) != 5:  # noqa: PLR2004 - the five fields that the docstring names
        message = (
            f"{text!r} has {len(fields)} fields; a cron expression has five: minute, hour, day of the month, month, "
            "day of the week, as '0 6 * * MON'"
        )
        raise ValueError(message)
    minutes = _field(fields[0], "minute", 0, 59)
    hours = _field(fields[1], "hour", 0, 23)
    days = _field(fields[2], "day of the month", 1, 31)
    months = _field(fields[3], "month", 1, 12, _MONTH_NAMES)
    weekdays = _field(fields[4], "day of the week", 0, _SUNDAY, _DAY_NAMES)
    # POSIX: a field that begins with * does not restrict.
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    return Cron(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), either)


def _field(text: str, name: str, low: int, high: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    found: set[int] = set()
    for term in text.split(","):
        match = _TERM.fullmatch(term)
        if match is None:
            raise _refused(term, name, low, high, names)
        if match["first"] == "*":
            first, last = low, high
        else:
            first = _number(match["first"], name, low, high, names)
            last = _number(match["last"], name, low, high, names) if match["last"] else first
            if match["step"] and not match["last"]:
                last = high
        step = int(match["step"] or 1)
        if first > last or step == 0 or (match["first"] == "*" and match["last"]):
            raise _refused(term, name, low, high, names)
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text in names:
        return low + names.index(text)
    if not text.isdigit() or not low <= int(text) <= high:
        raise _refused(text, name, low, high, names)
    return int(text)


def _refused(term: str, name: str, low: int, high: int, names: tuple[str, ...]) -> ValueError:
    words = f" or {names[0]} to {names[-1]}" if names else ""
    return ValueError(
        f"{term!r} is not a valid {name} in a cron expression; allowed are *, numbers from {low} to {high}{words}, "
        "ranges as 2-5, lists as 1,3 and steps as */2"
    )
