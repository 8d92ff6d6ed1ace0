"""The privacy budget template: how much may be learned from a member's data, or how often a table may be used.

Source: API CreatePrivacyBudgetTemplate, UpdatePrivacyBudgetTemplate, DeletePrivacyBudgetTemplate.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

PRIVACY_BUDGET_TEMPLATE = ResourceType(
    name="PrivacyBudgetTemplate",
    service="cleanrooms",
    summary="A limit: the differential privacy budget of a membership (one each), or the access budget of one table. "
    "Deleting it forgets what was spent: a new template begins with a full budget.",
    create=Operation("CreatePrivacyBudgetTemplate", answer="privacyBudgetTemplate"),
    read=Operation("GetPrivacyBudgetTemplate", answer="privacyBudgetTemplate"),
    updates=(Operation("UpdatePrivacyBudgetTemplate", answer="privacyBudgetTemplate"),),
    delete=Operation("DeletePrivacyBudgetTemplate"),
    identity=("membershipIdentifier", "privacyBudgetTemplateIdentifier"),
    replaces=frozenset(
        {"autoRefresh", "membershipIdentifier", "parameters.accessBudget.resourceArn", "privacyBudgetType"}
    ),
    answers={"id": "privacyBudgetTemplateIdentifier", "membershipId": "membershipIdentifier"},
    filled_in=frozenset({"autoRefresh", "parameters.accessBudget.budgetParameters[*].autoRefresh"}),
    kept_stated=frozenset({"autoRefresh", "parameters.accessBudget.budgetParameters[*].autoRefresh"}),
    unordered={"parameters.accessBudget.budgetParameters": "type"},
    one_at_a_time=True,
    guarded="what was spent is forgotten, and a new budget is full again",
)
