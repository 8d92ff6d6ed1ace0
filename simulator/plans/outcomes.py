"""The results of a forecast: numbers with bands, ready for display."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from simulator.plans.advice import Advice
from simulator.plans.losses import HeldPrivacy, Subject
from simulator.plans.modes import Mode
from simulator.plans.planned_budget import PlannedBudget
from simulator.plans.prices import PricedRun
from simulator.plans.query_accuracy import QueryAccuracy
from simulator.plans.views.advice import ViewAdvice

QUANTILES = (0.05, 0.5, 0.95)
"""The band: in 5 %, in half and in 95 % of all paths a number is at most this."""


@dataclass(frozen=True, slots=True)
class Band:
    """The 5, 50 and 95 % quantiles of a number over all paths; equal when nothing is random."""

    low: float
    middle: float
    high: float


def band_of(values: NDArray[np.int64] | NDArray[np.float64]) -> Band:
    """Return the band of *values*, shape (paths,); each quantile is one of the values."""
    return Band(*(float(value) for value in np.quantile(values, QUANTILES, method="inverted_cdf")))


@dataclass(frozen=True, slots=True)
class DateBand:
    """The 5, 50 and 95 % quantiles of a moment; None if that share of paths does not reach it within the plan."""

    low: datetime | None
    middle: datetime | None
    high: datetime | None


@dataclass(frozen=True, slots=True)
class BurnDown:
    """What is left of a budget over time.

    Attributes:
        days: Days at whose end the budget is read.
        remaining: Shape (3, points): 5, 50 and 95 % quantiles, in COUNT DISTINCT of users, uses of a table, or ε or δ.
        full: Shape (points,): what a full budget holds then, in the same unit.
    """

    days: tuple[date, ...]
    remaining: NDArray[np.float64]
    full: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BudgetOutcome:
    """The forecast of one budget.

    Attributes:
        budget: The budget.
        published: Whether AWS has shown counts for all its settings; True for access budgets and views.
        capacity: What a full budget holds at the start, in COUNT DISTINCT of users, in uses, or in ε or δ.
        capacity_range: The lowest and highest capacity that is consistent with the published counts.
        refused_share: Share of paths, 0 to 1, in which it refuses a planned query.
        first_refusal: When it refuses for the first time.
        first_refused: Which run is refused first, with its share of all paths; most frequent first.
        earliest: Median of the first refusal with the lowest capacity; None when published, or when there is none.
        latest: The same with the highest capacity.
        burn_down: What is left over time.
        most_used: Largest share of a limit that is spent between two refreshes, 0 to 1.
        demanded: Largest demand of the plan between two refreshes, answered or not, in units, uses, or ε or δ.
    """

    budget: PlannedBudget
    published: bool
    capacity: float
    capacity_range: tuple[float, float]
    refused_share: float
    first_refusal: DateBand
    first_refused: tuple[tuple[int, float], ...]
    earliest: datetime | None
    latest: datetime | None
    burn_down: BurnDown
    most_used: Band
    demanded: Band


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The forecast of one planned run.

    Attributes:
        run: The run, with its price.
        how_often: Its frequency, in the plan's words.
        units: Budget units that each query is charged.
        answered: Queries answered.
        refused: Queries refused by any budget.
    """

    run: PricedRun
    how_often: str
    units: int
    answered: Band
    refused: Band


@dataclass(frozen=True, slots=True)
class Loss:
    """The privacy loss of one subject over the whole plan and all its rooms.

    Attributes:
        subject: The table or owner.
        rho: The concentrated loss; None for views of BigQuery, whose ε and δ are added up.
        held: The (epsilon, delta) that holds in 95 % of the paths.
    """

    subject: Subject
    rho: Band | None
    held: HeldPrivacy


@dataclass(frozen=True, slots=True)
class Money:
    """What answered queries cost at list prices.

    Attributes:
        usd: US dollars; None if a room is in a region whose prices are neither known here nor stated in the plan.
        crpu_hours: CRPU-hours.
    """

    usd: Band | None
    crpu_hours: Band


@dataclass(frozen=True, slots=True)
class Expectations:
    """The errors to expect, and the advice that follows from them.

    Attributes:
        accuracy: Expected errors, one entry for each query under differential privacy.
        advice: One entry for each differential privacy budget of AWS that planned queries draw on.
        view_advice: One entry for each view of BigQuery that planned queries draw on.
    """

    accuracy: tuple[QueryAccuracy, ...]
    advice: tuple[Advice, ...]
    view_advice: tuple[ViewAdvice, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a plan.

    Attributes:
        mode: The accounting mode.
        start: First day.
        end: The day after the last.
        paths: Number of simulated paths.
        paths_wanted: Number of requested paths; more than *paths* when it was interrupted.
        seed: Seed of the random moments.
        is_random: Whether any frequency is random.
        interrupted: Whether it was stopped before all paths and pilot runs were done.
        carried_share: Share of paths, 0 to 1, in which no query is refused.
        certainty: The share of such paths that the plan requires.
        budgets: One entry for each budget.
        runs: One entry for each planned run, in the order of the plan.
        losses: One entry for each table under differential privacy, and one for each owner of several.
        money: The costs; None when every room is one of BigQuery.
        expected: Expectations that use no rows.
        measured: Expectations after pilot runs on sample rows, without noise, for the data owner only. None without
            pilot runs. Nothing else in a forecast depends on rows.
        warnings: What the reader should know, one sentence each.
    """

    mode: Mode
    start: date
    end: date
    paths: int
    paths_wanted: int
    seed: int
    is_random: bool
    interrupted: bool
    carried_share: float
    certainty: float
    budgets: tuple[BudgetOutcome, ...]
    runs: tuple[RunOutcome, ...]
    losses: tuple[Loss, ...]
    money: Money | None
    expected: Expectations
    measured: Expectations | None
    warnings: tuple[str, ...]

    @property
    def is_carried(self) -> bool:
        """Whether no query is refused, with the certainty that the plan requires."""
        return self.carried_share >= self.certainty

    def label(self, number: int) -> str:
        """Return the name of a run's query, with its frequency if several runs use that query.

        Args:
            number: Number of the run in the plan.
        """
        run = self.runs[number]
        same = [each for each in self.runs if (each.run.room, each.run.query) == (run.run.room, run.run.query)]
        return run.run.query if len(same) == 1 else f"{run.run.query}, {run.how_often}"

    @property
    def best_known(self) -> Expectations:
        """The measured expectations if there are any, else those by formula; for the data owner."""
        return self.measured or self.expected
