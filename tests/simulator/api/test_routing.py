"""Addresses: every operation is found by its own, with encoded and plain ARNs."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from simulator.api.routing import Router
from simulator.api.service_model import load_service_model
from simulator.api.services import SERVICES

ARN = "arn:aws:cleanrooms:us-east-1:111111111111:membership/a/analysistemplate/b"


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_found(service: str) -> None:
    operations = load_service_model(service).operations.values()
    router = Router(operations)
    for operation in operations:
        path = "/".join(f"{part[1:-1]} 1" if part.startswith("{") else part for part in operation.path.split("/"))
        match = router.match(operation.method, quote(path))
        assert match is not None
        assert match.operation is operation
        assert all(value == f"{name} 1" for name, value in match.labels.items())


@pytest.mark.parametrize("written", [ARN, quote(ARN, safe="")])
@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/tags/", "ListTagsForResource"),
        ("GET", "/collaborations/c/analysistemplates/", "GetCollaborationAnalysisTemplate"),
    ],
)
def test_arns_in_paths(method: str, path: str, operation: str, written: str) -> None:
    match = Router(load_service_model("cleanrooms").operations.values()).match(method, path + written)
    assert match is not None
    assert match.operation.name == operation
    assert ARN in match.labels.values()
