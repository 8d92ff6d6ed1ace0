"""A model trained on three months of viewing."""

import pulumi

from components import sdk

config = pulumi.Config()
model = sdk.AudienceModel(
    "viewers",
    name="viewers",
    training_dataset_arn=config.require("trainingDatasetArn"),
    training_data_start_time="2026-01-01T00:00:00Z",
    training_data_end_time="2026-04-01T00:00:00Z",
)
