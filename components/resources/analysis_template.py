"""The analysis template: a query or job that table owners approve before it runs.

Source: API CreateAnalysisTemplate, UpdateAnalysisTemplate, DeleteAnalysisTemplate.
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

ANALYSIS_TEMPLATE = ResourceType(
    name="AnalysisTemplate",
    service="cleanrooms",
    summary="A SQL query or PySpark job with parameters, proposed to the other members. A custom analysis rule that "
    "names its ARN approves it. Only its description can change; a new text is a new template, to be approved again.",
    create=Operation("CreateAnalysisTemplate", answer="analysisTemplate"),
    read=Operation("GetAnalysisTemplate", answer="analysisTemplate"),
    updates=(Operation("UpdateAnalysisTemplate", answer="analysisTemplate"),),
    delete=Operation("DeleteAnalysisTemplate"),
    identity=("membershipIdentifier", "analysisTemplateIdentifier"),
    replaces=frozenset(
        {
            "analysisParameters",
            "errorMessageConfiguration",
            "format",
            "membershipIdentifier",
            "name",
            "schema",
            "source",
            "syntheticDataParameters",
        }
    ),
    answers={"id": "analysisTemplateIdentifier", "membershipId": "membershipIdentifier"},
    defaults={"analysisParameters": (), "description": ""},
    filled_in=frozenset({"schema"}),
    unordered={
        "analysisParameters": "name",
        "schema.referencedTables": "",
        "syntheticDataParameters.mlSyntheticDataParameters.columnClassification.columnMapping": "columnName",
    },
    one_at_a_time=True,
)
