"""Text made to be slow or too deep: a verdict within a second per 100 KB, and no crash.

`deep` shapes nest 20,000 levels, which kills an unguarded parser; `wide` ones are long and flat, or repeat themselves.
"""

from __future__ import annotations

import time

import pytest

from simulator.verdict import Outcome, Verdict
from tests.adversarial.test_smuggling import FIXTURES
from tests.conformance.query_cases import judge_query

LONGEST = 500_000
LEVELS = 20_000
WIDTH = 8_000
WHERE = "SELECT camp FROM imps WHERE "


def _nested(before: str, inside: str, after: str = "", *, head: str = "SELECT ", tail: str = " FROM imps") -> str:
    return (head + before * LEVELS + inside + after * LEVELS + tail)[:LONGEST]


DEEP = {
    "brackets": _nested("(", "TRUE", ")", head=WHERE, tail=""),
    "brackets_left_open": WHERE + "(" * LEVELS,
    "not": _nested("NOT ", "TRUE", head=WHERE, tail=""),
    "minus": _nested("- ", "clicks"),
    "tilde": _nested("~", "clicks"),
    "case": _nested("CASE WHEN TRUE THEN ", "1", " END"),
    "functions": _nested("UPPER(", "camp", ")"),
    "casts": _nested("CAST(", "camp", " AS STRING)"),
    "cast_operators": _nested("", "camp", "::STRING"),
    "type_names": _nested("DATE(", "shown_on", ")"),
    "arrays": _nested("[", "camp", "]"),
    "indexes": _nested("", "camp", "[0]"),
    "fields": _nested("", "camp", ".a"),
    "lambdas": _nested("x -> ", "1", head="SELECT f(", tail=") FROM imps"),
    "additions": _nested("clicks + ", "1"),
    "derived_tables": _nested("SELECT * FROM (", "SELECT camp FROM imps", ") q", head="", tail=""),
    "subqueries": _nested("camp IN (SELECT camp FROM imps WHERE ", "TRUE", ")", head=WHERE, tail=""),
    "exists": _nested("EXISTS (SELECT 1 WHERE ", "TRUE", ")", head=WHERE, tail=""),
    "with_in_with": _nested("WITH a AS (", "SELECT 1", ") SELECT * FROM a", head="", tail=""),
    "joins_without_on": "SELECT 1 FROM imps " + "JOIN users " * LEVELS,
    "types": _nested("ARRAY<", "INT", ">", head="SELECT CAST(camp AS ", tail=") FROM imps"),
    "betweens": _nested("clicks BETWEEN 1 AND ", "2", head=WHERE, tail=""),
    "comments": _nested("/* ", " , zip ", "*/ ", head="SELECT camp, zip "),
    "only_select": "SELECT " * LEVELS,
    "closing": ")" * LEVELS,
}
WIDE = {
    "conditions": WHERE + " OR ".join(["zip = '1'"] * WIDTH),
    "list": f"SELECT camp IN ({', '.join(['zip'] * WIDTH)}) AS a FROM imps",
    "items": f"SELECT {', '.join(['zip'] * WIDTH)} FROM imps",
    "stars": f"SELECT {', '.join(['*'] * WIDTH)} FROM imps",
    "unknown": f"SELECT {', '.join(f'nope{number}' for number in range(WIDTH))} FROM imps",
    "whens": f"SELECT CASE {'WHEN zip = 1 THEN 1 ' * WIDTH}END AS a FROM imps",
    "entries": "SELECT zip FROM imps" + "".join(f", users u{number}" for number in range(WIDTH)),
    "ctes": "WITH c0 AS (SELECT zip FROM imps)"
    + "".join(f", c{number + 1} AS (SELECT zip FROM c{number})" for number in range(WIDTH // 4))
    + f" SELECT zip FROM c{WIDTH // 4}",
    "doubling_ctes": "WITH c0 AS (SELECT zip AS a FROM imps)"
    + "".join(f", c{number + 1} AS (SELECT x.*, y.* FROM c{number} x, c{number} y)" for number in range(60))
    + " SELECT * FROM c60",
    "unions": " UNION ALL ".join(["SELECT zip FROM imps"] * (WIDTH // 4)),
    "cached_tables": "".join(f"CACHE TABLE c{number} AS SELECT zip FROM imps; " for number in range(WIDTH // 8))
    + "SELECT zip FROM c1",
    "windows": f"SELECT {', '.join(['SUM(clicks) OVER (PARTITION BY zip)'] * (WIDTH // 4))} FROM imps",
    "keys": f"SELECT MAX(zip) AS z FROM imps GROUP BY {', '.join(['camp'] * WIDTH)}",
    "quotes": f"SELECT {chr(39) * 2 * WIDTH} AS q, zip FROM imps",
    "long_string": f"SELECT '{'x' * 490_000}' AS c, zip FROM imps",
    "long_name": f"SELECT `{'x' * 490_000}` FROM imps",
    "line_comments": "SELECT zip " + "-- a\n" * WIDTH + " FROM imps",
    "too_long": f"SELECT camp FROM imps WHERE camp = '{'x' * 500_000}'",
}


HANG = 10.0
"""CPU seconds. What takes longer has stopped being linear; how fast it is, is measured and not asserted."""


def _judged(tables: list[str], sql: str) -> tuple[Verdict, float]:
    start = time.process_time()
    verdict = judge_query({"id": "x", "tables": tables, "query_runner": "111111111111", "sql": sql}, FIXTURES)
    return verdict, time.process_time() - start


@pytest.mark.parametrize("name", DEEP)
def test_deep_text_is_refused_with_its_place(name: str) -> None:
    verdict, _ = _judged(["cust_disallow", "cust_users"], DEEP[name])
    assert verdict.outcome is Outcome.DENIED
    assert {finding.check for finding in verdict.findings} <= {
        "nesting_too_deep",
        "syntax_error",
        "disallowed_output_column",
    }
    assert all(finding.span is not None for finding in verdict.findings)


@pytest.mark.parametrize(
    "rule",
    [
        "cust_dp",
        pytest.param("cust_disallow", marks=pytest.mark.statistics),
        pytest.param("cust_threshold_compare", marks=pytest.mark.statistics),
    ],
)
@pytest.mark.parametrize("name", WIDE)
def test_long_text_is_judged_in_time(name: str, rule: str) -> None:
    verdict, seconds = _judged([rule, "cust_users"], WIDE[name])
    assert verdict.outcome is not Outcome.ALLOWED
    assert seconds < HANG
