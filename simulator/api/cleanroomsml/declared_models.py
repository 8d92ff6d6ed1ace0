"""Creates a configured audience model under the ARN that a room declares.

It depends on an audience model without interactions and a training data set without a table. So associations can refer
to it, but every seed fails because no users match, until a real model is created.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulator.api.cleanroomsml.records import arn_member
from simulator.api.store import Record, Store

_SCHEMA = [
    {"columnName": name, "columnTypes": [role]}
    for name, role in (("user_id", "USER_ID"), ("item_id", "ITEM_ID"), ("time", "TIMESTAMP"))
]


def place_configured_audience_model(store: Store, arn: str, moment: datetime) -> None:
    """Create a configured audience model in a region, with its dependencies, unless it exists already.

    Args:
        store: The store of the region.
        arn: The model's ARN.
        moment: Its time of creation.
    """
    if store.get("configured_audience_model", arn) is not None:
        return
    account, name = arn.split(":")[4], arn.rpartition("/")[2]
    role = f"arn:aws:iam::{account}:role/clean-rooms-ml"
    source = {"glueDataSource": {"tableName": "undeclared", "databaseName": "undeclared"}}
    trained = [{"type": "INTERACTIONS", "inputConfig": {"schema": _SCHEMA, "dataSource": source}}]
    dataset = _record("training_dataset", arn, moment, "", roleArn=role, trainingData=trained)
    details = {"statusCode": "DECLARED", "message": "declared by a room: trained with no interactions"}
    model = _record("audience_model", arn, moment, dataset.id, trainingDatasetArn=dataset.id, statusDetails=details)
    place = {"s3Destination": {"s3Uri": f"s3://audiences-{account}/{name}"}}
    configured = _record(
        "configured_audience_model",
        arn,
        moment,
        model.id,
        audienceModelArn=model.id,
        outputConfig={"destination": place, "roleArn": role},
        sharedAudienceMetrics=["NONE"],
        minMatchingSeedSize=500,
        childResourceTagOnCreatePolicy="NONE",
    )
    with store.transaction():
        for record in (dataset, model, configured):
            store.put(record)


def _record(kind: str, declared: str, moment: datetime, parent: str, **members: Any) -> Record:  # noqa: ANN401 - of any shape
    arn = declared.replace(":configured-audience-model/", f":{kind.replace('_', '-')}/")
    body = {
        "arn": arn,
        arn_member(kind): arn,
        "name": arn.rpartition("/")[2][:63],
        "status": "ACTIVE",
        "createTime": moment,
        "updateTime": moment,
        **members,
    }
    return Record(kind, arn, arn.split(":")[4], body, parent)
