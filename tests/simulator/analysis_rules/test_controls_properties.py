"""Whatever is wrapped around a controlled column, the verdict stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.verdict import Outcome
from tests.conformance.query_cases import judge_query
from tests.yaml_text import from_yaml

CASES = Path(__file__).parents[2] / "cases"
FIXTURES = from_yaml((CASES / "corpus" / "aws-rules.yaml").read_text())["table_fixtures"]

WRAPPERS = (
    "UPPER({})", "({})", "CAST({} AS STRING)", "COALESCE({}, camp)", "CONCAT({}, camp)", "SUBSTRING({}, 1, 3)",
    "CASE WHEN clicks > 1 THEN {} END", "MD5({})", "TRIM({})", "{} || 'x'", "IF(clicks > 1, {}, 'x')",
)  # fmt: skip
OPERATORS = ("= '1'", "<> '1'", "LIKE '1%'", "IN ('1', '2')", "NOT IN ('1')", "BETWEEN '1' AND '2'", "RLIKE '1'", "> 5")


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """An expression over zip, wrapped up to four times."""
    text = "zip"
    for wrapper in draw(st.lists(st.sampled_from(WRAPPERS), max_size=4)):
        text = wrapper.format(text)
    return text


@st.composite
def relations(draw: st.DrawFn) -> tuple[str, str]:
    """A WITH clause (or nothing) and a relation that has the columns of imps."""
    depth = draw(st.integers(0, 3))
    columns = "user_key, camp, shown_on, zip, spend, clicks"
    ctes = [f"c{level} AS (SELECT {columns} FROM {f'c{level - 1}' if level else 'imps'})" for level in range(depth)]
    name = f"c{depth - 1}" if depth else "imps"
    derived = draw(st.booleans())
    return f"WITH {', '.join(ctes)} " if ctes else "", f"(SELECT {columns} FROM {name}) q" if derived else name


def _verdict(table: str, sql: str) -> tuple[Any, set[str]]:
    verdict = judge_query({"id": "property", "query_runner": "111111111111", "tables": [table], "sql": sql}, FIXTURES)
    return verdict.outcome, {finding.check for finding in verdict.findings if finding.setting is None}


@given(expressions(), relations())
def test_disallowed_column_never_gets_out(expression: str, relation: tuple[str, str]) -> None:
    clause, source = relation
    outcome, checks = _verdict("cust_disallow", f"{clause}SELECT camp, {expression} AS x FROM {source}")
    assert outcome is Outcome.DENIED
    assert "disallowed_output_column" in checks


@given(expressions(), relations(), st.sampled_from(OPERATORS))
def test_unlisted_column_never_meets_a_literal(expression: str, relation: tuple[str, str], operator: str) -> None:
    clause, source = relation
    sql = f"{clause}SELECT SUM(spend) AS s FROM {source} WHERE {expression} {operator}"
    outcome, checks = _verdict("cust_compare", sql)
    assert outcome is Outcome.DENIED
    assert "literal_comparison_not_allowed" in checks


@given(
    relations(),
    st.sampled_from(OPERATORS),
    st.sampled_from(["{}", "NOT ({})", "clicks > 1 OR {}", "({}) AND clicks > 1"]),
)
def test_identity_never_meets_a_literal(relation: tuple[str, str], operator: str, condition: str) -> None:
    clause, source = relation
    where = condition.format(f"user_key {operator}")
    outcome, checks = _verdict("cust_threshold", f"{clause}SELECT COUNT(camp) AS n FROM {source} WHERE {where}")
    assert outcome is Outcome.DENIED
    assert "identity_compared_with_literal" in checks
