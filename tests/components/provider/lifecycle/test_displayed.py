"""What a diff shows is true: at each of its paths, what was there before and what is there now."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.provider.configuration import Configuration
from components.provider.lifecycle.diff import Comparison, changes_of
from components.provider.lifecycle.displayed import displayed
from components.provider.values import shown
from components.resources.resource_type import ResourceType
from tests.pulumi_engine.made import TYPES

TABLE, RULE, ROOM = TYPES["ConfiguredTable"], TYPES["ConfiguredTableAnalysisRule"], TYPES["Collaboration"]
ABSENT = object()


def lines(kind: ResourceType, old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    """Each line of a diff, with `!` where it replaces."""
    found = displayed(changes_of(Comparison(kind, old, old, new), Configuration()))
    return {shown(each.difference.path): each.difference.change.value + "!" * each.replaces for each in found}


def ruled(*constraints: tuple[str, int]) -> dict[str, Any]:
    named = [{"columnName": column, "minimum": least, "type": "COUNT_DISTINCT"} for column, least in constraints]
    return {"analysisRulePolicy": {"v1": {"aggregation": {"outputConstraints": named}}}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a"], ["b"], {"[0]": "updated"}),
        (["a", "b"], ["b", "a"], {}),
        (["a", "b"], ["b"], {"[0]": "removed"}),
        (["a", "b"], ["a", "c"], {"[1]": "updated"}),
        (["a"], ["b", "a"], {"[0]": "added"}),
        (["a", "b"], ["b", "c"], {"[0]": "removed", "[1]": "added"}),
    ],
)
def test_one_that_comes_hides_none_that_goes(before: list[str], after: list[str], expected: dict[str, str]) -> None:
    found = lines(TABLE, {"allowedColumns": before}, {"allowedColumns": after})
    assert found == {f"allowedColumns{place}": change for place, change in expected.items()}


def test_a_changed_item_with_another_place_is_shown_with_the_whole_list() -> None:
    place = "analysisRulePolicy.v1.aggregation.outputConstraints"
    before = ruled(("household_id", 25), ("basket_id", 10))
    assert lines(RULE, before, ruled(("basket_id", 2), ("household_id", 25))) == {place: "updated"}
    assert lines(RULE, before, ruled(("basket_id", 10), ("household_id", 25))) == {}
    assert lines(RULE, before, ruled(("household_id", 2), ("basket_id", 10))) == {f"{place}[0].minimum": "updated"}
    assert lines(RULE, before, ruled(("basket_id", 2), ("week", 3))) == {place: "updated"}


def test_what_replaces_within_a_moved_item_replaces() -> None:
    members: list[dict[str, Any]] = [
        {"accountId": account, "displayName": account, "memberAbilities": []} for account in ("1", "2")
    ]
    renamed = [{**members[1], "displayName": "other"}, members[0]]
    assert lines(ROOM, {"members": members}, {"members": renamed}) == {"members": "updated!"}


@given(*[st.lists(st.sampled_from("abcde"), unique=True, max_size=4)] * 2)
def test_every_line_is_true_and_nothing_is_missing(before: list[str], after: list[str]) -> None:
    told = {"added": set[str](), "removed": set[str]()}
    for path, change in lines(TABLE, {"allowedColumns": before}, {"allowedColumns": after}).items():
        place = int(path.removeprefix("allowedColumns[").removesuffix("]"))
        if change != "added":
            told["removed"].add(before[place])
        if change != "removed":
            told["added"].add(after[place])
    assert told == {"added": set(after) - set(before), "removed": set(before) - set(after)}
