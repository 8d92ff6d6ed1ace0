"""The three spellings of a clean room's resources: ours, those of pulumi-aws and those of pulumi-aws-native.

Sources: components/resources; pulumi_aws.cleanrooms 7.51; the CloudFormation schemas behind pulumi-aws-native 1.84.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from declarations.unknown import UNKNOWN
from policies.reading.resource import Resource, member_of

Properties = Mapping[str, Any]
RULE: Final = "analysisRule"
"""The member under which every spelling gives the rule of a table or association; missing when it has none."""


class Part(StrEnum):
    """The part of a room that a resource declares."""

    COLLABORATION = "Collaboration"
    MEMBERSHIP = "Membership"
    CONFIGURED_TABLE = "ConfiguredTable"
    CONFIGURED_TABLE_RULE = "ConfiguredTableAnalysisRule"
    ASSOCIATION = "ConfiguredTableAssociation"
    ASSOCIATION_RULE = "ConfiguredTableAssociationAnalysisRule"
    ANALYSIS_TEMPLATE = "AnalysisTemplate"
    PRIVACY_BUDGET_TEMPLATE = "PrivacyBudgetTemplate"
    AUDIENCE_MODEL = "ConfiguredAudienceModelAssociation"
    ID_NAMESPACE = "IdNamespaceAssociation"
    ID_MAPPING_TABLE = "IdMappingTable"
    INTERMEDIATE_TABLE = "IntermediateTable"
    INTERMEDIATE_TABLE_RULE = "IntermediateTableAnalysisRule"


@dataclass(frozen=True, slots=True)
class Piece:
    """A resource as a part of a room, in the API's words.

    Attributes:
        part: Which part.
        resource: The resource.
        members: Its properties by the API's names.
    """

    part: Part
    resource: Resource
    members: Properties


def piece(resource: Resource) -> Piece | None:
    """Return *resource* as a part of a room; None if it is not one."""
    for prefix, kinds in _SPELLINGS.items():
        if resource.type.startswith(prefix):
            part = next((each for each in kinds if resource.type.endswith(f":{each}")), None)
            return Piece(part, resource, _tagged(kinds[part](resource.properties))) if part else None
    return None


def _tagged(members: Properties) -> Properties:
    """Return *members* with the effective tags: the resource's own and its provider's."""
    return {**members, "tags": members["tagsAll"]} if "tagsAll" in members else members


def _as_it_is(properties: Properties) -> Properties:
    return properties


def _separate_rule(properties: Properties) -> Properties:
    return {**properties, RULE: member_of(properties.get("analysisRulePolicy", UNKNOWN), "v1")}


def _inline_rule(properties: Properties) -> Properties:
    rules = properties.get("analysisRules")
    if rules in (None, []):
        return properties
    first = rules[0] if isinstance(rules, list) else UNKNOWN
    return {**properties, RULE: member_of(member_of(first, "policy"), "v1")}


def _aws_membership(properties: Properties) -> Properties:
    return {**properties, "collaborationIdentifier": properties.get("collaborationId", UNKNOWN)}


def _aws_table(properties: Properties) -> Properties:
    """Return the table with a Glue reference and an unknown rule, which this provider cannot declare."""
    return {**properties, "tableReference": {"glue": properties.get("tableReference", UNKNOWN)}, RULE: UNKNOWN}


def _native_collaboration(properties: Properties) -> Properties:
    approved = properties.get("autoApprovedChangeTypes")
    return properties if approved is None else {**properties, "autoApprovedChangeRequestTypes": approved}


def _native_budget(properties: Properties) -> Properties:
    """Return the budget with its parameters under their type, as the API has them."""
    stated = properties.get("parameters", UNKNOWN)
    if not isinstance(stated, Mapping):
        return properties
    kind = {"DIFFERENTIAL_PRIVACY": "differentialPrivacy", "ACCESS_BUDGET": "accessBudget"}
    chosen = kind.get(str(properties.get("privacyBudgetType")))
    return {**properties, "parameters": {chosen: stated} if chosen else UNKNOWN}


_Translation = Callable[[Properties], Properties]
_OURS: Final[Mapping[Part, _Translation]] = {
    **dict.fromkeys(Part, _as_it_is),
    Part.CONFIGURED_TABLE_RULE: _separate_rule,
    Part.ASSOCIATION_RULE: _separate_rule,
    Part.INTERMEDIATE_TABLE_RULE: _separate_rule,
}
_AWS: Final[Mapping[Part, _Translation]] = {
    Part.COLLABORATION: _as_it_is,
    Part.MEMBERSHIP: _aws_membership,
    Part.CONFIGURED_TABLE: _aws_table,
}
_NATIVE: Final[Mapping[Part, _Translation]] = {
    Part.COLLABORATION: _native_collaboration,
    Part.MEMBERSHIP: _as_it_is,
    Part.CONFIGURED_TABLE: _inline_rule,
    Part.ASSOCIATION: _inline_rule,
    Part.ANALYSIS_TEMPLATE: _as_it_is,
    Part.PRIVACY_BUDGET_TEMPLATE: _native_budget,
    Part.ID_NAMESPACE: _as_it_is,
    Part.ID_MAPPING_TABLE: _as_it_is,
    Part.INTERMEDIATE_TABLE: _inline_rule,
}
_SPELLINGS: Final[Mapping[str, Mapping[Part, _Translation]]] = {
    "cleanrooms:index:": _OURS,
    "aws:cleanrooms/": _AWS,
    "aws-native:cleanrooms:": _NATIVE,
}
