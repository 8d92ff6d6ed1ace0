"""Any query on people's rows, without a limit on how often."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.association import ConfiguredTableAssociation
from declarations.base import UnknownValueError
from declarations.clean_room import RoomMembership
from policies.policy import Policy, Severity, Violation
from policies.rules import associated_table, custom, identifies_people, providers_of_any
from policies.subjects import ASSOCIATIONS, Placed


def unlimited_queries(placed: Placed[ConfiguredTableAssociation]) -> Iterator[Violation]:
    """Any query on people's rows, without a limit on how often.

    Why: With thresholds alone, enough queries that differ by a little isolate a person; a budget of uses
        bounds the attempts.
    Avoid: ANY_QUERY on a table without noise and without an access budget
    Prefer: a `privacy_budget_templates` entry of type ACCESS_BUDGET for the table
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/configure-data-access-budget.html
    """
    table = associated_table(placed)
    rule = custom(table)
    if rule is None or rule.differential_privacy or not identifies_people(table):
        return
    if providers_of_any("ANY_QUERY", table, placed.owner) and not _is_limited(placed.declaration, placed.member):
        yield Violation((), "the table takes any query, any number of times; set an access budget for it")


def _is_limited(association: ConfiguredTableAssociation, member: RoomMembership) -> bool:
    """Return whether *member* has an access budget for *association*.

    Raises:
        UnknownValueError: A budget names its table only by ARN, so it may be this one's.
    """
    budgets = (template.parameters.access_budget for template in member.privacy_budget_templates)
    limited = {budget.resource_arn for budget in budgets if budget}
    named = f"table:{association.name}" in limited
    if not named and not all(resource.startswith("table:") for resource in limited):
        raise UnknownValueError("AccessBudgetParameters", "resource_arn")
    return named


POLICY = Policy(unlimited_queries, ASSOCIATIONS, Severity.MEDIUM)
