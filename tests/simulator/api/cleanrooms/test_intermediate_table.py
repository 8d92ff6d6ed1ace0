"""Intermediate tables: what becomes of their rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.api.world import WORLD
from tests.simulator.api.accounts import BRAND, REGION, RETAILER, Accounts
from tests.simulator.api.rooms import Room, make_room

ANY_QUERY = {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]}}
COUNT = "SELECT COUNT(*) AS n FROM romans"


@pytest.fixture
def room(accounts: Accounts) -> Room:
    made = make_room(accounts)
    made.add_table(RETAILER, "sales", {"id": "string", "city": "string"}, ANY_QUERY)
    made.put_rows(RETAILER, "sales/1.csv", "a,Rome\nb,Rome\nc,Oslo\n")
    return made


def populate(room: Room) -> dict[str, Any]:
    """Create and fill a table that keeps its rows for a day; return what names it."""
    client, membership = room.client(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    stated = {"sqlParameters": {"queryString": "SELECT id FROM sales WHERE city = 'Rome'"}}
    made = client.create_intermediate_table(
        **membership, name="romans", populationAnalysisConfiguration=stated, retentionInDays=1
    )["intermediateTable"]
    table = {**membership, "intermediateTableIdentifier": made["id"]}
    policy = {"v1": ANY_QUERY}
    client.create_intermediate_table_analysis_rule(**table, analysisRuleType="CUSTOM", analysisRulePolicy=policy)
    assert room.finished(client.populate_intermediate_table(**table)["analysisId"])["status"] == "SUCCESS"
    return table


def test_rows_are_kept_for_the_retention_period(room: Room) -> None:
    table = populate(room)
    client = room.client(BRAND)
    shown = client.get_intermediate_table(**table)["intermediateTable"]
    ends = shown["intermediateTableVersion"]["expirationTime"]
    assert timedelta(hours=23) < ends - datetime.now(UTC) < timedelta(hours=25)
    assert room.rows(room.finished(room.ask(COUNT)["id"])) == ["2"]


def test_nothing_can_be_asked_of_it_afterwards(room: Room) -> None:
    table = populate(room)
    store = WORLD.store(REGION)
    held = store.get("intermediate_table", table["intermediateTableIdentifier"])
    assert held is not None
    past = datetime.now(UTC) - timedelta(seconds=1)
    store.put(held.showing(intermediateTableVersion={**held.body["intermediateTableVersion"], "expirationTime": past}))
    with pytest.raises(ClientError) as error:
        room.ask(COUNT)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    client = room.client(BRAND)
    schema = client.get_schema(collaborationIdentifier=room.id, name="romans")["schema"]
    (reason,) = schema["schemaStatusDetails"][0]["reasons"]
    assert reason["code"] == "INTERMEDIATE_TABLE_RETENTION_PERIOD_EXPIRED"
    shown = client.get_intermediate_table(**table)["intermediateTable"]
    assert shown["status"] == "RETENTION_PERIOD_EXPIRED"
    assert "intermediateTableVersion" not in shown
    assert room.finished(client.populate_intermediate_table(**table)["analysisId"])["status"] == "SUCCESS"
    assert room.rows(room.finished(room.ask(COUNT)["id"])) == ["2"]
