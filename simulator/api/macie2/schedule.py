"""The next run of a scheduled job: at the beginning of a day in UTC.

The service does not document the time of day. A monthly run is skipped in months that do not have its day.

Source: API JobScheduleFrequency, MonthlySchedule.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def next_run(frequency: Mapping[str, Any], after: datetime) -> datetime:
    """Return the first run after a moment.

    Args:
        frequency: A JobScheduleFrequency.
        after: The moment, in UTC.
    """
    day = after.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while not _runs_on(frequency, day):
        day += timedelta(days=1)
    return day


def _runs_on(frequency: Mapping[str, Any], day: datetime) -> bool:
    if "weeklySchedule" in frequency:
        return bool(_DAYS[day.weekday()] == frequency["weeklySchedule"]["dayOfWeek"])
    if "monthlySchedule" in frequency:
        return bool(day.day == frequency["monthlySchedule"]["dayOfMonth"])
    return True
