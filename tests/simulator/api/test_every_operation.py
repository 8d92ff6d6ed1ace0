"""Every operation of the service model, called with the least that its input shape asks for.

What comes back is a response that the output shape knows, or an error that the operation lists (`faithful.watch`).
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from simulator.api.service_model import load_service_model
from simulator.api.validation import problems
from tests.simulator.api.accounts import RETAILER, Accounts
from tests.simulator.api.faithful import SERVICES

SOME_ID = "00000000-0000-4000-8000-000000000000"
_MEMBERSHIP_ARN = f"arn:aws:cleanrooms:us-east-1:111111111111:membership/{SOME_ID}"
_ML_ARN = "arn:aws:cleanrooms-ml:us-east-1:111111111111"
TEXTS = {
    "AccountId": "222222222222",
    "AnalysisTemplateArn": f"{_MEMBERSHIP_ARN}/analysistemplate/{SOME_ID}",
    "AnalysisTemplateArnOrQueryWildcard": "ANY_QUERY",
    "CleanroomsArn": _MEMBERSHIP_ARN,
    "AudienceGenerationJobArn": f"{_ML_ARN}:audience-generation-job/{SOME_ID}",
    "AudienceModelArn": f"{_ML_ARN}:audience-model/{SOME_ID}",
    "ConfiguredAudienceModelArn": f"{_ML_ARN}:configured-audience-model/{SOME_ID}",
    "ConfiguredModelAlgorithmArn": f"{_ML_ARN}:configured-model-algorithm/{SOME_ID}",
    "ConfiguredModelAlgorithmAssociationArn": (
        f"{_ML_ARN}:membership/{SOME_ID}/configured-model-algorithm-association/{SOME_ID}"
    ),
    "IamRoleArn": "arn:aws:iam::111111111111:role/clean-rooms-ml",
    "MLInputChannelArn": f"{_ML_ARN}:membership/{SOME_ID}/ml-input-channel/{SOME_ID}",
    "S3Path": "s3://bucket/key",
    "TaggableArn": f"{_ML_ARN}:training-dataset/{SOME_ID}",
    "TrainedModelArn": f"{_ML_ARN}:membership/{SOME_ID}/trained-model/{SOME_ID}",
    "TrainedModelInferenceJobArn": f"{_ML_ARN}:membership/{SOME_ID}/trained-model-inference-job/{SOME_ID}",
    "TrainingDatasetArn": f"{_ML_ARN}:training-dataset/{SOME_ID}",
    "IdMappingTableInputReferenceArn": "arn:aws:entityresolution:us-east-1:111111111111:idmappingworkflow/w",
    "IdNamespaceAssociationInputReferenceArn": "arn:aws:entityresolution:us-east-1:111111111111:idnamespace/source",
    "RoleArn": "arn:aws:iam::111111111111:role/clean-rooms",
}
"""Texts for shapes whose pattern neither an id nor a word matches."""


def least(shape: Shape) -> Any:
    """Return the smallest value that fits *shape*."""
    if isinstance(shape, StructureShape):
        names = shape.required_members or (list(shape.members)[:1] if shape.is_tagged_union else [])
        return {name: least(shape.members[name]) for name in names}
    if isinstance(shape, ListShape):
        return [least(shape.member) for _ in range(shape.metadata.get("min", 0))]
    if isinstance(shape, MapShape):
        return {}
    if isinstance(shape, StringShape):
        if shape.enum:
            return shape.enum[0]
        return TEXTS.get(shape.name, SOME_ID if shape.metadata.get("min") == len(SOME_ID) else "word")
    return {"boolean": False}.get(shape.type_name, shape.metadata.get("min", 1))


@pytest.mark.parametrize(
    ("service", "operation"),
    [(service, name) for service in SERVICES for name in load_service_model(service).operations],
)
def test_least_input(service: str, operation: str, accounts: Accounts) -> None:
    model = load_service_model(service).operations[operation]
    call = getattr(accounts.client(RETAILER, service), xform_name(operation))
    try:
        call(**least(model.input))
    except ClientError as error:
        found = error.response["Error"]
    else:
        return
    assert found["Code"] in (model.errors or load_service_model(service).error_shapes)
    assert found["Message"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_watch_is_strict(service: str) -> None:
    """A response with a member that the model does not know, or without one that it asks for, would not pass."""
    for operation in load_service_model(service).operations.values():
        answer: dict[str, Any] = least(operation.output)
        assert list(problems(operation.output, answer | {"unheardOf": 1}))
        for name in operation.output.required_members:
            assert list(problems(operation.output, {each: answer[each] for each in answer if each != name}))
