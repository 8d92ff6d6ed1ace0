"""How a plan's answer looks where it is about views of BigQuery."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from cli.console.terminal import led, styled, table, wrapped
from cli.plan.shown_numbers import bias_advice, number, percent, shown_band
from cli.run.answers import OWNERS_ONLY
from cli.run.answers_bigquery import STATE_BOUNDS
from declarations.plan import WantedAccuracy
from simulator.plans.outcomes import BudgetOutcome, Forecast
from simulator.plans.query_accuracy import QueryAccuracy
from simulator.plans.views.advice import ViewAdvice
from simulator.privacy.accounts import BudgetKind

MEASURES = {BudgetKind.VIEW_EPSILON: "epsilon", BudgetKind.VIEW_DELTA: "delta"}
"""What the budgets of a view are counted in."""


def view_terms(outcome: BudgetOutcome) -> str:
    """Say which budget it is, and how long it lasts."""
    budget = outcome.budget
    renewed = len(budget.recreated)
    times = "never refreshed" if not renewed else f"filled up {renewed} {'time' if renewed == 1 else 'times'}"
    return f"{MEASURES[budget.kind]} of view {budget.name}, {times}"


def view_holds(outcome: BudgetOutcome) -> str:
    """Say what a full budget holds."""
    return f"{MEASURES[outcome.budget.kind]} {outcome.capacity:g}"


def view_asked(outcome: BudgetOutcome) -> str:
    """Say what the plan asks for, answered or not."""
    return f"{MEASURES[outcome.budget.kind]} {shown_band(outcome.demanded)}"


def charges(found: Forecast) -> str:
    """Lay out what each query costs each view; nothing where none does."""
    queries = {(each.run.room, each.run.query): each.run for each in found.runs}.values()
    rows = [
        (f"{charge.epsilon:g}", f"{charge.delta:g}", charge.view.name, run.query)
        for run in queries
        for charge in run.price.charges
    ]
    if not rows:
        return ""
    title = styled("charged to views for each query; given back if it fails before rows are read", bold=True)
    return title + "\n" + table(("epsilon", "delta", "view", "query"), rows, numeric=frozenset({0, 1}))


def view_advice(advice: ViewAdvice, wanted: WantedAccuracy, mark: str) -> Iterator[str]:
    """Say how large the budgets of a view have to be: for the plan as it is, and with the wanted error."""
    yield led(f"advice for view {advice.budget.name} in {advice.budget.room_name}", mark, bold=True)
    yield wrapped(
        f"epsilon_budget {advice.epsilon:.6g} and delta_budget {advice.delta:.6g} are the smallest that are enough "
        "for the plan as it is"
    )
    error = f"{percent(wanted.relative_error)} error for groups of {wanted.group_users:,} users"
    rows = [
        (f"{each.asked:g}", "?" if each.needed is None else number(each.needed), f"{each.query}, {each.column}")
        for each in advice.queries
    ]
    least = "at least" if advice.is_bound else "needs"
    yield wrapped(f"epsilon of a query with {error}:")
    yield table(("asks for", least, "query, and the column that decides"), rows, numeric=frozenset({0, 1}))
    if advice.needed_epsilon is not None:
        yield wrapped(f"with these, the plan asks for epsilon {advice.needed_epsilon:.6g} in all")
    if any((each.needed or 0) > advice.most_epsilon for each in advice.queries):
        yield wrapped(f"the view allows epsilon {advice.most_epsilon:g} for one query: the wanted error fails there")
    yield from bias_advice(advice.biased)
    for query, found in groupby(advice.nulls, key=lambda pair: pair[0]):
        columns = [null for _, null in found]
        where = ", ".join(f"{null.column} in {null.groups:,} of {null.shown:,} groups" for null in columns)
        unknown = "no epsilon is advised for it; " if any(null.is_usual for null in columns) else ""
        yield wrapped(
            f"{query} is NULL in the pilot run where no bounds were found ({OWNERS_ONLY}): {where}; {unknown}"
            + STATE_BOUNDS
        )


def nulls(accuracy: QueryAccuracy) -> Iterator[str]:
    """Say which numbers are NULL for want of bounds: in the pilot run, and in small groups whatever the rows are."""
    for null in accuracy.shown.nulls if accuracy.shown else ():
        groups = f"{null.groups:,} of {null.shown:,} groups"
        yield wrapped(f"{null.column}: NULL in {groups}: no bounds were found", "    ")
    small = [column for column in accuracy.columns if column.least_users]
    for column in small:
        size = f"groups of fewer than about {math.ceil(column.least_users):,} users"
        yield wrapped(f"{column.column}: mostly NULL in {size}, where no bounds are found")
    if small:
        yield wrapped(
            "bounds that a query does not state are looked for in every group, with half of the function's epsilon: "
            f"{STATE_BOUNDS}"
        )
