"""The access budget of a table: found by the ARN of the association or intermediate table that it limits.

Another table that shows the same rows can be queried without that limit: such twins are found, too.

Source: API ListPrivacyBudgets, ListConfiguredTableAssociations, GetConfiguredTable, ListIntermediateTables,
GetIntermediateTable.
"""

from __future__ import annotations

from collections.abc import Iterator

from components.resources.resource_type import Client, LimitedTwin, Properties


def find_access_budget(client: Client, shown: Properties) -> str | None:
    """Return the identifier of the privacy budget template that limits a table's uses; None if there is none.

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


def find_limited_association(client: Client, wanted: Properties) -> LimitedTwin | None:
    """Return a limited association of the same table as a new association, which would bypass the limit; else None.

    A table without an analysis rule cannot be queried yet, so there is time to limit the new association, too.

    Args:
        client: A client of the service `cleanrooms`.
        wanted: The inputs of the association to be made, as far as they are known.
    """
    if not {"membershipIdentifier", "configuredTableIdentifier"} <= wanted.keys():
        return None
    table = wanted["configuredTableIdentifier"]
    pages = client.get_paginator("list_configured_table_associations").paginate(
        membershipIdentifier=wanted["membershipIdentifier"]
    )
    listed = (each for page in pages for each in page["configuredTableAssociationSummaries"])
    twins = [each for each in listed if each["configuredTableId"] == table]
    if not twins:
        return None
    if not client.get_configured_table(configuredTableIdentifier=table)["configuredTable"]["analysisRuleTypes"]:
        return None
    return _limited(client, wanted, iter(twins))


def find_limited_intermediate_table(client: Client, wanted: Properties) -> LimitedTwin | None:
    """Return a limited intermediate table filled by the same query as a new one; None if there is none.

    A table without an analysis rule is ignored: like a configured table without one, it cannot be queried.

    Args:
        client: A client of the service `cleanrooms`.
        wanted: The inputs of the intermediate table to be made, as far as they are known.
    """
    if not {"membershipIdentifier", "populationAnalysisConfiguration"} <= wanted.keys():
        return None
    membership = wanted["membershipIdentifier"]
    pages = client.get_paginator("list_intermediate_tables").paginate(membershipIdentifier=membership)
    listed = (each for page in pages for each in page["intermediateTableSummaries"])
    tables = (
        client.get_intermediate_table(membershipIdentifier=membership, intermediateTableIdentifier=each["id"])
        for each in listed
        if each.get("analysisRuleTypes")
    )
    found = (table["intermediateTable"] for table in tables)
    query = wanted["populationAnalysisConfiguration"]
    return _limited(client, wanted, (each for each in found if each["populationAnalysisConfiguration"] == query))


def _limited(client: Client, wanted: Properties, twins: Iterator[Properties]) -> LimitedTwin | None:
    membership = wanted["membershipIdentifier"]
    for twin in twins:
        budget = find_access_budget(client, {"membershipIdentifier": membership, "arn": twin["arn"]})
        if budget is not None:
            return LimitedTwin(str(twin["name"]), budget)
    return None
