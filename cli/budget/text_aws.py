"""How `cleanroom budget` shows a room of AWS to a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.budget.budgets_aws import Holding, MemberBudget, QueryCost, RoomBudgets, SharedLoss, TableBudget
from cli.budget.charges import charges_text
from cli.console.terminal import styled, table, wrapped
from simulator.privacy.periods import Period


def room_lines(found: RoomBudgets) -> Iterator[str]:
    """Lay out the budgets of a room."""
    yield styled(found.room, bold=True)
    if not found.budgets:
        yield "no member has a differential privacy budget: nothing limits the number of queries"
    for budget in found.budgets:
        yield ""
        yield from _member(budget)
    for access in found.access_budgets:
        yield ""
        yield from _table(access)
    for cost in found.costs:
        yield ""
        yield from _cost(cost, found.budgets)


def shared_lines(shared: Sequence[SharedLoss]) -> Iterator[str]:
    """Lay out what several rooms gave away together; nothing where they share no table."""
    if shared:
        yield ""
        yield styled("tables in several of these rooms: the losses add up", bold=True)
    for one in shared:
        exact = ", ".join(one.rooms_without_noise)
        more = f"; what {exact} shows of it has no noise and comes on top, without a bound" if exact else ""
        yield wrapped(f"{one.table} of {one.member}, in {', '.join(one.rooms)}: {_statement(one.holds)}{more}")


def _member(budget: MemberBudget) -> Iterator[str]:
    refresh = "refreshed every calendar month" if budget.auto_refresh == "CALENDAR_MONTH" else "never refreshed"
    settings = f"epsilon {budget.epsilon}, noise {budget.users_noise_per_query} users, {refresh}"
    yield wrapped(f"budget of {budget.member}: {settings}", "")
    yield f"utility used {budget.utility_used_percent} %"
    yield wrapped(f"all answers to date: {_statement(budget.holds)}", "")
    yield ""
    headings = ("aggregate function", "units", "left", "of", *(() if budget.published else ("possible totals",)))
    rows = []
    for each in budget.aggregations:
        low, high = each.max_count_range
        row = (each.type.value, str(each.units), f"{each.remaining_count:,}", f"{each.max_count:,}")
        rows.append(row if budget.published else (*row, f"{low:,} to {high:,}"))
    yield table(headings, rows, numeric=frozenset({1, 2, 3}))
    yield wrapped("the lines share one budget: what a query uses lowers all of them", "")
    if not budget.published:
        yield wrapped("estimated: AWS has not published counts for these settings", "")
    yield from charges_text(budget.unfinished, budget.history, ("units",))


def _statement(holds: Holding) -> str:
    if not holds.rho:
        return "nothing was answered and charged so far"
    if holds.epsilon is None:
        return f"rho {holds.rho:.6f}, but delta adds up to 1: nothing is promised"
    promise = f"({holds.epsilon:.4g}, {holds.delta:.3g})-differential privacy holds"
    return f"{promise}, rho {holds.rho:.6f}, for one user more or less"


def _table(budget: TableBudget) -> Iterator[str]:
    yield wrapped(f"access budget of table {budget.table} ({budget.member}): {budget.remaining_budget:,} uses left", "")
    rows = [
        (
            each.type.value,
            f"{each.remaining_budget:,}",
            f"{each.budget:,}",
            "by itself" if each.auto_refresh == "ENABLED" and each.type is not Period.LIFETIME else "no",
        )
        for each in budget.limits
    ]
    yield table(("period", "left", "of", "refreshed"), rows, numeric=frozenset({1, 2}))
    yield from charges_text(budget.unfinished, budget.history, ("uses",))


def _cost(cost: QueryCost, budgets: Sequence[MemberBudget]) -> Iterator[str]:
    if not cost.aggregations:
        yield f"{cost.query} costs nothing: it reads no table under differential privacy"
        return
    yield f"{cost.query} costs {cost.units} units ({', '.join(each.value for each in cost.aggregations)})"
    for budget in budgets:
        left = next(each.remaining_count for each in budget.aggregations if each.units == 1)
        times = left // cost.units if cost.units else 0
        yield f"  the budget of {budget.member} is enough for it {times:,} more times"
