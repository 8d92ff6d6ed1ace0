"""The configured audience model: which segments may be made of an audience model, and where they go.

Source: API CreateConfiguredAudienceModel, UpdateConfiguredAudienceModel, DeleteConfiguredAudienceModel
(Clean Rooms ML).
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

CONFIGURED_AUDIENCE_MODEL = ResourceType(
    name="ConfiguredAudienceModel",
    service="cleanroomsml",
    summary="An audience model made ready for use: the sizes of segments, the least seed, and where segments go. "
    "It is what is shared in a collaboration.",
    create=Operation("CreateConfiguredAudienceModel"),
    read=Operation("GetConfiguredAudienceModel"),
    updates=(Operation("UpdateConfiguredAudienceModel"),),
    delete=Operation("DeleteConfiguredAudienceModel"),
    identity=("configuredAudienceModelArn",),
    replaces=frozenset({"childResourceTagOnCreatePolicy", "name"}),
    arn="configuredAudienceModelArn",
    defaults={"description": "", "minMatchingSeedSize": 500},
    filled_in=frozenset({"childResourceTagOnCreatePolicy"}),
    unordered={"audienceSizeConfig.audienceSizeBins": "", "sharedAudienceMetrics": ""},
    one_at_a_time=True,
)
