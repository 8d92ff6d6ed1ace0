"""Pull the partners' part of a room: their tables, rules and templates, as far as every member may see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.pulling.asking import Service
from components.pulling.documents import Document, plain
from declarations.analysis_template import AnalysisTemplate
from declarations.audience_model import ConfiguredAudienceModelAssociation
from declarations.privacy_budget import PrivacyBudgetTemplate

NOT_SHOWN = "not_shown"
"""Placeholder for the Glue database of a partner's table, and for the name of the role that reads it."""

_OF_THE_COLLABORATION = frozenset({"creatorAccountId", "schema"})


def fill(service: Service, collaboration_id: str, account: str, documents: Mapping[str, Document]) -> Iterator[str]:
    """Add the partners' resources to their *documents*, and yield what the service does not show.

    Args:
        service: The service.
        collaboration_id: The collaboration.
        account: The member whose credentials are used.
        documents: Membership documents by account; those of the partners are changed.
    """
    asked = {"collaborationIdentifier": collaboration_id}
    for summary in service.all("list_schemas", **asked):
        if summary["creatorAccountId"] != account and summary["creatorAccountId"] in documents:
            yield from _table(service, asked, summary, documents[summary["creatorAccountId"]])
    for summary in service.all("list_collaboration_analysis_templates", **asked):
        if summary["creatorAccountId"] != account and summary["creatorAccountId"] in documents:
            yield from _template(service, asked, summary, documents[summary["creatorAccountId"]])
    for summary in service.all("list_collaboration_privacy_budget_templates", **asked):
        if summary["creatorAccountId"] != account and summary["creatorAccountId"] in documents:
            found = service.get(
                "get_collaboration_privacy_budget_template", **asked, privacyBudgetTemplateIdentifier=summary["id"]
            )
            declared = plain(PrivacyBudgetTemplate.from_response(_without(found, _OF_THE_COLLABORATION)))
            documents[summary["creatorAccountId"]].setdefault("privacy_budget_templates", []).append(declared)
    for summary in service.all("list_collaboration_configured_audience_model_associations", **asked):
        if summary["creatorAccountId"] != account and summary["creatorAccountId"] in documents:
            yield from _audience_model(service, asked, summary, documents[summary["creatorAccountId"]])


def _table(service: Service, asked: Mapping[str, str], summary: Mapping[str, Any], document: Document) -> Iterator[str]:
    name = summary["name"]
    if summary["type"] != "TABLE":
        yield f"how the {summary['type'].lower().replace('_', ' ')} {name!r} is made; it is left out"
        return
    schema = service.get("get_schema", **asked, name=name)
    columns = [*schema["columns"], *schema["partitionKeys"]]
    declared: Document = {
        "name": name,
        "table_reference": {"glue": {"database_name": NOT_SHOWN, "table_name": name}},
        "columns": {column["name"]: {"type": column["type"]} for column in columns},
        "allowed_columns": [column["name"] for column in columns],
        "analysis_method": schema.get("analysisMethod", "DIRECT_QUERY"),
    }
    if schema.get("selectedAnalysisMethods"):
        declared["selected_analysis_methods"] = schema["selectedAnalysisMethods"]
    role = f"arn:aws:iam::{summary['creatorAccountId']}:role/{NOT_SHOWN}"
    association: Document = {"name": name, "configured_table": name, "role_arn": role}
    if arn := schema.get("resourceArn"):
        association["arn"] = arn
    for kind in schema["analysisRuleTypes"]:
        rule = service.find("get_schema_analysis_rule", **asked, name=name, type=kind)
        if rule is not None:
            declared["analysis_rule"] = rule["policy"]["v1"]
        if rule is not None and rule.get("collaborationPolicy"):
            association["analysis_rule"] = rule["collaborationPolicy"]["v1"]
    document.setdefault("configured_tables", []).append(declared)
    document.setdefault("configured_table_associations", []).append(association)
    yield f"where the rows of {name!r} are, and the role that reads them"


def _template(
    service: Service, asked: Mapping[str, str], summary: Mapping[str, Any], document: Document
) -> Iterator[str]:
    found = service.get("get_collaboration_analysis_template", **asked, analysisTemplateArn=summary["arn"])
    if not found.get("source"):
        yield f"the text of the analysis template {summary['name']!r}; it is left out"
        return
    declared = plain(AnalysisTemplate.from_response(_without(found, _OF_THE_COLLABORATION)))
    document.setdefault("analysis_templates", []).append(declared | {"arn": summary["arn"]})


def _audience_model(
    service: Service, asked: Mapping[str, str], summary: Mapping[str, Any], document: Document
) -> Iterator[str]:
    found = service.get(
        "get_collaboration_configured_audience_model_association",
        **asked,
        configuredAudienceModelAssociationIdentifier=summary["id"],
    )
    shown = _without(found, _OF_THE_COLLABORATION) | {"manageResourcePolicies": False}
    declared = plain(ConfiguredAudienceModelAssociation.from_response(shown))
    document.setdefault("configured_audience_model_associations", []).append(declared)
    yield f"whether the service edits the resource policy of the audience model {summary['name']!r}"


def _without(found: Mapping[str, Any], members: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in members}
