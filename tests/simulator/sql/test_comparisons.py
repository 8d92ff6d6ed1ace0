"""Where a query compares, and with what."""

from __future__ import annotations

import pytest

from simulator.request import AnalysisRequest, Table
from simulator.sql.comparisons import Comparison, Kind, comparisons
from simulator.sql.resolving import resolve_script
from simulator.sql.values import Value

TABLES = {
    name: Table(name, "222222222222", dict.fromkeys(columns, "string"))
    for name, columns in {"t": ("id", "zip", "n"), "u": ("id", "tier")}.items()
}


def _found(sql: str) -> tuple[Comparison, ...]:
    script = resolve_script(AnalysisRequest(sql, TABLES, "111111111111"))
    assert script.problems == ()
    return comparisons(script)


def _columns(values: tuple[Value, ...]) -> set[str]:
    return {f"{origin.table.name}.{origin.column}" for value in values for origin in value.origins}


@pytest.mark.parametrize(
    ("sql", "kind", "literals", "columns"),
    [
        ("SELECT id FROM t WHERE zip = '1'", Kind.PREDICATE, {"t.zip"}, set()),
        ("SELECT id FROM t WHERE zip BETWEEN n AND '2'", Kind.PREDICATE, {"t.zip"}, {"t.zip", "t.n"}),
        ("SELECT CASE zip WHEN '1' THEN 2 END AS c FROM t", Kind.PREDICATE, {"t.zip"}, set()),
        ("SELECT id FROM t WHERE n", Kind.PREDICATE, {"t.n"}, set()),
        ("SELECT t.zip FROM t JOIN u ON t.id = u.id", Kind.PREDICATE, set(), {"t.id", "u.id"}),
        ("SELECT zip FROM t JOIN u USING (id)", Kind.JOIN, set(), {"t.id", "u.id"}),
        ("SELECT zip FROM t NATURAL JOIN u", Kind.JOIN, set(), {"t.id", "u.id"}),
        ("SELECT t.id FROM t WHERE zip IN (SELECT tier FROM u)", Kind.PREDICATE, set(), {"t.zip", "u.tier"}),
        ("SELECT NULLIF(zip, 'x') AS z FROM t", Kind.FUNCTION, {"t.zip"}, set()),
        ("SELECT SIGN(n) AS z FROM t", Kind.FUNCTION, {"t.n"}, set()),
        ("SELECT CAST(n AS BOOLEAN) AS z FROM t", Kind.FUNCTION, {"t.n"}, set()),
        ("SELECT 1 / (n - 5) AS z FROM t", Kind.FUNCTION, {"t.n"}, set()),
        ("SELECT SUBSTRING('0010', n, 1) AS z FROM t", Kind.FUNCTION, {"t.n"}, set()),
        ("SELECT UPPER(zip) AS z FROM t GROUP BY z", Kind.GROUP_BY, set(), {"t.zip"}),
        ("SELECT zip FROM t GROUP BY 1", Kind.GROUP_BY, set(), {"t.zip"}),
        ("SELECT DISTINCT zip FROM t", Kind.DISTINCT, set(), {"t.zip"}),
        ("SELECT id FROM t WHERE exists(array(zip), x -> x = '1')", Kind.FUNCTION, {"t.zip"}, set()),
        ("SELECT id FROM t WHERE EXISTS (SELECT tier FROM u)", Kind.FUNCTION, set(), set()),
        ("SELECT any(n) AS a FROM t", Kind.FUNCTION, {"t.n"}, set()),
        ("SELECT id FROM t WHERE zip = ANY (SELECT tier FROM u)", Kind.PREDICATE, set(), {"t.zip", "u.tier"}),
        ("SELECT zip FROM t UNION SELECT tier FROM u", Kind.UNION, set(), {"t.zip", "u.tier"}),
        ("SELECT RANK() OVER (PARTITION BY zip ORDER BY n) AS r FROM t", Kind.WINDOW, set(), {"t.zip", "t.n"}),
        ("SELECT SUM(n) OVER w AS s FROM t WINDOW w AS (PARTITION BY zip)", Kind.WINDOW, set(), {"t.zip"}),
        ("WITH c AS (SELECT '1' AS k) SELECT id FROM t JOIN c ON zip = k", Kind.PREDICATE, {"t.zip"}, set()),
        ("WITH c AS (SELECT COALESCE(tier, '1') AS k FROM u) SELECT id FROM t JOIN c ON zip = k", Kind.PREDICATE,
         {"t.zip"}, {"t.zip", "u.tier"}),
    ],
)  # fmt: skip
def test_comparison(sql: str, kind: Kind, literals: set[str], columns: set[str]) -> None:
    found = [comparison for comparison in _found(sql) if comparison.kind is kind]
    assert set().union(*(_columns(comparison.literals) for comparison in found)) == literals
    assert set().union(*(_columns(comparison.columns) for comparison in found)) == columns


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT UPPER(zip) AS z, n * 2 + 1 AS m, ROUND(n, 2) AS r FROM t",
        "SELECT SUM(n) / COUNT(*) AS s, n / 9 AS h, COUNT(DISTINCT zip) AS c FROM t",
        "SELECT AVG(CAST(n AS DECIMAL(10, 2))) AS a FROM t",
        "SELECT zip FROM t UNION ALL SELECT tier FROM u",
        "SELECT zip FROM t ORDER BY n LIMIT 3",
        "SELECT t.zip FROM t CROSS JOIN u",
        "SELECT COALESCE(n, 0) AS n, DATE_TRUNC('month', zip) AS m FROM t",
    ],
)
def test_nothing_is_compared(sql: str) -> None:
    assert [found for found in _found(sql) if found.literals or found.columns or found.inline] == []


def test_rows_of_values_are_told_from_literals() -> None:
    (found,) = _found("SELECT t.id FROM t JOIN (VALUES ('1')) AS v(k) ON t.zip = v.k")
    assert (_columns(found.inline), found.literals, found.columns) == ({"t.zip"}, (), ())


def test_sums_are_told_from_values() -> None:
    summed = _found("SELECT id FROM t GROUP BY id HAVING SUM(n) > 5")[0].literals
    shown = _found("SELECT id FROM t GROUP BY id HAVING MAX(n) > 5")[0].literals
    assert [value.summed for value in (*summed, *shown)] == [True, False]


def test_path_of_a_column_is_kept() -> None:
    found = _found("WITH c AS (SELECT zip AS k FROM t) SELECT k FROM c WHERE k = '1'")[0].literals
    assert [origin.path for value in found for origin in value.origins] == [("CTE 'c'",)]
