"""A table's access budget that refreshes forever."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.privacy_budget import PrivacyBudgetTemplate
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import PRIVACY_BUDGET_TEMPLATES, Placed


def refreshed_without_lifetime_limit(placed: Placed[PrivacyBudgetTemplate]) -> Iterator[Violation]:
    """A table's access budget that refreshes forever.

    Why: A monthly limit limits nothing in the long run; differencing needs time, not haste.
    Avoid: `budget_parameters: [{type: CALENDAR_MONTH, budget: 100, auto_refresh: ENABLED}]`
    Prefer: a `LIFETIME` budget as well
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/configure-data-access-budget.html
    """
    budget = placed.declaration.parameters.access_budget
    kinds = {parameter.type: parameter for parameter in budget.budget_parameters} if budget else {}
    refreshes = any(parameter.auto_refresh == "ENABLED" for parameter in kinds.values())
    if refreshes and "LIFETIME" not in kinds:
        message = "the budget refreshes and has no lifetime limit; add one of type 'LIFETIME'"
        yield Violation(("parameters", "access_budget", "budget_parameters"), message)


POLICY = Policy(refreshed_without_lifetime_limit, PRIVACY_BUDGET_TEMPLATES, Severity.LOW, level=Level.ADVISORY)
