"""The access budget of a table: found by the ARN of the association or intermediate table that it limits.

Source: API ListPrivacyBudgets.
"""

from __future__ import annotations

from components.resources.resource_type import Client, Properties


def find_access_budget(client: Client, shown: Properties) -> str | None:
    """Return the identifier of the privacy budget template that limits a table's uses; None when nothing does.

    Args:
        client: A client of the service `cleanrooms`.
        shown: The properties of the association or intermediate table, `arn` and `membershipIdentifier` among them.
    """
    pages = client.get_paginator("list_privacy_budgets").paginate(
        membershipIdentifier=shown["membershipIdentifier"],
        privacyBudgetType="ACCESS_BUDGET",
        accessBudgetResourceArn=shown["arn"],
    )
    for found in (each for page in pages for each in page["privacyBudgetSummaries"]):
        return str(found["privacyBudgetTemplateId"])
    return None
