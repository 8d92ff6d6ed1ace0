"""The period of a plan, in whole seconds from its first moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.periods import Period, next_refresh

SECONDS_PER_DAY = 86_400
"""Length of every day; leap seconds are ignored."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """A period of whole days.

    Attributes:
        start: First day, UTC.
        days: Number of days, >= 1.
    """

    start: date
    days: int

    @property
    def seconds(self) -> int:
        """Length in seconds; as a moment, it means "not within the plan"."""
        return self.days * SECONDS_PER_DAY

    @property
    def beginning(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.start, time(), UTC)

    def second_of(self, moment: date | datetime) -> int:
        """Return the second of *moment*, or at which the day begins; negative before the plan."""
        at = moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
        return int((at - self.beginning).total_seconds())

    def moment_of(self, second: float) -> datetime:
        """Return the moment of a second."""
        return self.beginning + timedelta(seconds=int(second))

    def refreshes(self, period: Period) -> NDArray[np.int64]:
        """Return the seconds inside the plan, after its first moment, at which a new *period* begins; shape (n,)."""
        found = []
        at = next_refresh(period, self.beginning)
        while at is not None and self.second_of(at) < self.seconds:
            found.append(self.second_of(at))
            at = next_refresh(period, at)
        return np.array(found, np.int64)

    def months(self) -> NDArray[np.int64]:
        """Return the second at which each calendar month of the plan begins, the first moment included; shape (n,)."""
        return np.concatenate([np.zeros(1, np.int64), self.refreshes(Period.CALENDAR_MONTH)])
