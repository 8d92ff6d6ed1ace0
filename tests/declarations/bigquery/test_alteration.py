"""What altering a view's policy may change, what it costs, and what loosens it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from declarations.bigquery.alteration import forbidden_changes, loosened, resets_budget
from declarations.bigquery.privacy_policy import JoinCondition, JoinRestrictionPolicy, PrivacyPolicy
from tests.declarations.bigquery.policies import JOIN, PRIVATE, THRESHOLD, policy

AGG, DP, LIST = policy(threshold=THRESHOLD), policy(private=PRIVATE), policy(join=JOIN)
BOTH = policy(threshold=THRESHOLD, join=JOIN)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (AGG, DP, "cannot be altered to differential_privacy_policy"),
        (DP, AGG, "cannot be altered to aggregation_threshold_policy"),
        (LIST, AGG, "a view under join_restriction_policy cannot be altered to aggregation_threshold_policy"),
        (BOTH, policy(threshold={**THRESHOLD, "threshold": 4}, join=JOIN), "cannot be changed once it is combined"),
        (BOTH, policy(threshold={**THRESHOLD, "threshold": 2}), "cannot be changed once it is combined"),
        (BOTH, AGG, "join_restriction_policy cannot be taken off aggregation_threshold_policy"),
        (policy(private=PRIVATE, join=JOIN), DP, "cannot be taken off differential_privacy_policy"),
    ],
)
def test_forbidden(old: PrivacyPolicy, new: PrivacyPolicy, message: str) -> None:
    assert [message in problem.message for problem in forbidden_changes(old, new)] == [True]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, DP),
        (AGG, policy(threshold={**THRESHOLD, "threshold": 2})),
        (AGG, BOTH),
        (BOTH, BOTH),
        (BOTH, policy(threshold=THRESHOLD, join={**JOIN, "join_condition": "JOIN_ALL"})),
        (LIST, policy(join={**JOIN, "join_condition": "JOIN_ALL"})),
    ],
)
def test_not_forbidden(old: PrivacyPolicy | None, new: PrivacyPolicy) -> None:
    assert list(forbidden_changes(old, new)) == []


def test_every_update_of_differential_privacy_resets_its_budgets() -> None:
    assert resets_budget(DP, DP)
    assert not resets_budget(None, DP)
    assert not resets_budget(AGG, AGG)


def _join(condition: str, *columns: str) -> dict[str, Any]:
    return {"join_condition": condition} | ({"join_allowed_columns": list(columns)} if columns else {})


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (None, AGG, []),
        (AGG, AGG, []),
        (AGG, None, ["aggregation_threshold_policy would no longer hold"]),
        (AGG, policy(threshold={**THRESHOLD, "threshold": 2}), ["the threshold falls from 3 to 2"]),
        (AGG, policy(threshold={**THRESHOLD, "threshold": 4}), []),
        (
            AGG,
            policy(threshold={**THRESHOLD, "privacy_unit_column": "id"}),
            ["the privacy unit changes: 'last_name' becomes 'id'"],
        ),
        (AGG, policy(threshold={**THRESHOLD, "privacy_unit_column": "LAST_NAME"}), []),
        (DP, policy(private={**PRIVATE, "epsilon_budget": 26}), ["epsilon_budget rises from 25.6 to 26"]),
        (DP, policy(private={**PRIVATE, "epsilon_budget": 25}), []),
        (DP, policy(private={**PRIVATE, "max_groups_contributed": 3}), ["max_groups_contributed rises from 2 to 3"]),
        (
            DP,
            policy(private={**PRIVATE, "max_groups_contributed": None}),
            ["max_groups_contributed rises from 2 to no limit"],
        ),
        (policy(private={**PRIVATE, "max_groups_contributed": None}), DP, []),
        (
            DP,
            policy(private={**PRIVATE, "max_groups_contributed": 0}),
            ["max_groups_contributed becomes 0, whose meaning is not published"],
        ),
        (
            policy(private={**PRIVATE, "max_groups_contributed": 0}),
            DP,
            ["max_groups_contributed rises from 0 to 2"],
        ),
        (BOTH, AGG, ["the join restriction JOIN_ANY ['test_id', 'test_score'] becomes none"]),
        (LIST, policy(join=_join("JOIN_ANY", "test_id")), []),
        (LIST, policy(join=_join("JOIN_ALL", "test_id")), []),
        (
            LIST,
            policy(join=_join("JOIN_ANY", "test_id", "x")),
            ["the join restriction JOIN_ANY ['test_id', 'test_score'] becomes JOIN_ANY ['test_id', 'x']"],
        ),
        (policy(join=_join("JOIN_ALL", "a", "b")), policy(join=_join("JOIN_ALL", "a", "b", "c")), []),
        (
            policy(join=_join("JOIN_ALL", "a", "b")),
            policy(join=_join("JOIN_ALL", "a")),
            ["the join restriction JOIN_ALL ['a', 'b'] becomes JOIN_ALL ['a']"],
        ),
        (
            policy(threshold=THRESHOLD, join=_join("JOIN_NOT_REQUIRED", "a")),
            policy(threshold=THRESHOLD, join=_join("JOIN_BLOCKED")),
            [],
        ),
        (
            policy(threshold=THRESHOLD, join=_join("JOIN_NOT_REQUIRED", "a")),
            policy(threshold=THRESHOLD, join=_join("JOIN_NOT_REQUIRED", "a", "b")),
            ["the join restriction JOIN_NOT_REQUIRED ['a'] becomes JOIN_NOT_REQUIRED ['a', 'b']"],
        ),
        (
            policy(threshold=THRESHOLD, join=_join("JOIN_BLOCKED")),
            policy(threshold=THRESHOLD, join=_join("JOIN_ANY", "a")),
            ["the join restriction JOIN_BLOCKED [] becomes JOIN_ANY ['a']"],
        ),
    ],
)
def test_loosened(old: PrivacyPolicy | None, new: PrivacyPolicy | None, messages: list[str]) -> None:
    assert [problem.message for problem in loosened(old, new)] == messages


Joined = frozenset[str] | None
"""The columns that a query joins a view on; None when it does not join it."""

COLUMNS = [frozenset(chosen) for size in range(4) for chosen in itertools.combinations("abc", size)]
QUERIES: list[Joined] = [None, *COLUMNS]


def _takes(join: JoinRestrictionPolicy, joined: Joined) -> bool:
    """Tell whether a query may join so: the table of the page on join restrictions, once more."""
    columns = set(join.columns)
    match join.join_condition:
        case JoinCondition.JOIN_ANY:
            return bool(columns & (joined or set()))
        case JoinCondition.JOIN_ALL:
            return columns <= (joined or set())
        case JoinCondition.JOIN_NOT_REQUIRED:
            return bool(columns) and (joined is None or (bool(joined) and joined <= columns))
        case JoinCondition.JOIN_BLOCKED:
            return joined is None


def _restrictions() -> Iterator[PrivacyPolicy]:
    for columns in COLUMNS:
        yield policy(threshold=THRESHOLD, join=_join("JOIN_NOT_REQUIRED", *sorted(columns)))
        if columns:
            yield policy(threshold=THRESHOLD, join=_join("JOIN_ANY", *sorted(columns)))
            yield policy(threshold=THRESHOLD, join=_join("JOIN_ALL", *sorted(columns)))
    yield policy(threshold=THRESHOLD, join=_join("JOIN_BLOCKED"))


def test_no_query_that_was_refused_is_taken_unless_it_is_told() -> None:
    """Every join restriction over three columns against every other, with every way to join."""
    opening = 0
    for old, new in itertools.product(_restrictions(), repeat=2):
        before, after = old.join_restriction_policy, new.join_restriction_policy
        assert before is not None
        assert after is not None
        opened = [query for query in QUERIES if _takes(after, query) and not _takes(before, query)]
        assert not opened or list(loosened(old, new)), (before, after, opened)
        opening += bool(opened)
    assert opening > 100
