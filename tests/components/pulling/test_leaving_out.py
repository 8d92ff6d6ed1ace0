"""A live collaboration that no room can declare is pulled all the same, without what makes it so; the head tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from pydantic import ValidationError

from components.pulling import PulledRoom, pull, room_yaml
from components.pulling.documents import Document, plain
from components.pulling.leaving_out import declarable
from declarations.loading import load_room
from simulator.api.preloading import BuiltMember, build_room
from simulator.api.server import local_endpoint

REACH = load_room(Path(__file__).parents[3] / "examples" / "complete_journey" / "reach").room
RETAILER, BRAND = "111111111111", "222222222222"


class Live:
    """The built room, as its members reach it."""

    def __init__(self, url: str) -> None:
        self.url, self.built = url, build_room(url, REACH, None)

    def member(self, account: str) -> BuiltMember:
        return self.built.members[account]

    def client(self, account: str, service: str = "cleanrooms") -> Any:  # noqa: ANN401 - boto3's clients have no types
        member = self.member(account)
        keys = {"aws_access_key_id": member.access_key, "aws_secret_access_key": member.secret_key}
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", **keys)

    def pulled(self, account: str) -> PulledRoom:
        return pull(self.client(account), self.member(account).membership_id)

    def withdraw_rules(self, account: str) -> None:
        """Delete the rules of the account's configured tables, and keep those of its associations."""
        client = self.client(account)
        for table in client.list_configured_tables()["configuredTableSummaries"]:
            for kind in table["analysisRuleTypes"]:
                client.delete_configured_table_analysis_rule(
                    configuredTableIdentifier=table["id"], analysisRuleType=kind
                )


@pytest.fixture
def live() -> Iterator[Live]:
    with local_endpoint() as url:
        yield Live(url)


def test_a_rule_of_an_association_whose_table_has_none_yet(live: Live, tmp_path: Path) -> None:
    live.withdraw_rules(RETAILER)
    seen = live.pulled(RETAILER)
    mine = seen.room.membership(RETAILER)
    assert mine is not None
    assert not any(table.analysis_rule for table in mine.configured_tables)
    assert not any(association.analysis_rule for association in mine.configured_table_associations)
    declared = REACH.membership(RETAILER)
    assert declared is not None
    rules = {one.name: one.analysis_rule for one in declared.configured_table_associations if one.analysis_rule}
    assert seen.left_out == tuple(
        f"the collaboration analysis rule of {name!r}: the association has a rule of type {rule.rule_type}, "
        "its configured table none"
        for name, rule in rules.items()
    )
    assert seen.left_out
    text = " ".join(line.removeprefix("#").strip() for line in room_yaml(seen).splitlines())
    assert f"Left out, as a room cannot declare it: {seen.left_out[0]}." in text
    file = tmp_path / "room.yaml"
    file.write_text(room_yaml(seen))
    assert load_room(file).room == seen.room
    assert live.pulled(BRAND).left_out == ()  # the service shows partners no rule of such a table


def test_columns_that_no_catalogue_knows(live: Live) -> None:
    glue = live.client(RETAILER, "glue")
    for database in glue.get_databases()["DatabaseList"]:
        for table in glue.get_tables(DatabaseName=database["Name"])["TableList"]:
            glue.delete_table(DatabaseName=database["Name"], Name=table["Name"])
    for account in (RETAILER, BRAND):
        seen = live.pulled(account)
        theirs = seen.room.membership(RETAILER)
        assert theirs is not None
        assert theirs.configured_tables
        assert all(table.columns is None for table in theirs.configured_tables)
        assert all(table.rule for table in theirs.configured_tables)
        table = theirs.configured_tables[0].name
        words = f"the types of the columns of the configured table {table!r}: 'unknown' is not a column type"
        assert any(one.startswith(words) for one in seen.left_out)


def _document() -> Document:
    return plain(REACH)


def test_two_rules_that_do_not_fit_are_left_out_both() -> None:
    document = _document()
    association = next(
        one
        for membership in document["memberships"]
        for one in membership.get("configured_table_associations", ())
        if "analysis_rule" in one
    )
    ((kind, rule),) = association["analysis_rule"].items()
    association["analysis_rule"] = {"list" if kind != "list" else "custom": rule}
    room, left_out = declarable(document)
    found = next(table for table in room.associated_tables() if table.association.name == association["name"])
    assert found.association.analysis_rule is None
    assert found.table.analysis_rule is None
    assert f"without that of {association['name']!r} it would allow more" in left_out[1]


def test_a_room_that_is_looser_without_it_is_not_pulled() -> None:
    document = _document()
    document["memberships"][0]["configured_tables"][0]["allowed_columns"] = []
    with pytest.raises(ValidationError):
        declarable(document)


def test_a_whole_room_stays_as_it_is() -> None:
    assert declarable(_document()) == (REACH, ())
