"""The intermediate table: a query's result that stays in the collaboration.

Source: API CreateIntermediateTable, UpdateIntermediateTable, DeleteIntermediateTable.
"""

from __future__ import annotations

from components.resources.access_budgets import find_access_budget, find_limited_intermediate_table
from components.resources.resource_type import Operation, ResourceType

INTERMEDIATE_TABLE = ResourceType(
    name="IntermediateTable",
    service="cleanrooms",
    summary="A table defined by a query, which stays in the collaboration for further queries. Only the member who can "
    "query makes it. Filling it is an action (PopulateIntermediateTable), not part of this resource.",
    create=Operation("CreateIntermediateTable", answer="intermediateTable"),
    read=Operation("GetIntermediateTable", answer="intermediateTable"),
    updates=(Operation("UpdateIntermediateTable", answer="intermediateTable"),),
    delete=Operation("DeleteIntermediateTable"),
    identity=("membershipIdentifier", "intermediateTableIdentifier"),
    replaces=frozenset({"membershipIdentifier", "name", "populationAnalysisConfiguration", "retentionInDays"}),
    answers={"id": "intermediateTableIdentifier", "membershipId": "membershipIdentifier"},
    defaults={"description": "", "retentionInDays": 30},
    not_offered={
        "analysisRuleTypes": "the table's IntermediateTableAnalysisRule has it",
        "childResources": "they are further intermediate tables",
        "columns": "columns exist only after the table was populated, which is an action",
    },
    one_at_a_time=True,
    find_limit=find_access_budget,
    find_limited_twin=find_limited_intermediate_table,
)
