"""The calendar of budgets: when a period begins, and when it is refreshed. All in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Period(StrEnum):
    """How long a budget lasts. Source: API AccessBudgetType; a differential privacy budget is monthly or for life."""

    CALENDAR_DAY = "CALENDAR_DAY"
    CALENDAR_WEEK = "CALENDAR_WEEK"
    CALENDAR_MONTH = "CALENDAR_MONTH"
    LIFETIME = "LIFETIME"


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The start of every LIFETIME period."""


def period_start(period: Period, at: datetime) -> datetime:
    """Return when the period that holds *at* began: 00:00 UTC of that day, that week's Sunday, or the month's first.

    Args:
        period: Kind of period.
        at: A moment with a time zone, from 1970 on.

    Raises:
        ValueError: *at* has no time zone, or is before 1970.

    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/associate-configured-table.html (Sunday 00:00 UTC);
    day and month by analogy.
    """
    if at.tzinfo is None:
        raise ValueError(f"the moment {at.isoformat()} has no time zone; use an aware datetime, e.g. in UTC")
    moment = at.astimezone(UTC)
    if moment < BEGINNING:
        raise ValueError(f"the moment {at.isoformat()} is before 1970")
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case Period.CALENDAR_DAY:
            return midnight
        case Period.CALENDAR_WEEK:
            # 1970 began on a Thursday, so the first days of 1970 belong to a week that began in 1969.
            return max(midnight - timedelta(days=midnight.isoweekday() % 7), BEGINNING)
        case Period.CALENDAR_MONTH:
            return midnight.replace(day=1)
        case Period.LIFETIME:
            return BEGINNING


def next_refresh(period: Period, at: datetime) -> datetime | None:
    """Return when the period that holds *at* ends and the next one begins; None for a lifetime.

    Raises:
        ValueError: *at* has no time zone, or is before 1970.
    """
    start = period_start(period, at)
    match period:
        case Period.CALENDAR_DAY:
            return start + timedelta(days=1)
        case Period.CALENDAR_WEEK:
            return start + timedelta(days=7 - start.isoweekday() % 7)
        case Period.CALENDAR_MONTH:
            return (start + timedelta(days=31)).replace(day=1)
        case Period.LIFETIME:
            return None
