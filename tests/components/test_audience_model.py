"""An audience model is a dataset, a model trained on it, and a configured model of that."""

from __future__ import annotations

import pulumi

from components.audience_model import AudienceModel, AudienceModelArgs, Interactions, Segments
from tests.components.conftest import Declared

ROLE = "arn:aws:iam::222222222222:role/clean-rooms-ml"
VIEWING = Interactions("media", "viewing", {"viewer": "USER_ID", "title": "ITEM_ID", "at": "TIMESTAMP"})
SEGMENTS = Segments("s3://segments/viewers", ROLE, (1, 5))


def test_each_takes_the_one_before(declared: Declared) -> None:
    args = AudienceModelArgs(interactions=VIEWING, segments=SEGMENTS, training_role_arn=ROLE)
    pulumi.runtime.test(lambda: AudienceModel("viewers", args) and None)()
    (dataset,) = declared.named("TrainingDataset").values()
    (data,) = dataset["trainingData"]
    assert data["inputConfig"]["schema"][0] == {"columnName": "viewer", "columnTypes": ["USER_ID"]}
    assert data["inputConfig"]["dataSource"] == {"glueDataSource": {"databaseName": "media", "tableName": "viewing"}}
    assert declared.named("AudienceModel")["viewers-model"]["trainingDatasetArn"] == "viewers-dataset-arn"
    configured = declared.named("ConfiguredAudienceModel")["viewers-configured"]
    assert configured["audienceModelArn"] == "viewers-model-arn"
    assert configured["audienceSizeConfig"] == {"audienceSizeType": "PERCENTAGE", "audienceSizeBins": [1, 5]}
    assert configured["sharedAudienceMetrics"] == ["NONE"]
