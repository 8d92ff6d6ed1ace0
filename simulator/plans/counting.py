"""Events of many paths, counted by day and by segment, a stretch of time in which nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.plans.horizon import SECONDS_PER_DAY, Horizon
from simulator.plans.meters import Meter


def day_starts(horizon: Horizon) -> NDArray[np.int64]:
    """Return the first second of every day and of the day after the last, for fillers; shape (days + 1,)."""
    return np.arange(horizon.days + 1, dtype=np.int64) * SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class Events:
    """The events of several paths; arrays of shape (events, paths). Fillers pad paths with fewer events.

    Attributes:
        seconds: The second of each event.
        days: Its day, from 0; `Horizon.days` for fillers.
        runs: The number of its run; one more than the last for fillers.
    """

    seconds: NDArray[np.int64]
    days: NDArray[np.int64]
    runs: NDArray[np.int64]

    @property
    def paths(self) -> int:
        """Number of paths."""
        return int(self.runs.shape[1])


def by_cell(cells: NDArray[np.int64], amounts: NDArray[np.int64], number: int) -> NDArray[np.float64]:
    """Add up *amounts*, shape (events, paths), by path and cell; exact up to 2**53; shape (paths, number)."""
    paths = cells.shape[1]
    flat = (cells + np.arange(paths) * number).ravel()
    sums = np.bincount(flat, weights=amounts.ravel().astype(np.float64), minlength=paths * number)
    return sums.astype(np.float64).reshape(paths, number)


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches of time in which no tally changes its amounts or is reset, so that counting runs is enough.

    Attributes:
        starts: Shape (segments,): the second at which each begins.
        by_day: Shape (days + 1,): the segment of every day.
        runs: Number of runs.
    """

    starts: NDArray[np.int64]
    by_day: NDArray[np.intp]
    runs: int

    @classmethod
    def of(cls, tallies: Sequence[Meter], runs: int, horizon: Horizon) -> Segments:
        """Return the segments of *tallies*."""
        parts = [part for meter in tallies for part in (meter.phases, meter.resets)]
        starts = np.unique(np.concatenate([np.zeros(1, np.int64), *parts]))
        by_day = np.searchsorted(starts, day_starts(horizon), side="right") - 1
        return cls(starts, by_day, runs)

    def count(self, events: Events, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how often each run was *chosen*, fillers left out; shape (paths, segments, runs)."""
        width = self.starts.size * (self.runs + 1)
        cells = self.by_day[events.days] * (self.runs + 1) + events.runs + np.arange(events.paths) * width
        counts = np.bincount(cells[chosen], minlength=events.paths * width)
        return counts.reshape(events.paths, self.starts.size, self.runs + 1)[:, :, : self.runs].astype(np.int64)

    def drawn(self, meter: Meter, counted: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what counted runs draw in each segment; shape (paths, segments)."""
        amounts = meter.amounts[meter.phase(self.starts)].astype(np.float64)
        drawn: NDArray[np.float64] = np.einsum("psr,sr->ps", counted.astype(np.float64), amounts)
        return drawn

    def total(self, meter: Meter, counted: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what counted runs draw over the whole plan; shape (paths,)."""
        total: NDArray[np.float64] = self.drawn(meter, counted).sum(axis=1)
        return total

    def peak(self, meter: Meter, counted: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the most that counted runs draw between two resets; shape (paths,)."""
        epochs = meter.epoch(self.starts)
        firsts = np.flatnonzero(np.diff(epochs, prepend=-1))
        peaks: NDArray[np.float64] = np.add.reduceat(self.drawn(meter, counted), firsts, axis=1).max(axis=1)
        return peaks
