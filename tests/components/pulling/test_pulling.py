"""A room that was built at the local endpoint comes back as each of its members sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from components.pulling import PulledRoom, import_file, pull, room_yaml
from components.pulling.importing import imported
from components.pulling.own import Import
from components.pulling.partners import NOT_SHOWN
from declarations.base import Declaration
from declarations.clean_room import CleanRoom
from declarations.loading import load_room
from simulator.api.preloading import BuiltRoom, build_room
from simulator.api.server import local_endpoint
from tests.yaml_text import from_yaml

EXAMPLES = Path(__file__).parents[3] / "examples" / "complete_journey"
RETAILER, BRAND, PANEL = "111111111111", "222222222222", "333333333333"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with local_endpoint() as url:
        yield url


def _client(url: str, built: BuiltRoom, account: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
    member = built.members[account]
    return boto3.client(
        "cleanrooms",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=member.access_key,
        aws_secret_access_key=member.secret_key,
    )


@pytest.fixture(scope="module", params=["reach", "measurement"])
def rooms(url: str, request: pytest.FixtureRequest) -> tuple[CleanRoom, dict[str, PulledRoom]]:
    room = load_room(EXAMPLES / request.param).room
    built = build_room(url, room, None)
    assert {RETAILER, BRAND} <= set(built.members)
    return room, {
        account: pull(_client(url, built, account), built.members[account].membership_id) for account in built.members
    }


def _said(declaration: Declaration | None) -> Any:  # noqa: ANN401 - JSON's values
    """What a declaration says, without what the service fills in or does not keep."""
    assert declaration is not None
    document = declaration.model_dump(mode="json", exclude_none=True)
    for name in ("columns", "job_log_status", "payment_configuration", "is_metrics_enabled"):
        document.pop(name, None)
    return document


def test_the_members_own_part_comes_back_whole(rooms: tuple[CleanRoom, dict[str, PulledRoom]]) -> None:
    room, pulled = rooms
    for account, seen in pulled.items():
        declared, found = room.membership(account), seen.room.membership(account)
        assert declared is not None
        assert found is not None
        assert [_said(table) for table in found.configured_tables] == [
            _said(table) for table in declared.configured_tables
        ]
        for association, wanted in zip(
            found.configured_table_associations, declared.configured_table_associations, strict=True
        ):
            assert _said(association) == _said(wanted) | {"configured_table": wanted.configured_table_name}
        assert {one.name for one in found.analysis_templates} == {one.name for one in declared.analysis_templates}
        assert len(found.privacy_budget_templates) == len(declared.privacy_budget_templates)


def test_partners_tables_and_rules_come_as_far_as_they_are_shown(
    rooms: tuple[CleanRoom, dict[str, PulledRoom]],
) -> None:
    room, pulled = rooms
    seen = pulled[BRAND]
    for declared in room.memberships:
        if declared.account_id == BRAND:
            continue
        found = seen.room.membership(declared.account_id)
        assert found is not None
        for table in declared.configured_tables:
            shown = found.configured_table(table.name)
            assert shown is not None
            assert shown.rule == table.rule
            assert set(shown.allowed_columns) == set(table.allowed_columns)
            assert shown.table_reference.glue is not None
            assert shown.table_reference.glue.database_name == NOT_SHOWN
            assert f"where the rows of {table.name!r} are, and the role that reads them" in seen.not_shown


def test_the_file_reads_back_as_the_same_room(rooms: tuple[CleanRoom, dict[str, PulledRoom]], tmp_path: Path) -> None:
    for account, seen in rooms[1].items():
        file = tmp_path / f"{account}.yaml"
        file.write_text(room_yaml(seen))
        assert load_room(file).room == seen.room
        assert room_yaml(seen).startswith(f"# As account {account} sees it.\n# Not shown: ")


def test_templates_are_written_as_blocks_and_named_instead_of_their_arns(
    rooms: tuple[CleanRoom, dict[str, PulledRoom]],
) -> None:
    room, pulled = rooms
    text = room_yaml(pulled[BRAND])
    assert "arn:aws:cleanrooms:" not in text
    assert ("text: |" in text) == any(room.templates())


def test_the_import_file_names_every_own_resource_once(rooms: tuple[CleanRoom, dict[str, PulledRoom]]) -> None:
    room, pulled = rooms
    resources = json.loads(import_file(pulled[RETAILER]))["resources"]
    kinds = [one["type"].rpartition(":")[2] for one in resources]
    retailer = room.membership(RETAILER)
    assert retailer is not None
    assert kinds.count("Collaboration") == kinds.count("Membership") == 1
    assert kinds.count("ConfiguredTable") == len(retailer.configured_tables)
    assert kinds.count("ConfiguredTableAnalysisRule") == len(retailer.configured_tables)
    assert len({(one["type"], one["name"]) for one in resources}) == len(resources)
    assert "Collaboration" not in import_file(pulled[BRAND])


def test_the_import_file_keeps_names_apart_that_code_cannot(rooms: tuple[CleanRoom, dict[str, PulledRoom]]) -> None:
    names = ("Orders", "orders", "all orders", "all/orders", "orders")
    alike = tuple(Import("ConfiguredTable", name, str(number)) for number, name in enumerate(names))
    text = import_file(replace(rooms[1][RETAILER], imports=alike))
    written = [one["name"] for one in json.loads(text)["resources"]]
    assert written == ["orders", "orders-2", "all-orders", "all-orders-2", "orders-3"]
    assert imported(text) == {
        ("ConfiguredTable", name): str(number) for number, name in enumerate((*names[:4], "orders-3"))
    }


def test_the_room_that_comes_back_checks_as_the_declared_one(
    rooms: tuple[CleanRoom, dict[str, PulledRoom]],
) -> None:
    room, pulled = rooms
    document = from_yaml(room_yaml(pulled[BRAND]))
    assert document["region"] == room.region
    assert {member["account_id"] for member in document["memberships"]} == set(room.members)
