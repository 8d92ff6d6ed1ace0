"""Spelling never changes a verdict: the same query under other aliases, quotes, case, comments, order of conditions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis_rules import judge
from simulator.verdict import Outcome
from tests.conformance.query_cases import request_of
from tests.yaml_text import from_yaml

CORPUS = from_yaml((Path(__file__).parents[2] / "cases/corpus/aws-rules.yaml").read_text())
CASES = {
    case["id"]: case
    for case in (*CORPUS["cases"], *CORPUS["open"])
    if re.match(r"(OPEN-)?(AGG|LST|MIX)", case["id"]) and "sql" in case and case["engine"] == "SPARK"
}
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    select distinct from join inner left right full outer cross on where group by having order limit offset
    and or not in like between is null as asc desc case when then else end union all over using cache table
    sum count avg stddev upper lower cast coalesce nulls last int date rollup grouping sets delete top
        """,
    )
)

Rewriting = Callable[[str], str]


def _words(sql: str, change: Callable[[str], str]) -> str:
    """Apply *change* to every word outside strings."""
    parts = re.split(r"('(?:[^']|'')*')", sql)
    return "".join(
        part if part.startswith("'") else re.sub(r"[A-Za-z_]\w*", lambda m: change(m[0]), part) for part in parts
    )


def upper(sql: str) -> str:
    return _words(sql, str.upper)


def lower(sql: str) -> str:
    return _words(sql, str.lower)


def quoted(sql: str) -> str:
    """Put every name, but not keywords and functions, into backticks."""
    return _words(sql, lambda word: word if word.lower() in KEYWORDS else f"`{word}`")


def other_aliases(sql: str) -> str:
    """Rename the one-letter table aliases."""
    return _words(sql, lambda word: f"alias_{word}" if len(word) == 1 and word.islower() else word)


def comments(sql: str) -> str:
    return "/* c1 */ " + re.sub(r" (?=[A-Z])(?!BY)", " /* 'c2' */ ", sql) + " -- c3"


def lines(sql: str) -> str:
    return re.sub(r" (?=(FROM|JOIN|WHERE|GROUP|ORDER|HAVING)\b)", "\n\t", sql) + "\n"


def semicolon(sql: str) -> str:
    return sql.rstrip("; ") + " ;"


REWRITINGS = (upper, lower, quoted, other_aliases, comments, lines, semicolon)


def _outcome(case: dict[str, Any], sql: str) -> Outcome:
    return judge(request_of({**case, "sql": sql}, CORPUS["table_fixtures"])).outcome


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("rewriting", REWRITINGS, ids=lambda rewriting: rewriting.__name__)
def test_spelling_does_not_change_the_verdict(name: str, rewriting: Rewriting) -> None:
    case = CASES[name]
    assert _outcome(case, rewriting(case["sql"])) is _outcome(case, case["sql"])


ALLOWED = [name for name, case in CASES.items() if case.get("verdict") == "allowed"]
CONDITIONS = (
    "v.channel = 'tv'",
    "v.hour_no + 1 > 3",
    "NOT v.region IN ('EU', 'US')",
    "o.store_code LIKE 'a%'",
    "v.region IS NULL",
)
HEAD = "SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key WHERE "
BASE = {"id": "m", "tables": ["agg_views", "agg_orders"], "query_runner": "111111111111"}


@given(
    conditions=st.permutations(CONDITIONS),
    operators=st.lists(st.sampled_from(["AND", "OR"]), min_size=4, max_size=4),
    negation=st.sampled_from(["", "NOT NOT "]),
)
def test_order_of_conditions_does_not_matter(conditions: list[str], operators: list[str], negation: str) -> None:
    """Any combination of allowed conditions is allowed, bracketed and negated as one likes."""
    text = conditions[0]
    for operator, condition in zip(operators, conditions[1:], strict=True):
        text = f"({text}) {operator} {negation}{condition}"
    assert _outcome(BASE, HEAD + text) is Outcome.ALLOWED


@given(
    st.permutations(CONDITIONS),
    st.sampled_from(["v.cust_key", "v.note", "v.watch_secs", "o.qty", "v.device_tag"]),
    st.data(),
)
def test_a_forbidden_column_anywhere_in_a_filter_denies(
    conditions: list[str], column: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(conditions)))
    form = data.draw(
        st.sampled_from(
            [
                "{} = 'x'",
                "'x' = {}",
                "{} IS NULL",
                "NOT {} IN ('x')",
                "{} LIKE 'x%'",
                "v.region = {}",
                "1 + {} > 2",
                "UPPER({}) = 'X'",
                "v.region IN ('a', {})",
            ]
        )
    )
    texts = [*conditions[:place], form.format(column), *conditions[place:]]
    assert _outcome(BASE, HEAD + " OR ".join(texts)) is Outcome.DENIED


FORBIDDEN = ("v.cust_key", "v.note", "o.alt_key", "c.person_key", "s.seg_memo")


@pytest.mark.parametrize(
    ("name", "column"),
    [
        (name, column)
        for name in ALLOWED
        for column in FORBIDDEN
        if re.search(rf"\b{column.partition('.')[0]}\.", CASES[name]["sql"])
    ],
)
@pytest.mark.parametrize("item", ["{}", "UPPER({})", "CASE WHEN {} = 'x' THEN 1 END", "MAX({})", "{} || ''"])
def test_a_forbidden_column_added_to_the_output_denies(name: str, column: str, item: str) -> None:
    case = CASES[name]
    added, times = re.subn(r"^SELECT (DISTINCT )?", rf"\g<0>{item.format(column)} AS leak, ", case["sql"])
    assert times == 1
    assert _outcome(case, added) is Outcome.DENIED
