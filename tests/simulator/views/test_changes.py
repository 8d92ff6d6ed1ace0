"""Statements are read back before they are written or run."""

from __future__ import annotations

import pytest

from declarations.bigquery.room import BigQueryView
from declarations.bigquery.view_updates import Action, ViewState, ViewUpdate, view_update
from simulator.sql.view_statements import ViewStatementError
from simulator.views.changes import check_statement
from tests.declarations.bigquery.policies import JOIN, THRESHOLD, policy

VIEW = BigQueryView(name="p-1.ds.V", query="SELECT last_name FROM ds.Exams -- all", privacy_policy=policy(THRESHOLD))
WEAKER = policy(THRESHOLD | {"threshold": 2})


@pytest.mark.parametrize(
    ("old", "action"),
    [
        (None, Action.CREATE),
        (ViewState("SELECT 1 AS last_name", WEAKER), Action.REPLACE),
        (ViewState(VIEW.query, WEAKER), Action.ALTER),
        (ViewState(f"(\n{VIEW.query}\n)"), Action.ALTER),
    ],
)
def test_what_is_declared_reads_back(old: ViewState | None, action: Action) -> None:
    update = view_update(VIEW, old)
    assert update.action is action
    check_statement(update)


@pytest.mark.parametrize("query", ["SELECT 1 AS one; -- done", "SELECT 1 AS one; /* done */", "SELECT 1 AS one; ;"])
def test_a_query_that_ends_before_its_bracket(query: str) -> None:
    """Read as a query it is one statement; within CREATE VIEW it is not."""
    view = BigQueryView(name="ds.V", query=query)
    with pytest.raises(ViewStatementError, match=r"^no statement can make the view 'ds\.V': "):
        check_statement(view_update(view, None))


def test_a_statement_that_makes_another_view() -> None:
    update = ViewUpdate(VIEW, ViewState("SELECT 1 AS last_name", WEAKER), Action.ALTER)
    with pytest.raises(ViewStatementError, match="would make another view than the declared"):
        check_statement(update)
    forbidden = ViewUpdate(VIEW, ViewState("SELECT 1 AS last_name", policy(join=JOIN)), Action.REPLACE)
    check_statement(forbidden)  # replacing escapes the rules of alteration; `ViewUpdate.forbidden` refuses it
