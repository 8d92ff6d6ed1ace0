"""The association of a configured audience model (lookalike segments) with a collaboration.

Source: API CreateConfiguredAudienceModelAssociationInput.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from declarations.base import MADE_IN_A_MEMBERSHIP, Declaration, Description, DisplayName, Flag, Tags

ConfiguredAudienceModelArn = Annotated[
    str,
    Field(
        min_length=20,
        max_length=2048,
        pattern=r"^arn:aws[-a-z]*:cleanrooms-ml:[-a-z0-9]+:[0-9]{12}:configured-audience-model/[-a-zA-Z0-9_/.]+$",
    ),
]
"""The ARN of a configured audience model. Source: API ConfiguredAudienceModelArn."""


class ConfiguredAudienceModelAssociation(Declaration):
    """An audience model shared in a collaboration. Source: API CreateConfiguredAudienceModelAssociationInput."""

    service_only: ClassVar[frozenset[str]] = MADE_IN_A_MEMBERSHIP
    response_names: ClassVar[Mapping[str, str]] = {"name": "configuredAudienceModelAssociationName"}
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier",)

    configured_audience_model_arn: ConfiguredAudienceModelArn
    """The model."""
    configured_audience_model_association_name: DisplayName
    """The name that the other members see."""
    manage_resource_policies: Flag
    """Whether the service edits the model's resource policy."""
    description: Description | None = None
    """What the model finds."""
    tags: Tags | None = None
    """Tags of the association."""
