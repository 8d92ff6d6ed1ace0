"""Two states of a room of BigQuery: each difference once, and which way it goes."""

from __future__ import annotations

from typing import Any

import pytest

from declarations.bigquery.room import BigQueryRoom
from policies.changes.comparing import Change
from policies.changes.effects import Effect
from policies.changes.views import ViewLinks, compare_views
from tests.declarations.bigquery.policies import JOIN, PRIVATE, THRESHOLD, parts

TABLE = {"name": "ds.Exams", "columns": {"last_name": "STRING"}}
VIEW = {"name": "ds.V", "query": "SELECT * FROM ds.Exams"}
TAKEN_OFF = "taking a privacy policy off a view is not documented; create a new view"
STAYS_COMBINED = (
    "join_restriction_policy cannot be taken off aggregation_threshold_policy, which may not change; create a new view"
)
AGG, DP = parts(threshold=THRESHOLD), parts(private=PRIVATE)


def _room(*views: dict[str, Any], **members: Any) -> BigQueryRoom:  # noqa: ANN401 - members of a room
    room = {"name": "r", "project": "clean-room", "tables": [TABLE], "views": list(views)} | members
    return BigQueryRoom.model_validate(room)


def _told(old: BigQueryRoom | None, new: BigQueryRoom | None) -> list[tuple[str, str, str]]:
    return [(one.effect.value, one.target, one.message) for one in compare_views("r", old, new)]


def test_nothing_changes() -> None:
    assert _told(_room(VIEW | {"privacy_policy": AGG}), _room(VIEW | {"privacy_policy": AGG})) == []


def test_a_room_comes_and_goes() -> None:
    assert compare_views("r", None, _room()) == (Change(Effect.LOOSENS, "r", "is new"),)
    assert compare_views("r", _room(), None) == (Change(Effect.TIGHTENS, "r", "is gone"),)


def test_a_view_comes_and_goes() -> None:
    assert _told(_room(), _room(VIEW)) == [("loosens", "r/views/ds.V", "is new")]
    assert _told(_room(VIEW), _room()) == [("tightens", "r/views/ds.V", "is gone")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            {"privacy_policy": AGG},
            {"privacy_policy": parts(threshold={**THRESHOLD, "threshold": 2})},
            [("loosens", "the threshold falls from 3 to 2")],
        ),
        (
            {"privacy_policy": AGG},
            {"privacy_policy": parts(threshold={**THRESHOLD, "threshold": 4})},
            [("tightens", "aggregation_threshold_policy.threshold: 3 becomes 4")],
        ),
        (
            {},
            {"privacy_policy": AGG},
            [
                ("tightens", "aggregation_threshold_policy.threshold: 3"),
                ("tightens", "aggregation_threshold_policy.privacy_unit_column: last_name"),
            ],
        ),
        (
            {"privacy_policy": AGG},
            {},
            [
                ("loosens", "aggregation_threshold_policy would no longer hold"),
                (
                    "leaves",
                    f"cleanroom apply refuses it: {TAKEN_OFF}",
                ),
            ],
        ),
        (
            {"privacy_policy": parts(threshold=THRESHOLD, join=JOIN)},
            {"privacy_policy": AGG},
            [
                ("loosens", "the join restriction JOIN_ANY ['test_id', 'test_score'] becomes none"),
                ("leaves", f"cleanroom apply refuses it: {STAYS_COMBINED}"),
            ],
        ),
        (
            {"privacy_policy": DP},
            {"privacy_policy": parts(private={**PRIVATE, "max_epsilon_per_query": 1, "delta_budget": 0.2})},
            [
                ("loosens", "delta_budget rises from 0.1 to 0.2"),
                (
                    "loosens",
                    "the budgets begin anew with epsilon 25.6 and delta 0.2; what is left of the old ones is not known",
                ),
                ("tightens", "differential_privacy_policy.max_epsilon_per_query: 10 becomes 1"),
            ],
        ),
        ({}, {"query": "SELECT 1 AS one"}, [("loosens", "its query changes")]),
        ({}, {"columns": {"last_name": "STRING"}}, [("leaves", "its columns are declared differently")]),
    ],
)
def test_a_view_changes(old: dict[str, Any], new: dict[str, Any], told: list[tuple[str, str]]) -> None:
    found = [(effect, message) for effect, target, message in _told(_room(VIEW | old), _room(VIEW | new))]
    assert found == told


def test_tables_and_the_room_itself() -> None:
    other = {"name": "ds.Exams", "columns": {"last_name": "BYTES"}}
    more = {"name": "ds.More", "columns": {"a": "STRING"}}
    new = _room(name="s", project="clean-rooms", tables=[other, more])
    assert _told(_room(), new) == [
        ("loosens", "r/project", "was clean-room, is clean-rooms"),
        ("leaves", "r/name", "was r, is s"),
        ("leaves", "r/tables/ds.Exams", "has other columns"),
        ("leaves", "r/tables/ds.More", "is new"),
    ]
    assert _told(_room(), _room(tables=[])) == [("leaves", "r/tables/ds.Exams", "is gone")]


@pytest.mark.parametrize(
    ("old", "new", "effect", "message"),
    [
        ("email", None, "loosens", "was email, is absent"),
        ("email", "hashed_email", "loosens", "was email, is hashed_email"),
        (None, "email", "tightens", "was absent, is email"),
    ],
)
def test_what_a_column_of_a_table_is_said_to_hold(old: str | None, new: str | None, effect: str, message: str) -> None:
    """The policies about personal data follow it: without it, they find nothing."""
    tables = ([{"name": "ds.Exams", "columns": {"last_name": {"type": "STRING", "pii": pii}}}] for pii in (old, new))
    before, after = (_room(tables=each) for each in tables)
    assert _told(before, after) == [
        ("leaves", "r/tables/ds.Exams", "describes its columns otherwise"),
        (effect, "r/tables/ds.Exams/columns/last_name/pii", message),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("email", None, "was email, is that of its query"),
        (None, "hashed_email", "was that of its query, is hashed_email"),
    ],
)
def test_what_a_column_of_a_view_is_said_to_hold(old: str | None, new: str | None, message: str) -> None:
    """It replaces what the query tells, in either direction. The column beside it holds what it held before."""
    same = {"test_id": {"type": "STRING", "pii": "customer_id"}}
    before, after = (
        _room(VIEW | {"columns": {"last_name": {"type": "STRING", "pii": pii}, **same}}) for pii in (old, new)
    )
    assert _told(before, after)[1:] == [("loosens", "r/views/ds.V/columns/last_name/pii", message)]


def test_views_are_followed_in_both_states() -> None:
    """A view that fed a protected one, or does now, and columns that it shows too."""
    old, new = _room(VIEW), _room(VIEW | {"query": "SELECT 1 AS one"})
    before = ViewLinks({"ds.V": ("ds.P",)}, {"ds.V": ("ds.Q",)}, {"ds.V": ("last_name",)})
    after = ViewLinks({"ds.V": ("ds.R",)}, {"ds.V": ()}, {"ds.V": ("last_name", "one")})
    assert [one.message for one in compare_views("r", old, new, before, after)] == [
        "another query may show other rows and columns through 'ds.Q'",
        "its query changes, over 'ds.P', 'ds.R'",
        "shows column 'one' too",
    ]
    (change,) = compare_views("r", _room(), old, ViewLinks(), before)
    assert change.message == "is new, over 'ds.P'"


def test_a_view_becomes_a_table() -> None:
    """Whoever reads that name reads rows that nothing protects, with the same SQL as before."""
    over = {"name": "ds.W", "query": "SELECT last_name FROM ds.V"}
    table = {"name": "ds.V", "columns": {"last_name": "STRING"}}
    old, new = _room(VIEW | {"privacy_policy": AGG}, over), _room(over, tables=[TABLE, table])
    before, after = ViewLinks({"ds.W": ("ds.V",)}), ViewLinks({"ds.W": ()})
    assert [(one.effect.value, one.message) for one in compare_views("r", old, new, before, after)] == [
        ("leaves", "is new"),
        ("loosens", "becomes a table, whose rows no query of the view chooses"),
        ("loosens", "what it reads is no longer protected by 'ds.V'"),
    ]
    back = [(one.effect.value, one.message) for one in compare_views("r", new, old, after, before)]
    assert back[-2:] == [("tightens", "what it reads is protected by 'ds.V'"), ("loosens", "is new")]
    assert [one.message for one in compare_views("r", old, new)] == [
        "is new",
        "becomes a table, whose rows no query of the view chooses",
    ]
