"""Warnings for the reader of a forecast: where AWS advises against the plan, or its documentation is silent."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.frequency import DAYS_PER_MONTH
from simulator.plans.compiling import CompiledPlan
from simulator.plans.cost import PRICED_REGION, unpriced_regions
from simulator.plans.horizon import SECONDS_PER_DAY
from simulator.plans.modes import Mode
from simulator.plans.planned_budget import PlannedBudget, PlannedPrivacyBudget, PlannedViewBudget
from simulator.plans.prices import PricedRun
from simulator.plans.rooms import PlannedViews
from simulator.privacy.accounts import BudgetKind
from simulator.privacy.periods import Period


def warnings_of(compiled: CompiledPlan) -> Iterator[str]:
    """Yield warnings about a plan, one sentence each."""
    paying = [budget for budget in compiled.budgets if any(budget.pays(run) for run in compiled.runs)]
    yield from _never(compiled)
    yield from _shown_nothing(compiled)
    yield from _more_users_than_rows(compiled)
    yield from _of_views(compiled)
    for budget in paying:
        if isinstance(budget, PlannedViewBudget):
            yield from _renewed(budget, compiled)
            continue
        yield from _recreated(budget, compiled)
        if isinstance(budget, PlannedPrivacyBudget):
            yield from _raised(budget, compiled)
            yield from _refreshed(budget, compiled)
            if compiled.mode is Mode.AWS and not budget.is_published(compiled.mode.model):
                yield (
                    f"counts of the budget of {budget.owner} are an estimate: AWS has published none for these settings"
                )
    yield from _unpriced(compiled)


def _never(compiled: CompiledPlan) -> Iterator[str]:
    for planned, schedule in zip(compiled.plan.runs, compiled.schedules, strict=True):
        if not schedule.expected:
            often = planned.cron or planned.every or planned.about
            yield f"{planned.query} ({often}) never runs within the plan"


def _shown_nothing(compiled: CompiledPlan) -> Iterator[str]:
    for run in {(run.room, run.query): run for run in compiled.runs if run.price.shows_nothing}.values():
        yield (
            f"{run.query} groups by the user identifier, so each group holds one user, and the threshold on groups "
            f"(this simulator's; AWS publishes none) hides them all: each run costs "
            f"{run.price.units_in(compiled.mode)} units and shows nothing"
        )


def _more_users_than_rows(compiled: CompiledPlan) -> Iterator[str]:
    growths = {name.lower(): growth for name, growth in compiled.plan.tables.items()}
    months = compiled.horizon.seconds / SECONDS_PER_DAY / DAYS_PER_MONTH
    for name, growth in growths.items():
        if growth.users is None or growth.rows is None:
            continue
        users, rows = (growth.users + growth.users_per_month * months, growth.rows + growth.rows_per_month * months)
        if users > rows:
            yield (
                f"'tables' gives {name} {users:,.0f} users and {rows:,.0f} rows by the end, but every user has a row: "
                "errors follow from the users, costs from the rows"
            )


def _of_views(compiled: CompiledPlan) -> Iterator[str]:
    """Yield warnings about parts of a plan that have no effect, or a limited one, in a room of BigQuery."""
    for query in dict.fromkeys(run.query for run in compiled.runs if _is_without_limit(run)):
        yield (
            f"{query} states max_groups_contributed = NULL: its noise covers one group per unit, as in BigQuery, so "
            "that differential privacy does not hold for units in several groups"
        )
    if compiled.plan.tables and all(isinstance(room, PlannedViews) for room in compiled.rooms.values()):
        yield "'tables' has no effect: the noise of a view does not depend on how large its tables are"


def _is_without_limit(run: PricedRun) -> bool:
    return any(query.groups and query.terms.max_groups is None for query in run.price.noisy)


def _renewed(budget: PlannedViewBudget, compiled: CompiledPlan) -> Iterator[str]:
    for second in budget.recreated if budget.kind is BudgetKind.VIEW_EPSILON else ():
        day = compiled.horizon.moment_of(second).date()
        yield (
            f"{day}: the policy of '{budget.name}' is updated, which refills its budgets; the privacy loss so far is "
            "not undone"
        )


def _recreated(budget: PlannedBudget, compiled: CompiledPlan) -> Iterator[str]:
    for second in budget.recreated:
        day = compiled.horizon.moment_of(second).date()
        yield (
            f"{day}: the template of '{budget.name}' of {budget.owner} is deleted and re-created, which restores a "
            "full budget in the service; the privacy loss so far is not undone, and usage logs are lost"
        )


def _raised(budget: PlannedPrivacyBudget, compiled: CompiledPlan) -> Iterator[str]:
    model = compiled.mode.model
    for before, after in zip(budget.phases, budget.phases[1:], strict=False):
        if after.epsilon > before.epsilon:
            day = compiled.horizon.moment_of(after.since).date()
            added = model.total_rho(after.epsilon) - model.total_rho(before.epsilon)
            block = model.total_rho(after.epsilon - before.epsilon)
            unit = model.unit_rho(after.users_noise)
            yield (
                f"{day}: epsilon is raised from {before.epsilon} to {after.epsilon}; here that adds "
                f"{float(added / unit):,.0f} COUNT DISTINCT. AWS says the existing budget is consumed before the new "
                f"one, which could also mean a separate block of {float(block / unit):,.0f}"
            )


def _refreshed(budget: PlannedPrivacyBudget, compiled: CompiledPlan) -> Iterator[str]:
    if budget.limits[0].period is not Period.CALENDAR_MONTH:
        return
    growing = {
        name.lower() for name, growth in compiled.plan.tables.items() if growth.users_per_month or growth.rows_per_month
    }
    still = sorted(
        {
            table.name
            for run in compiled.runs
            if budget.pays(run)
            for table in run.price.protected
            if table.name.lower() not in growing
        }
    )
    if still and compiled.horizon.refreshes(Period.CALENDAR_MONTH).size:
        yield (
            f"the budget of {budget.owner} is refreshed every month, but the plan names no new rows for "
            f"{', '.join(still)}: over unchanged rows the privacy loss grows with each refresh"
        )


def _unpriced(compiled: CompiledPlan) -> Iterator[str]:
    regions = unpriced_regions(compiled.plan.compute, compiled.rooms)
    if regions:
        yield (
            f"list prices are known here for {PRICED_REGION} only, and the plan has a room in {', '.join(regions)}: "
            "its cost is unknown until the plan states compute.prices"
        )
