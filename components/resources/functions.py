"""The functions of the provider: calls that change nothing.

Source: API PreviewPrivacyImpact, ListPrivacyBudgets, ListSchemas.
"""

from __future__ import annotations

from components.resources.resource_type import Function

FUNCTIONS = (
    Function(
        name="getPrivacyBudgets",
        service="cleanrooms",
        summary="How much of the privacy budgets of a membership is left.",
        operation="ListPrivacyBudgets",
    ),
    Function(
        name="getSchemas",
        service="cleanrooms",
        summary="The tables of a collaboration, those of all members, with the types of their analysis rules.",
        operation="ListSchemas",
    ),
    Function(
        name="previewPrivacyImpact",
        service="cleanrooms",
        summary="How many queries a differential privacy budget would allow, before it is set.",
        operation="PreviewPrivacyImpact",
    ),
)
"""All of them, by name."""
