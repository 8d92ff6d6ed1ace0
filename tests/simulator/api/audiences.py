"""Training data, models and seeds for tests, made through the API alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.rooms import Room, make_room

ROLE = "arn:aws:iam::{account}:role/clean-rooms-ml"
TYPES = {"user": "string", "item": "string", "at": "bigint"}
SCHEMA = [
    {"columnName": "user", "columnTypes": ["USER_ID"]},
    {"columnName": "item", "columnTypes": ["ITEM_ID"]},
    {"columnName": "at", "columnTypes": ["TIMESTAMP"]},
]
USERS = 200
"""Users of the training data: u000 to u199. The first half buys bread and tea, the second beer and nuts."""

SEED = [f"u{number:03}" for number in range(0, 60, 2)]
"""Thirty users of the first half."""


class Audiences:
    """A retailer who has trained a model, and others who bring seeds."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def ml(self, account: str = RETAILER) -> Any:
        return self.accounts.client(account, "cleanroomsml")

    def add_training_table(self, rows: str | None = None, types: dict[str, str] | None = None) -> None:
        """Put the training data into S3, and describe it in Glue."""
        s3, glue = self.accounts.client(RETAILER, "s3"), self.accounts.client(RETAILER, "glue")
        for bucket in ("training", "audiences"):
            s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket="training", Key="visits/1.csv", Body=(rows or training_rows()).encode())
        glue.create_database(DatabaseInput={"Name": "ml"})
        storage = {
            "Columns": [{"Name": name, "Type": kind} for name, kind in (types or TYPES).items()],
            "Location": "s3://training/visits/",
            "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.OpenCSVSerde"},
        }
        glue.create_table(DatabaseName="ml", TableInput={"Name": "visits", "StorageDescriptor": storage})

    def dataset(self, name: str = "visits", schema: list[dict[str, Any]] | None = None) -> str:
        """Create a training data set; return its ARN."""
        source = {"glueDataSource": {"tableName": "visits", "databaseName": "ml"}}
        config = {"schema": schema or SCHEMA, "dataSource": source}
        stated = [{"type": "INTERACTIONS", "inputConfig": config}]
        role = ROLE.format(account=RETAILER)
        made: str = self.ml().create_training_dataset(name=name, roleArn=role, trainingData=stated)[
            "trainingDatasetArn"
        ]
        return made

    def model(self, dataset: str, name: str = "visits", **stated: Any) -> str:
        """Create an audience model and have it trained; return its ARN."""
        made: str = self.ml().create_audience_model(name=name, trainingDatasetArn=dataset, **stated)["audienceModelArn"]
        self.ml().get_audience_model(audienceModelArn=made)
        return made

    def configured(self, model: str, name: str = "visitors", **stated: Any) -> str:
        """Configure a model for small seeds; return its ARN."""
        place = {"s3Destination": {"s3Uri": "s3://audiences/out"}}
        output = {"destination": place, "roleArn": ROLE.format(account=RETAILER)}
        defaults: dict[str, Any] = {
            "outputConfig": output,
            "sharedAudienceMetrics": ["ALL"],
            "minMatchingSeedSize": 25,
            "audienceSizeConfig": {"audienceSizeType": "ABSOLUTE", "audienceSizeBins": [50, 10, 150]},
        }
        made: str = self.ml().create_configured_audience_model(
            name=name, audienceModelArn=model, **(defaults | stated)
        )["configuredAudienceModelArn"]
        return made

    def ready(self, **stated: Any) -> str:
        """Make everything up to a configured audience model; return its ARN."""
        self.add_training_table()
        return self.configured(self.model(self.dataset()), **stated)

    def add_seed(self, users: list[str], account: str = BRAND, text: str | None = None) -> dict[str, Any]:
        """Put a seed into a bucket of an account; return what names it."""
        s3 = self.accounts.client(account, "s3")
        bucket = f"seeds-{account}"
        s3.create_bucket(Bucket=bucket)
        lines = text if text is not None else "".join(json.dumps({"user_id": user}) + "\n" for user in users)
        s3.put_object(Bucket=bucket, Key="seed/users.json", Body=lines.encode())
        place = {"s3Uri": f"s3://{bucket}/seed/"}
        return {"dataSource": place, "roleArn": ROLE.format(account=account)}

    def start(self, account: str, model: str, seed: dict[str, Any], name: str = "first", **stated: Any) -> str:
        """Start an audience generation job; return its ARN."""
        made: str = self.ml(account).start_audience_generation_job(
            name=name, configuredAudienceModelArn=model, seedAudience=seed, **stated
        )["audienceGenerationJobArn"]
        return made

    def job(self, arn: str) -> dict[str, Any]:
        """Show a job to the account of its ARN."""
        client = self.ml(arn.split(":")[4])
        found: dict[str, Any] = client.get_audience_generation_job(audienceGenerationJobArn=arn)
        return found


def training_rows() -> str:
    """Return one visit a line: every user two items of the own half, every tenth also one of the other."""
    lines = []
    for number in range(USERS):
        halves = (("bread", "tea"), ("beer", "nuts"))
        own, other = halves if number < USERS // 2 else halves[::-1]
        items = [*own, other[0]] if number % 10 == 3 else list(own)
        lines += [f"u{number:03},{item},{1_700_000_000 + number}" for item in items]
    return "\n".join(lines) + "\n"


def refused(call: Any, code: str, **asked: Any) -> str:
    """Make a call that is refused with *code*; return the message."""
    with pytest.raises(ClientError) as caught:
        call(**asked)
    assert caught.value.response["Error"]["Code"] == code
    return str(caught.value.response["Error"]["Message"])


def associated(accounts: Accounts, model: str, **stated: Any) -> tuple[Room, dict[str, str]]:
    """Make a room, and associate the retailer's model with it."""
    room = make_room(accounts, **stated)
    membership = {"membershipIdentifier": room.memberships[RETAILER]}
    made = room.client(RETAILER).create_configured_audience_model_association(
        **membership,
        configuredAudienceModelArn=model,
        configuredAudienceModelAssociationName="visitors",
        manageResourcePolicies=True,
    )["configuredAudienceModelAssociation"]
    return room, {**membership, "configuredAudienceModelAssociationIdentifier": made["id"]}
