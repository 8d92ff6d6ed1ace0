"""The budgets of a room that apply to a table."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import CleanRoom
from simulator.explaining.limits import Limit
from simulator.request import Table
from simulator.room_budgets import budgets
from simulator.table_rules import is_private


def budget_limits(room: CleanRoom, table: Table) -> Iterator[Limit]:
    """Yield the budgets that every query over *table* draws on."""
    settings = budgets(room).get(table.owner)
    if is_private(table) and settings is not None:
        granted = f"epsilon {settings.epsilon}, noise of {settings.users_noise_per_query} users per query"
        yield "privacy budget", f"{granted}, refreshed {settings.refresh.lower().replace('_', ' ')}"
    membership = room.membership(table.owner)
    for template in membership.privacy_budget_templates if membership is not None else ():
        access = template.parameters.access_budget
        if access is not None and access.resource_arn == f"table:{table.name}":
            uses = (
                f"{limit.budget} uses ({limit.type.lower().replace('_', ' ')})" for limit in access.budget_parameters
            )
            yield "access budget", ", ".join(uses)
