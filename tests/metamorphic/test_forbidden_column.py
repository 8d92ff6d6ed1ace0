"""A disallowed column is found in the output whatever it went through; an allowed one on the same way is not."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from simulator.verdict import Outcome, Verdict
from tests.conformance.query_cases import judge_query
from tests.yaml_text import from_yaml

CORPUS = from_yaml((Path(__file__).parents[1] / "cases/corpus/aws-rules.yaml").read_text())

# {r}: a relation, {c}: its column, {n}: the name of the column that comes out.
STEPS = (
    "SELECT {c} AS {n} FROM {r}",
    "SELECT ({c}) AS {n}, 1 AS one FROM {r}",
    "SELECT q.{n} FROM (SELECT {c} FROM {r}) q({n})",
    "SELECT `{n}` FROM (SELECT {c} AS {n} FROM {r})",
    "SELECT q.* FROM (SELECT {c} AS {n} FROM {r}) q",
    "SELECT * EXCEPT (other) FROM (SELECT {c} AS {n}, 1 AS other FROM {r})",
    "SELECT UPPER(CONCAT('x', {c})) AS {n} FROM {r}",
    "SELECT CASE WHEN {c} > 'm' THEN 'a' ELSE 'b' END AS {n} FROM {r}",
    "SELECT COALESCE(NULLIF({c}, 'x'), 'y') AS {n} FROM {r}",
    "SELECT CAST({c} IS NULL AS INT) + 1 AS {n} FROM {r}",
    "SELECT MAX({c}) AS {n} FROM {r}",
    "SELECT COUNT(DISTINCT {c}) AS {n} FROM {r}",
    "SELECT COUNT(*) FILTER (WHERE {c} = 'x') AS {n} FROM {r}",
    "SELECT COLLECT_LIST({c})[0] AS {n} FROM {r}",
    "SELECT {c} AS {n} FROM {r} GROUP BY {c}",
    "SELECT {n} FROM (SELECT UPPER({c}) AS {n} FROM {r}) GROUP BY {n}",
    "SELECT LAG({c}) OVER (ORDER BY {c}) AS {n} FROM {r}",
    "SELECT RANK() OVER (ORDER BY {c}) AS {n} FROM {r}",
    "SELECT COUNT(*) OVER w AS {n} FROM {r} WINDOW w AS (PARTITION BY {c})",
    "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {c}) AS {n} FROM {r}",
    "SELECT {c} AS {n} FROM {r} UNION ALL SELECT 'x'",
    "SELECT 'x' AS {n} UNION SELECT {c} FROM {r}",
    "SELECT tier AS {n} FROM users EXCEPT SELECT {c} FROM {r}",
    "(SELECT {c} AS {n} FROM {r}) INTERSECT (SELECT tier FROM users)",
    "SELECT (SELECT MAX({c}) FROM {r}) AS {n} FROM users",
    "SELECT EXISTS (SELECT 1 FROM {r} WHERE {c} = 'x') AS {n} FROM users",
    "SELECT tier IN (SELECT {c} FROM {r}) AS {n} FROM users",
    "SELECT {c} AS {n} FROM (SELECT tier FROM users) CROSS JOIN {r} WHERE {c} = tier",
    "SELECT {n} FROM users JOIN (SELECT {c} AS {n} FROM {r}) q ON q.{n} = users.tier",
    "SELECT {n} FROM (SELECT tier AS {n} FROM users) JOIN (SELECT {c} AS {n} FROM {r}) USING ({n})",
    "SELECT {n} FROM (SELECT tier AS {n} FROM users) NATURAL LEFT JOIN (SELECT {c} AS {n} FROM {r})",
    "SELECT {n} FROM {r} LATERAL VIEW EXPLODE(ARRAY({c}, 'x')) v AS {n}",
    "SELECT {n} FROM {r}, LATERAL (SELECT {c} AS {n})",
    "SELECT s.f AS {n} FROM (SELECT NAMED_STRUCT('f', {c}, 'g', 1) AS s FROM {r})",
    "SELECT TRANSFORM(ARRAY({c}), x -> CONCAT(x, 'a'))[0] AS {n} FROM {r}",
    "SELECT AGGREGATE(ARRAY(1), '', (a, x) -> {c}) AS {n} FROM {r}",
    "SELECT MAP({c}, 'v')['k'] AS {n} FROM {r}",
    "WITH inner_{n} AS (SELECT {c} AS {n} FROM {r}) SELECT {n} FROM inner_{n}",
    "WITH users AS (SELECT {c} AS {n} FROM {r}) SELECT {n} FROM users",
)


def built(column: str, steps: list[str], *, through_ctes: bool) -> str:
    """Lead *column* of the table imps through *steps* into the output, each a derived table or a CTE of its own."""
    relation, name, ctes = "imps", column, []
    for number, step in enumerate(steps):
        query = step.format(r=relation, c=name, n=f"c{number}")
        name = f"c{number}"
        if through_ctes:
            ctes.append(f"step{number} AS ({query})")
            relation = f"step{number}"
        else:
            relation = f"({query})"
    prefix = f"WITH {', '.join(ctes)} " if ctes else ""
    return f"{prefix}SELECT {name} FROM {relation}"


def _verdict(sql: str) -> Verdict:
    case = {"id": "m", "tables": ["cust_disallow", "cust_users"], "query_runner": "111111111111", "sql": sql}
    return judge_query(case, CORPUS["table_fixtures"])


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=5), st.booleans())
def test_a_disallowed_column_in_the_output_is_denied(steps: list[str], through_ctes: bool) -> None:  # noqa: FBT001 - drawn
    verdict = _verdict(built("zip", steps, through_ctes=through_ctes))
    assert verdict.outcome is Outcome.DENIED
    assert {finding.check for finding in verdict.findings} == {"disallowed_output_column"}
    assert any("'imps.zip'" in finding.message for finding in verdict.findings)


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=5), st.booleans())
def test_an_allowed_column_on_the_same_way_is_allowed(steps: list[str], through_ctes: bool) -> None:  # noqa: FBT001 - drawn
    verdict = _verdict(built("camp", steps, through_ctes=through_ctes))
    assert verdict.findings == ()
