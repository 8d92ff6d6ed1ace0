"""Rooms of BigQuery as SQL sees them, and what statements make of them."""

from __future__ import annotations

from typing import Any

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator import bigquery_room
from simulator.analysis_rules import judge
from simulator.bigquery_room import ViewError
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import private_terms
from simulator.sql.resolving import resolve_script
from simulator.sql.view_statements import ViewStatementError
from simulator.verdict import Outcome
from simulator.view_changes import changed_room
from tests.declarations.bigquery.policies import PRIVATE, THRESHOLD, parts

TABLE = {"name": "ds.Exams", "columns": {"last_name": "STRING", "test_id": "STRING", "test_score": "NUMERIC"}}
VIEW = {"name": "ds.V", "query": "SELECT * FROM ds.Exams", "privacy_policy": parts(threshold=THRESHOLD)}
NOISY = {"name": "ds.N", "query": "SELECT * FROM ds.Exams", "privacy_policy": parts(private=PRIVATE)}


def _room(*views: dict[str, Any]) -> BigQueryRoom:
    return BigQueryRoom.model_validate({"name": "r", "project": "clean-room", "tables": [TABLE], "views": list(views)})


def _outcome(room: BigQueryRoom, sql: str) -> Outcome:
    return judge(bigquery_room.request(room, sql)).outcome


def test_columns_of_a_view_are_those_of_its_query() -> None:
    query = "SELECT last_name AS who, UPPER(test_id) AS t, e.* EXCEPT (last_name) FROM ds.Exams AS e"
    view = bigquery_room.tables(
        _room(VIEW | {"query": query, "privacy_policy": parts(threshold={**THRESHOLD, "privacy_unit_column": "who"})})
    )["ds.V"]
    assert view.columns == {"who": "STRING", "t": "", "test_id": "STRING", "test_score": "NUMERIC"}


def test_views_may_be_declared_in_any_order() -> None:
    outer = {"name": "ds.Outer1", "query": "SELECT * FROM ds.V"}
    for views in ((VIEW, outer), (outer, VIEW)):
        assert _outcome(_room(*views), "SELECT test_id FROM ds.Outer1") is Outcome.DENIED
        released = "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM ds.Outer1"
        assert _outcome(_room(*views), released) is Outcome.ALLOWED


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM ds.Nothing", "table 'ds.Nothing' does not exist in this room"),
        ("SELECT * FROM ds.V", "table 'ds.V' does not exist in this room"),
        ("SELECT 1); DROP VIEW ds.V; SELECT (1", "not valid SQL"),
        ("DELETE FROM ds.Exams", "DELETE is not allowed here: the last statement must be a SELECT"),
        ("SELECT 1 AS a; SELECT 2 AS a", "the text holds two statements"),
    ],
)
def test_a_view_that_cannot_be_followed(query: str, reason: str) -> None:
    with pytest.raises(ViewError, match=r"the query of view 'ds\.V' cannot be read") as refused:
        bigquery_room.tables(_room(VIEW | {"query": query}))
    assert reason in refused.value.reason


@pytest.mark.parametrize("path", ["ds.V", "`ds.V`", "clean-room.ds.V", "`clean-room`.ds.V", "`clean-room.ds.V`"])
def test_a_path_with_and_without_project(path: str) -> None:
    assert _outcome(_room(VIEW), f"SELECT test_id FROM {path}") is Outcome.DENIED
    assert _outcome(_room(VIEW), f"SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM {path}") is Outcome.ALLOWED


def test_names_of_tables_keep_their_case() -> None:
    verdict = judge(bigquery_room.request(_room(VIEW), "SELECT test_id FROM ds.v"))
    assert [finding.check for finding in verdict.findings] == ["unknown_table"]


def test_a_ring_of_views_is_refused() -> None:
    first, second = {"name": "ds.A", "query": "SELECT * FROM ds.B"}, {"name": "ds.B", "query": "SELECT * FROM ds.A"}
    with pytest.raises(ViewError):
        bigquery_room.tables(_room(first, second))


def test_terms_of_a_private_query() -> None:
    sql = (
        "SELECT * FROM (SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 2) COUNT(*) AS n FROM ds.N) CROSS JOIN "
        "(SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 5) COUNT(*) AS m FROM ds.V) CROSS JOIN "
        "(SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(max_groups_contributed = NULL) COUNT(*) AS o FROM ds.N) CROSS JOIN "
        "(SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1, delta = .1, privacy_unit_column = last_name) COUNT(*) "
        "AS p FROM ds.Exams)"
    )
    request = bigquery_room.request(_room(VIEW, NOISY), sql)
    assert judge(request).outcome is Outcome.UNDOCUMENTED  # no limit of groups, where the policy states one
    terms = private_terms(QueryContext(request, resolve_script(request)))
    assert [(each.threshold, each.epsilon, each.delta, each.max_groups) for each in terms] == [
        (None, 2.0, 0.01, 2),
        (5, None, None, None),
        (None, 10.0, 0.01, 2),
        (None, 1.0, 0.1, 1),
    ]


def test_statements_change_a_room() -> None:
    room = changed_room(_room(VIEW), "CREATE VIEW ds.W AS SELECT last_name FROM ds.V")
    assert [view.name for view in room.views] == ["ds.V", "ds.W"]
    assert changed_room(room, "CREATE VIEW IF NOT EXISTS ds.W AS SELECT 1 AS one") is room
    replaced = changed_room(room, "CREATE OR REPLACE VIEW ds.V AS SELECT 1 AS one")
    assert [(view.name, view.privacy_policy) for view in replaced.views] == [("ds.W", None), ("ds.V", None)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE VIEW ds.V AS SELECT 1 AS one", "the view 'ds.V' exists; write CREATE OR REPLACE VIEW"),
        ("CREATE VIEW ds.Exams AS SELECT 1 AS one", "'ds.Exams' is already the name of tables.0"),
        ("ALTER VIEW ds.X SET OPTIONS(privacy_policy = NULL)", "there is no view 'ds.X' to alter"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy = NULL)", "taking one off is not documented"),
        (
            (
                """CREATE MATERIALIZED VIEW ds.M OPTIONS(privacy_policy = '{"join_restriction_policy": """
                """{"join_condition": "JOIN_ANY", "join_allowed_columns": ["a"]}}') AS SELECT 1 AS a"""
            ),
            "a materialized view takes no privacy policy",
        ),
    ],
)
def test_statements_that_bigquery_refuses(sql: str, message: str) -> None:
    with pytest.raises(ViewStatementError) as refused:
        changed_room(_room(VIEW), sql)
    assert message in str(refused.value)
