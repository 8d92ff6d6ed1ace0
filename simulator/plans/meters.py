"""Counters of a simulation: what each run draws, what is granted, and when the count is reset."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

UNLIMITED = 2**62
"""The limit of a tally: more than anything can draw."""

DELTA_STEP = Fraction(1, 10**18)
"""Step in which probabilities of failing protection are counted; each is rounded up to whole steps."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A limit, or a tally without limit. Amounts are whole numbers of its own steps.

    Attributes:
        name: What it counts.
        amounts: Shape (phases, runs): what one run draws in each phase, in steps.
        granted: Shape (phases,): the limit in each phase, in steps; `UNLIMITED` for a tally.
        phases: Shape (phases,): the second at which each phase begins; the first is 0.
        resets: Shape (n,): seconds, in order, at which the count is reset to 0.
        spent: What is spent before the plan begins, in steps.
    """

    name: str
    amounts: NDArray[np.int64]
    granted: NDArray[np.int64]
    phases: NDArray[np.int64]
    resets: NDArray[np.int64]
    spent: int = 0

    def phase(self, seconds: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the number of the phase at each of *seconds*; same shape."""
        return np.searchsorted(self.phases, seconds, side="right") - 1

    def epoch(self, seconds: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return how many resets there were up to each of *seconds*; same shape."""
        return np.searchsorted(self.resets, seconds, side="right")


@dataclass(frozen=True, slots=True)
class Tallies:
    """What is counted for answered queries, apart from the limits.

    Attributes:
        draws: One per budget: what is drawn on it, in units between two refreshes, uses, or steps of a share.
        losses: One per subject: concentrated loss, in steps of rho.
        group_deltas: One per subject: probability that the protection of groups fails, in steps of `DELTA_STEP`.
        micro_dollars: What queries cost.
        crpu_seconds: What queries are billed for.
    """

    draws: tuple[Meter, ...]
    losses: tuple[Meter, ...]
    group_deltas: tuple[Meter, ...]
    micro_dollars: Meter
    crpu_seconds: Meter

    @property
    def all(self) -> tuple[Meter, ...]:
        """All of them."""
        return (*self.draws, *self.losses, *self.group_deltas, self.micro_dollars, self.crpu_seconds)


def tally(
    name: str,
    amounts: NDArray[np.int64],
    phases: NDArray[np.int64] | None = None,
    resets: NDArray[np.int64] | None = None,
) -> Meter:
    """Return a meter without limit.

    Args:
        name: What it counts.
        amounts: Shape (phases, runs), in steps.
        phases: Shape (phases,): the second at which each begins; None for a single phase.
        resets: Shape (n,): seconds at which the count is reset; None for never.
    """
    starts = np.zeros(1, np.int64) if phases is None else phases
    return Meter(
        name,
        amounts,
        np.full(starts.size, UNLIMITED, np.int64),
        starts,
        np.empty(0, np.int64) if resets is None else resets,
    )
