"""A privacy budget that fills up again every month."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.privacy_budget import PrivacyBudgetTemplate
from policies.policy import Policy, Severity, Violation
from policies.subjects import PRIVACY_BUDGET_TEMPLATES, Placed


def refresh_over_unchanged_rows(placed: Placed[PrivacyBudgetTemplate]) -> Iterator[Violation]:
    """A privacy budget that fills up again every month.

    Why: Over the same rows every month's answers average the noise away: after twelve months the loss is up
        to twelve budgets.
    Avoid: `auto_refresh: CALENDAR_MONTH` on rows that stay
    Prefer: `auto_refresh: NONE`; or a waiver that says how the rows change every month
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html
    """
    template = placed.declaration
    if template.parameters.differential_privacy and template.auto_refresh == "CALENDAR_MONTH":
        message = "the budget refreshes every month: over unchanged rows the loss adds up; use 'NONE', or waive this"
        yield Violation(("auto_refresh",), message)


POLICY = Policy(refresh_over_unchanged_rows, PRIVACY_BUDGET_TEMPLATES, Severity.HIGH)
