"""Strings one after the other are one literal in Spark SQL, at the place of all of them."""

from __future__ import annotations

import pytest
from sqlglot import exp

from simulator.sql.parsing import Parsed, parse, problems_of


def _parsed(sql: str, engine: str = "SPARK") -> Parsed:
    return parse(sql, engine, problems_of(sql, engine))


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
    (statement,) = _parsed(f"SELECT c LIKE {written}").statements
    assert statement.find(exp.Concat) is None
    literal = next(node for node in statement.find_all(exp.Literal) if node.name == text)
    assert literal.is_string
    assert literal.meta["start"] == len("SELECT c LIKE ")
    assert literal.meta["end"] + 1 == len("SELECT c LIKE ") + len(written.split(" ESCAPE", maxsplit=1)[0])


@pytest.mark.parametrize("sql", ["SELECT CONCAT('a', 'b')", "SELECT 'a' \"b\""])
def test_what_is_written_as_a_function_or_in_other_quotes_stays(sql: str) -> None:
    (statement,) = _parsed(sql).statements
    assert statement.find(exp.Concat) is not None


@pytest.mark.parametrize("sql", ["SELECT DATE '2026-' '01-01'", "SELECT c LIKE 'a' ESCAPE '!' '!' FROM t"])
def test_words_that_take_one_string_take_no_more(sql: str) -> None:
    assert _parsed(sql).statements == ()


def test_other_engines_read_for_themselves() -> None:
    (statement,) = _parsed("SELECT 'it''s'", "CLEAN_ROOMS_SQL").statements
    assert [literal.name for literal in statement.find_all(exp.Literal)] == ["it's"]
