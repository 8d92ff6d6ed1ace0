"""The smallest budgets of a BigQuery view that suffice for a plan, with the stated ε and with the wanted error.

Laplace noise is inversely proportional to ε, and so is the size of a group in which bounds are found. So the ε that a
query needs for a wanted error follows directly, without a search.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from declarations.plan import WantedAccuracy
from simulator.plans.budgets import VIEW_KINDS
from simulator.plans.compiling import CompiledPlan
from simulator.plans.planned_budget import PlannedViewBudget
from simulator.plans.playing import Played
from simulator.plans.query_accuracy import (
    BiasedColumn,
    ColumnAccuracy,
    Known,
    NullGroups,
    QueryAccuracy,
    biased_columns,
)
from simulator.plans.rooms import PlannedViews
from simulator.privacy.accounts import BudgetKind
from simulator.views.budgets import view_budgets


@dataclass(frozen=True, slots=True)
class NeededEpsilon:
    """The ε that one query states, and the ε that it needs.

    Attributes:
        query: The query.
        asked: The ε that it states.
        needed: The least ε with which every column has a value and keeps the wanted error; None when the noise of one
            is not known, or one is usually NULL in the pilot run.
        column: The column that needs the most.
    """

    query: str
    asked: float
    needed: float | None
    column: str


@dataclass(frozen=True, slots=True)
class ViewAdvice:
    """The advice for one view.

    Attributes:
        budget: The view's budget of ε.
        epsilon: Total ε that the plan needs, with the wanted certainty.
        delta: Total δ that the plan needs, with the wanted certainty.
        queries: Its queries, in the order of the plan.
        needed_epsilon: Total ε of the plan if each query states the ε that it needs; None when that is not known.
        most_epsilon: max_epsilon_per_query of the view.
        is_bound: True when the contribution of units to some column is unknown, so that more ε may be needed.
        biased: Columns whose bias alone exceeds the wanted error: no ε can fix that.
        nulls: Queries with the columns that are NULL in some groups of their pilot runs.
    """

    budget: PlannedViewBudget
    epsilon: float
    delta: float
    queries: tuple[NeededEpsilon, ...]
    needed_epsilon: float | None
    most_epsilon: float
    is_bound: bool
    biased: tuple[BiasedColumn, ...] = ()
    nulls: tuple[tuple[str, NullGroups], ...] = ()


def view_advice(
    compiled: CompiledPlan, played: Played, accuracy: Sequence[QueryAccuracy], wanted: WantedAccuracy
) -> Iterator[ViewAdvice]:
    """Yield the advice for every view that planned queries draw on.

    Args:
        compiled: The plan.
        played: The results of the simulation.
        accuracy: Expected errors of its queries.
        wanted: The wanted error.
    """
    known = {(each.run.room, each.run.query): each for each in accuracy}
    for budget in compiled.budgets:
        room = compiled.rooms[budget.room]
        paying = {run.query: run for run in compiled.runs if budget.pays(run)}
        if not isinstance(budget, PlannedViewBudget) or not isinstance(room, PlannedViews) or not paying:
            continue
        if budget.kind is not BudgetKind.VIEW_EPSILON:
            continue
        mine = [known[budget.room, query] for query in paying]
        queries = {
            query: _needed(query, float(budget.charged(run)), each, wanted)
            for (query, run), each in zip(paying.items(), mine, strict=True)
        }
        epsilon, delta = (_demand(each, compiled, played) for each in _both(budget, compiled))
        yield ViewAdvice(
            budget=budget,
            epsilon=epsilon,
            delta=delta,
            queries=tuple(queries.values()),
            needed_epsilon=_needed_demand(budget, compiled, played, queries),
            most_epsilon=view_budgets(room.room)[budget.name].policy.max_epsilon_per_query,
            is_bound=any(column.known is not Known.ASSUMED for each in mine for column in each.columns),
            biased=biased_columns(mine, wanted.relative_error),
            nulls=tuple((each.run.query, null) for each in mine if each.shown for null in each.shown.nulls),
        )


def _both(budget: PlannedViewBudget, compiled: CompiledPlan) -> Iterator[PlannedViewBudget]:
    """Yield the budgets of ε and of δ of one view."""
    for kind in VIEW_KINDS:
        yield next(
            each
            for each in compiled.budgets
            if isinstance(each, PlannedViewBudget)
            and (each.room, each.name, each.kind) == (budget.room, budget.name, kind)
        )


def _needed(query: str, asked: float, accuracy: QueryAccuracy, wanted: WantedAccuracy) -> NeededEpsilon:
    usually_null = {null.column for null in (accuracy.shown.nulls if accuracy.shown else ()) if null.is_usual}

    def times(column: ColumnAccuracy) -> float:
        """Return the factor by which the stated ε must grow; errors and minimum group sizes are inverse to ε."""
        if column.column in usually_null:
            return math.inf
        error = column.relative(1, wanted.group_users)
        return max(error / wanted.relative_error, column.least_users / wanted.group_users)

    worst = max(accuracy.columns, key=times)
    needed = asked * times(worst) if times(worst) < math.inf else None
    return NeededEpsilon(query, asked, needed, worst.column)


def _demand(budget: PlannedViewBudget, compiled: CompiledPlan, played: Played) -> float:
    return _quantile(compiled, played, np.array([float(budget.charged(run)) for run in compiled.runs]))


def _needed_demand(
    budget: PlannedViewBudget, compiled: CompiledPlan, played: Played, queries: dict[str, NeededEpsilon]
) -> float | None:
    if any(each.needed is None for each in queries.values()):
        return None
    needed = [(queries[run.query].needed or 0.0) if budget.pays(run) else 0.0 for run in compiled.runs]
    return _quantile(compiled, played, np.array(needed))


def _quantile(compiled: CompiledPlan, played: Played, each: NDArray[np.float64]) -> float:
    """Return the demand of all planned queries, answered or not, with the wanted certainty; *each*: shape (runs,)."""
    asked = (played.answered + played.refused) @ each
    return float(np.quantile(asked, compiled.plan.certainty, method="inverted_cdf"))
