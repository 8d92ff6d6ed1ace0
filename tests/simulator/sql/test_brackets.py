"""Brackets around expressions are passed over, inwards and outwards."""

from __future__ import annotations

from sqlglot import exp, parse_one

from simulator.sql.brackets import around_brackets, within_brackets


def test_brackets_mean_nothing() -> None:
    """However many there are."""
    addition = parse_one("((a)) + 1")
    column = within_brackets(addition.this)
    assert isinstance(addition.this, exp.Paren)
    assert column.sql() == "a"
    assert around_brackets(column) is addition


def test_what_stands_alone_is_part_of_nothing() -> None:
    """At the top there is nothing around it."""
    assert around_brackets(within_brackets(parse_one("((a))"))) is None
