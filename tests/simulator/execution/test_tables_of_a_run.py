"""No query can name a table that its run makes for itself: not by a CTE of that name, in whatever scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlglot import exp

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution import query_parts, working_copy
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Relation
from simulator.execution.errors import NotAllowedError, NotTranslatableError
from simulator.execution.loading.data import MemoryData
from simulator.execution.private import contribution_bounding
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.query import NOISY
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.execution.scanned import ctes_read, scanned
from simulator.execution.working_copy import WorkingCopy
from simulator.privacy.rng import seeded
from simulator.request import AnalysisRequest, Table

RUNNER, PROVIDER, OTHER = "111111111111", "222222222222", "333333333333"
PRIVATE_TABLES = tuple(
    getattr(contribution_bounding, name).partition(".")[2]
    for name in ("ROWS", "USERS", "DRAWN", "HEAVY", "HEAVY_ROWS", "SUMS", "RELEASED", "SHOWN")
)
OTHER_TABLES = ("drawn_v0", NOISY, "replicas", "t0", "t1", "staged", "registered", "data", "run", "pg_tables")

SHADOWED = """
WITH {name} AS (SELECT 'x' AS u, k AS n FROM places), other AS (SELECT n FROM {name})
SELECT COUNT(*) AS c, AVG(o.n) AS a,
  (WITH {name} AS (SELECT 1 AS k) SELECT MAX(k) FROM {name}) AS inner_one,
  (SELECT COUNT(*) FROM {name}) AS outer_one,
  (SELECT MIN(u) FROM {name}) AS text_of_it,
  (SELECT MAX(q.m) FROM (WITH {name} AS (SELECT n + 1 AS m FROM {name}) SELECT m FROM {name}) q) AS redefined,
  (SELECT SUM(n) FROM other) AS through_another
FROM orders o
HAVING COUNT(*) > (SELECT MIN(n) FROM {name}) - 1000 AND 7 IN (SELECT n FROM {name})
  AND EXISTS (SELECT 1 FROM {name} WHERE u = 'x') AND NOT EXISTS (SELECT 1 FROM {name} WHERE u = 'target')
ORDER BY (SELECT MAX(n) FROM {name}), (WITH {name} AS (SELECT 1 AS k) SELECT MAX(k) FROM {name})
"""
"""The same name outside, inside, inside of itself and through another, wherever the final SELECT has nested queries."""

Released = Callable[[str], RunResult]


@pytest.fixture
def released() -> Released:
    """Run a query on a table under differential privacy and one without."""

    def rule(**controls: Any) -> AnalysisRuleCustom:  # noqa: ANN401 - whatever a rule holds
        usual = {"allowed_analyses": ["ANY_QUERY"], "allowed_analysis_providers": [RUNNER]}
        return AnalysisRuleCustom.model_validate(usual | {"additional_analyses": "NOT_ALLOWED"} | controls)

    def answer(sql: str) -> RunResult:
        private = rule(differential_privacy={"columns": [{"name": "uid"}]})
        tables = {
            "orders": Table("orders", PROVIDER, {"uid": "string", "n": "int"}, rule=private, receivers_unlimited=True),
            "places": Table("places", OTHER, {"k": "int"}, rule=rule(), receivers_unlimited=True),
        }
        request = AnalysisRequest(
            sql, tables, RUNNER, receivers=frozenset({RUNNER}), differential_privacy_ready=frozenset({PROVIDER})
        )
        orders = [{"uid": "target" if user == 0 else f"u{user}", "n": user % 7} for user in range(40)]
        data = MemoryData({"orders": orders * 2, "places": [{"k": 1}, {"k": 7}]})
        settings = PrivacySettings(PROVIDER, epsilon=20, users_noise_per_query=10)
        return run(request, data, privacy=[settings], booking=None, source=seeded(1))

    return answer


@pytest.mark.parametrize("name", [*PRIVATE_TABLES, *OTHER_TABLES])
def test_a_name_means_what_its_scope_says_in_a_private_run(name: str, released: Released) -> None:
    ((_, _, *public),) = released(SHADOWED.format(name=name)).answer.rows
    assert public == [1, 2, "x", 8, 8]


@pytest.mark.parametrize("name", ["places", "orders"])
def test_a_cte_may_have_the_name_of_a_table(name: str, released: Released) -> None:
    sql = SHADOWED.replace("FROM places", "FROM (VALUES (1), (7)) AS v(k)").replace("FROM orders o", "FROM q o")
    with_rows = sql.replace("WITH {name}", "WITH q AS (SELECT uid, n FROM orders), {name}", 1)
    ((_, _, *public),) = released(with_rows.format(name=name)).answer.rows
    assert public == [1, 2, "x", 8, 8]


@pytest.mark.parametrize("name", ["users", "drawn", "sums", "released"])
def test_what_the_engine_would_read_is_refused_where_names_are_lost(
    name: str, released: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan alone decides: names are as written, CTEs are forgotten, and tables lie where any name finds them."""
    monkeypatch.setattr(working_copy, "_query_names", lambda script: {id(each): each.name for each in script.queries})
    monkeypatch.setattr(query_parts, "ctes_read", lambda _: None)

    def left_about(engine: DuckDBEngine, table: str) -> None:
        engine.connection.execute(f"CREATE OR REPLACE TABLE main.{table.partition('.')[2]} AS FROM {table}")

    monkeypatch.setattr(DuckDBEngine, "drop", left_about)
    nested = "(WITH {0} AS (SELECT 1 AS k) SELECT MAX(k) FROM {0}) AS one, (SELECT COUNT(*) FROM {0}) AS leaked"
    sql = "WITH {0} AS (SELECT 1 AS n) SELECT COUNT(*) AS c, " + nested + " FROM orders"
    monkeypatch.setattr(MemoryData, "load", _loaded_without_staging)
    with pytest.raises(NotTranslatableError, match="reads a table that is not one of its own"):
        released(sql.format(name))


def _loaded_without_staging(_: MemoryData, engine: DuckDBEngine, table: Table, columns: list[str], target: str) -> None:
    fields = ", ".join(f"NULL::{'VARCHAR' if column == 'uid' else 'INTEGER'} AS {column}" for column in columns)
    engine.connection.execute(f"CREATE TABLE {target} AS SELECT {fields or '1 AS nothing'}")


@pytest.mark.parametrize(
    "sql",
    [
        "WITH c AS (SELECT uid, n FROM orders) SELECT COUNT(*) AS x, (SELECT MAX(n) FROM c) AS y FROM orders",
        "WITH c AS (SELECT uid, n FROM orders) SELECT COUNT(*) AS x FROM c HAVING COUNT(*) > (SELECT MAX(n) FROM c)",
        "WITH c AS (SELECT uid, n FROM orders) SELECT COUNT(*) AS x FROM orders ORDER BY (SELECT MAX(n) FROM c)",
        "SELECT COUNT(*) AS x, (SELECT MAX(q.n) FROM (SELECT n FROM orders) q) AS y FROM orders",
    ],
)
def test_a_nested_query_of_the_final_select_reads_no_protected_table(sql: str, released: Released) -> None:
    with pytest.raises(NotAllowedError, match="a subquery over private tables appears in an expression"):
        released(sql)


@pytest.mark.parametrize("name", ["places", *OTHER_TABLES])
@pytest.mark.parametrize("engine", ["SPARK", "CLEAN_ROOMS_SQL"])
def test_a_name_means_what_its_scope_says_without_noise(
    name: str,
    engine: str,
    answered: Callable[..., Relation],
    custom: Callable[..., AnalysisRuleCustom],
    table: Callable[..., Table],
) -> None:
    sql = """
    WITH {name} AS (SELECT k FROM cities), c AS (WITH {name} AS (SELECT k + 1 AS k FROM {name}) SELECT k FROM {name})
    SELECT (SELECT MAX(k) FROM {name}) AS a,
      (WITH {name} AS (SELECT 1 AS k) SELECT MAX(k) FROM {name}) AS b, MAX(k) AS d
    FROM c
    """
    cities = table("cities", {"k": "int"}, custom())
    assert answered(sql.format(name=name), [(cities, [{"k": 1}, {"k": 7}])], engine).rows == ((7, 1, 8),)


def test_an_alias_of_a_nested_query_keeps_its_ctes(
    answered: Callable[..., Relation], custom: Callable[..., AnalysisRuleCustom], table: Callable[..., Table]
) -> None:
    """What an alias stands for is written out wherever it is used, with its WITH clause."""
    cities = table("cities", {"k": "int"}, custom())
    sql = """
    WITH c AS (SELECT k + 1 AS k FROM cities)
    SELECT (WITH c AS (SELECT k + 1 AS k FROM c) SELECT MAX(k) FROM c) AS a, COUNT(*) AS n
    FROM c HAVING a = 9 AND n = 2 ORDER BY a
    """
    assert answered(sql, [(cities, [{"k": 1}, {"k": 7}])]).rows == ((9, 2),)


def test_only_the_ctes_that_are_read_count(copied: Callable[..., WorkingCopy], table: Callable[..., Table]) -> None:
    tables = [table("one", {"x": "int"}), table("two", {"x": "int"})]
    inner = "WITH a AS (SELECT x FROM a) SELECT x FROM a"
    sql = f"WITH a AS (SELECT x FROM one), b AS (SELECT x FROM two) SELECT x FROM ({inner}) q"
    copy = copied(sql, tables)
    internal = {each.name: name for name, each in copy.tables.items()}
    assert scanned(copy.tree) == {f"data.{internal['one']}"}
    left = ctes_read(copy.tree.copy())
    assert left is not None
    assert len(left.expressions) == 1


def test_a_table_that_nothing_is_known_of_is_refused(
    copied: Callable[..., WorkingCopy], table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = working_copy._name_ctes

    def with_a_stranger(copy: WorkingCopy, names: Mapping[int, str]) -> None:
        bound(copy, names)
        copy.tree.args["from_"].set("this", exp.to_table("data.t0"))

    monkeypatch.setattr(working_copy, "_name_ctes", with_a_stranger)
    with pytest.raises(NotTranslatableError, match=r"'data\.t0' in FROM cannot be traced to a table"):
        copied("SELECT x FROM one", [table("one", {"x": "int"})])
