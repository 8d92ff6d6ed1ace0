"""What is done with a view, what that changes, and what of it is forbidden or loosens."""

from __future__ import annotations

from typing import Any

import pytest

from declarations.bigquery.privacy_policy import PrivacyPolicy
from declarations.bigquery.rest import RemainingBudget
from declarations.bigquery.room import BigQueryView
from declarations.bigquery.view_updates import Action, ViewState, ViewUpdate, view_update
from tests.declarations.bigquery.policies import JOIN, PRIVATE, THRESHOLD, policy

QUERY = "SELECT * FROM ds.Exams"
AGG, DP, LIST = policy(threshold=THRESHOLD), policy(private=PRIVATE), policy(join=JOIN)
HIGHER = policy(threshold={**THRESHOLD, "threshold": 4})
LOWER = policy(threshold={**THRESHOLD, "threshold": 2})
CHEAPER = policy(private={**PRIVATE, "max_epsilon_per_query": 1})


def _view(new: PrivacyPolicy | None, **parts: Any) -> BigQueryView:  # noqa: ANN401 - fields of a view
    return BigQueryView(**{"name": "ds.V", "query": QUERY, "privacy_policy": new} | parts)


def _update(old: ViewState | None, new: PrivacyPolicy | None, **parts: Any) -> ViewUpdate:  # noqa: ANN401 - as above
    return view_update(_view(new, **parts), old)


@pytest.mark.parametrize(
    ("old", "new", "action", "begins"),
    [
        (None, AGG, Action.CREATE, "CREATE VIEW `ds`.`V`\nOPTIONS"),
        (None, None, Action.CREATE, "CREATE VIEW `ds`.`V`\nAS"),
        (ViewState(QUERY, AGG), AGG, Action.KEEP, ""),
        (ViewState(f"(\n{QUERY}\n)", AGG), AGG, Action.KEEP, ""),
        (ViewState(f" {QUERY} ;\n", AGG), AGG, Action.KEEP, ""),
        (ViewState(QUERY, AGG), HIGHER, Action.ALTER, "ALTER VIEW `ds`.`V`\nSET OPTIONS"),
        (ViewState(QUERY), AGG, Action.ALTER, "ALTER VIEW `ds`.`V`\nSET OPTIONS"),
        (ViewState(f"{QUERY} -- all", AGG), AGG, Action.REPLACE, "CREATE OR REPLACE VIEW `ds`.`V`\nOPTIONS"),
        (ViewState("SELECT 1 AS one"), None, Action.REPLACE, "CREATE OR REPLACE VIEW `ds`.`V`\nAS"),
    ],
)
def test_action(old: ViewState | None, new: PrivacyPolicy | None, action: Action, begins: str) -> None:
    update = _update(old, new)
    assert update.action is action
    assert update.statement.startswith(begins)
    assert bool(update.statement) == bool(begins)
    assert list(update.forbidden()) == []


def test_brackets_of_another_kind_are_another_query() -> None:
    """Only the very brackets that our statement writes are looked through."""
    union = "(SELECT 1 AS a) UNION ALL (SELECT 2 AS a)"
    assert view_update(_view(None, query=union), ViewState("SELECT 1 AS a) UNION ALL (SELECT 2 AS a")).action is (
        Action.REPLACE
    )
    assert view_update(_view(None, query=union), ViewState(union)).action is Action.KEEP


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        (AGG, DP, ["a view under aggregation_threshold_policy cannot be altered to differential_privacy_policy"]),
        (DP, None, ["taking a privacy policy off a view is not documented"]),
    ],
)
@pytest.mark.parametrize("query", [QUERY, "SELECT last_name FROM ds.Exams"])
def test_forbidden_whether_altered_or_replaced(
    old: PrivacyPolicy, new: PrivacyPolicy | None, reasons: list[str], query: str
) -> None:
    """Another query is no way around the rules of alteration."""
    assert list(_update(ViewState(query, old), new).forbidden()) == [
        f"{reason}; create a new view" for reason in reasons
    ]


def test_a_kept_view_cannot_become_another_kind() -> None:
    kept = ViewState(QUERY, kind="MATERIALIZED_VIEW")
    assert list(_update(kept, None).forbidden()) == ["a materialized view cannot become a view; drop it first"]
    assert _update(kept, None, kind="MATERIALIZED_VIEW").action is Action.KEEP


REFILLED = "the budgets begin anew with epsilon 25.6 and delta 0.1"


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        (None, AGG, ["is new"]),
        (ViewState(QUERY), AGG, []),
        (ViewState(QUERY, AGG), AGG, []),
        (ViewState(QUERY, AGG), HIGHER, []),
        (ViewState(QUERY, AGG), LOWER, ["the threshold falls from 3 to 2"]),
        (ViewState("SELECT 1", AGG), AGG, ["another query may show other rows and columns through 'ds.V'"]),
        (ViewState("SELECT 1"), AGG, ["its query changes"]),
        (ViewState(QUERY, DP, remaining=RemainingBudget(5, 0.1)), DP, []),
        (ViewState(QUERY, DP, remaining=RemainingBudget(25.6, 0.1)), CHEAPER, []),
        (
            ViewState(QUERY, DP, remaining=RemainingBudget(5.6, 0.08)),
            CHEAPER,
            [f"{REFILLED}; left are epsilon 5.6 and delta 0.08"],
        ),
        (
            ViewState(QUERY, DP, remaining=RemainingBudget(25.6, 0.08)),
            CHEAPER,
            [f"{REFILLED}; left are epsilon 25.6 and delta 0.08"],
        ),
        (ViewState(QUERY, DP), CHEAPER, [f"{REFILLED}; what is left of the old ones is not known"]),
        (ViewState(QUERY, AGG), None, ["aggregation_threshold_policy would no longer hold"]),
    ],
)
def test_loosened(old: ViewState | None, new: PrivacyPolicy | None, reasons: list[str]) -> None:
    assert list(_update(old, new).loosened()) == reasons


def test_a_budget_of_no_more_than_what_is_left_does_not_loosen() -> None:
    rest = policy(private={**PRIVATE, "max_epsilon_per_query": 1, "epsilon_budget": 5.6, "delta_budget": 0.08})
    assert list(_update(ViewState(QUERY, DP, remaining=RemainingBudget(5.6, 0.08)), rest).loosened()) == []


def test_a_view_that_feeds_protected_ones_may_loosen_them() -> None:
    update = view_update(_view(None), ViewState("SELECT 1 AS one"), ("ds.A", "ds.B"))
    assert list(update.loosened()) == [
        *(f"another query may show other rows and columns through '{name}'" for name in ("ds.A", "ds.B")),
        "its query changes",
    ]


def test_a_new_view_tells_which_protected_ones_it_shows() -> None:
    assert list(view_update(_view(None), None, over=("ds.A", "ds.B")).loosened()) == ["is new, over 'ds.A', 'ds.B'"]


def test_differences() -> None:
    update = _update(ViewState("SELECT 1", AGG), HIGHER)
    assert list(update.differences()) == [
        "its query changes",
        "aggregation_threshold_policy.threshold: 3 becomes 4",
    ]
    assert list(_update(None, None).differences()) == []


def test_the_state_that_a_view_declares() -> None:
    assert ViewState.declared(_view(LIST)) == ViewState(QUERY, LIST)
