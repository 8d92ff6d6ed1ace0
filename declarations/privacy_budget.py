"""The privacy budget template: how much may be learned, or how often a table may be used.

Source: API CreatePrivacyBudgetTemplateInput, userguide/configure-data-access-budget, userguide/custom-diff-privacy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from declarations.base import MADE_IN_A_MEMBERSHIP, TABLE_REFERENCE, Choice, Declaration, Problem, Tags, sized

PrivacyBudgetType = Literal["DIFFERENTIAL_PRIVACY", "ACCESS_BUDGET"]
"""What is limited. Source: API PrivacyBudgetType."""

AccessBudgetType = Literal["CALENDAR_DAY", "CALENDAR_MONTH", "CALENDAR_WEEK", "LIFETIME"]
"""The period of an access budget, or its lifetime. Source: API AccessBudgetType."""

BudgetedResourceArn = Annotated[
    str,
    Field(
        max_length=200,
        pattern=(
            r"^(arn:aws:[a-zA-Z0-9_]+:[a-zA-Z0-9_]{2}-[a-zA-Z0-9_]{4,9}-[0-9]:[0-9]{12}:membership/[0-9a-zA-Z0-9_-]+"
            rf"/(configuredtableassociation|intermediatetable)/[0-9a-zA-Z0-9_-]+|{TABLE_REFERENCE})$"
        ),
    ),
]
"""A table with an access budget, by ARN or as `table:NAME` of the same membership. Source: API BudgetedResourceArn."""


class DifferentialPrivacyParameters(Declaration):
    """How strong the protection is. Source: API DifferentialPrivacyTemplateParametersInput."""

    epsilon: Annotated[int, Field(strict=True, ge=1, le=20)]
    """Privacy budget of the collaboration; 1 to 20."""
    users_noise_per_query: Annotated[int, Field(strict=True, ge=10, le=100)]
    """How many users the noise of a query hides; 10 to 100."""


class BudgetParameter(Declaration):
    """How often a table may be used in a period, or ever. Source: API BudgetParameter."""

    type: AccessBudgetType
    """The period, or LIFETIME."""
    budget: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
    """Uses, each of a query, job or ML channel; 0 to 1,000,000 (the console starts at 1)."""
    auto_refresh: Literal["ENABLED", "DISABLED"] | None = None
    """Whether the budget is filled up again when the period ends; absent for LIFETIME."""


class AccessBudgetParameters(Declaration):
    """How often one table may be used. Source: API AccessBudgetsPrivacyTemplateParametersInput."""

    references: ClassVar[frozenset[str]] = frozenset({"resource_arn"})

    budget_parameters: Annotated[tuple[BudgetParameter, ...], sized(1, 2)]
    """At most one budget for a period and at most one for the lifetime."""
    resource_arn: BudgetedResourceArn
    """The table: the ARN of an association or intermediate table, or `table:NAME` of the same membership."""

    def problems(self) -> Iterator[Problem]:
        """At most one period and one lifetime budget; a lifetime budget is never refreshed."""
        seen: dict[str, str] = {}
        for index, parameter in enumerate(self.budget_parameters):
            if parameter.type == "LIFETIME" and parameter.auto_refresh is not None:
                message = f"a LIFETIME budget has no auto_refresh; found {parameter.auto_refresh!r}, leave it out"
                yield Problem(("budget_parameters", index, "auto_refresh"), message)
            kind = "lifetime" if parameter.type == "LIFETIME" else "period"
            if kind in seen:
                message = f"a table has at most one {kind} budget; found {seen[kind]} and {parameter.type}"
                yield Problem(("budget_parameters", index, "type"), message)
            seen[kind] = parameter.type


class PrivacyBudgetParameters(Choice):
    """The limits. Source: API PrivacyBudgetTemplateParametersInput."""

    differential_privacy: DifferentialPrivacyParameters | None = None
    """Of differential privacy."""
    access_budget: AccessBudgetParameters | None = None
    """Of uses of one table."""


class PrivacyBudgetTemplate(Declaration):
    """A limit that a member sets in a collaboration. Source: API CreatePrivacyBudgetTemplateInput."""

    service_only: ClassVar[frozenset[str]] = MADE_IN_A_MEMBERSHIP
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier",)

    auto_refresh: Literal["CALENDAR_MONTH", "NONE"] | None = None
    """Whether the budget is filled up every calendar month; repeated refreshes reveal arbitrary amounts."""
    privacy_budget_type: PrivacyBudgetType
    """What is limited."""
    parameters: PrivacyBudgetParameters
    """The limits."""
    tags: Tags | None = None
    """Tags of the template."""

    def problems(self) -> Iterator[Problem]:
        """The parameters match the stated type."""
        if self.parameters.kind.upper() != self.privacy_budget_type:
            message = f"privacyBudgetType {self.privacy_budget_type} needs parameters of that type; "
            yield Problem(("parameters",), f"{message}found {self.parameters.kind}")
