"""The configured table: which columns of a table may ever be used, and how.

Source: API CreateConfiguredTable, UpdateConfiguredTable, DeleteConfiguredTable, ListConfiguredTables.
"""

from __future__ import annotations

from components.resources.resource_type import MAKES_NO_DIFFERENCE, Client, Operation, Properties, ResourceType


def find_double(client: Client, wanted: Properties) -> str | None:
    """Return the identifier of an identical, unused table, left by a creation whose response was lost; else None.

    An account may have several tables over the same data, even with the same name: one per collaboration, each with
    its own rule or association.

    Args:
        client: A client of the service `cleanrooms`.
        wanted: The inputs of the table to be made.
    """
    pages = client.get_paginator("list_configured_tables").paginate()
    listed = (each for page in pages for each in page["configuredTableSummaries"])
    for each in listed:
        if each["name"] != wanted["name"] or each["analysisRuleTypes"]:
            continue
        found = client.get_configured_table(configuredTableIdentifier=each["id"])["configuredTable"]
        if _says_the_same(found, wanted) and not _is_associated(client, each["id"]):
            return str(each["id"])
    return None


def _says_the_same(found: Properties, wanted: Properties) -> bool:
    return (
        found["tableReference"] == wanted["tableReference"]
        and set(found["allowedColumns"]) == set(wanted["allowedColumns"])
        and found["analysisMethod"] == wanted["analysisMethod"]
        and (found.get("description") or "") == (wanted.get("description") or "")
    )


def _is_associated(client: Client, table: str) -> bool:
    memberships = client.get_paginator("list_memberships").paginate(status="ACTIVE")
    listing = client.get_paginator("list_configured_table_associations")
    pages = (
        page
        for memberships_page in memberships
        for membership in memberships_page["membershipSummaries"]
        for page in listing.paginate(membershipIdentifier=membership["id"])
    )
    return any(
        each["configuredTableId"] == table for page in pages for each in page["configuredTableAssociationSummaries"]
    )


CONFIGURED_TABLE = ResourceType(
    name="ConfiguredTable",
    service="cleanrooms",
    summary="A table made ready for collaborations: which of its columns may be used at all, and by what. "
    "It is in AWS Glue, Amazon Athena, Snowflake or Databricks, and can be queried once it has an analysis rule and an "
    "association.",
    create=Operation("CreateConfiguredTable", answer="configuredTable"),
    read=Operation("GetConfiguredTable", answer="configuredTable"),
    updates=(Operation("UpdateConfiguredTable", answer="configuredTable"),),
    delete=Operation("DeleteConfiguredTable"),
    identity=("configuredTableIdentifier",),
    replaces=frozenset(),
    answers={"id": "configuredTableIdentifier"},
    # The service drops the selected methods by itself when the method is no longer MULTIPLE.
    defaults={"description": "", "selectedAnalysisMethods": MAKES_NO_DIFFERENCE},
    unordered={"allowedColumns": "", "selectedAnalysisMethods": ""},
    not_offered={"analysisRuleTypes": "the table's ConfiguredTableAnalysisRule has it"},
    find_double=find_double,
)
