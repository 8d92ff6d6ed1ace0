"""The calendar of budgets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.privacy.periods import BEGINNING, Period, next_refresh, period_start

moments = st.integers(1, 84_000 * 86_400).map(lambda seconds: BEGINNING + timedelta(days=1, seconds=seconds))
recurring = st.sampled_from([Period.CALENDAR_DAY, Period.CALENDAR_WEEK, Period.CALENDAR_MONTH])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "at", "start", "end"),
    [
        (Period.CALENDAR_DAY, "2026-03-10T23:59:59.999999", "2026-03-10", "2026-03-11"),
        (Period.CALENDAR_DAY, "2026-03-11T00:00", "2026-03-11", "2026-03-12"),
        (Period.CALENDAR_WEEK, "2026-11-21T12:00", "2026-11-15", "2026-11-22"),  # a Saturday
        (Period.CALENDAR_WEEK, "2026-11-22T00:00", "2026-11-22", "2026-11-29"),  # a Sunday
        (Period.CALENDAR_MONTH, "2024-03-31T23:00", "2024-03-01", "2024-04-01"),
        (Period.CALENDAR_MONTH, "2026-12-31T23:59", "2026-12-01", "2027-01-01"),
        (Period.CALENDAR_MONTH, "2028-02-29T01:00", "2028-02-01", "2028-03-01"),
        (Period.CALENDAR_WEEK, "1970-01-01T05:00", "1970-01-01", "1970-01-04"),
    ],
)
def test_periods_begin_and_end_at_midnight_utc(period: Period, at: str, start: str, end: str) -> None:
    assert period_start(period, utc(at)) == utc(start)
    assert next_refresh(period, utc(at)) == utc(end)


def test_a_lifetime_has_no_end() -> None:
    assert period_start(Period.LIFETIME, utc("2026-01-01")) == BEGINNING
    assert next_refresh(Period.LIFETIME, utc("2026-01-01")) is None


def test_other_time_zones_are_counted_in_utc() -> None:
    evening_in_new_york = datetime(2026, 3, 31, 20, 30, tzinfo=timezone(timedelta(hours=-4)))
    assert period_start(Period.CALENDAR_MONTH, evening_in_new_york) == utc("2026-04-01")


@given(recurring, moments)
def test_periods_follow_each_other_without_gap(period: Period, at: datetime) -> None:
    start, end = period_start(period, at), next_refresh(period, at)
    assert end is not None
    assert start <= at < end
    assert period_start(period, end) == end
    assert period_start(period, end - timedelta(microseconds=1)) == start


@pytest.mark.parametrize("call", [period_start, next_refresh])
def test_a_moment_needs_a_time_zone_and_a_modern_date(call: Callable[[Period, datetime], object]) -> None:
    with pytest.raises(ValueError, match=r"^the moment 2026-01-01T00:00:00 has no time zone; use an aware datetime"):
        call(Period.LIFETIME, datetime(2026, 1, 1))  # noqa: DTZ001 - wrong on purpose
    with pytest.raises(ValueError, match=r"is before 1970$"):
        call(Period.LIFETIME, datetime(1969, 12, 31, tzinfo=UTC))
