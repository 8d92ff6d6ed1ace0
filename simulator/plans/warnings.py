"""What the reader of a forecast should know: where AWS advises against what is planned, or where a source is silent."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.plans.budgets import PlannedBudget
from simulator.plans.compiling import CompiledPlan
from simulator.plans.cost import PRICED_REGION, unpriced_regions
from simulator.plans.modes import Mode
from simulator.privacy.periods import Period


def warnings_of(compiled: CompiledPlan) -> Iterator[str]:
    """Yield warnings about a plan, one sentence each."""
    paying = [budget for budget in compiled.budgets if any(budget.pays(run) for run in compiled.runs)]
    for budget in paying:
        yield from _recreated(budget, compiled)
        if budget.is_private:
            yield from _raised(budget, compiled)
            yield from _refreshed(budget, compiled)
            if compiled.mode is Mode.AWS and not budget.is_published(compiled.mode.model):
                yield (
                    f"counts of the budget of {budget.owner} are an estimate: AWS has published none for these settings"
                )
    yield from _unpriced(compiled)


def _recreated(budget: PlannedBudget, compiled: CompiledPlan) -> Iterator[str]:
    for second in budget.recreated:
        day = compiled.horizon.moment_of(second).date()
        yield (
            f"{day}: the template of '{budget.name}' of {budget.owner} is deleted and created anew, which restores a "
            "full budget in the service; what was learned before stays learned, and usage logs are gone"
        )


def _raised(budget: PlannedBudget, compiled: CompiledPlan) -> Iterator[str]:
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


def _refreshed(budget: PlannedBudget, compiled: CompiledPlan) -> Iterator[str]:
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
            f"{', '.join(still)}: over unchanged rows each refresh gives away more"
        )


def _unpriced(compiled: CompiledPlan) -> Iterator[str]:
    regions = unpriced_regions(compiled.plan.compute, compiled.rooms)
    if regions:
        yield (
            f"list prices are known here for {PRICED_REGION} only, and the plan has a room in {', '.join(regions)}: "
            "its cost is unknown until the plan states compute.prices"
        )
