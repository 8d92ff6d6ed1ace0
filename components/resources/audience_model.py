"""The audience model: trained on a dataset to find people who behave alike.

Source: API CreateAudienceModel, GetAudienceModel, DeleteAudienceModel (Clean Rooms ML).
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType, Waiter

AUDIENCE_MODEL = ResourceType(
    name="AudienceModel",
    service="cleanroomsml",
    summary="A model trained on a training dataset, which finds people who behave like those of a seed. Training takes "
    "hours; nothing of the model can change.",
    create=Operation("CreateAudienceModel"),
    read=Operation("GetAudienceModel"),
    updates=(),
    delete=Operation("DeleteAudienceModel"),
    identity=("audienceModelArn",),
    replaces=frozenset(
        {"description", "kmsKeyArn", "name", "trainingDataEndTime", "trainingDataStartTime", "trainingDatasetArn"}
    ),
    arn="audienceModelArn",
    defaults={"description": ""},
    filled_in=frozenset({"trainingDataEndTime", "trainingDataStartTime"}),
    waits=Waiter(
        creating=frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS"}),
        ready=frozenset({"ACTIVE"}),
        failed=frozenset({"CREATE_FAILED", "DELETE_FAILED"}),
        deleting=frozenset({"DELETE_PENDING", "DELETE_IN_PROGRESS"}),
        seconds=24 * 3600,
        explanation="statusDetails",
    ),
    one_at_a_time=True,
)
