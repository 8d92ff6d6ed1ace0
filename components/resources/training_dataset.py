"""The training dataset of an audience model.

Source: API CreateTrainingDataset, GetTrainingDataset, DeleteTrainingDataset (Clean Rooms ML).
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

TRAINING_DATASET = ResourceType(
    name="TrainingDataset",
    service="cleanroomsml",
    summary="A table in AWS Glue of who did what with which item and when, from which an audience model learns. "
    "Nothing of it can change; a new version is a new dataset.",
    create=Operation("CreateTrainingDataset"),
    read=Operation("GetTrainingDataset"),
    updates=(),
    delete=Operation("DeleteTrainingDataset"),
    identity=("trainingDatasetArn",),
    replaces=frozenset({"description", "name", "roleArn", "trainingData"}),
    arn="trainingDatasetArn",
    defaults={"description": ""},
    unordered={"trainingData[*].inputConfig.schema": "columnName"},
    one_at_a_time=True,
)
