"""No row decides whether a query fails: failure would be an answer without noise and without a threshold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlglot
from sqlglot.optimizer.annotate_types import annotate_types

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.errors import NotEnforceableError
from simulator.execution.loading.data import MemoryData
from simulator.execution.one_row_oracles.tolerant import make_tolerant
from simulator.execution.running import run
from simulator.privacy.rng import seeded
from simulator.request import AnalysisRequest, Table

COLUMNS = {"id": "string", "g": "string", "x": "int", "secret": "int", "note": "string"}
ROWS = [
    *({"id": f"a{n}", "g": "A", "x": 1, "secret": 5, "note": "na"} for n in range(3)),
    *({"id": f"c{n}", "g": "C", "x": 1, "secret": 5, "note": "nc"} for n in range(4)),
    {"id": "b1", "g": "B", "x": 2, "secret": 777, "note": "("},
]
RUNNER = "111111111111"


@pytest.fixture
def answer(custom: Callable[..., AnalysisRuleCustom]) -> Callable[[str], tuple[tuple[object, ...], ...]]:
    """Run a query on ROWS, of which one group has a single person, under a threshold of three persons."""
    threshold = {
        "identity_columns": ["id"],
        "minimum_identity_count": 3,
        "type": "COUNT_DISTINCT",
        "allowed_aggregate_expression_type": "ANY_EXPRESSION",
    }
    rule = AnalysisRuleCustom.model_validate(
        {
            "allowed_analyses": ["ANY_QUERY"],
            "allowed_analysis_providers": [RUNNER],
            "aggregation_thresholds": [threshold],
        }
    )
    table = Table("t", "222222222222", COLUMNS, rule=rule, receivers_unlimited=True)

    def execute(sql: str) -> tuple[tuple[object, ...], ...]:
        request = AnalysisRequest(sql=sql, tables={"t": table}, query_runner=RUNNER)
        return run(request, MemoryData({"t": ROWS}), booking=None, source=seeded(1)).answer.rows

    return execute


@pytest.mark.parametrize(
    "expression",
    [
        "SUM(secret * CASE WHEN secret > 700 THEN 500000000 ELSE 1 END)",
        "SUM((CASE WHEN secret > 700 THEN 2147483647 ELSE 0 END) + x)",
        "SUM(-(secret * 5000000))",
        "COUNT(FACTORIAL(x + CASE WHEN secret > 700 THEN 50 ELSE 0 END))",
        "COUNT(REGEXP_REPLACE(note, note, ''))",
        "SUM(ABS(CAST(-2147483648 AS INT) + x - 1))",
        "COUNT(SUBSTRING(note, secret * 100000000))",
        "SUM(CASE WHEN secret > 700 THEN 2 ELSE 0 END) * 9223372036854775807 * 9223372036854775807 * 100",
        "SUM(CASE WHEN x > 0 THEN CAST(9e37 AS DECIMAL(38,0)) ELSE 0 END)",
        "AVG(DISTINCT CAST(90000000000000000000000000000000000000 AS DECIMAL(38,0)) - x)",
        "SUM(90000000000000000000000000000000000000)",
        "SUM(secret * 90000000000000000000000000000000000)",
        "SUM(CASE WHEN secret > 700 THEN 2 ELSE 0 END) + 9223372036854775807 * MAX(x)",
    ],
)
def test_one_row_does_not_make_a_query_fail(
    expression: str, answer: Callable[[str], tuple[tuple[object, ...], ...]]
) -> None:
    sql = f"SELECT g, {expression} AS v, COUNT(DISTINCT id) AS n FROM t GROUP BY g"
    assert {row[0] for row in answer(sql)} == {"A", "C"}


@pytest.mark.parametrize(
    "condition",
    [
        "SUM(CASE WHEN secret > 700 THEN 2 ELSE 1 END) * 9223372036854775807 * 9223372036854775807 IS NULL OR 1 = 1",
        "ABS(SUM(-secret) * 1.5 + MAX(x)) > 0",
    ],
)
def test_one_row_does_not_make_a_condition_on_groups_fail(
    condition: str, answer: Callable[[str], tuple[tuple[object, ...], ...]]
) -> None:
    rows = answer(f"SELECT g, COUNT(DISTINCT id) AS n FROM t GROUP BY g HAVING {condition}")
    assert set(rows) == {("A", 3), ("C", 4)}


def test_one_row_does_not_make_a_nested_query_fail(answer: Callable[[str], tuple[tuple[object, ...], ...]]) -> None:
    sql = (
        "WITH c AS (SELECT id, SUM(CASE WHEN secret > 700 THEN 2 ELSE 0 END) * 9223372036854775807"
        " * 9223372036854775807 * 100 AS s FROM t GROUP BY id) SELECT COUNT(DISTINCT id) AS n FROM c"
    )
    assert answer(sql) == ((8,),)


@pytest.mark.parametrize("value", ["1e300", "CAST('NaN' AS DOUBLE)", "CAST('Infinity' AS DOUBLE)"])
def test_one_row_does_not_make_skewness_fail(
    value: str, answer: Callable[[str], tuple[tuple[object, ...], ...]]
) -> None:
    sql = f"SELECT SKEWNESS(CASE WHEN secret > 700 THEN {value} ELSE x END) AS v, COUNT(DISTINCT id) AS n FROM t"
    assert answer(sql)[0][1] == 8


def test_wide_sums_that_fit_are_exact(answer: Callable[[str], tuple[tuple[object, ...], ...]]) -> None:
    sql = (
        "SELECT SUM(CAST(x AS DECIMAL(38, 18)) / 1) AS a, SUM(CAST('0.000000000000000001' AS DECIMAL(38, 18))) AS b, "
        "SUM(CAST('12345678901234.5' AS DECIMAL(38, 6)) + x) AS c, COUNT(DISTINCT id) AS n FROM t"
    )
    _, tiny, large, _ = answer(sql)[0]
    assert (tiny, large) == (Decimal("8e-18"), Decimal("98765431209885.000000"))


def test_grouped_expressions_still_match_their_keys(answer: Callable[[str], tuple[tuple[object, ...], ...]]) -> None:
    sql = "SELECT x * 2 + 1 AS k, COUNT(DISTINCT id) AS n FROM t GROUP BY x * 2 + 1 HAVING SUM(x + 1) > 0"
    assert answer(sql) == ((3, 7),)


@pytest.mark.parametrize(
    "sql",
    [
        (
            "WITH c AS (SELECT g, SUM(secret) AS s FROM t GROUP BY g),"
            " w AS (SELECT g, LAG(s) OVER (ORDER BY g) AS p FROM c) SELECT g, SUM(p) AS v FROM w GROUP BY g"
        ),
        "WITH w AS (SELECT id, g, MAX(secret) OVER () AS p FROM t) SELECT p, COUNT(DISTINCT id) AS n FROM w GROUP BY p",
        (
            "WITH w AS (SELECT id, g, LAG(note) OVER (ORDER BY id) AS p FROM t)"
            " SELECT g, MAX(p) AS m, COUNT(DISTINCT id) AS n FROM w GROUP BY g"
        ),
        (
            "WITH w AS (SELECT a.id, a.g, SUM(b.secret) OVER (PARTITION BY a.id) AS p FROM t a JOIN t b ON a.g = b.g)"
            " SELECT p, COUNT(DISTINCT id) AS n FROM w GROUP BY p"
        ),
    ],
)
def test_windows_over_other_identities_are_not_followed(
    sql: str, answer: Callable[[str], tuple[tuple[object, ...], ...]]
) -> None:
    """A window in a nested query would carry a suppressed group into one that is shown."""
    with pytest.raises(NotEnforceableError, match="partition it by the identity column"):
        answer(sql)


def test_windows_within_one_identity_are_followed(answer: Callable[[str], tuple[tuple[object, ...], ...]]) -> None:
    sql = (
        "WITH w AS (SELECT id, g, ROW_NUMBER() OVER (PARTITION BY id ORDER BY x) AS r FROM t)"
        " SELECT g, COUNT(DISTINCT id) AS n FROM w WHERE r = 1 GROUP BY g"
    )
    assert set(answer(sql)) == {("A", 3), ("C", 4)}


def test_having_ends_the_exemption_of_plain_counts(answer: Callable[[str], tuple[tuple[object, ...], ...]]) -> None:
    assert answer("SELECT COUNT(DISTINCT id) AS n FROM t") == ((8,),)
    assert answer("SELECT COUNT(DISTINCT id) AS n FROM t WHERE g = 'B' HAVING MAX(secret) > 0") == ()


def test_a_quotient_of_numbers_is_never_wrapped() -> None:
    tree = annotate_types(sqlglot.parse_one("SELECT COUNT(*) / 2 FROM t", read="duckdb"))
    assert make_tolerant(tree).sql("duckdb") == "SELECT COUNT(*) / 2 FROM t"


@pytest.mark.parametrize(
    ("written", "tolerant"),
    [
        (
            "SELECT MAX(a) / 2 FROM t",
            (
                "SELECT LIST_TRANSFORM([{'a0': MAX(a)}], "
                'LAMBDA "of aggregates" : TRY(STRUCT_EXTRACT("of aggregates", \'a0\') / 2))[1] FROM t'
            ),
        ),
        ("SELECT a[b], a[1] FROM t", "SELECT TRY(a[b]), a[1] FROM t"),
        (
            "SELECT SUM(a * b) + 1 FROM t",
            (
                "SELECT LIST_TRANSFORM([{'a0': SUM(TRY(a * b))}], "
                'LAMBDA "of aggregates" : TRY(STRUCT_EXTRACT("of aggregates", \'a0\') + 1))[1] FROM t'
            ),
        ),
        ("SELECT UPPER(a), -2 FROM t", "SELECT UPPER(a), -2 FROM t"),
        ("SELECT CASE WHEN a THEN 1 + 2 END FROM t", "SELECT CASE WHEN a THEN TRY(1 + 2) END FROM t"),
        ("SELECT NULLIF(a, 'x') FROM t", "SELECT TRY(NULLIF(a, 'x')) FROM t"),
        ("SELECT NULLIF(a, b) FROM t", "SELECT NULLIF(a, b) FROM t"),
        ("SELECT INTERVAL '1' DAY FROM t", "SELECT INTERVAL '1' DAY FROM t"),
        ("SELECT INTERVAL '100000000' YEAR FROM t", "SELECT TRY(INTERVAL '100000000' YEAR) FROM t"),
        ("SELECT LAG(a + 1) OVER (ORDER BY a) FROM t", "SELECT LAG(TRY(a + 1)) OVER (ORDER BY a) FROM t"),
        (
            "SELECT a + (SELECT 1) FROM t",
            (
                "SELECT LIST_TRANSFORM([{'a0': (SELECT 1)}], "
                'LAMBDA "of aggregates" : TRY(a + STRUCT_EXTRACT("of aggregates", \'a0\')))[1] FROM t'
            ),
        ),
        (
            "SELECT a + ROW_NUMBER() OVER (ORDER BY a) FROM t",
            (
                "SELECT LIST_TRANSFORM([{'a0': ROW_NUMBER() OVER (ORDER BY a)}], "
                'LAMBDA "of aggregates" : TRY(a + STRUCT_EXTRACT("of aggregates", \'a0\')))[1] FROM t'
            ),
        ),
    ],
)
def test_what_is_wrapped(written: str, tolerant: str) -> None:
    assert make_tolerant(sqlglot.parse_one(written, read="duckdb")).sql("duckdb") == tolerant
