"""Who may speak to the endpoint, and which services it has."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest

from simulator.api.server import HEALTH_PATH, LocalServer
from tests.simulator.api.accounts import Accounts
from tests.simulator.api.patience import PATIENCE

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"


def status_of(server: LocalServer, path: str = HEALTH_PATH, **headers: str) -> tuple[int, dict[str, str], str]:
    """Send a GET; return its status, headers and body."""
    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "127.0.0.1.attacker.example:4567"},
        {"Host": "amazonaws.com.attacker.example"},
        {"Host": "[::1"},
        {"Host": ""},
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Origin": "https://bucket.s3.amazonaws.com"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/collaborations", "/moto-api/data.json"])
def test_web_pages_are_refused(headers: dict[str, str], path: str, server: LocalServer) -> None:
    assert status_of(server, path, **headers)[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:4567"},
        {"Host": "[::1]:4567"},
        {"Host": "cleanrooms.localhost"},
        {"Host": "cleanrooms.us-east-1.amazonaws.com"},
        {"Origin": "http://localhost:3000"},
    ],
)
def test_programs_of_this_machine_are_answered(headers: dict[str, str], server: LocalServer) -> None:
    auth = SIGNED.format(region="us-east-1", service="s3")
    status, found, _ = status_of(server, "/", Authorization=auth, **headers)
    assert status != 403
    assert not [name for name in found if name.startswith("access-control")]


@pytest.mark.parametrize("service", ["sns", "lambda", "cloudformation", "ec2", "batch", "unheard-of"])
def test_services_that_clean_rooms_do_not_stand_on_are_not_served(service: str, server: LocalServer) -> None:
    status, _, body = status_of(server, "/", Authorization=SIGNED.format(region="us-east-1", service=service))
    assert status == 400
    assert "is not served here" in body


@pytest.mark.parametrize("path", ["/moto-api/reset", "/moto-api/", "/latest/meta-data/iam"])
def test_motos_own_paths_are_not_served(path: str, server: LocalServer) -> None:
    status, _, body = status_of(server, path)
    assert status == 400
    assert "is not served here" in body


def test_an_unknown_region_and_a_strange_account_are_refused(server: LocalServer) -> None:
    auth = SIGNED.format(region="nowhere-1", service="cleanrooms")
    status, found, body = status_of(server, "/collaborations", Authorization=auth)
    assert (status, found["x-amzn-errortype"]) == (400, "ValidationException")
    assert "nowhere-1" in body
    auth = SIGNED.format(region="us-east-1", service="cleanrooms")
    status, _, body = status_of(server, "/collaborations", Authorization=auth, X_Moto_Account_Id="../1")
    assert status == 400
    assert "12 digits" in body


def test_what_rooms_stand_on_is_there(accounts: Accounts) -> None:
    account = "444444444444"
    assert accounts.client(account, "s3").list_buckets()["Buckets"] == []
    assert accounts.client(account, "glue").get_databases()["DatabaseList"] == []
    assert accounts.client(account, "iam").list_users()["Users"] == []
    assert accounts.client(account, "kms").list_keys()["Keys"] == []
