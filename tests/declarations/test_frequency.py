"""Frequencies are read as written, and refused with what is allowed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.frequency import parse_cron, parse_rate, parse_span

UNITS = ("day", "week", "month", "year")

START = date(2026, 1, 1)
YEAR_END = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 day", date(2026, 2, 1)),
        ("2 weeks", date(2026, 2, 14)),
        ("1 month", date(2026, 2, 28)),
        ("3 months", date(2026, 4, 30)),
        ("12 months", date(2027, 1, 31)),
        ("1 year", date(2027, 1, 31)),
    ],
)
def test_a_span_ends_where_the_calendar_says(text: str, day: date) -> None:
    assert parse_span(text).after(date(2026, 1, 31)) == day


def test_months_are_counted_from_the_start_and_do_not_drift() -> None:
    """The 31st stays the 31st after a short month."""
    assert parse_span("1 month").after(date(2026, 1, 31), 2) == date(2026, 3, 31)


@pytest.mark.parametrize("text", ["", "7", "7 dayz", "-1 days", "1.5 days", "7days", "1  day"])
def test_other_spans_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a span of time; write it as '7 days'"):
        parse_span(text)


@pytest.mark.parametrize("text", ["0 days", "200 years"])
def test_spans_have_a_range(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is outside the allowed spans of time, 1 day to 36500 days"):
        parse_span(text)


@pytest.mark.parametrize(("text", "per_day"), [("1 per day", 1), ("3 per week", 3 / 7), ("0.5 a day", 0.5)])
def test_rates(text: str, per_day: float) -> None:
    assert parse_rate(text).per_day == pytest.approx(per_day)


def test_rates_agree_across_units() -> None:
    assert parse_rate("12 per year").per_day == pytest.approx(parse_rate("1 per month").per_day)


@pytest.mark.parametrize("text", ["3", "three per week", "3 per hour", "1e9 per day"])
def test_other_rates_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate; write it as '3 per week'"):
        parse_rate(text)


def test_a_rate_is_above_zero() -> None:
    with pytest.raises(ValueError, match="'0 per week' is never; a rate is above 0, as '3 per week'"):
        parse_rate("0 per week")


@pytest.mark.parametrize(
    ("text", "number", "first"),
    [
        ("0 6 * * MON", 52, "2026-01-05T06:00"),
        ("0 6 * * mon-fri", 261, "2026-01-01T06:00"),
        ("0 0 1 * *", 12, "2026-01-01T00:00"),
        ("0 9 20 1-11/2 *", 6, "2026-01-20T09:00"),
        ("*/30 8-9 * * 0", 208, "2026-01-04T08:00"),
        ("0 0 * * 7", 52, "2026-01-04T00:00"),
        ("0 0 31 * *", 7, "2026-01-31T00:00"),
        ("0 0 29 FEB *", 0, None),
        # POSIX: with both kinds of days restricted, a day of either kind is meant.
        ("0 0 1 * MON", 63, "2026-01-01T00:00"),
        ("15,45 0 1 1 *", 2, "2026-01-01T00:15"),
        # A step after a single number goes on to the end of the field.
        ("20/15 0 1 1 *", 3, "2026-01-01T00:20"),
        ("0 0 1 OCT/2 *", 2, "2026-10-01T00:00"),
    ],
)
def test_cron(text: str, number: int, first: str | None) -> None:
    cron = parse_cron(text)
    moments = list(cron.moments(START, YEAR_END))
    assert len(moments) == cron.number(START, YEAR_END) == number
    assert (f"{moments[0]:%Y-%m-%dT%H:%M}" if moments else None) == first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 6 * *", "has 4 fields; a cron expression has five"),
        ("60 6 * * *", "'60' is not a valid minute"),
        ("0 6 0 * *", "'0' is not a valid day of the month"),
        ("0 6 * 13 *", "a valid month in a cron expression; allowed are \\*, numbers from 1 to 12 or JAN to DEC"),
        ("0 6 , * *", "'' is not a valid day of the month"),
        ("0 6 L * *", "'L' is not a valid day of the month"),
        ("0 6 * * MOM", "'MOM' is not a valid day of the week"),
        ("0 6-4 * * *", "'6-4' is not a valid hour"),
        ("*/0 * * * *", "'\\*/0' is not a valid minute"),
        ("*-3 * * * *", "'\\*-3' is not a valid minute"),
        ("@daily", "has 1 fields"),
    ],
)
def test_other_cron_expressions_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_cron(text)


@pytest.mark.parametrize(
    ("text", "start", "message"),
    [
        ("1 year", date(9999, 1, 1), "2 times 1 years after 9999-01-01 is after the year 9999"),
        ("6 months", date(9999, 6, 1), "2 times 6 months after 9999-06-01 is after the year 9999"),
        ("10 days", date(9999, 12, 15), "date value out of range"),
    ],
)
def test_no_span_ends_after_the_calendar(text: str, start: date, message: str) -> None:
    assert parse_span(text).after(start, 0) == start
    with pytest.raises(OverflowError) as raised:
        parse_span(text).after(start, 2)
    assert str(raised.value) == message


@given(st.integers(1, 400), st.sampled_from(UNITS), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 20))
def test_spans_go_forward(count: int, unit: str, start: date, times: int) -> None:
    span = parse_span(f"{count} {unit}s") if count * times < 90 else parse_span(f"1 {unit}")
    assert span.after(start, times) > span.after(start, times - 1) >= start
    assert span.after(start, 0) == start


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_every_day_at_midnight_is_every_day(start: date, days: int) -> None:
    moments = list(parse_cron("0 0 * * *").moments(start, start + timedelta(days=days)))
    assert [moment.date() for moment in moments] == [start + timedelta(days=number) for number in range(days)]
