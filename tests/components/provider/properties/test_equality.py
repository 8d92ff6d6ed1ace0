"""When values mean the same: for every type, what a service shows again is no difference, and anything else is one."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.provider.properties.differences import differences
from components.provider.properties.reconciled import reconciled
from components.provider.values import pattern, shown
from components.resources.collaboration import COLLABORATION
from components.resources.resource_type import ResourceType
from declarations.unknown import UNKNOWN
from tests.pulumi_engine.declared import Declared, read
from tests.pulumi_engine.made import TYPES

CASES = read(Path(__file__).parents[3] / "cases" / "provider" / "every_type.yaml")
NAMES = [case.name for case in CASES]


def paths(kind: ResourceType, old: dict[str, Any], new: dict[str, Any], **more: Any) -> list[str]:
    return sorted(shown(each.path) for each in differences(kind, old, new, **more))


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_what_was_stated_is_found_again(case: Declared) -> None:
    kind = TYPES[case.type]
    live = {name: value for name, value in case.properties.items() if name not in kind.write_only}
    assert reconciled(kind, case.properties, live) == case.properties
    assert paths(kind, reconciled(kind, {}, live), case.properties, shown=live) == sorted(kind.write_only)


def test_a_part_that_nobody_pays_for_need_not_be_stated() -> None:
    payment = {"queryCompute": {"isResponsible": True}}
    model = {"modelTraining": {"isResponsible": False}, "modelInference": {"isResponsible": False}}
    whole = {**payment, "jobCompute": {"isResponsible": False}, "machineLearning": model}
    for stated, live in (
        (_paying(members=[_member(payment)]), _paying(members=[_member(whole)])),
        (_paying(creatorPaymentConfiguration=payment), _paying(creatorPaymentConfiguration=whole)),
    ):
        assert reconciled(COLLABORATION, stated, live) == stated
        assert paths(COLLABORATION, stated, live, shown=live) == paths(COLLABORATION, live, stated) == []
    paid = {**whole, "jobCompute": {"isResponsible": True}}
    found = reconciled(COLLABORATION, _paying(members=[_member(payment)]), _paying(members=[_member(paid)]))
    assert found["members"] == [_member({**payment, "jobCompute": {"isResponsible": True}})]


def test_who_refreshes_a_budget_is_not_given_back_silently() -> None:
    kind = TYPES["PrivacyBudgetTemplate"]
    parameter = {"type": "CALENDAR_MONTH", "budget": 5}
    stated = {"parameters": {"accessBudget": {"budgetParameters": [{**parameter, "autoRefresh": "DISABLED"}]}}}
    without = {"parameters": {"accessBudget": {"budgetParameters": [parameter]}}}
    (place,) = paths(kind, stated, without, shown=stated)
    assert place == "parameters.accessBudget.budgetParameters[0].autoRefresh"
    assert paths(kind, without, without, shown=stated) == []


def _paying(**more: Any) -> dict[str, Any]:
    return {
        "name": "room",
        "creatorDisplayName": "Retailer",
        "creatorMemberAbilities": ["CAN_QUERY"],
        "queryLogStatus": "DISABLED",
        "members": [],
        **more,
    }


def _member(payment: dict[str, Any]) -> dict[str, Any]:
    return {"accountId": "222222222222", "displayName": "B", "memberAbilities": [], "paymentConfiguration": payment}


@pytest.mark.parametrize("case", CASES, ids=NAMES)
@given(data=st.data())
def test_the_order_of_sets_means_nothing_and_that_of_lists_does(case: Declared, data: st.DataObject) -> None:
    kind = TYPES[case.type]
    turned = copy.deepcopy(case.properties)
    moved: list[tuple[str | int, ...]] = []
    _turn(turned, (), data, moved)
    changed = {pattern(path) for path in moved} - set(kind.unordered)
    assert {path.partition("[")[0] for path in paths(kind, case.properties, turned)} == {
        path.partition("[")[0] for path in changed
    }


def _turn(value: Any, path: tuple[str | int, ...], data: st.DataObject, moved: list[tuple[str | int, ...]]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _turn(inner, (*path, name), data, moved)
    elif isinstance(value, list) and value:
        before = list(value)
        value[:] = data.draw(st.permutations(before))
        if value != before:
            moved.append(path)
        for index, inner in enumerate(value):
            _turn(inner, (*path, index), data, moved)


def test_a_default_stands_for_absence() -> None:
    assert paths(COLLABORATION, {"name": "a"}, {"name": "a", "description": "", "jobLogStatus": "DISABLED"}) == []
    assert paths(COLLABORATION, {"name": "a", "jobLogStatus": "ENABLED"}, {"name": "a"}) == ["jobLogStatus"]


def test_what_the_service_fills_in_may_be_stated_and_left_out() -> None:
    payment = {"queryCompute": {"isResponsible": True}}
    other = {"queryCompute": {"isResponsible": False}}
    live = {"creatorPaymentConfiguration": payment}
    stated = {"creatorPaymentConfiguration": payment}
    assert reconciled(COLLABORATION, {}, live) == {}
    assert paths(COLLABORATION, {}, stated, shown=live) == []
    assert paths(COLLABORATION, stated, {}, shown=live) == []
    wanted = {"creatorPaymentConfiguration": other}
    assert paths(COLLABORATION, {}, wanted, shown=live) == ["creatorPaymentConfiguration.queryCompute.isResponsible"]


def test_members_are_the_same_by_their_account() -> None:
    first, second = ({"accountId": str(number) * 12, "displayName": "x", "memberAbilities": []} for number in (2, 3))
    renamed = {**second, "displayName": "y"}
    old = {"members": [first, second]}
    assert paths(COLLABORATION, old, {"members": [second, first]}) == []
    assert paths(COLLABORATION, old, {"members": [renamed, first]}) == ["members[0].displayName"]
    assert paths(COLLABORATION, old, {"members": [second]}) == ["members[0]"]


def test_two_items_of_one_key_are_two() -> None:
    def stating(*minimums: int) -> dict[str, Any]:
        constraints = [{"columnName": "h", "type": "COUNT_DISTINCT", "minimum": each} for each in minimums]
        return {"analysisRulePolicy": {"v1": {"aggregation": {"outputConstraints": constraints}}}}

    kind, place = TYPES["ConfiguredTableAnalysisRule"], "analysisRulePolicy.v1.aggregation.outputConstraints"
    assert paths(kind, stating(25), stating(2, 25)) == [f"{place}[0].minimum", f"{place}[1]"]
    assert paths(kind, stating(2, 25), stating(25)) == [f"{place}[0].minimum", f"{place}[1]"]
    assert paths(kind, stating(25, 25), stating(25, 25)) == []
    kept = reconciled(kind, stating(25), stating(2, 25))["analysisRulePolicy"]
    assert kept == stating(2, 25)["analysisRulePolicy"]


def test_the_unknown_differs_from_everything() -> None:
    assert paths(COLLABORATION, {"name": "a"}, {"name": UNKNOWN}) == ["name"]
    assert paths(COLLABORATION, {"members": []}, {"members": UNKNOWN}) == ["members"]


def test_drift_appears_where_it_is() -> None:
    stated = {"name": "a", "queryLogStatus": "ENABLED", "members": [], "creatorMemberAbilities": []}
    live = {**stated, "description": "by hand", "analyticsEngine": "SPARK", "arn": "arn"}
    assert reconciled(COLLABORATION, stated, live) == {**stated, "description": "by hand"}
