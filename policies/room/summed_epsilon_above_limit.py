"""Privacy budgets of several rooms over the same rows that together promise little."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.clean_room import RoomMembership
from declarations.naming import listed
from policies.policy import Configuration, Policy, Severity, Violation
from policies.rules import custom
from policies.subjects import MEMBERSHIPS, Placed


class Limit(Configuration):
    """What a company sets."""

    maximum: Annotated[int, Field(ge=1)] = 10
    """Largest sum of epsilon over all rooms that hold the same rows of a member."""


def summed_epsilon_above_limit(placed: Placed[RoomMembership], configuration: Limit) -> Iterator[Violation]:
    """Privacy budgets of several rooms over the same rows that together promise little.

    Why: Losses of differential privacy add up over rooms (basic composition); no service adds them.
    Avoid: epsilon 10 in two rooms over one table
    Prefer: one room a table, or budgets that together stay below the company's limit
    Source: https://doi.org/10.1561/0400000042
    """
    member = placed.declaration
    rows = _private_rows(member)
    others = [
        (other.name, _epsilon(same))
        for other in placed.estate.rooms
        if other is not placed.named_room
        for same in other.room.memberships
        if same.account_id == member.account_id and rows & _private_rows(same)
    ]
    total = _epsilon(member) + sum(epsilon for _, epsilon in others)
    if others and total > configuration.maximum:
        message = f"epsilon adds up to {total} with {listed([name for name, _ in others])} over the same rows"
        yield Violation(("privacy_budget_templates",), f"{message}; the company allows {configuration.maximum}")


def _epsilon(member: RoomMembership) -> int:
    budgets = (template.parameters.differential_privacy for template in member.privacy_budget_templates)
    return sum(budget.epsilon for budget in budgets if budget)


def _private_rows(member: RoomMembership) -> set[tuple[str, ...]]:
    """Return the rows behind the tables under differential privacy that the member brings into the room."""
    names = {association.configured_table_name for association in member.configured_table_associations}
    rules = ((table, custom(table)) for table in member.configured_tables if table.name in names)
    return {table.table_reference.rows_behind for table, rule in rules if rule and rule.differential_privacy}


POLICY = Policy(summed_epsilon_above_limit, MEMBERSHIPS, Severity.HIGH, configuration=Limit)
