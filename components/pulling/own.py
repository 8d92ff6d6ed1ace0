"""Pull the member's own part of a room: every resource of its membership, with all details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from components.child_names import COLLABORATION, MEMBERSHIP, budget_name
from components.pulling.asking import Service
from components.pulling.documents import Document, plain
from declarations.analysis_template import AnalysisTemplate
from declarations.association import ConfiguredTableAssociation
from declarations.audience_model import ConfiguredAudienceModelAssociation
from declarations.base import Declaration
from declarations.configured_table import ConfiguredTable
from declarations.id_mapping import IdMappingTable, IdNamespaceAssociation
from declarations.intermediate_table import IntermediateTable
from declarations.membership import Membership
from declarations.privacy_budget import PrivacyBudgetTemplate


class Import(NamedTuple):
    """A live resource that a program can import.

    Attributes:
        type: The last part of the resource's type.
        name: Its name.
        id: The id to import it by.
    """

    type: str
    name: str
    id: str


_PLAIN: tuple[tuple[str, str, type[Declaration]], ...] = (
    ("analysis_template", "AnalysisTemplate", AnalysisTemplate),
    ("privacy_budget_template", "PrivacyBudgetTemplate", PrivacyBudgetTemplate),
    (
        "configured_audience_model_association",
        "ConfiguredAudienceModelAssociation",
        ConfiguredAudienceModelAssociation,
    ),
    ("id_namespace_association", "IdNamespaceAssociation", IdNamespaceAssociation),
    ("id_mapping_table", "IdMappingTable", IdMappingTable),
)
"""Resources without nested ones: their name in API operations, their type and their declaration."""


def membership(
    service: Service, found: Mapping[str, Any], collaboration: Mapping[str, Any]
) -> tuple[Document, tuple[Import, ...]]:
    """Return the membership as a document, and the resources that can be imported.

    Args:
        service: The service.
        found: The membership, as GetMembership returns it.
        collaboration: The collaboration, as GetCollaboration returns it.
    """
    account = found["arn"].split(":")[4]
    document = plain(Membership.from_response(found)) | {"account_id": account} | _tags(service, found["arn"])
    imports = [Import("Membership", MEMBERSHIP, service.membership_id)]
    if collaboration["creatorAccountId"] == account:
        imports.insert(0, Import("Collaboration", COLLABORATION, collaboration["id"]))
    imports += _tables(service, document, collaboration["id"])
    imports += _intermediate_tables(service, document)
    for resource, kind, model in _PLAIN:
        for one in service.own(resource):
            declared = plain(model.from_response(one)) | _tags(service, one["arn"])
            name = one.get("name") or _budget_name(one, document)
            if resource == "analysis_template":
                declared["arn"] = one["arn"]
            document.setdefault(f"{resource}s", []).append(declared)
            imports.append(Import(kind, name, f"{service.membership_id}/{one['id']}"))
    return document, tuple(imports)


def _budget_name(template: Mapping[str, Any], document: Document) -> str:
    access = template["parameters"].get("accessBudget")
    tables = [*document.get("configured_table_associations", ()), *document.get("intermediate_tables", ())]
    names = {table["arn"]: table["name"] for table in tables}
    return budget_name(names[access["resourceArn"]] if access else None)


def _tables(service: Service, document: Document, collaboration_id: str) -> Iterator[Import]:
    tables: dict[str, str] = {}
    for association in service.own("configured_table_association"):
        table_id = association["configuredTableId"]
        if table_id not in tables:
            table = service.get("get_configured_table", configuredTableIdentifier=table_id)
            tables[table_id] = table["name"]
            schema = service.find("get_schema", collaborationIdentifier=collaboration_id, name=association["name"])
            declared, imports = _configured_table(service, table, schema)
            document.setdefault("configured_tables", []).append(declared)
            yield from imports
        declared, imports = _association(service, association, tables[table_id])
        document.setdefault("configured_table_associations", []).append(declared)
        yield from imports


def _configured_table(
    service: Service, table: Mapping[str, Any], schema: Mapping[str, Any] | None
) -> tuple[Document, list[Import]]:
    declared = plain(ConfiguredTable.from_response(table)) | _tags(service, table["arn"])
    imports = [Import("ConfiguredTable", table["name"], table["id"])]
    columns = [*schema["columns"], *schema["partitionKeys"]] if schema else []
    if columns:
        declared["columns"] = {column["name"]: {"type": column["type"]} for column in columns}
    for kind in table["analysisRuleTypes"]:
        rule = service.get(
            "get_configured_table_analysis_rule", configuredTableIdentifier=table["id"], analysisRuleType=kind
        )
        declared["analysis_rule"] = rule["policy"]["v1"]
        imports.append(Import("ConfiguredTableAnalysisRule", table["name"], f"{table['id']}/{kind}"))
    return declared, imports


def _association(service: Service, association: Mapping[str, Any], table: str) -> tuple[Document, list[Import]]:
    declared = plain(ConfiguredTableAssociation.from_response(association)) | _tags(service, association["arn"])
    declared |= {"configured_table": table, "arn": association["arn"]}
    identifier = f"{service.membership_id}/{association['id']}"
    imports = [Import("ConfiguredTableAssociation", association["name"], identifier)]
    for kind in association.get("analysisRuleTypes", ()):
        rule = service.get(
            "get_configured_table_association_analysis_rule",
            membershipIdentifier=service.membership_id,
            configuredTableAssociationIdentifier=association["id"],
            analysisRuleType=kind,
        )
        declared["analysis_rule"] = rule["policy"]["v1"]
        imports.append(Import("ConfiguredTableAssociationAnalysisRule", association["name"], f"{identifier}/{kind}"))
    return declared, imports


def _intermediate_tables(service: Service, document: Document) -> Iterator[Import]:
    for table in service.own("intermediate_table"):
        declared = plain(IntermediateTable.from_response(table)) | _tags(service, table["arn"])
        declared["arn"] = table["arn"]
        identifier = f"{service.membership_id}/{table['id']}"
        yield Import("IntermediateTable", table["name"], identifier)
        if columns := (table.get("schema") or {}).get("columns"):
            declared["columns"] = {column["name"]: {"type": column["type"]} for column in columns}
        for kind in table.get("analysisRuleTypes", ()):
            rule = service.get(
                "get_intermediate_table_analysis_rule",
                membershipIdentifier=service.membership_id,
                intermediateTableIdentifier=table["id"],
                analysisRuleType=kind,
            )
            declared["analysis_rule"] = rule["analysisRulePolicy"]["v1"]
            yield Import("IntermediateTableAnalysisRule", table["name"], f"{identifier}/{kind}")
        document.setdefault("intermediate_tables", []).append(declared)


def _tags(service: Service, arn: str) -> Document:
    tags = service.tags(arn)
    return {"tags": tags} if tags else {}
