"""Rooms of BigQuery as SQL sees them, and what statements make of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator.analysis_rules import judge
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import private_terms
from simulator.settings import Reading, Settings
from simulator.sql.resolving import resolve_script
from simulator.sql.view_statements import ViewStatementError
from simulator.verdict import Outcome
from simulator.views import bigquery_room
from simulator.views.bigquery_room import ViewError
from tests.bigquery_endpoint.changed_rooms import changed_room
from tests.declarations.bigquery.policies import JOIN, PRIVATE, THRESHOLD, parts

TABLE = {"name": "ds.Exams", "columns": {"last_name": "STRING", "test_id": "STRING", "test_score": "NUMERIC"}}
VIEW = {"name": "ds.V", "query": "SELECT * FROM ds.Exams", "privacy_policy": parts(threshold=THRESHOLD)}
NOISY = {"name": "ds.N", "query": "SELECT * FROM ds.Exams", "privacy_policy": parts(private=PRIVATE)}


def _room(*views: dict[str, Any]) -> BigQueryRoom:
    return BigQueryRoom.model_validate({"name": "r", "project": "clean-room", "tables": [TABLE], "views": list(views)})


def _outcome(room: BigQueryRoom, sql: str) -> Outcome:
    return judge(bigquery_room.request(room, sql)).outcome


def test_columns_of_a_view_are_those_of_its_query() -> None:
    query = "SELECT last_name AS who, UPPER(test_id) AS t, LENGTH(test_id) AS l, e.* EXCEPT (last_name) FROM ds.Exams e"
    view = bigquery_room.tables(
        _room(VIEW | {"query": query, "privacy_policy": parts(threshold={**THRESHOLD, "privacy_unit_column": "who"})})
    )["ds.V"]
    assert view.columns == {"who": "STRING", "t": "STRING", "l": "", "test_id": "STRING", "test_score": "NUMERIC"}


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
        ("SELECT * FROM ds.V", "it reads itself"),
        ("SELECT 1 AS one UNION ALL SELECT one FROM `clean-room.ds`.V", "it reads itself"),
        ("SELECT * FROM ds.v", "table 'ds.v' does not exist in this room"),
        ("SELECT 1); DROP VIEW ds.V; SELECT (1", "not valid SQL"),
        ("DELETE FROM ds.Exams", "DELETE is not allowed here: the last statement must be a SELECT"),
        ("SELECT 1 AS a; SELECT 2 AS a", "the text holds two statements"),
        ("SELECT last_name, test_id AS Last_Name FROM ds.Exams", "two columns named 'last_name'"),
        ("SELECT a.*, b.test_id FROM ds.Exams a JOIN ds.Exams b USING (last_name)", "two columns named 'test_id'"),
    ],
)
def test_a_view_that_cannot_be_followed(query: str, reason: str) -> None:
    with pytest.raises(ViewError, match=r"the query of view 'ds\.V' cannot be read") as refused:
        bigquery_room.tables(_room(VIEW | {"query": query}))
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (
            {"last_name": "STRING", "test": "STRING"},
            (
                "it has no column 'test', which the view declares; did you mean 'test_id'? "
                "(its columns: 'last_name', 'test_id')"
            ),
        ),
        ({"last_name": "BYTES", "test_id": "STRING"}, "its column 'last_name' is STRING; the view declares BYTES"),
        ({"last_name": "STRING"}, "it has columns that the view does not declare: 'test_id'"),
    ],
)
def test_declared_columns_are_those_of_the_query(columns: dict[str, str], reason: str) -> None:
    query = "SELECT last_name, test_id FROM ds.Exams"
    with pytest.raises(ViewError) as refused:
        bigquery_room.tables(_room(VIEW | {"query": query, "columns": columns}))
    assert refused.value.reason == reason


def test_declared_columns_keep_the_order_of_the_query() -> None:
    columns = {"TEST_ID": "STRING(9)", "n": "INT64", "last_name": "STRING"}
    query = "SELECT last_name, LENGTH(test_id) AS n, test_id FROM ds.Exams"
    view = bigquery_room.tables(_room(VIEW | {"query": query, "columns": columns}))["ds.V"]
    assert list(view.columns.items()) == [("last_name", "STRING"), ("n", "INT64"), ("test_id", "STRING(9)")]


def test_a_view_has_no_ambiguous_name_of_a_privacy_unit() -> None:
    """Whether a query may have one is a setting; nobody could be asked for every query over the view."""
    exams = "SELECT last_name FROM ds.V JOIN ds.Exams USING (test_id)"
    with pytest.raises(ViewError) as refused:
        bigquery_room.tables(_room(VIEW, {"name": "ds.W", "query": exams}))
    assert refused.value.view == "ds.W"
    assert "column 'last_name' is ambiguous: it could belong to 'v', 'exams'" in refused.value.reason


@pytest.mark.parametrize("path", ["ds.V", "`ds.V`", "clean-room.ds.V", "`clean-room`.ds.V", "`clean-room.ds.V`"])
def test_a_path_with_and_without_project(path: str) -> None:
    assert _outcome(_room(VIEW), f"SELECT test_id FROM {path}") is Outcome.DENIED
    assert _outcome(_room(VIEW), f"SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM {path}") is Outcome.ALLOWED


def test_names_of_tables_keep_their_case() -> None:
    verdict = judge(bigquery_room.request(_room(VIEW), "SELECT test_id FROM ds.v"))
    assert [finding.check for finding in verdict.findings] == ["unknown_table"]


def test_a_ring_of_views_is_refused() -> None:
    first = {"name": "ds.A", "query": "SELECT * FROM ds.B"}
    second = {"name": "ds.B", "query": "SELECT * FROM `clean-room`.ds.C"}
    third = {"name": "ds.C", "query": "SELECT (SELECT COUNT(*) FROM ds.A) AS n"}
    with pytest.raises(ViewError) as refused:
        bigquery_room.tables(_room(VIEW, first, second, third))
    assert str(refused.value) == "the query of view 'ds.A' cannot be read: it reads itself, through 'ds.B', 'ds.C'"


def test_terms_of_a_private_query() -> None:
    sql = (
        "SELECT * FROM (SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 2) COUNT(*) AS n FROM ds.N) CROSS JOIN "
        "(SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 5) COUNT(*) AS m FROM ds.V) CROSS JOIN "
        "(SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(max_groups_contributed = NULL) COUNT(*) AS o FROM ds.O) CROSS JOIN "
        "(SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1, delta = .1, privacy_unit_column = last_name) COUNT(*) "
        "AS p FROM ds.Exams)"
    )
    request = bigquery_room.request(_room(VIEW, NOISY, NOISY | {"name": "ds.O"}), sql)
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
    ("verb", "kind", "found"),
    [
        ("ALTER MATERIALIZED VIEW ds.V SET OPTIONS(privacy_policy = '{}')", "VIEW", "MATERIALIZED VIEW"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy = '{}')", "MATERIALIZED VIEW", "VIEW"),
        ("CREATE OR REPLACE MATERIALIZED VIEW ds.V AS SELECT 1 AS one", "VIEW", "MATERIALIZED VIEW"),
        ("CREATE OR REPLACE VIEW ds.V AS SELECT 1 AS one", "MATERIALIZED VIEW", "VIEW"),
    ],
)
def test_a_statement_about_the_other_kind_of_view(verb: str, kind: str, found: str) -> None:
    view = {"name": "ds.V", "query": VIEW["query"], "kind": kind.replace(" ", "_")}
    statement = verb.replace("{}", _threshold("last_name"))
    with pytest.raises(ViewStatementError) as refused:
        changed_room(_room(view), statement)
    assert str(refused.value) == f"'ds.V' is a {kind}, and the statement is about a {found}"


def _threshold(unit: str) -> str:
    return json.dumps({"aggregation_threshold_policy": {"threshold": 3, "privacy_unit_column": unit}})


def _create(unit: str, query: str) -> str:
    return f"CREATE VIEW ds.W OPTIONS(privacy_policy = '{_threshold(unit)}') AS {query}"


def test_a_statement_that_takes_a_column_from_another_view_is_taken() -> None:
    """The other view can be followed no longer; BigQuery finds that out when it is queried."""
    over = {"name": "ds.A", "query": "SELECT last_name FROM ds.V"}
    room = changed_room(_room(VIEW, over), _create("test_id", "SELECT test_id FROM ds.Exams").replace("ds.W", "ds.B"))
    replaced = changed_room(room, "CREATE OR REPLACE VIEW ds.V AS SELECT test_id FROM ds.Exams")
    with pytest.raises(ViewError):
        bigquery_room.tables(replaced)
    with pytest.raises(ViewError, match=r"table 'ds\.Nothing' does not exist in this room"):
        changed_room(room, "CREATE VIEW ds.C AS SELECT * FROM ds.Nothing")
    with pytest.raises(ViewStatementError, match="'last_name' is not a column of the view"):
        changed_room(replaced, f"ALTER VIEW ds.V SET OPTIONS(privacy_policy = '{_threshold('last_name')}')")


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
        (
            f"ALTER VIEW ds.V SET OPTIONS(privacy_policy = '{_threshold('student')}')",
            "'student' is not a column of the view",
        ),
        (
            f"ALTER VIEW ds.V SET OPTIONS(privacy_policy = '{_threshold('last_name, test_id')}')",
            "'last_name, test_id' is not a column of the view",
        ),
        (_create("last_name", "SELECT test_id FROM ds.Exams"), "'last_name' is not a column of the view"),
        (_create("s.zz", "SELECT STRUCT(last_name AS n) AS s FROM ds.Exams"), "'s.zz' is not a column of the view"),
        (
            _create("u", "SELECT [last_name] AS u FROM ds.Exams"),
            "'u' has type ARRAY<STRING>, which cannot be grouped by",
        ),
        (_create("u", "SELECT TO_JSON(last_name) AS u FROM ds.Exams"), "has type JSON, which cannot be grouped by"),
        (_create("s", "SELECT STRUCT(last_name AS n) AS s FROM ds.Exams"), "cannot be grouped by"),
        (
            (
                """CREATE VIEW ds.M OPTIONS(privacy_policy = '{"join_restriction_policy": {"join_condition": """
                """"JOIN_ALL", "join_allowed_columns": ["last_name", "nope"]}}') AS SELECT * FROM ds.Exams"""
            ),
            "'nope' is not a column of the view",
        ),
    ],
)
def test_statements_that_bigquery_refuses(sql: str, message: str) -> None:
    with pytest.raises(ViewStatementError) as refused:
        changed_room(_room(VIEW), sql)
    assert message in str(refused.value)


def _threshold_view(name: str, query: str, threshold: int = 1, unit: str = "last_name") -> dict[str, Any]:
    policy = parts(threshold={"threshold": threshold, "privacy_unit_column": unit})
    return {"name": name, "query": query, "privacy_policy": policy}


@pytest.mark.parametrize(
    ("outer", "threshold"),
    [
        (_threshold_view("ds.O", "SELECT last_name, test_id FROM ds.V"), 3),
        (_threshold_view("ds.O", "SELECT last_name AS who FROM (SELECT * FROM ds.V) AS v", unit="WHO"), 3),
        (_threshold_view("ds.O", "SELECT * FROM ds.V WHERE test_id > 'B'", threshold=5), 5),
        (_threshold_view("ds.O", "SELECT v.last_name FROM ds.V AS v JOIN ds.Exams AS e USING (test_id)"), 3),
        (
            _threshold_view(
                "ds.O", "SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(*) n FROM ds.V GROUP BY 1", 1, "n"
            ),
            1,
        ),
    ],
)
def test_of_two_thresholds_the_higher_holds(outer: dict[str, Any], threshold: int) -> None:
    table = bigquery_room.tables(_room(VIEW, outer))["ds.O"]
    assert table.protected_view is not None
    assert table.protected_view.holds_built_on
    assert table.protected_view.policy.aggregation_threshold_policy is not None
    assert table.protected_view.policy.aggregation_threshold_policy.threshold == threshold


@pytest.mark.parametrize(
    "outer",
    [
        _threshold_view("ds.O", "SELECT last_name, test_id FROM ds.V", unit="test_id"),
        _threshold_view("ds.O", "SELECT last_name FROM ds.N"),
        _threshold_view("ds.O", "SELECT UPPER(last_name) AS last_name FROM ds.V"),
        _threshold_view("ds.O", "SELECT DISTINCT last_name FROM ds.V"),
        _threshold_view("ds.O", "(SELECT last_name FROM ds.V) LIMIT 3"),
        _threshold_view("ds.O", "SELECT last_name, COUNT(*) OVER () AS n FROM ds.V"),
        _threshold_view("ds.O", "SELECT last_name, COUNT(*) AS n FROM ds.V GROUP BY last_name"),
        _threshold_view("ds.O", "SELECT a.last_name, b.test_id FROM ds.V AS a CROSS JOIN ds.V AS b"),
        _threshold_view("ds.O", "SELECT v.last_name FROM ds.Exams LEFT JOIN ds.V AS v USING (test_id)"),
        _threshold_view("ds.O", "SELECT last_name FROM ds.V UNION ALL SELECT last_name FROM ds.Exams"),
        _threshold_view("ds.O", "SELECT last_name FROM ds.Exams WHERE test_id IN (SELECT test_id FROM ds.V)"),
        _threshold_view("ds.O", "SELECT last_name FROM ds.J"),
        {**NOISY, "name": "ds.O", "query": "SELECT * FROM ds.V"},
    ],
)
def test_a_policy_that_does_not_hold_those_below(outer: dict[str, Any]) -> None:
    """It is refused whatever the open question is answered; so is a view over such a view."""
    joined = {**VIEW, "name": "ds.J", "privacy_policy": parts(threshold=THRESHOLD, join=JOIN)}
    joined["query"] = "SELECT last_name, test_id, test_score FROM ds.Exams"
    over = _threshold_view("ds.P", "SELECT * FROM ds.O", unit=_unit(outer))
    room = _room(VIEW, NOISY, joined, outer, over)
    kind = (
        "DIFFERENTIAL_PRIVACY" if "differential_privacy_policy" in outer["privacy_policy"] else "AGGREGATION_THRESHOLD"
    )
    answered = Settings({"policy_on_protected_view": Reading.PERMISSIVE})
    for sql in (
        f"SELECT WITH {kind} COUNT(*) AS n FROM ds.O",
        "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM ds.P",
    ):
        verdict = judge(bigquery_room.request(room, sql, settings=answered))
        # Some of these mix units as well.
        assert {finding.check for finding in verdict.findings} - {"mixed_privacy_units"} == {"nested_policies"}


def _unit(view: dict[str, Any]) -> str:
    return next(iter(view["privacy_policy"].values()))["privacy_unit_column"]
