"""Strings one after the other are one literal in Spark SQL, at the place of all of them."""

from __future__ import annotations

import pytest
from sqlglot import exp

from tests.sql_requests import read_sql


def _statements(sql: str, engine: str = "SPARK") -> tuple[exp.Expr, ...]:
    parsed, _ = read_sql(sql, engine)
    return parsed.statements


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'it''s'", "it's"),
        ("''''", "'"),
        ("''''''", "''"),
        ("'a' 'b'  'c'", "abc"),
        ("'a' -- first\n 'b'", "ab"),
        ("'a\\'' 'b'", "a'b"),
        ('"it""s"', 'it"s'),
        ("'%' ESCAPE 'x'", "%"),
    ],
)
def test_one_literal_at_its_place(written: str, text: str) -> None:
    (statement,) = _statements(f"SELECT c LIKE {written}")
    assert statement.find(exp.Concat) is None
    literal = next(node for node in statement.find_all(exp.Literal) if node.name == text)
    assert literal.is_string
    assert literal.meta["start"] == len("SELECT c LIKE ")
    assert literal.meta["end"] + 1 == len("SELECT c LIKE ") + len(written.split(" ESCAPE", maxsplit=1)[0])


@pytest.mark.parametrize("sql", ["SELECT CONCAT('a', 'b')", "SELECT 'a' \"b\""])
def test_what_is_written_as_a_function_or_in_other_quotes_stays(sql: str) -> None:
    (statement,) = _statements(sql)
    assert statement.find(exp.Concat) is not None


@pytest.mark.parametrize("sql", ["SELECT DATE '2026-' '01-01'", "SELECT c LIKE 'a' ESCAPE '!' '!' FROM t"])
def test_words_that_take_one_string_take_no_more(sql: str) -> None:
    assert _statements(sql) == ()


def test_other_engines_read_for_themselves() -> None:
    (statement,) = _statements("SELECT 'it''s'", "CLEAN_ROOMS_SQL")
    assert [literal.name for literal in statement.find_all(exp.Literal)] == ["it's"]
