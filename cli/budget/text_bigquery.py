"""How `cleanroom budget` shows a room of BigQuery to a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cli.budget.budgets_bigquery import QueryCosts, ViewGrant, ViewRoomBudgets
from cli.budget.charges import charges_text
from cli.console.terminal import styled, table, wrapped

_ROUNDING: Final = 1 + 1e-9


def view_room_lines(found: ViewRoomBudgets) -> Iterator[str]:
    """Lay out the budgets of a room of BigQuery."""
    yield styled(found.room, bold=True)
    if not found.views:
        yield "no view is under differential privacy: nothing limits the number of queries"
    for grant in found.views:
        yield ""
        yield from _grant_lines(grant)
    for cost in found.costs:
        yield ""
        yield from _cost_lines(cost, found.views)


def _grant_lines(grant: ViewGrant) -> Iterator[str]:
    yield wrapped(f"budget of view {grant.view}: never refreshed, filled up when its policy is updated", "")
    figures = (
        ("epsilon", grant.epsilon_budget_remaining, grant.epsilon_budget, grant.max_epsilon_per_query),
        ("delta", grant.delta_budget_remaining, grant.delta_budget, grant.delta_per_query),
    )
    rows = [(name, f"{left:.6g}", f"{whole:g}", f"{most:g}") for name, left, whole, most in figures]
    yield table(("", "left", "of", "per query, at most"), rows, numeric=frozenset({1, 2, 3}))
    yield from charges_text(grant.unfinished, grant.history, ("epsilon", "delta"))


def _cost_lines(cost: QueryCosts, grants: Sequence[ViewGrant]) -> Iterator[str]:
    if not cost.views:
        yield f"{cost.query} costs nothing: it reads no view under differential privacy"
    by_view = {grant.view: grant for grant in grants}
    for each in cost.views:
        yield f"{cost.query} costs {each.view} epsilon {each.epsilon:g} and delta {each.delta:g}"
        grant = by_view[each.view]
        times = min(grant.epsilon_budget_remaining / each.epsilon, grant.delta_budget_remaining / each.delta)
        yield f"  the budget is enough for it {int(times * _ROUNDING):,} more times"
