"""What is computed of one user's rows is a function of these rows, in whatever order the engine comes across them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlglot

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.errors import NotEnforceableError
from simulator.execution.loading.data import MemoryData
from simulator.execution.one_row_oracles.row_order import fix_row_order, refuse_felt_order
from simulator.execution.options import RunOptions
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.running import run
from simulator.privacy.rng import secure
from tests.simulator.execution.private_orders import PROVIDER, private_request
from tests.yaml_text import from_yaml

CASES = from_yaml((Path(__file__).parents[3] / "cases/execution/row_order.yml").read_text())
USERS = 300
ROWS = [
    {"uid": f"u{user}", "n": n, "x": x, "s": "a"} for n, x in ((3, -1e16), (1, 1e16), (2, 1.0)) for user in range(USERS)
]
JOIN = "FROM orders o JOIN places p ON o.uid = p.uid"


def _exact(sql: str, places: int) -> tuple[tuple[Any, ...], ...]:
    columns = {"uid": "string", "n": "int", "x": "double", "s": "string"}
    request = private_request(sql, columns, {"uid": "string"})
    data = MemoryData({"orders": ROWS, "places": [{"uid": f"u{number}"} for number in range(places)]})
    settings = PrivacySettings(PROVIDER, epsilon=20, users_noise_per_query=10)
    result = run(request, data, privacy=[settings], booking=None, source=secure(), options=RunOptions(exact=True))
    assert result.exact is not None
    return result.exact.rows


def _counted(cte: str) -> str:
    """Count the rows whose value, as text, has each of a few looks."""
    looks = ("'%1%'", "'1%'", "'%2'", "'%E%'", "'0%'")
    items = [f"COUNT(DISTINCT CASE WHEN CAST(v AS STRING) LIKE {look} THEN CONCAT(uid, w) END)" for look in looks]
    return f"WITH x AS ({cte}) SELECT {', '.join(f'{item} AS c{place}' for place, item in enumerate(items))} FROM x"


@pytest.mark.parametrize("call", CASES["folded"])
def test_a_fold_does_not_feel_the_order(call: str) -> None:
    sql = _counted(f"SELECT o.uid, 'a' AS w, {call} AS v {JOIN} GROUP BY o.uid")
    assert _exact(sql, 2 * USERS) == _exact(sql, 20 * USERS)


@pytest.mark.parametrize("call", CASES["in_window"])
def test_a_window_does_not_feel_the_order(call: str) -> None:
    named = " WINDOW w AS (PARTITION BY o.uid)" if "(w)" in call else ""
    sql = _counted(f"SELECT o.uid, CAST(o.n AS STRING) AS w, {call} AS v {JOIN}{named}")
    assert _exact(sql, 2 * USERS) == _exact(sql, 20 * USERS)


@pytest.mark.parametrize("call", ["ROW_NUMBER()", "LAST_VALUE(o.n)"])
@pytest.mark.parametrize("join", ["LEFT SEMI", "LEFT ANTI"])
def test_a_table_that_is_only_looked_at_tells_no_rows_apart(join: str, call: str) -> None:
    window = f"{call} OVER (PARTITION BY o.uid ORDER BY o.s)"
    sql = _counted(f"SELECT o.uid, 'a' AS w, {window} AS v FROM orders o {join} JOIN places p ON o.uid = p.uid")
    assert _exact(sql, USERS // 2) == _exact(sql, USERS // 2)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT COUNT(t.x), MIN(t.x) FROM t", "SELECT COUNT(t.x), MIN(t.x) FROM t"),
        ("SELECT FIRST(t.x) FROM t", "SELECT FIRST(t.x ORDER BY t.x) FROM t"),
        (
            "SELECT LISTAGG(t.x, ',' ORDER BY t.y) FROM t",
            "SELECT LISTAGG(t.x, ',' ORDER BY t.y, t.x) FROM t",
        ),
        (
            "SELECT RANK() OVER (PARTITION BY t.u ORDER BY t.x) FROM t",
            "SELECT RANK() OVER (PARTITION BY t.u ORDER BY t.x) FROM t",
        ),
        (
            "SELECT t.u, SUM(t.n), ROW_NUMBER() OVER (PARTITION BY t.u ORDER BY 1) FROM t GROUP BY 1",
            (
                "SELECT t.u, SUM(t.n ORDER BY t.n), "
                "ROW_NUMBER() OVER (PARTITION BY t.u ORDER BY 1, t.u) FROM t GROUP BY 1"
            ),
        ),
    ],
)
def test_only_what_feels_the_order_gets_one(sql: str, expected: str) -> None:
    tree = sqlglot.parse_one(sql, read="duckdb")
    assert fix_row_order(tree).sql("duckdb") == expected


@pytest.mark.parametrize("call", ["FIRST(x)", "SUM(x)", "LIST(n)", "SUM(x) OVER ()"])
def test_a_function_that_feels_the_order_is_refused_without_one(call: str) -> None:
    with DuckDBEngine() as engine:
        engine.create("main.t", "SELECT 1::DOUBLE AS x, 1 AS n")
        with pytest.raises(NotEnforceableError, match="may depend on the order of rows"):
            refuse_felt_order(bound_plan(engine, f"SELECT {call} FROM t"))
        refuse_felt_order(
            bound_plan(engine, "SELECT SUM(n), MIN(x), SUM(x ORDER BY x), SUM(n) OVER () FROM t GROUP BY n")
        )
