"""The example of every resource type runs, declares the resource, and asks for what the service's shapes allow."""

from __future__ import annotations

import runpy
from typing import Any

import pulumi
import pytest
from botocore.validate import ParamValidator

from components.resources import RESOURCE_TYPES
from components.resources.resource_type import ResourceType
from components.resources.service_model import carried, request_shape
from components.sdk_generation.examples import EXAMPLES
from components.sdk_generation.type_texts import python_name
from tests.components.conftest import Declared

IDENTIFIER = "1f0e2f5e-0000-4000-8000-000000000001"
CONFIGURED = ("collaboration", "membership", "configuredTable", "configuredTableAssociation", "intermediateTable")
ARNS = {
    "configuredAudienceModelArn": "configured-audience-model",
    "audienceModelArn": "audience-model",
    "trainingDatasetArn": "training-dataset",
}


@pytest.fixture
def configured() -> None:
    identifiers = {f"tests:{name}Identifier": IDENTIFIER for name in CONFIGURED}
    arns = {f"tests:{name}": f"arn:aws:cleanrooms-ml:us-east-1:222222222222:{kind}/m" for name, kind in ARNS.items()}
    pulumi.runtime.set_all_config(identifiers | arns)


@pytest.mark.parametrize("resource", RESOURCE_TYPES, ids=lambda resource: resource.name)
def test_example_declares_its_resource(declared: Declared, configured: None, resource: ResourceType) -> None:
    program = EXAMPLES / f"{python_name(resource.name)}.py"
    pulumi.runtime.test(lambda: runpy.run_path(str(program)) and None)()
    stated = declared.named(resource.name)
    assert stated
    for inputs in stated.values():
        carries = carried(resource, resource.create)
        request = {member: whole(inputs[name]) for name, member in carries.items() if name in inputs}
        report = ParamValidator().validate(request, request_shape(resource, resource.create))
        assert not report.has_errors(), report.generate_report()


def whole(value: Any) -> Any:  # noqa: ANN401 - any property value
    """Numbers as they were stated: on the wire they all are floating-point."""
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
