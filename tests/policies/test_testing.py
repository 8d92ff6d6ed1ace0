"""Own policies are tested on one declaration."""

from __future__ import annotations

import pytest

from declarations.clean_room import RoomCollaboration
from declarations.configured_table import ConfiguredTable
from policies.collaboration.unlogged_queries import POLICY
from policies.configured_table import low_minimum
from policies.testing import ask


def test_a_policy_is_asked_about_the_members_that_are_given() -> None:
    assert ask(POLICY, RoomCollaboration, {"query_log_status": "ENABLED"}) == ()
    assert len(ask(POLICY, RoomCollaboration, {"query_log_status": "DISABLED"})) == 1


def test_a_member_that_is_missing_is_told() -> None:
    with pytest.raises(AssertionError, match="'query_log_status' of this RoomCollaboration is not known yet"):
        ask(POLICY, RoomCollaboration, {})


def test_with_the_company_s_numbers() -> None:
    constraint = {"column_name": "id", "minimum": 20, "type": "COUNT_DISTINCT"}
    rule = {
        "aggregate_columns": [{"column_names": ["id"], "function": "COUNT"}],
        "join_columns": ["id"],
        "dimension_columns": [],
        "scalar_functions": [],
        "output_constraints": [constraint],
    }
    members = {"columns": {"id": {"type": "string", "pii": "email"}}, "analysis_rule": {"aggregation": rule}}
    assert ask(low_minimum.POLICY, ConfiguredTable, members) == ()
    assert len(ask(low_minimum.POLICY, ConfiguredTable, members, low_minimum.Minimum(minimum=30))) == 1
