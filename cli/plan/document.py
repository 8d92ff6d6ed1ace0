"""The answer to a plan for programs; keys are stable."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from statistics import median
from typing import Any

from cli.rooms.opening import AnyRoom
from cli.run.answers import removed_counts
from declarations.loading.plan import LoadedPlan
from simulator.execution.results import Bias
from simulator.plans.advice import Advice
from simulator.plans.outcomes import Band, BudgetOutcome, DateBand, Expectations, Forecast, Loss, Money
from simulator.plans.planned_budget import PlannedBudget, PlannedPrivacyBudget, PlannedViewBudget
from simulator.plans.query_accuracy import BiasedColumn, ColumnAccuracy, NullGroups, QueryAccuracy, ShownGroups
from simulator.plans.views.advice import ViewAdvice
from simulator.privacy.accounts import BudgetKind, Limit

Opened = Mapping[str | None, AnyRoom]


UNITS = {
    BudgetKind.DIFFERENTIAL_PRIVACY: "COUNT_DISTINCT",
    BudgetKind.ACCESS_BUDGET: "uses",
    BudgetKind.VIEW_EPSILON: "epsilon",
    BudgetKind.VIEW_DELTA: "delta",
}
"""In what each kind of budget is counted."""


def document(found: Forecast, loaded: LoadedPlan, opened: Opened) -> dict[str, Any]:
    """Describe the answer to a plan; bands are [5 %, 50 %, 95 %] quantiles over the paths.

    What depends on rows is under `for_the_data_owner_only`; the rest is what a plan without sample rows gives.

    Args:
        found: The answer.
        loaded: The plan.
        opened: Its rooms.
    """
    return {
        "plan": loaded.plan.title,
        "file": str(loaded.path),
        "mode": found.mode.value,
        "start": str(found.start),
        "end": str(found.end),
        "paths": found.paths if found.is_random else None,
        "paths_wanted": found.paths_wanted if found.is_random else None,
        "seed": found.seed,
        "interrupted": found.interrupted,
        "carried": found.is_carried,
        "carried_share": found.carried_share,
        "certainty": found.certainty,
        "budgets": [_budget(each, found, opened) for each in found.budgets],
        "runs": [
            {
                "query": each.run.query,
                "room": each.run.room,
                "how_often": each.how_often,
                "units": each.units,
                "charges": [
                    {"view": charge.view.name, "epsilon": charge.epsilon, "delta": charge.delta}
                    for charge in each.run.price.charges
                ],
                "answered": _band(each.answered),
                "refused": _band(each.refused),
            }
            for each in found.runs
        ],
        "losses": [_loss(each) for each in found.losses],
        "money": None if found.money is None else _money(found.money),
        "warnings": list(found.warnings),
        **_expectations(found.expected, opened, _accuracy),
        "for_the_data_owner_only": None
        if found.measured is None
        else _expectations(found.measured, opened, _measured_accuracy),
    }


def _expectations(
    found: Expectations, opened: Opened, accuracy: Callable[[QueryAccuracy], dict[str, Any]]
) -> dict[str, Any]:
    return {
        "accuracy": [accuracy(each) for each in found.accuracy],
        "advice": [_advice(each, opened) for each in found.advice],
        "view_advice": [_view_advice(each) for each in found.view_advice],
    }


def _money(money: Money) -> dict[str, Any]:
    return {
        "usd": None if money.usd is None else _band(money.usd),
        "crpu_hours": _band(money.crpu_hours),
    }


def _budget(outcome: BudgetOutcome, found: Forecast, opened: Opened) -> dict[str, Any]:
    budget, curve = outcome.budget, outcome.burn_down
    return {
        "room": budget.room_name,
        "owner": budget.owner,
        "member": opened[budget.room].member(budget.owner),
        "type": budget.kind.value,
        "name": budget.name,
        "settings": [
            {"epsilon": phase.epsilon, "users_noise_per_query": phase.users_noise, "since_second": phase.since}
            for phase in (budget.phases if isinstance(budget, PlannedPrivacyBudget) else ())
        ],
        "limits": [
            {"type": limit.period.value, "amount": _granted(limit, outcome), "auto_refresh": limit.auto_refresh}
            for limit in budget.limits
        ],
        "unit": UNITS[budget.kind],
        "capacity": outcome.capacity,
        "capacity_published": outcome.published,
        "capacity_range": list(outcome.capacity_range),
        "most_demanded": _band(outcome.demanded),
        "most_used_share": _band(outcome.most_used),
        "refused_share": outcome.refused_share,
        "first_refusal": _dates(outcome.first_refusal),
        "first_refusal_with_lowest_capacity": _moment(outcome.earliest),
        "first_refusal_with_highest_capacity": _moment(outcome.latest),
        "refused_first": [
            {"query": found.runs[run].run.query, "how_often": found.runs[run].how_often, "share_of_paths": share}
            for run, share in outcome.first_refused
        ],
        "burn_down": {
            "days": [str(day) for day in curve.days],
            "remaining": [[_amount(value, budget) for value in line] for line in curve.remaining.tolist()],
            "full": [_amount(value, budget) for value in curve.full.tolist()],
        },
    }


def _granted(limit: Limit, outcome: BudgetOutcome) -> float:
    """Return what a limit grants: rho, uses, or of a view ε or δ."""
    return outcome.capacity if isinstance(outcome.budget, PlannedViewBudget) else float(limit.amount)


def _amount(value: float, budget: PlannedBudget) -> float:
    """Return what is left: whole units or uses; ε and δ to six digits, as remainders are kept in single precision."""
    return float(f"{value:.6g}") if isinstance(budget, PlannedViewBudget) else int(value)


def _accuracy(accuracy: QueryAccuracy) -> dict[str, Any]:
    return {
        "query": accuracy.run.query,
        "room": accuracy.run.room,
        "group_threshold_users": accuracy.threshold,
        "columns": [_column(column) for column in accuracy.columns],
        "derived_columns": [_column(column) for column in accuracy.derived],
        "columns_without_stated_error": list(accuracy.unstated),
    }


def _measured_accuracy(accuracy: QueryAccuracy) -> dict[str, Any]:
    return {
        **_accuracy(accuracy),
        "pilot_failure": accuracy.failure,
        "pilot_run": _shown(accuracy.shown) if accuracy.bias is None else _removed(accuracy.bias, accuracy.stated),
    }


def _removed(bias: Bias, columns: Iterable[ColumnAccuracy]) -> dict[str, Any]:
    return {**removed_counts(bias), "columns": [_measured_groups(column) for column in columns]}


def _measured_groups(column: ColumnAccuracy) -> dict[str, Any]:
    measured = column.measured
    if measured is None:
        return {"column": column.column}
    return {
        "column": column.column,
        "groups": measured.groups,
        "usable_at_start": measured.usable_at_start,
        "usable_at_end": measured.usable_at_end,
        "median_relative_95": _finite(measured.median_relative),
        "median_share": measured.median_bias,
    }


def _shown(shown: ShownGroups | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    columns = [
        {"column": one.column, "median_share": median(one.shares) if one.shares else None} for one in shown.columns
    ]
    return {"groups": shown.groups, "groups_shown": shown.shown, "columns": columns, "null": _nulls(shown.nulls)}


def _nulls(nulls: Iterable[NullGroups]) -> list[dict[str, Any]]:
    return [{"column": each.column, "groups_null": each.groups, "groups_shown": each.shown} for each in nulls]


def _column(column: ColumnAccuracy) -> dict[str, Any]:
    return {
        "column": column.column,
        "aggregation": None if column.function is None else column.function.value,
        "known": column.known.value,
        "factor": _finite(column.factor),
        "mostly_null_below_users": math.ceil(column.least_users),
        "errors": [
            {
                "group_users": error.users,
                "expected_error": _finite(error.expected),
                "half_width_95": _finite(error.half_width),
                "relative_95": _finite(error.relative),
            }
            for error in column.errors
        ],
    }


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "owner": loss.subject.owner,
        "source": loss.subject.source,
        "rooms": list(loss.subject.rooms),
        "rho": None if loss.rho is None else _band(loss.rho),
        "epsilon": _finite(loss.held.epsilon),
        "delta": loss.held.delta,
    }


def _view_advice(advice: ViewAdvice) -> dict[str, Any]:
    return {
        "room": advice.budget.room_name,
        "view": advice.budget.name,
        "demanded_epsilon": advice.epsilon,
        "demanded_delta": advice.delta,
        "demanded_epsilon_with_wanted_error": advice.needed_epsilon,
        "max_epsilon_per_query": advice.most_epsilon,
        "queries": [
            {"query": each.query, "asked_epsilon": each.asked, "needed_epsilon": each.needed, "limiting": each.column}
            for each in advice.queries
        ],
        "errors_are_lower_bounds": advice.is_bound,
        "columns_with_bias_beyond_the_wanted_error": _biased(advice.biased),
        "null_columns": [{"query": query, **null} for query, each in advice.nulls for null in _nulls((each,))],
    }


def _biased(columns: Iterable[BiasedColumn]) -> list[dict[str, Any]]:
    return [{"query": each.query, "column": each.column, "median_share": each.share} for each in columns]


def _advice(advice: Advice, opened: Opened) -> dict[str, Any]:
    return {
        "room": advice.budget.room_name,
        "owner": advice.budget.owner,
        "member": opened[advice.budget.room].member(advice.budget.owner),
        "demanded_units": advice.demand,
        "epsilon": advice.epsilon,
        "users_noise_per_query": advice.users_noise,
        "relative_error": _finite(advice.relative_error),
        "most_users_noise_per_query": advice.most_noise,
        "epsilon_sure_to_be_enough": advice.cautious_epsilon,
        "limiting": {"query": advice.limiting[0], "column": advice.limiting[1]},
        "reason": advice.reason,
        "limits_measured_at_every_noise": advice.is_measured,
        "errors_are_lower_bounds": advice.is_bound,
        "columns_with_bias_beyond_the_wanted_error": _biased(advice.biased),
        "frontier": [
            {
                "epsilon": setting.epsilon,
                "users_noise_per_query": setting.users_noise,
                "relative_error": _finite(setting.relative_error),
            }
            for setting in advice.frontier
        ],
    }


def _band(band: Band) -> list[float]:
    return [band.low, band.middle, band.high]


def _dates(band: DateBand) -> list[str | None]:
    return [_moment(band.low), _moment(band.middle), _moment(band.high)]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
