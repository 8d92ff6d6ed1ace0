"""Requests that no client would send: each gets an error that the operation lists, and the endpoint lives on."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any

import pytest

from simulator.api.server import HEALTH_PATH, LocalServer
from simulator.api.service_model import load_service_model
from tests.simulator.api.patience import PATIENCE

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cleanrooms/aws4_request, SignedHeaders=host, Signature=0"
)
GOOD: dict[str, Any] = {
    "name": "reach",
    "creatorDisplayName": "Retailer",
    "creatorMemberAbilities": [],
    "queryLogStatus": "ENABLED",
    "members": [],
}


def send(server: LocalServer, method: str, path: str, body: bytes = b"") -> tuple[int, str, Any]:
    """Send one request; return its status, the name of its error, and its body."""
    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request(method, path, body, {"Authorization": AUTHORIZATION, "Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.getheader("x-amzn-ErrorType", ""), json.loads(response.read() or b"null")
    finally:
        connection.close()


BODIES = {
    "not json": b"{",
    "not utf-8": b'{"name": "\xff\xfe"}',
    "a list": b"[]",
    "text": b'"name"',
    "nan": b'{"name": NaN}',
    "deep": b"[" * 100_000,
    "deep object": b'{"tags":' * 20_000,
    "empty": b"",
    "null": b"null",
    "unknown member": json.dumps(GOOD | {"unheardOf": 1}).encode(),
    "wrong type": json.dumps(GOOD | {"members": "nobody"}).encode(),
    "boolean for text": json.dumps(GOOD | {"name": True}).encode(),
    "null member": json.dumps(GOOD | {"name": None}).encode(),
    "null in list": json.dumps(GOOD | {"members": [None]}).encode(),
    "lone surrogate": json.dumps(GOOD | {"name": "\ud800"}).encode(),
    "ten megabytes": json.dumps(GOOD | {"description": "x" * 10_000_000}).encode(),
    "many problems": json.dumps(GOOD | {"members": [{}] * 100_000}).encode(),
}


@pytest.mark.parametrize("name", BODIES)
def test_body(name: str, server: LocalServer) -> None:
    status, error, body = send(server, "POST", "/collaborations", BODIES[name])
    assert (status, error) == (400, "ValidationException")
    assert body["reason"] == "FIELD_VALIDATION_FAILED"
    assert len(json.dumps(body)) < 50_000
    assert send(server, "GET", HEALTH_PATH)[0] == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("PUT", "/collaborations"),
        ("GET", "/collaborations//members"),
        ("GET", "/collaborations/a/b/c/d"),
        ("GET", "/collaborations/%00"),
        ("GET", "/collaborations/..%2f..%2fetc%2fpasswd"),
        ("GET", "/collaborations?maxResults=many"),
        ("GET", "/collaborations?maxResults=0"),
        ("GET", "/collaborations?maxResults=99999999999999999999999"),
        ("GET", "/collaborations?memberStatus=GONE"),
        ("GET", "/collaborations?nextToken=%ff"),
        ("GET", "/tags/arn%3Aaws%3Anothing"),
    ],
)
def test_address(method: str, path: str, server: LocalServer) -> None:
    status, error, body = send(server, method, path)
    known = {"UnknownOperationException", *load_service_model("cleanrooms").error_shapes}
    assert 400 <= status < 500, body
    assert error in known
    assert send(server, "GET", HEALTH_PATH) == (200, "", {"status": "ok"})
