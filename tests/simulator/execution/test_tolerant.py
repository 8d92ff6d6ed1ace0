"""No row decides whether a query fails: failure would be an answer without noise and without a threshold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlglot

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.data import MemoryData
from simulator.execution.errors import NotEnforceableError
from simulator.execution.running import run
from simulator.execution.tolerant import make_tolerant
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
        return run(request, MemoryData({"t": ROWS}), privacy=None, ledger=None, source=seeded(1)).answer.rows

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
    ],
)
def test_one_row_does_not_make_a_query_fail(
    expression: str, answer: Callable[[str], tuple[tuple[object, ...], ...]]
) -> None:
    sql = f"SELECT g, {expression} AS v, COUNT(DISTINCT id) AS n FROM t GROUP BY g"
    assert {row[0] for row in answer(sql)} == {"A", "C"}


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


@pytest.mark.parametrize(
    ("written", "tolerant"),
    [
        ("SELECT SUM(a * b) + 1 FROM t", "SELECT SUM(TRY(a * b)) + 1 FROM t"),
        ("SELECT UPPER(a), 1 + 2 FROM t", "SELECT UPPER(a), 1 + 2 FROM t"),
        ("SELECT LAG(a + 1) OVER (ORDER BY a) FROM t", "SELECT LAG(TRY(a + 1)) OVER (ORDER BY a) FROM t"),
        ("SELECT a + (SELECT 1) FROM t", "SELECT a + (SELECT 1) FROM t"),
    ],
)
def test_what_is_wrapped(written: str, tolerant: str) -> None:
    assert make_tolerant(sqlglot.parse_one(written, read="duckdb")).sql("duckdb") == tolerant
