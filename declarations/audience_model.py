"""The association of a configured audience model (lookalike segments) with a collaboration, and what the model allows.

Source: API CreateConfiguredAudienceModelAssociationInput, API CreateConfiguredAudienceModelRequest (Clean Rooms ML).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from declarations.base import MADE_IN_A_MEMBERSHIP, Declaration, Description, DisplayName, Flag, Problem, Tags

ConfiguredAudienceModelArn = Annotated[
    str,
    Field(
        min_length=20,
        max_length=2048,
        pattern=r"^arn:aws[-a-z]*:cleanrooms-ml:[-a-z0-9]+:[0-9]{12}:configured-audience-model/[-a-zA-Z0-9_/.]+$",
    ),
]
"""The ARN of a configured audience model. Source: API ConfiguredAudienceModelArn."""


class AudienceSizeConfig(Declaration):
    """The sizes that segments may have. Source: API AudienceSizeConfig (Clean Rooms ML)."""

    audience_size_type: Literal["ABSOLUTE", "PERCENTAGE"]
    """What the sizes count: people, or percent of the people that the model knows."""
    audience_size_bins: Annotated[
        tuple[Annotated[int, Field(ge=1, le=20_000_000)], ...], Field(min_length=1, max_length=25)
    ]
    """The sizes; in percent 1 to 100."""

    def problems(self) -> Iterator[Problem]:
        """Reject percentages above 100."""
        for index, size in enumerate(self.audience_size_bins):
            if self.audience_size_type == "PERCENTAGE" and size > 100:  # noqa: PLR2004 - percent
                yield Problem(("audience_size_bins", index), f"a size in percent is 1 to 100; found {size}")


SharedAudienceMetrics = Annotated[tuple[Literal["ALL", "NONE"], ...], Field(min_length=1, max_length=1)]
"""ALL or NONE. Source: API MetricsList (Clean Rooms ML)."""


class AudienceModelSettings(Declaration):
    """What a configured audience model lets others make of it. Source: API CreateConfiguredAudienceModelRequest.

    The owner deploys the model itself with `components.audience_model`; a room states only the settings that policies
    check.
    """

    service_only: ClassVar[frozenset[str]] = frozenset(
        {
            *("audienceModelArn", "configuredAudienceModelArn", "outputConfig", "childResourceTagOnCreatePolicy"),
            *("name", "description", "tags", "createTime", "updateTime", "status"),
        }
    )

    min_matching_seed_size: Annotated[int, Field(ge=25, le=500_000)] = 500
    """How many people of a seed audience must be in the model's training data."""
    shared_audience_metrics: SharedAudienceMetrics = ("NONE",)
    """Whether the relevance of segments is told to those who ask for them."""
    audience_size_config: AudienceSizeConfig | None = None
    """The sizes that segments may have; absent: any that the service takes."""


class ConfiguredAudienceModelAssociation(Declaration):
    """An audience model shared in a collaboration. Source: API CreateConfiguredAudienceModelAssociationInput."""

    room_only: ClassVar[frozenset[str]] = frozenset({"configured_audience_model"})
    service_only: ClassVar[frozenset[str]] = MADE_IN_A_MEMBERSHIP
    response_names: ClassVar[Mapping[str, str]] = {"name": "configuredAudienceModelAssociationName"}
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier",)

    configured_audience_model_arn: ConfiguredAudienceModelArn
    """The model."""
    configured_audience_model_association_name: DisplayName
    """The name that the other members see."""
    manage_resource_policies: Flag
    """Whether the service edits the model's resource policy."""
    configured_audience_model: AudienceModelSettings | None = None
    """What the model allows, for policies; absent: not stated."""
    description: Description | None = None
    """What the model finds."""
    tags: Tags | None = None
    """Tags of the association."""
