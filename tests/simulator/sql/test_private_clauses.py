"""Privacy clauses: lifted, attached to the right SELECT, written back; nothing is dropped silently."""

from __future__ import annotations

import random

import pytest
from sqlglot import exp

from simulator.request import AnalysisRequest, Table
from simulator.sql.clause_options import ValueKind, as_number
from simulator.sql.parsing import parse, problems_of
from simulator.sql.resolving import resolve_script
from tests.simulator.sql.clause_writing import google_sql
from tests.sql_requests import read_sql

_NO_AGGREGATE = "is an argument of an aggregate function"


def _clauses(sql: str) -> dict[str, str]:
    """Return each clause by the FROM of the SELECT that it hangs on."""
    parsed, found = read_sql(sql)
    assert found == []
    selects = {id(select): select for tree in parsed.statements for select in tree.find_all(exp.Select)}
    return {
        selects[key].args["from_"].this.alias_or_name: clause.sql() for key, clause in parsed.attached.clauses.items()
    }


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT WITH AGGREGATION_THRESHOLD a FROM t", {"t": "WITH AGGREGATION_THRESHOLD"}),
        (
            "select with differential_privacy options(epsilon=1e20) a from t",
            {"t": "WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1e20)"},
        ),
        (
            "SELECT a FROM t WHERE a IN (SELECT WITH AGGREGATION_THRESHOLD b FROM u)",
            {"u": "WITH AGGREGATION_THRESHOLD"},
        ),
        ("WITH c AS (SELECT WITH AGGREGATION_THRESHOLD a FROM t) SELECT * FROM c", {"t": "WITH AGGREGATION_THRESHOLD"}),
        (
            "SELECT WITH DIFFERENTIAL_PRIVACY a FROM t UNION ALL SELECT WITH AGGREGATION_THRESHOLD b FROM u",
            {"t": "WITH DIFFERENTIAL_PRIVACY", "u": "WITH AGGREGATION_THRESHOLD"},
        ),
        ("SELECT WITH AGGREGATION_THRESHOLD DISTINCT a FROM t", {"t": "WITH AGGREGATION_THRESHOLD"}),
        ("SELECT WITH AGGREGATION_THRESHOLD ALL a FROM t", {"t": "WITH AGGREGATION_THRESHOLD"}),
        (
            "FROM t |> AGGREGATE WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1) COUNT(*) AS n GROUP BY a",
            {"t": "WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1)"},
        ),
        ("SELECT /* x */ WITH -- y\n AGGREGATION_THRESHOLD # z\n a FROM t", {"t": "WITH AGGREGATION_THRESHOLD"}),
        ("SELECT a AS `SELECT WITH x` FROM t", {}),
        ("WITH differential_privacy AS (SELECT 1 AS a) SELECT a FROM differential_privacy", {}),
    ],
)
def test_clause_hangs_on_its_select(sql: str, expected: dict[str, str]) -> None:
    assert _clauses(sql) == expected


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT WITH K_ANONYMITY a FROM t",
            "SELECT WITH is followed by DIFFERENTIAL_PRIVACY or AGGREGATION_THRESHOLD; found 'K_ANONYMITY'",
        ),
        ("SELECT WITH `AGGREGATION_THRESHOLD` a FROM t", "found 'AGGREGATION_THRESHOLD'"),
        ("SELECT WITH", "found 'the end of the query'"),
        ("SELECT WITH AGGREGATION_THRESHOLD", "a select list after the privacy clause is missing"),
        ("SELECT WITH AGGREGATION_THRESHOLD FROM t", "a select list after the privacy clause is missing"),
        ("SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold=1", "the value of option 'threshold' is missing"),
        ("SELECT WITH AGGREGATION_THRESHOLD OPTIONS(", "OPTIONS has no closing bracket"),
        ("SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold) a FROM t", "OPTIONS takes a list of name = value"),
        (
            "SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold=) a FROM t",
            "the value of option 'threshold' is missing",
        ),
        ("SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold=1; SELECT 2", "is missing"),
        ("SELECT WITH AGGREGATION_THRESHOLD AS STRUCT a FROM t", "select columns"),
        ("FROM t |> SELECT WITH AGGREGATION_THRESHOLD a", "write it in '|> AGGREGATE'"),
        ("SELECT AVG(a, contribution_bounds_per_group => (0, b)) FROM t", "takes a pair of numbers"),
        ("SELECT AVG(a, contribution_bounds_per_group => 5) FROM t", "takes a pair of numbers"),
        (
            "SELECT AVG(a, contribution_bounds_per_group => (0, 1), contribution_bounds_per_group => (0, 2)) FROM t",
            "a second pair of contribution bounds",
        ),
        ("SELECT (a, contribution_bounds_per_group => (0, 1)) FROM t", _NO_AGGREGATE),
        ("SELECT SUM(ABS(a, contribution_bounds_per_group => (0, 1))) FROM t", _NO_AGGREGATE),
        ("SELECT COALESCE(SUM(a), contribution_bounds_per_group => (0, 1)) FROM t", _NO_AGGREGATE),
        ("SELECT SUM(a) FROM t WHERE ABS(a, contribution_bounds_per_row => (0, 1)) > 1", _NO_AGGREGATE),
        ("SELECT IF(a, 1, 2, contribution_bounds_per_row => (0, 1)) FROM t", _NO_AGGREGATE),
        ("SELECT my_function(a, contribution_bounds_per_row => (0, 1)) FROM t", _NO_AGGREGATE),
        ("SELECT \0 FROM t", "a NUL character"),
        ("SELECT a /* b /* c */ FROM t", "comments in brackets do not nest in BigQuery"),
    ],
)
def test_refused_with_a_reason(sql: str, message: str) -> None:
    _, found = read_sql(sql)
    assert found
    assert message in found[0]


def test_the_text_of_an_unknown_clause_is_the_services() -> None:
    problems = problems_of("", "BIGQUERY")
    problems.sql = "SELECT WITH K_ANONYMITY a FROM t"
    parse(problems.sql, "BIGQUERY", problems)
    assert problems.found[0].service_message == (
        "Invalid identifier after SELECT WITH; expected DIFFERENTIAL_PRIVACY, AGGREGATION_THRESHOLD but got: "
        "K_ANONYMITY"
    )


def test_options_keep_their_kind_and_place() -> None:
    sql = "SELECT WITH DIFFERENTIAL_PRIVACY\nOPTIONS(a=.5, b = -3, c=NULL, d='x''', e=t.`u`, f=1+1, g=0x1F) x FROM t"
    (clause,) = read_sql(sql)[0].attached.clauses.values()
    assert [(option.name, option.kind) for option in clause.options] == [
        ("a", ValueKind.FLOAT),
        ("b", ValueKind.INTEGER),
        ("c", ValueKind.NULL),
        ("d", ValueKind.OTHER),
        ("e", ValueKind.PATH),
        ("f", ValueKind.OTHER),
        ("g", ValueKind.INTEGER),
    ]
    assert [option.number for option in clause.options] == [0.5, -3.0, None, None, None, None, 31.0]
    assert clause.options[4].text == "t.u"
    assert (clause.span.line, clause.options[0].span.line, clause.options[0].span.column) == (1, 2, 9)


@pytest.mark.parametrize(
    ("written", "value"), [("- 5", -5.0), ("1e400", float("inf")), ("0xFFFFFFFFFFFFFFFFF", float("inf")), ("a", None)]
)
def test_numbers(written: str, value: float | None) -> None:
    assert as_number(written) == value


BOUNDED = "AVG(a + SUM(b, contribution_bounds_per_group => (-1, 2.5)), contribution_bounds_per_group => (0, 9))"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 4, privacy_unit_column = t.u) a, COUNT(*) FROM t",
        f"SELECT WITH DIFFERENTIAL_PRIVACY {BOUNDED} AS x, COUNT(*, contribution_bounds_per_group => (0, 1)) FROM t",
        "SELECT WITH DIFFERENTIAL_PRIVACY PERCENTILE_CONT(a, 0.5, contribution_bounds_per_row => (0, 1)) FROM t",
        "SELECT a FROM (SELECT WITH AGGREGATION_THRESHOLD COUNT(DISTINCT a) AS a FROM t) WHERE a > 3",
        "SELECT WITH AGGREGATION_THRESHOLD DISTINCT a FROM t",
    ],
)
def test_round_trip_keeps_clauses_and_bounds(sql: str) -> None:
    parsed, found = read_sql(sql)
    assert found == []
    written = google_sql(parsed.statements[0], parsed.attached)
    assert written == sql
    assert parsed.statements[0].sql("bigquery") != sql or "WITH" not in sql


SEEDS = (
    (
        "SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold=4, privacy_unit_column=u) a, COUNT(DISTINCT u) AS n "
        "FROM ds.v GROUP BY a"
    ),
    (
        "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon=1e-3, delta=.01, max_groups_contributed=NULL) a, "
        "AVG(b, contribution_bounds_per_group => (0, 100)) AS m FROM ds.v AS v JOIN ds.t AS t USING (u) GROUP BY a"
    ),
    (
        "FROM ds.v |> WHERE b > 1 |> AGGREGATE WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon=1) COUNT(*) AS n GROUP BY a "
        "|> LIMIT 3"
    ),
    "WITH c AS (SELECT u, a FROM ds.v) SELECT MAX(n) FROM (SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM c)",
    (
        "SELECT WITH DIFFERENTIAL_PRIVACY PERCENTILE_CONT(b, 0.5, contribution_bounds_per_row => (0, 1)) "
        "FROM `p-x.ds.v` -- end"
    ),
)
WORDS = (
    *(
        "SELECT",
        "WITH",
        "OPTIONS",
        "(",
        ")",
        ",",
        "=",
        "=>",
        "|>",
        "AGGREGATE",
        "DISTINCT",
        "FROM",
        "ds.v",
        "'",
        "`",
        "/*",
    ),
    *("*/", "#", "\n", "NULL", "1e20", "AGGREGATION_THRESHOLD", "DIFFERENTIAL_PRIVACY", ";", "GROUP BY", "\\", "r'''"),
    *("contribution_bounds_per_group", "AS", "STRUCT", "UNNEST", "[", "]", "CASE", "END", "\0", "\u212a", "@p", "--"),
)
TABLES = {name: Table(name, "p", {"u": "STRING", "a": "STRING", "b": "INT64"}) for name in ("ds.v", "ds.t")}


KEPT = ("WITH AGGREGATION_THRESHOLD", "WITH DIFFERENTIAL_PRIVACY", "CONTRIBUTION_BOUNDS_PER", "EPSILON", "DELTA")
"""Words that are in what was read as often as in the text."""


def _mutated(rng: random.Random) -> str:
    text = rng.choice(SEEDS)
    for _ in range(rng.choice((1, 1, 2, 4))):
        start, other = rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)
        low, high = min(start, other), min(max(start, other), min(start, other) + 12)
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:low] + text[high:]
        elif kind == 1:
            text = f"{text[:low]} {rng.choice(WORDS)} {text[low:]}"
        elif kind == 2:
            text = text[:low] + rng.choice(WORDS) + text[high:]
        else:
            text = text[:high] + text[low:high] + text[high:]
    return text


@pytest.mark.parametrize("statements", [2_500, pytest.param(10_000, marks=pytest.mark.statistics)])
def test_mutated_statements(statements: int) -> None:
    """Each is refused with a reason, or every clause, option and bound that it writes is in what was read."""
    rng = random.Random(8)  # noqa: S311 - cases, not secrets
    accepted = 0
    for _ in range(statements):
        sql = _mutated(rng)
        script = resolve_script(AnalysisRequest(sql, TABLES, "p", engine="BIGQUERY", project="p-x"))
        if script.problems:
            continue
        accepted += 1
        written = google_sql(script.statements[-1], script.attached)
        again, unreadable = read_sql(written)
        if unreadable:
            continue  # sqlglot reads `0 .5` as something that it cannot write
        before, after = script.attached, again.attached
        assert [clause.sql() for clause in before.clauses.values()] == [
            clause.sql() for clause in after.clauses.values()
        ]
        assert sorted(bound.sql() for bound in before.bounds.values()) == sorted(
            bound.sql() for bound in after.bounds.values()
        )
        if not any(mark in sql for mark in ("--", "/*", "#", "'", "`", '"')):
            text = " ".join(sql.upper().split())
            assert [written.upper().count(word) for word in KEPT] == [text.count(word) for word in KEPT], sql
    assert accepted > statements / 50
