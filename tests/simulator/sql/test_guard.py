"""Texts made to hurt: too long, too deep, exponential, or no SQL at all. Each is a finding, soon."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.sql.resolving import resolve_script
from tests.sql_requests import cases, request

DEEP = {
    "brackets": ("(", "email", ")"),
    "functions": ("ABS(", "email", ")"),
    "case": ("CASE WHEN 1 = 1 THEN ", "email", " END"),
    "subqueries": ("(SELECT ", "1", ")"),
    "not": ("NOT ", "email", ""),
    "minus": ("- ", "email", ""),
    "arrays": ("[", "email", "]"),
    "braces": ("{", "email", "}"),
    "casts": ("CAST(", "email", " AS INT)"),
    "types": ("STRUCT(", "email", ")"),
    "dates": ("DATE(", "email", ")"),
    "lambdas": ("x -> ", "email", ""),
    "subscripts": ("", "tags", "[0]"),
    "double colons": ("", "email", "::INT"),
    "dots": ("", "email", ".x"),
    "plus": ("", "amount", " + 1"),
    "pipes": ("", "email", " || 'x'"),
    "and": ("", "1 = 1", " AND 1 = 1"),
    "intervals": ("INTERVAL ", "1 DAY", ""),
    "commas": ("", "email", ", email"),
    "in list": ("", "email IN (1", ", 1"),
    "comments": ("/* ", "email", " */"),
}
FROM = {
    "derived tables": ("(SELECT 1 AS a FROM ", "orders", ") q"),
    "joins": ("", "orders", " JOIN clicks"),
    "joins with ON": ("", "orders", " JOIN clicks ON 1 = 1"),
    "commas": ("", "orders", ", clicks"),
    "joins in brackets": ("(", "orders", " JOIN clicks ON 1 = 1)"),
    "unions": ("", "orders", " UNION ALL SELECT email FROM orders"),
    "lateral views": ("", "orders", " LATERAL VIEW EXPLODE(tags) e AS x"),
    "conditions": ("", "orders WHERE 1 = 1", " AND (email = 'x' OR email = 'y')"),
}
LENGTH = 100_000


def seconds(sql: str) -> float:
    start = time.process_time()
    resolve_script(request(sql))
    return time.process_time() - start


def repeated(parts: tuple[str, str, str], times: int) -> str:
    before, middle, after = parts
    return before * times + middle + after * times


@pytest.mark.parametrize("times", [8, 30, 20_000])
@pytest.mark.parametrize("name", DEEP)
def test_deep_items(name: str, times: int) -> None:
    size = len(repeated(DEEP[name], 1))
    assert seconds(f"SELECT {repeated(DEEP[name], min(times, LENGTH // size))} FROM orders") < 10


@pytest.mark.parametrize("times", [8, 30, 20_000])
@pytest.mark.parametrize("name", FROM)
def test_deep_tables(name: str, times: int) -> None:
    size = len(repeated(FROM[name], 1))
    assert seconds(f"SELECT email FROM {repeated(FROM[name], min(times, LENGTH // size))}") < 10


def test_the_cap_on_nesting_has_a_place() -> None:
    (problem,) = resolve_script(request("SELECT\n" + "(" * 20_000 + "1" + ")" * 20_000)).problems
    assert problem.check == "nesting_too_deep"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 31)


@pytest.mark.parametrize(("engine", "limit"), [("SPARK", 500_000), ("CLEAN_ROOMS_SQL", 90_000)])
def test_length(engine: str, limit: int) -> None:
    sql = "SELECT email FROM orders"
    assert not resolve_script(request(sql.ljust(limit), engine)).problems
    (problem,) = resolve_script(request(sql.ljust(limit + 1), engine)).problems
    assert problem.check == "query_too_long"
    assert f"{limit:,}" in problem.message


@pytest.mark.parametrize(
    "sql",
    [
        "WITH c0 AS (SELECT * FROM orders)"
        + "".join(f", c{n} AS (SELECT *, * FROM c{n - 1})" for n in range(1, 40))
        + " SELECT * FROM c39",
        "SELECT " + "*, " * 30_000 + "* FROM orders",
    ],
    ids=["doubling", "stars"],
)
def test_columns_without_end(sql: str) -> None:
    assert seconds(sql) < 3
    assert [problem.check for problem in resolve_script(request(sql)).problems] == ["query_too_complex"]


def test_real_queries_fit() -> None:
    conditions = " OR ".join(f"email = 'user-{number}'" for number in range(1_000))
    joins = "".join(f" JOIN clicks c{number} ON c{number}.person = o.person" for number in range(14))
    assert not resolve_script(request(f"SELECT o.email FROM orders o{joins} WHERE {conditions}")).problems


WORDS = st.sampled_from(
    re.split(
        " ",
        "SELECT FROM WHERE GROUP BY HAVING ORDER WITH AS JOIN ON USING UNION ALL DISTINCT CASE WHEN THEN ELSE END CAST "
        "IN NOT AND OR LATERAL VIEW EXPLODE OVER PARTITION ROWS BETWEEN VALUES CACHE TABLE INTERVAL DATE STRUCT ARRAY "
        "orders clicks email person ( ) [ ] { } , . ; : * + - -> => = < > :: || 'x' \"x\" `x` 1 @ $ ? /* */ -- \0 é",
    )
)


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=40))
def test_word_soup_never_raises(words: list[str]) -> None:
    resolve_script(request(" ".join(words)))


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_never_raises(text: str) -> None:
    resolve_script(request(text))


@settings(max_examples=300)
@given(st.sampled_from([case["sql"] for case in cases("lineage.yaml").values()]), st.data())
def test_mutated_queries_never_raise(sql: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(sql)), st.integers(0, len(sql)))))
    middle = data.draw(st.sampled_from(["", sql[start:end] * 2, "(", ")", "'", ",", " AS ", "\x00", "\u2028"]))
    for engine in ("SPARK", "CLEAN_ROOMS_SQL"):
        script = resolve_script(request(sql[:start] + middle + sql[end:], engine))
        assert all(problem.message for problem in script.problems)
