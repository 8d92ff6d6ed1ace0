"""Training data sets and audience models: roles, the table in Glue, windows, and what stands against deletion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.api.accounts import BRAND, RETAILER
from tests.simulator.api.audiences import ROLE, SCHEMA, TYPES, Audiences, refused


def column(name: str, role: str) -> dict[str, Any]:
    return {"columnName": name, "columnTypes": [role]}


FEATURES = [column(f"f{number}", "CATEGORICAL_FEATURE") for number in range(11)]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (SCHEMA[1:], "Member must have exactly one USER_ID column; found 0"),
        ([*SCHEMA, column("other", "ITEM_ID")], "Member must have exactly one ITEM_ID column; found 2"),
        (SCHEMA[:2], "Member must have exactly one TIMESTAMP column; found 0"),
        ([*SCHEMA, *FEATURES], "Member must have at most 10 features; found 11"),
        ([*SCHEMA, column("User", "CATEGORICAL_FEATURE")], "Member must name each column once; found 'user' 2 times"),
    ],
)
def test_roles(audiences: Audiences, schema: list[dict[str, Any]], message: str) -> None:
    source = {"glueDataSource": {"tableName": "visits", "databaseName": "ml"}}
    trained = [{"type": "INTERACTIONS", "inputConfig": {"schema": schema, "dataSource": source}}]
    asked = {"name": "visits", "roleArn": ROLE.format(account=RETAILER), "trainingData": trained}
    assert message in refused(audiences.ml().create_training_dataset, "ValidationException", **asked)


def test_role_of_another_account(audiences: Audiences) -> None:
    source = {"glueDataSource": {"tableName": "visits", "databaseName": "ml"}}
    trained = [{"type": "INTERACTIONS", "inputConfig": {"schema": SCHEMA, "dataSource": source}}]
    asked = {"name": "visits", "roleArn": ROLE.format(account=BRAND), "trainingData": trained}
    refused(audiences.ml().create_training_dataset, "AccessDeniedException", **asked)


def test_others_see_nothing(audiences: Audiences) -> None:
    audiences.add_training_table()
    dataset = audiences.dataset()
    refused(audiences.ml(BRAND).get_training_dataset, "AccessDeniedException", trainingDatasetArn=dataset)
    refused(audiences.ml(BRAND).list_tags_for_resource, "ResourceNotFoundException", resourceArn=dataset)
    assert audiences.ml(BRAND).list_training_datasets()["trainingDatasets"] == []


def test_model_is_pending_until_it_is_looked_at(audiences: Audiences) -> None:
    audiences.add_training_table()
    client, dataset = audiences.ml(), audiences.dataset()
    made = client.create_audience_model(name="visits", trainingDatasetArn=dataset)["audienceModelArn"]
    place = {"s3Destination": {"s3Uri": "s3://audiences/"}}
    asked = {
        "name": "visitors",
        "audienceModelArn": made,
        "outputConfig": {"destination": place, "roleArn": ROLE.format(account=RETAILER)},
        "sharedAudienceMetrics": ["NONE"],
    }
    assert "is CREATE_PENDING" in refused(client.create_configured_audience_model, "ConflictException", **asked)
    model = client.get_audience_model(audienceModelArn=made)
    assert model["status"] == "ACTIVE"
    assert model["statusDetails"]["message"] == "trained with 420 interactions of 200 users"
    configured = client.create_configured_audience_model(**asked)["configuredAudienceModelArn"]
    assert client.get_configured_audience_model(configuredAudienceModelArn=configured)["minMatchingSeedSize"] == 500


@pytest.mark.parametrize(
    ("types", "code", "message"),
    [
        (
            TYPES | {"at": "string"},
            "SCHEMA_MISMATCH",
            "column 'at' is string; a TIMESTAMP column is one of bigint",
        ),
        ({"user": "string", "item": "string"}, "SCHEMA_MISMATCH", "column 'at' is not in the Glue table"),
        (TYPES | {"user": "double"}, "SCHEMA_MISMATCH", "column 'user' is double; a USER_ID column is one of string"),
    ],
)
def test_table_does_not_fit(audiences: Audiences, types: dict[str, str], code: str, message: str) -> None:
    audiences.add_training_table(types=types)
    model = audiences.ml().get_audience_model(audienceModelArn=audiences.model(audiences.dataset()))
    assert (model["status"], model["statusDetails"]["statusCode"]) == ("CREATE_FAILED", code)
    assert message in model["statusDetails"]["message"]


def test_no_table(audiences: Audiences) -> None:
    model = audiences.ml().get_audience_model(audienceModelArn=audiences.model(audiences.dataset()))
    assert model["statusDetails"]["statusCode"] == "GLUE_TABLE_NOT_FOUND"


def test_rows_that_are_none(audiences: Audiences) -> None:
    audiences.add_training_table(rows="a,b,yesterday\n")
    model = audiences.ml().get_audience_model(audienceModelArn=audiences.model(audiences.dataset()))
    assert model["statusDetails"]["statusCode"] == "TRAINING_DATA_NOT_READABLE"


@pytest.mark.parametrize("kind", ["bigint", "timestamp"])
def test_window(audiences: Audiences, kind: str) -> None:
    """Interactions at the ends of the window count."""
    times: tuple[str, ...] = ("1700000000", "1700000010", "1700000020", "1700000030")
    if kind == "timestamp":
        times = tuple(f"2023-11-14 22:13:{second}" for second in (20, 30, 40, 50))
    audiences.add_training_table("".join(f"u{time},item,{time}\n" for time in times), TYPES | {"at": kind})
    window = {"trainingDataStartTime": "2023-11-14T22:13:30Z", "trainingDataEndTime": "2023-11-14T23:13:40+01:00"}
    arn = audiences.model(audiences.dataset(), **window)
    model = audiences.ml().get_audience_model(audienceModelArn=arn)
    assert model["statusDetails"]["message"] == "trained with 2 interactions of 2 users"
    assert model["trainingDataEndTime"].isoformat() == "2023-11-14T22:13:40+00:00"


def test_window_that_ends_before_it_begins(audiences: Audiences) -> None:
    audiences.add_training_table()
    window = {"trainingDataStartTime": "2024-01-02T00:00:00Z", "trainingDataEndTime": "2024-01-01T00:00:00Z"}
    asked = {"name": "visits", "trainingDatasetArn": audiences.dataset()} | window
    message = refused(audiences.ml().create_audience_model, "ValidationException", **asked)
    assert "Member must be after trainingDataStartTime" in message


def test_three_pending_models_are_one_too_many(audiences: Audiences) -> None:
    audiences.add_training_table()
    create, dataset = audiences.ml().create_audience_model, audiences.dataset()
    for name in ("first", "second"):
        create(name=name, trainingDatasetArn=dataset)
    refused(create, "ConflictException", name="first", trainingDatasetArn=dataset)
    refused(create, "ServiceQuotaExceededException", name="third", trainingDatasetArn=dataset)


@pytest.mark.parametrize("bins", [[101], [1, 200]])
def test_more_than_all(audiences: Audiences, bins: list[int]) -> None:
    audiences.add_training_table()
    model = audiences.model(audiences.dataset())
    sizes = {"audienceSizeType": "PERCENTAGE", "audienceSizeBins": bins}
    client = audiences.ml()
    with pytest.raises(client.exceptions.ValidationException, match="1 to 100 percent"):
        audiences.configured(model, audienceSizeConfig=sizes)


def test_tags(audiences: Audiences) -> None:
    audiences.add_training_table()
    client, arn = audiences.ml(), audiences.dataset()
    refused(client.tag_resource, "ValidationException", resourceArn=arn, tags={"AWS:x": "y"})
    refused(client.tag_resource, "ValidationException", resourceArn=arn, tags={str(each): "" for each in range(51)})
    client.tag_resource(resourceArn=arn, tags={"team": "ads"})
    assert client.get_training_dataset(trainingDatasetArn=arn)["tags"] == {"team": "ads"}


def test_pages(audiences: Audiences) -> None:
    audiences.add_training_table()
    for number in range(5):
        audiences.dataset(f"visits {number}")
    pages = audiences.ml().get_paginator("list_training_datasets").paginate(PaginationConfig={"PageSize": 2})
    names = [[each["name"] for each in page["trainingDatasets"]] for page in pages]
    assert names == [["visits 0", "visits 1"], ["visits 2", "visits 3"], ["visits 4"]]
