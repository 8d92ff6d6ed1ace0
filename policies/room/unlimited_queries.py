"""Any query on people's rows, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import CleanRoom
from policies.policy import Policy, Severity, Violation
from policies.rules import custom, identifies_people
from policies.subjects import ROOMS, Placed


def unlimited_queries(placed: Placed[CleanRoom]) -> Iterator[Violation]:
    """Any query on people's rows, as often as one likes.

    Why: With thresholds alone, enough queries that differ by a little isolate a person; a budget of uses
        bounds the attempts.
    Avoid: ANY_QUERY on a table without noise and without an access budget
    Prefer: a `privacy_budget_templates` entry of type ACCESS_BUDGET for the table
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/configure-data-access-budget.html
    """
    for at, member in enumerate(placed.declaration.memberships):
        budgets = (template.parameters.access_budget for template in member.privacy_budget_templates)
        limited = {budget.resource_arn.removeprefix("table:") for budget in budgets if budget}
        for index, association in enumerate(member.configured_table_associations):
            table = member.configured_table(association.configured_table_name)
            rule = custom(table) if table else None
            if table is None or rule is None or not identifies_people(table) or rule.differential_privacy:
                continue
            others = set(rule.allowed_analysis_providers or ()) - {member.account_id}
            if "ANY_QUERY" in rule.allowed_analyses and others and association.name not in limited:
                path = ("memberships", at, "configured_table_associations", index)
                message = f"{association.name!r} takes any query, any number of times; set an access budget for it"
                yield Violation(path, message, association.name)


POLICY = Policy(unlimited_queries, ROOMS, Severity.MEDIUM)
