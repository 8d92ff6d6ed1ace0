"""ID namespaces and ID mapping tables of AWS Entity Resolution in a collaboration.

Source: API CreateIdNamespaceAssociationInput, CreateIdMappingTableInput.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from declarations.analysis_rules import AnalysisRuleIdMappingTable
from declarations.base import Declaration, Description, DisplayName, Flag, KmsKeyArn, TableAlias, Tags, matching

IdNamespaceArn = Annotated[
    str,
    Field(
        max_length=256,
        pattern=(
            r"^arn:aws:entityresolution:[a-zA-Z0-9_]{2}-[a-zA-Z0-9_]{4,9}-[0-9]:[0-9]{12}"
            r":idnamespace/[0-9a-zA-Z0-9_-]+$"
        ),
    ),
]
"""The ARN of an ID namespace. Source: API IdNamespaceAssociationInputReferenceArn."""

IdMappingWorkflowArn = Annotated[
    str,
    Field(min_length=20, max_length=2048),
    matching(r"arn:(aws|aws-us-gov|aws-cn):entityresolution:.*:[0-9]+:(idmappingworkflow/.*)"),
]
"""The ARN of an ID mapping workflow. Source: API IdMappingTableInputReferenceArn."""

_MADE_BY_THE_SERVICE = frozenset(
    {
        "id",
        "arn",
        "membershipId",
        "membershipArn",
        "collaborationId",
        "collaborationArn",
        "createTime",
        "updateTime",
        "inputReferenceProperties",
    }
)


class IdNamespaceReference(Declaration):
    """The ID namespace. Source: API IdNamespaceAssociationInputReferenceConfig."""

    input_reference_arn: IdNamespaceArn
    """Its ARN."""
    manage_resource_policies: Flag
    """Whether the service edits its resource policy."""


class IdMappingConfig(Declaration):
    """Whether the ids are protected. Source: API IdMappingConfig."""

    allow_use_as_dimension_column: Flag
    """True lifts the protection: the id column may be selected and grouped by."""


class IdNamespaceAssociation(Declaration):
    """An ID namespace in a collaboration. Source: API CreateIdNamespaceAssociationInput."""

    service_only: ClassVar[frozenset[str]] = _MADE_BY_THE_SERVICE
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier",)

    name: DisplayName
    """The name that the other members see."""
    description: Description | None = None
    """What the namespace holds."""
    input_reference_config: IdNamespaceReference
    """The namespace."""
    id_mapping_config: IdMappingConfig | None = None
    """Whether the ids are protected; absent: they are."""
    tags: Tags | None = None
    """Tags of the association."""


class IdMappingReference(Declaration):
    """The ID mapping workflow. Source: API IdMappingTableInputReferenceConfig."""

    input_reference_arn: IdMappingWorkflowArn
    """Its ARN."""
    manage_resource_policies: Flag
    """Whether the service edits its resource policy."""


class IdMappingTable(Declaration):
    """A table that maps ids of two namespaces. Source: API CreateIdMappingTableInput."""

    room_only: ClassVar[frozenset[str]] = frozenset({"analysis_rule"})
    service_only: ClassVar[frozenset[str]] = _MADE_BY_THE_SERVICE | {"childResources"}
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier",)

    name: TableAlias
    """The table's name in SQL."""
    description: Description | None = None
    """What it maps."""
    input_reference_config: IdMappingReference
    """The workflow that makes it."""
    kms_key_arn: KmsKeyArn | None = None
    """The key that encrypts it; absent: the service's own."""
    analysis_rule: AnalysisRuleIdMappingTable | None = None
    """The rule that the service generates, stated so that queries can be checked; never sent."""
    tags: Tags | None = None
    """Tags of the table."""

    @property
    def column_types(self) -> dict[str, str]:
        """The source and the target id column, both strings; empty while the rule is not known."""
        return dict.fromkeys(self.analysis_rule.join_columns, "string") if self.analysis_rule else {}
