"""Every response that a test gets is held against botocore's model: nothing missing or unknown, no unlisted error."""

from __future__ import annotations

import json
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel

from simulator.api.service_model import load_service_model
from simulator.api.validation import problems

SERVICES = ("cleanrooms", "cleanroomsml", "macie2")
"""The services that this repository answers; the others are moto's."""

answered: set[str] = set()
"""The operations that were answered without an error, in this run."""


def watch(client: Any) -> None:
    """Check every response that *client* gets from now on."""
    if client.meta.service_model.service_name in SERVICES:
        client.meta.events.register("after-call.*", _check)


def _check(http_response: AWSResponse, model: OperationModel, **_: Any) -> None:
    operation = load_service_model(model.service_model.service_name).operations[model.name]
    body = json.loads(http_response.content or b"{}")
    if http_response.status_code < 300:
        found = list(problems(operation.output, body))
        assert not found, f"{model.name} answered {body}: {found}"
        answered.add(model.name)
        return
    code = http_response.headers["x-amzn-ErrorType"]
    known = operation.errors or load_service_model(model.service_model.service_name).error_shapes
    assert code in known, f"{model.name} does not know {code}: {body}"
    assert code != "InternalServerException", f"{model.name}: {body}"
    shape = load_service_model(model.service_model.service_name).error_shapes[code]
    assert not list(problems(shape, body)), f"{model.name} answered {body}"
