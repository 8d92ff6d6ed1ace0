"""The times of planned queries: fixed moments, or a Poisson process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from declarations.frequency import Cron, Rate, Span
from declarations.plan import Plan, PlannedRun
from simulator.plans.horizon import SECONDS_PER_DAY, Horizon

RUN_BITS = 12
"""Number of low bits of an event that hold the number of its run; a plan has at most 1,000 runs."""

RUN_MASK = 2**RUN_BITS - 1
"""Mask of those bits."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times of one planned run.

    Attributes:
        fixed: Shape (n,): seconds of the fixed moments, in order.
        mean: Mean number of random moments, uniform over the window; 0 if there are none.
        window: First second of random moments, and the second after the last.
        times: How many times the query runs at each moment.
    """

    fixed: NDArray[np.int64]
    mean: float
    window: tuple[int, int]
    times: int

    @property
    def expected(self) -> float:
        """Mean number of runs in the plan."""
        return (self.fixed.size + self.mean) * self.times

    @property
    def first_possible(self) -> int | None:
        """The earliest second at which the query may run; None when it never does."""
        if self.mean:
            return self.window[0]
        return int(self.fixed[0]) if self.fixed.size else None


def schedule_of(plan: Plan, run: PlannedRun, horizon: Horizon) -> Schedule:
    """Return the schedule of *run* of *plan*."""
    first, end = plan.window(run)
    window = horizon.second_of(first), horizon.second_of(end)
    frequency = run.frequency
    if isinstance(frequency, Rate):
        mean = frequency.per_day * (window[1] - window[0]) / SECONDS_PER_DAY
        return Schedule(np.empty(0, np.int64), mean, window, run.times)
    if isinstance(frequency, Cron):
        seconds = [horizon.second_of(moment) for moment in frequency.moments(first, end)]
    else:
        seconds = [horizon.second_of(day) for day in _days(frequency, first, end)]
    return Schedule(np.array(seconds, np.int64), 0.0, window, run.times)


def _days(span: Span, first: date, end: date) -> Iterator[date]:
    number = 0
    while (day := span.after(first, number)) < end:
        yield day
        number += 1


def draw_events(
    schedules: Sequence[Schedule], paths: int, horizon: Horizon, random: np.random.Generator
) -> NDArray[np.int64]:
    """Draw the events of several paths.

    Args:
        schedules: One for each run; events at the same second happen in this order.
        paths: Number of independent paths.
        horizon: The period of the plan.
        random: Draws the random moments.

    Returns:
        Shape (events, paths): the values `second << RUN_BITS | run`, sorted in each column. Shorter columns are padded
        with fillers: events of run number len(schedules) at the end of the plan, which cost nothing.
    """
    filler = horizon.seconds << RUN_BITS | len(schedules)
    parts = [
        np.broadcast_to(np.repeat(each.fixed << RUN_BITS | run, each.times), (paths, each.fixed.size * each.times))
        for run, each in enumerate(schedules)
        if each.fixed.size
    ]
    for run, each in enumerate(schedules):
        if each.mean:
            numbers = random.poisson(each.mean, paths)
            seconds = random.integers(*each.window, size=(paths, int(numbers.max(initial=0))))
            events = seconds << RUN_BITS | run
            events[np.arange(events.shape[1]) >= numbers[:, np.newaxis]] = filler
            parts.append(np.repeat(events, each.times, axis=1))
    if not parts:
        return np.empty((0, paths), np.int64)
    events = np.concatenate(parts, axis=1)
    events.sort(axis=1)
    return np.ascontiguousarray(events.T)
