"""Privacy budget templates, per member and per table.

Source: userguide/configure-data-access-budget, userguide/clean-rooms-quotas, API CreatePrivacyBudgetTemplateInput.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from declarations.base import Problem, unknown_name
from declarations.quotas import exceeded

if TYPE_CHECKING:  # rooms ask these checks, so their module imports this one
    from declarations.clean_room import CleanRoom, RoomMembership


def budgets_per_member(room: CleanRoom) -> Iterator[Problem]:
    """A member has at most one differential privacy template; access budget templates stay within the quota."""
    access_budgets = 0
    for index, membership in enumerate(room.memberships):
        differential_privacy = 0
        for position, template in enumerate(membership.privacy_budget_templates):
            path = ("memberships", index, "privacy_budget_templates", position)
            if template.parameters.access_budget:
                access_budgets += 1
                if message := exceeded("access_budget_templates", access_budgets):
                    yield Problem(path, message)
                continue
            differential_privacy += 1
            if differential_privacy > 1:
                yield Problem(path, "a member has at most one DIFFERENTIAL_PRIVACY budget template")


def budgeted_tables(room: CleanRoom) -> Iterator[Problem]:
    """An access budget is for a table of the same member, and each table has at most one."""
    for index, membership in enumerate(room.memberships):
        yield from _member_budgets(("memberships", index, "privacy_budget_templates"), membership)


def _member_budgets(path: tuple[str | int, ...], membership: RoomMembership) -> Iterator[Problem]:
    tables = [f"table:{table.name}" for table in membership.configured_table_associations]
    tables += [f"table:{table.name}" for table in membership.intermediate_tables]
    seen: set[str] = set()
    for position, template in enumerate(membership.privacy_budget_templates):
        if (budget := template.parameters.access_budget) is None:
            continue
        arn = budget.resource_arn
        member = (*path, position, "parameters", "access_budget", "resource_arn")
        if arn.startswith("table:") and arn not in tables:
            message = f"member {membership.account_id!r} brings no table {arn!r}"
            yield unknown_name(member, message, arn, "declared", tables)
        if arn in seen:
            yield Problem(member, f"{arn!r} already has an access budget: state period and lifetime in one template")
        seen.add(arn)
