"""Intermediate tables: what becomes of their rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.api.cleanrooms.query_running import resume
from simulator.api.world import WORLD
from tests.simulator.api.accounts import BRAND, REGION, RETAILER, Accounts
from tests.simulator.api.rooms import ANY_QUERY, Room, make_sales_room

COUNT = "SELECT COUNT(*) AS n FROM romans"


@pytest.fixture
def room(accounts: Accounts) -> Room:
    return make_sales_room(accounts)


def populate(room: Room, base: str = "sales") -> dict[str, Any]:
    """Create and fill a table that keeps its rows for a day; return what names it."""
    client, membership = room.client(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    stated = {"sqlParameters": {"queryString": f"SELECT id FROM {base} WHERE city = 'Rome'"}}
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


def test_rows_are_gone_from_disk_with_what_they_were_made_from(room: Room) -> None:
    table = populate(room)
    (first,) = _kept_files(table)
    client = room.client(BRAND)
    assert room.finished(client.populate_intermediate_table(**table)["analysisId"])["status"] == "SUCCESS"
    assert not first.exists()
    (second,) = _kept_files(table)
    room.client(RETAILER).delete_configured_table_association(
        membershipIdentifier=room.memberships[RETAILER],
        configuredTableAssociationIdentifier=room.tables["sales"]["association"],
    )
    assert not second.exists()


def test_it_depends_on_what_its_query_has_read(room: Room) -> None:
    """A table that was made anew under the name that the query reads: its owner can still take the rows back."""
    table = populate(room)
    owner, membership = room.client(RETAILER), {"membershipIdentifier": room.memberships[RETAILER]}
    identifier = room.tables["sales"]["association"]
    owner.delete_configured_table_association(**membership, configuredTableAssociationIdentifier=identifier)
    made = owner.create_configured_table_association(
        **membership,
        name="sales",
        configuredTableIdentifier=room.tables["sales"]["table"],
        roleArn=f"arn:aws:iam::{RETAILER}:role/any",
    )["configuredTableAssociation"]
    client = room.client(BRAND)
    assert room.finished(client.populate_intermediate_table(**table)["analysisId"])["status"] == "SUCCESS"
    shown = client.get_intermediate_table(**table)["intermediateTable"]
    assert [each["id"] for each in shown["tableDependencies"]] == [made["id"]]
    owner.delete_configured_table_association(**membership, configuredTableAssociationIdentifier=made["id"])
    assert client.get_intermediate_table(**table)["intermediateTable"]["status"] == "BASE_TABLE_REMOVED"


def test_rows_of_a_removed_member_are_deleted(room: Room) -> None:
    room.add_table(BRAND, "visits", {"id": "string", "city": "string"}, ANY_QUERY)
    room.put_rows(BRAND, "visits/1.csv", "a,Rome\n")
    (rows,) = _kept_files(populate(room, "visits"))
    room.client(RETAILER).delete_member(collaborationIdentifier=room.id, accountId=BRAND)
    assert not rows.exists()


def test_one_over_an_unknown_table_is_refused(room: Room) -> None:
    stated = {"sqlParameters": {"queryString": "SELECT id FROM unheard_of"}}
    with pytest.raises(ClientError, match="unheard_of"):
        room.client(BRAND).create_intermediate_table(
            membershipIdentifier=room.memberships[BRAND], name="copy", populationAnalysisConfiguration=stated
        )


def _kept_files(table: dict[str, Any]) -> list[Path]:
    held = WORLD.store(REGION).get("intermediate_table", table["intermediateTableIdentifier"])
    assert held is not None
    return list((WORLD.folder / "intermediate_tables").glob(f"{held.hidden['rows']}.parquet"))


def test_a_table_is_not_being_populated_after_a_crash(room: Room) -> None:
    table = populate(room)
    store = WORLD.store(REGION)
    (query,), (held,) = store.of("protected_query"), store.of("intermediate_table")
    store.put(query.showing(status="STARTED"))
    store.put(held.showing(status="POPULATE_STARTED").hiding(rows=None))
    resume(store)
    assert room.finished(query.id)["error"]["code"] == "TRANSIENT_ERROR"
    shown = room.client(BRAND).get_intermediate_table(**table)["intermediateTable"]
    assert (shown["status"], shown["statusReason"]) == ("POPULATE_FAILED", f"the query {query.id} is FAILED")
