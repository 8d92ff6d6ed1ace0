"""What a stack holds in part, or names oddly: nothing is lost, nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from declarations.base import UnknownValueError
from declarations.collaboration import Collaboration
from declarations.configured_table import ConfiguredTable
from declarations.privacy_budget import PrivacyBudgetTemplate
from declarations.unknown import UNKNOWN
from policies.reading.resource import Resource
from policies.reading.shaping import members_of, tolerant
from policies.reading.spellings import piece
from policies.reading.stack import StackReading, read_stack
from tests.policies.cases import TODAY

RULE = {"v1": {"list": {"joinColumns": ["id"], "listColumns": ["week"]}}}


def made(word: str, name: str, properties: Mapping[str, Any], **made_from: str) -> Resource:
    dependencies = {key: frozenset({urn}) for key, urn in made_from.items()}
    return Resource(f"cleanrooms:index:{word}", name, name, properties, dependencies)


def read(*resources: Resource) -> StackReading:
    return read_stack(resources, TODAY)


def names(reading: StackReading) -> Sequence[str]:
    return [room.name for room in reading.estate.rooms]


def test_a_rule_without_its_table_is_judged_by_itself() -> None:
    rule = {"configuredTableIdentifier": "elsewhere", "analysisRuleType": "LIST", "analysisRulePolicy": RULE}
    reading = read(made("ConfiguredTableAnalysisRule", "rule", rule))
    [member] = reading.estate.rooms[0].room.memberships
    [table] = member.configured_tables
    assert table.analysis_rule is not None
    assert table.analysis_rule.kind == "list"
    with pytest.raises(UnknownValueError):
        _ = table.columns
    path = ("memberships", 0, "configured_tables", 0, "analysis_rule", "list")
    assert (reading.urn("stack", path), reading.urn("stack", ())) == ("rule", None)
    assert reading.elsewhere == {"stack/collaboration", "stack/0"}


def test_a_table_that_nobody_associates_is_in_the_only_share() -> None:
    table = made("ConfiguredTable", "table", {"name": "orders"})
    membership = made("Membership", "own", {"collaborationIdentifier": "abc"})
    assert names(read(table, membership)) == ["abc"]
    other = made("Membership", "other", {"collaborationIdentifier": "def"})
    assert names(read(table, membership, other)) == ["abc", "def", "stack"]


def test_rooms_of_one_name_are_told_apart() -> None:
    rooms = [made("Collaboration", name, {"name": "reach"}) for name in ("a", "b", "c")]
    assert names(read(*rooms)) == ["reach", "reach (2)", "reach (3)"]


def test_a_room_without_a_name_has_that_of_its_resource() -> None:
    assert names(read(made("Collaboration", "mine", {"name": UNKNOWN}))) == ["mine"]
    named = {"collaborationName": "reach", "collaborationIdentifier": "abc"}
    assert names(read(made("Membership", "own", named))) == ["reach"]
    assert names(read(made("Membership", "own", {"collaborationIdentifier": UNKNOWN}))) == ["own"]


def test_two_memberships_of_one_collaboration_elsewhere_are_one_room() -> None:
    one, two = (made("Membership", name, {"collaborationIdentifier": "abc"}) for name in ("one", "two"))
    [room] = read(one, two).estate.rooms
    assert len(room.room.memberships) == 2
    unknown = [made("Membership", name, {"collaborationIdentifier": UNKNOWN}) for name in ("one", "two")]
    assert len(read(*unknown).estate.rooms) == 2


def test_what_was_made_from_two_memberships_belongs_to_neither() -> None:
    memberships = [made("Membership", name, {"membershipIdentifier": UNKNOWN}) for name in ("one", "two")]
    template = Resource(
        "cleanrooms:index:AnalysisTemplate",
        "template",
        "template",
        {"name": "t", "membershipIdentifier": UNKNOWN},
        {"membershipIdentifier": frozenset({"one", "two"})},
    )
    held = [
        (room.name, len(member.analysis_templates))
        for room in read(*memberships, template).estate.rooms
        for member in room.room.memberships
    ]
    assert held == [("one", 0), ("two", 0), ("stack", 1)]


def test_what_is_no_part_of_a_room_is_left_alone() -> None:
    assert piece(made("TrainingDataset", "x", {})) is None
    assert piece(Resource("aws:s3/bucket:Bucket", "x", "x", {})) is None
    assert read(made("TrainingDataset", "x", {})).estate.rooms == ()


def test_a_native_budget_of_a_kind_that_is_not_known() -> None:
    kind = "aws-native:cleanrooms:PrivacyBudgetTemplate"
    for properties in ({"parameters": UNKNOWN}, {"parameters": {"epsilon": 3}, "privacyBudgetType": UNKNOWN}):
        found = piece(Resource(kind, "b", "b", properties))
        assert found is not None
        assert found.members["parameters"] is UNKNOWN


def test_what_is_not_allowed_is_set_aside_and_told() -> None:
    glue = {"glue": {"databaseName": "lake", "tableName": "orders"}}
    properties = {"name": "orders", "tableReference": glue, "allowedColumns": ["id"], "analysisMethod": "GUESSING"}
    table, wrong = tolerant(ConfiguredTable, members_of(ConfiguredTable, properties))
    assert list(wrong) == ["analysis_method"]
    assert table.allowed_columns == ("id",)
    with pytest.raises(UnknownValueError):
        _ = table.analysis_method


def test_what_does_not_fit_together_is_set_aside() -> None:
    glue = {"glue": {"databaseName": "lake", "tableName": "orders"}}
    properties = {"name": "o", "tableReference": glue, "allowedColumns": ["id", "id"], "analysisMethod": "DIRECT_QUERY"}
    table, wrong = tolerant(ConfiguredTable, members_of(ConfiguredTable, properties))
    assert wrong == {"allowed_columns": "allowedColumns names 'id' more than once"}
    with pytest.raises(UnknownValueError):
        _ = table.allowed_columns
    epsilon = {"differentialPrivacy": {"epsilon": 3, "usersNoisePerQuery": 30}}
    stated = {"privacyBudgetType": "ACCESS_BUDGET", "parameters": epsilon}
    budget, wrong = tolerant(PrivacyBudgetTemplate, members_of(PrivacyBudgetTemplate, stated))
    assert list(wrong) == ["parameters"]
    assert budget.privacy_budget_type == "ACCESS_BUDGET"


def test_tags_as_lists() -> None:
    assert members_of(Collaboration, {"tags": [{"key": "a", "value": "b"}]})["tags"] == {"a": "b"}
    assert members_of(Collaboration, {"tags": [{"key": UNKNOWN}]})["tags"] is UNKNOWN
    assert members_of(Collaboration, UNKNOWN) is UNKNOWN
