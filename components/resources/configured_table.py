"""The configured table: which columns of a table may ever be used, and how.

Source: API CreateConfiguredTable, UpdateConfiguredTable, DeleteConfiguredTable.
"""

from __future__ import annotations

from components.resources.resource_type import MAKES_NO_DIFFERENCE, Operation, ResourceType

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
)
