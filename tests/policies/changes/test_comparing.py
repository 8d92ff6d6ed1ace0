"""What a change does: one field at a time, from a room that has everything."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations.clean_room import CleanRoom
from declarations.privacy_budget import AccessBudgetParameters, PrivacyBudgetParameters, PrivacyBudgetTemplate
from policies.changes.comparing import Change, compare, digests
from policies.changes.effects import Effect, Nested
from policies.changes.fields import FIELDS, HIGHER, LOWER
from tests.policies.rooms import RUNNER
from tests.yaml_text import from_yaml

EXAMPLE = Path(__file__).parents[3] / "examples" / "complete_journey"
REACH: dict[str, Any] = from_yaml((EXAMPLE / "reach" / "room.yaml").read_text())
LOOSENS, TIGHTENS, LEAVES = Effect.LOOSENS, Effect.TIGHTENS, Effect.LEAVES


def _compared(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[Effect, str, str]]:
    before, after = (CleanRoom.model_validate(_without_files(one)) for one in (old, new))
    return [(one.effect, one.target, one.message) for one in compare("reach", before, after)]


def _without_files(document: dict[str, Any]) -> dict[str, Any]:
    for membership in document["memberships"]:
        for template in membership.get("analysis_templates", []):
            template["source"] = {"text": "SELECT 1"}
    return document


def _table(document: dict[str, Any]) -> dict[str, Any]:
    return dict(document["memberships"][0]["configured_tables"][0])["analysis_rule"]["aggregation"]


@pytest.mark.parametrize(
    ("field", "value", "loosens"),
    [
        ("dimension_columns", [], False),
        ("scalar_functions", [], False),
        ("join_required", None, True),
    ],
)
def test_a_list_or_a_choice_of_a_rule(field: str, value: object, *, loosens: bool) -> None:
    old, new = deepcopy(REACH), deepcopy(REACH)
    if field == "join_required":
        _table(old)[field] = "QUERY_RUNNER"
    _table(new)[field] = value
    [(effect, target, _)] = _compared(old, new)
    assert effect is (LOOSENS if loosens else TIGHTENS)
    assert target.endswith(f"/analysis_rule/aggregation/{field}")
    [(back, _, _)] = _compared(new, old)
    assert back is not effect


def test_a_minimum() -> None:
    old, new = deepcopy(REACH), deepcopy(REACH)
    _table(new)["output_constraints"][0]["minimum"] = 3
    [(effect, _, message)] = _compared(old, new)
    assert (effect, message) == (LOOSENS, "was 25, is 3")
    assert [one[0] for one in _compared(new, old)] == [TIGHTENS]


def _collaboration(**changes: object) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = deepcopy(REACH), deepcopy(REACH)
    new["collaboration"] |= changes
    return old, new


@pytest.mark.parametrize(
    ("changes", "effect", "message"),
    [
        ({"query_log_status": "DISABLED"}, LOOSENS, 'was "ENABLED", is "DISABLED"'),
        ({"description": "other words"}, LEAVES, None),
        ({"auto_approved_change_request_types": ["ADD_MEMBER"]}, LOOSENS, 'gains "ADD_MEMBER"'),
        ({"allowed_result_regions": ["us-east-1"]}, TIGHTENS, 'was absent, is ["us-east-1"]'),
    ],
)
def test_the_collaboration(changes: dict[str, object], effect: Effect, message: str | None) -> None:
    [(found, _, told)] = _compared(*_collaboration(**changes))
    assert found is effect
    assert message in {None, told}


def test_a_limit_of_regions_that_goes_and_a_log_that_may_be_off() -> None:
    old, new = _collaboration(allowed_result_regions=["us-east-1"])
    assert [one[0] for one in _compared(new, old)] == [LOOSENS]
    old, new = _collaboration(job_log_status="ENABLED")
    assert [one[0] for one in _compared(old, new)] == [LOOSENS]  # absent stands in no order: somebody has to look


def test_members_and_tables_come_and_go() -> None:
    old, new = deepcopy(REACH), deepcopy(REACH)
    new["memberships"] = [one for one in new["memberships"] if one["account_id"] == RUNNER]
    assert [one for one in _compared(old, new) if one[0] is LOOSENS] == []
    assert (LOOSENS, "reach/memberships/111111111111", "is new") in _compared(new, old)


def test_a_room_comes_or_goes() -> None:
    room = CleanRoom.model_validate(_without_files(deepcopy(REACH)))
    assert compare("reach", None, room) == (Change(LOOSENS, "reach", "is new"),)
    assert compare("reach", room, None) == (Change(TIGHTENS, "reach", "is gone"),)


def test_a_classification_that_is_taken_away() -> None:
    old, new = deepcopy(REACH), deepcopy(REACH)
    columns = new["memberships"][0]["configured_tables"][0]["columns"]
    name = next(name for name, column in columns.items() if isinstance(column, dict) and column.get("pii"))
    del columns[name]["pii"]
    [(effect, target, message)] = _compared(old, new)
    assert effect is LOOSENS
    assert target.endswith(f"/columns/{name}/pii")
    assert message.endswith("is absent")


def test_numbers_that_protect_and_limits_that_appear() -> None:
    document = from_yaml((EXAMPLE / "measurement" / "room.yaml").read_text())
    old, new = deepcopy(document), deepcopy(document)
    privacy = new["memberships"][0]["privacy_budget_templates"][0]["parameters"]["differential_privacy"]
    privacy |= {"epsilon": 20, "users_noise_per_query": 10}
    assert [one[0] for one in _compared(old, new)] == [LOOSENS, LOOSENS]
    assert [one[0] for one in _compared(new, old)] == [TIGHTENS, TIGHTENS]


def test_columns_that_may_not_leave() -> None:
    document = from_yaml((EXAMPLE / "measurement" / "room.yaml").read_text())
    tables = [table for one in document["memberships"] for table in one.get("configured_tables", [])]
    rule = next(
        table["analysis_rule"]["custom"]
        for table in tables
        if table["analysis_rule"]["custom"].get("disallowed_output_columns")
    )
    old = deepcopy(document)
    rule["disallowed_output_columns"] = []
    assert [one[0] for one in _compared(old, document)] == [LOOSENS]
    assert [one[0] for one in _compared(document, old)] == [TIGHTENS]


@given(st.permutations(REACH["memberships"][0]["configured_tables"]))
@settings(deadline=None)  # rooms are read twice; a busy machine takes its time
def test_order_is_no_change(tables: list[dict[str, Any]]) -> None:
    new = deepcopy(REACH)
    new["memberships"][0]["configured_tables"] = deepcopy(tables)
    assert _compared(deepcopy(REACH), new) == []


def test_digests_are_of_what_differs_and_of_what_loosens_in_any_order() -> None:
    one, two = Change(LOOSENS, "a", "b"), Change(LOOSENS, "c", "d")
    old, new = {"x": 1, "alike": [1]}, {"x": 2, "alike": [1]}
    both = digests(old, new, (one, two))
    assert digests({"x": 1}, {"x": 2}, (two, Change(TIGHTENS, "e", "f"), one)) == both
    assert both[0] != both[1]
    others = [
        digests({**old, "x": 3}, new, (one, two)),
        digests(old, {**new, "x": 3}, (one, two)),
        digests(old, {**new, "y": None}, (one, two)),
        digests(old, {**new, "y": 1}, (one, two)),
        digests(old, new, (one,)),
        digests(old, new, ()),
        digests(old, new, (one, Change(LOOSENS, "c", "x"))),
    ]
    assert len({both, *others}) == 7  # what is null is as if it was not there


def test_other_rows_may_be_anything() -> None:
    old, new = deepcopy(REACH), deepcopy(REACH)
    new["memberships"][0]["configured_tables"][0]["table_reference"]["glue"]["table_name"] = "others"
    [(effect, _, message)] = _compared(old, new)
    assert effect is LOOSENS
    assert '"table_name": "others"' in message


def test_a_number_that_is_absent_stands_in_no_order() -> None:
    assert {HIGHER.effect(None, 3), HIGHER.effect(3, None), LOWER.effect(None, 3)} == {LOOSENS}


def test_budgets_are_told_apart_by_what_they_limit() -> None:
    arn = "arn:aws:cleanrooms:us-east-1:111111111111:membership/m/configuredtableassociation/c"
    limit = AccessBudgetParameters.model_construct(budget_parameters=(), resource_arn=arn)
    parameters = PrivacyBudgetParameters.model_construct(differential_privacy=None, access_budget=limit)
    template = PrivacyBudgetTemplate.model_construct(privacy_budget_type="ACCESS_BUDGET", parameters=parameters)
    key = FIELDS["RoomMembership"]["privacy_budget_templates"]
    assert isinstance(key, Nested)
    assert key.key
    assert key.key(template) == f"ACCESS_BUDGET:{arn}"


def test_functions_of_columns_are_compared_one_by_one() -> None:
    old, new = deepcopy(REACH), deepcopy(REACH)
    _table(new)["aggregate_columns"] = [
        {"column_names": [name], "function": one["function"]}
        for one in _table(new)["aggregate_columns"]
        for name in one["column_names"]
    ]
    assert _compared(old, new) == []
