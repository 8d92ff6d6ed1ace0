"""The AWS CLI as people script it: words, a loop that waits, pages, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.api.accounts import BRAND, REGION, RETAILER, Accounts
from tests.simulator.api.patience import PATIENCE
from tests.simulator.api.rooms import Room, make_sales_room

REFUSED = 255
"""Exit code of the AWS CLI's version 1 when the service answers with an error; version 2 has 254."""


class Shell:
    """A shell in which an account's credentials are exported."""

    def __init__(self, accounts: Accounts, account: str, home: Path) -> None:
        held = accounts.session(account).get_credentials()
        assert held is not None
        self._url = accounts.url
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AWS_ACCESS_KEY_ID": held.access_key,
            "AWS_SECRET_ACCESS_KEY": held.secret_key,
            "AWS_SESSION_TOKEN": held.token,
            "AWS_DEFAULT_REGION": REGION,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `aws cleanrooms` with *words*."""
        command = [sys.executable, "-m", "awscli", "--endpoint-url", self._url, "cleanrooms", *words]
        return subprocess.run(  # noqa: S603 - our own interpreter and words
            command, env=self._environment, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    def answer(self, *words: str) -> dict[str, Any]:
        """Run it and return what it printed."""
        finished = self.run(*words)
        assert finished.returncode == 0, finished.stderr
        found: dict[str, Any] = json.loads(finished.stdout)
        return found


def test_two_companies_make_a_room(accounts: Accounts, tmp_path: Path) -> None:
    retailer, brand = (Shell(accounts, account, tmp_path) for account in (RETAILER, BRAND))
    made = retailer.answer(
        *("create-collaboration", "--name", "reach", "--description", "two companies"),
        *("--creator-display-name", "Retailer", "--creator-member-abilities", "CAN_RECEIVE_RESULTS"),
        *("--members", f"accountId={BRAND},displayName=Brand,memberAbilities=CAN_QUERY,CAN_RECEIVE_RESULTS"),
        *("--query-log-status", "ENABLED", "--tags", "team=reach"),
    )["collaboration"]
    assert made["memberStatus"] == "INVITED"
    joined = brand.answer(
        *("create-membership", "--collaboration-identifier", made["id"], "--query-log-status", "ENABLED"),
    )["membership"]
    assert joined["memberAbilities"] == ["CAN_QUERY", "CAN_RECEIVE_RESULTS"]
    again = brand.run("create-membership", "--collaboration-identifier", made["id"], "--query-log-status", "ENABLED")
    assert again.returncode == REFUSED
    assert "ConflictException" in again.stderr


def test_pages(accounts: Accounts, tmp_path: Path) -> None:
    for number in range(5):
        accounts.client(RETAILER).create_collaboration(
            name=f"room {number}",
            creatorDisplayName="Retailer",
            creatorMemberAbilities=[],
            queryLogStatus="DISABLED",
            members=[],
        )
    shell = Shell(accounts, RETAILER, tmp_path)
    words = ("list-collaborations", "--page-size", "2")
    assert len(shell.answer(*words)["collaborationList"]) == 5
    first = shell.answer(*words, "--max-items", "3")
    rest = shell.answer(*words, "--starting-token", first["NextToken"])
    names = [each["name"] for page in (first, rest) for each in page["collaborationList"]]
    assert names == [f"room {number}" for number in range(5)]


@pytest.fixture
def room(accounts: Accounts) -> Room:
    return make_sales_room(accounts)


def test_a_query_is_asked_waited_for_and_read(room: Room, tmp_path: Path) -> None:
    shell = Shell(room.accounts, BRAND, tmp_path)
    membership = ("--membership-identifier", room.memberships[BRAND])
    place = {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": "results", "keyPrefix": "cli"}}}
    words = ("start-protected-query", "--type", "SQL", *membership, "--result-configuration", json.dumps(place))
    refused = shell.run(*words, "--sql-parameters", "queryString=SELECT nothing FROM sales")
    assert refused.returncode == REFUSED
    assert "ValidationException" in refused.stderr
    sql = "SELECT city, COUNT(*) AS n FROM sales GROUP BY city ORDER BY city"
    query = shell.answer(*words, "--sql-parameters", json.dumps({"queryString": sql}))["protectedQuery"]
    until = time.monotonic() + PATIENCE
    while query["status"] in {"SUBMITTED", "STARTED"} and time.monotonic() < until:
        query = shell.answer("get-protected-query", *membership, "--protected-query-identifier", query["id"])
        query = query["protectedQuery"]
    assert query["status"] == "SUCCESS", query
    assert room.rows(query) == ["Oslo,1", "Rome,2"]
