"""Values that are not known yet are refused to whoever reads them, and everything else is as always."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from declarations.base import UnknownValueError
from declarations.collaboration import Collaboration
from declarations.configured_table import ConfiguredTable
from declarations.unknown import UNKNOWN, partly_known

ROOM: dict[str, Any] = {
    "name": "reach",
    "creatorMemberAbilities": [],
    "creatorDisplayName": "Retailer",
    "members": [{"accountId": "222222222222", "memberAbilities": ["CAN_QUERY"], "displayName": "Brand"}],
    "queryLogStatus": "ENABLED",
}
TABLE: dict[str, Any] = {
    "name": "orders",
    "table_reference": {"glue": {"database_name": "sales", "table_name": "orders"}},
    "allowed_columns": ["id"],
    "analysis_method": "DIRECT_QUERY",
}


def test_what_is_known_is_read_as_always() -> None:
    assert partly_known(Collaboration, ROOM) == Collaboration.model_validate(ROOM)
    with pytest.raises(ValidationError):
        partly_known(Collaboration, ROOM | {"queryLogStatus": "MAYBE"})
    with pytest.raises(ValidationError):
        partly_known(Collaboration, ROOM | {"queryLogStatus": "MAYBE", "name": UNKNOWN})


@given(st.sampled_from([name for name in ROOM if name != "members"]))
def test_an_unknown_member_raises_and_the_others_stay(name: str) -> None:
    room = partly_known(Collaboration, ROOM | {name: UNKNOWN})
    full = Collaboration.model_validate(ROOM)
    for field, info in Collaboration.model_fields.items():
        if info.alias == name:
            with pytest.raises(UnknownValueError, match=f"'{field}' of this Collaboration is not known yet"):
                getattr(room, field)
        else:
            assert getattr(room, field) == getattr(full, field)


def test_an_unknown_member_of_a_list_of_parts() -> None:
    room = partly_known(Collaboration, ROOM | {"members": [ROOM["members"][0] | {"accountId": UNKNOWN}]})
    assert room.members[0].display_name == "Brand"
    with pytest.raises(UnknownValueError):
        _ = room.members[0].account_id


@pytest.mark.parametrize("members", [UNKNOWN, [UNKNOWN], [ROOM["members"][0], UNKNOWN]])
def test_a_list_of_unknown_length_or_parts_is_unknown(members: object) -> None:
    room = partly_known(Collaboration, ROOM | {"members": members})
    with pytest.raises(UnknownValueError):
        _ = room.members


@pytest.mark.parametrize(
    ("member", "value", "unknown"),
    [
        ("allowed_columns", ["id", UNKNOWN], "allowed_columns"),
        ("tags", {"team": UNKNOWN}, "tags"),
        ("columns", {"id": {"type": UNKNOWN}}, "columns"),
    ],
)
def test_plain_lists_and_mappings_are_known_whole_or_not_at_all(member: str, value: object, unknown: str) -> None:
    table = partly_known(ConfiguredTable, TABLE | {member: value})
    assert table.name == "orders"
    with pytest.raises(UnknownValueError):
        getattr(table, unknown)


def test_an_optional_part_is_read_in_part() -> None:
    rule = {"aggregation": {"aggregate_columns": UNKNOWN, "join_columns": ["id"]}}
    table = partly_known(ConfiguredTable, TABLE | {"analysis_rule": rule})
    assert table.analysis_rule is not None
    assert table.analysis_rule.aggregation is not None
    assert table.analysis_rule.aggregation.join_columns == ("id",)
    with pytest.raises(UnknownValueError):
        _ = table.analysis_rule.aggregation.aggregate_columns
    with pytest.raises(UnknownValueError, match="'dimension_columns'"):  # required, and not there yet
        _ = table.analysis_rule.aggregation.dimension_columns


def test_other_names_are_no_fields() -> None:
    with pytest.raises(AttributeError):
        _ = partly_known(Collaboration, ROOM).nonsense  # type: ignore[attr-defined]
