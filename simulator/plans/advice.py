"""The smallest budget that suffices for a plan with the wanted error, or the reason why none does.

Two constraints decide, and an answer of "none" is a proof:

* the error does not depend on epsilon. It need not grow with the noise, because limits and bounds are estimated under
  noise, too, and more noise gives smaller ones. So all 91 settings of the noise are tried;
* a full budget holds more units the larger epsilon and the larger the noise, and must hold the plan's demand between
  two refreshes. So the largest noise with the wanted error is the best choice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.plans.planned_budget import Capacity, PlannedPrivacyBudget, capacity_of
from simulator.plans.query_accuracy import BiasedColumn, Known, QueryAccuracy, biased_columns
from simulator.privacy.budget import MAX_EPSILON, MAX_USERS_NOISE, MIN_USERS_NOISE, BudgetModel

NOISES = range(MIN_USERS_NOISE, MAX_USERS_NOISE + 1)
"""Settings of the noise, in users."""

EPSILONS = range(1, MAX_EPSILON + 1)
"""Settings of epsilon."""

_SLACK = 1e-9  # relative tolerance, so that rounding does not reject an error equal to the wanted one


@dataclass(frozen=True, slots=True)
class Setting:
    """One point of the frontier: the least noise with which a budget of this epsilon suffices for the plan.

    Attributes:
        epsilon: 1 to 20.
        users_noise: 10 to 100 users; None when not even 100 is enough.
        relative_error: The largest relative error of any column at the wanted group size; None without *users_noise*.
    """

    epsilon: int
    users_noise: int | None
    relative_error: float | None


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer for one differential privacy budget.

    Attributes:
        budget: The budget.
        demand: Units that the plan needs between two refreshes, with the wanted certainty.
        most_noise: The largest noise, 10 to 100 users, with the wanted error; None when 10 is too much.
        limiting: Query and column with the largest error, which determine *most_noise*.
        epsilon: The smallest epsilon that suffices for the plan with the wanted error; None when none does.
        users_noise: The least noise that suffices for the plan with that epsilon and keeps the wanted error.
        relative_error: The largest relative error of any column with that noise; None without it.
        cautious_epsilon: Like *epsilon*, for the lowest capacity that is consistent with the published counts.
        frontier: For each epsilon the least noise that suffices for the plan, whatever the error.
        reason: Why no smaller setting suffices, or which constraint fails at the best choice of noise.
        is_measured: True when limits and bounds at other noise are known from sample rows.
        is_bound: True when the error of some column is not stated or only a lower bound: the real one may be larger.
        biased: Columns whose bias alone, in the median group of the sample, exceeds the wanted error: no noise setting
            and no budget can fix that.
    """

    budget: PlannedPrivacyBudget
    demand: float
    most_noise: int | None
    limiting: tuple[str, str]
    epsilon: int | None
    users_noise: int | None
    relative_error: float | None
    cautious_epsilon: int | None
    frontier: tuple[Setting, ...]
    reason: str
    is_measured: bool
    is_bound: bool
    biased: tuple[BiasedColumn, ...] = ()


def advise(
    budget: PlannedPrivacyBudget,
    demand: float,
    accuracy: Sequence[QueryAccuracy],
    model: BudgetModel,
    *,
    relative_error: float,
    group_users: int,
) -> Advice:
    """Find the smallest settings that suffice for the plan.

    Args:
        budget: The budget.
        demand: Units needed between two refreshes.
        accuracy: Expected errors of the queries that draw on it; at least one column.
        model: How settings determine capacity and noise.
        relative_error: Wanted error, as a share of the value.
        group_users: Size of the smallest group that must have at most this error, in users.
    """
    columns = [(each.run.query, column) for each in accuracy for column in each.stated]
    errors = {noise: max(column.relative(noise, group_users) for _, column in columns) for noise in NOISES}
    precise = [noise for noise, error in errors.items() if error <= relative_error * (1 + _SLACK)]
    most_noise = max(precise, default=None)
    best = most_noise or min(errors, key=lambda noise: errors[noise])
    query, worst = max(columns, key=lambda pair: pair[1].relative(best, group_users))
    frontier = tuple(
        Setting(epsilon, noise, None if noise is None else errors[noise])
        for epsilon in EPSILONS
        for noise in [_least_noise(epsilon, demand, model, NOISES)]
    )
    epsilon = None if most_noise is None else _least_epsilon(most_noise, demand, model, Capacity.MODEL)
    users_noise = None if epsilon is None else _least_noise(epsilon, demand, model, precise)
    return Advice(
        budget=budget,
        demand=demand,
        most_noise=most_noise,
        limiting=(query, worst.column),
        epsilon=epsilon,
        users_noise=users_noise,
        relative_error=None if users_noise is None else errors[users_noise],
        cautious_epsilon=None if most_noise is None else _least_epsilon(most_noise, demand, model, Capacity.LOW),
        frontier=frontier,
        reason=_too_noisy(best, errors[best], relative_error)
        if most_noise is None
        else _reason(most_noise, epsilon, demand, model),
        is_measured=any(column.factors_at for _, column in columns),
        is_bound=any(column.known is Known.LEAST for _, column in columns) or any(each.unstated for each in accuracy),
        biased=biased_columns(accuracy, relative_error),
    )


def _least_epsilon(users_noise: int, demand: float, model: BudgetModel, capacity: Capacity) -> int | None:
    return _first(EPSILONS, lambda epsilon: capacity_of(epsilon, users_noise, model, capacity) >= demand)


def _least_noise(epsilon: int, demand: float, model: BudgetModel, noises: Sequence[int]) -> int | None:
    return _first(noises, lambda noise: capacity_of(epsilon, noise, model) >= demand)


def _first(settings: Sequence[int], suffices: Callable[[int], bool]) -> int | None:
    """Return the first setting that suffices, by binary search: if one suffices, so do all larger ones."""
    index = bisect_left(settings, 1, key=lambda setting: int(suffices(setting)))
    return settings[index] if index < len(settings) else None


def _too_noisy(best: int, least_error: float, wanted: float) -> str:
    which = "even the smallest noise" if best == MIN_USERS_NOISE else "even the best noise"
    return f"the error fails: {which}, {best} users, gives {100 * least_error:.3g}% where {100 * wanted:.3g}% is wanted"


def _reason(most_noise: int, epsilon: int | None, demand: float, model: BudgetModel) -> str:
    if epsilon is None:
        held = capacity_of(MAX_EPSILON, most_noise, model)
        return (
            f"the budget fails: epsilon {MAX_EPSILON} with noise {most_noise}, the most that keeps the wanted error, "
            f"holds {held:,.0f} units; the plan asks for {demand:,.0f}"
        )
    if epsilon == EPSILONS[0]:
        return f"epsilon {epsilon} is the smallest there is"
    held = capacity_of(epsilon - 1, most_noise, model)
    return (
        f"epsilon {epsilon - 1} with noise {most_noise}, the most that keeps the wanted error, holds {held:,.0f} "
        f"units; the plan asks for {demand:,.0f}"
    )
