"""Brackets around expressions are passed over, inwards and outwards."""

from __future__ import annotations

from sqlglot import exp, parse_one

from simulator.sql.brackets import around_brackets, drop_around_keys, within_brackets, without_brackets


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


def test_keys_lose_their_brackets() -> None:
    """Keys of every clause, at any depth; no part of a key does."""
    tree = parse_one(
        "SELECT SUM(a) OVER (PARTITION BY (a), (b, ((c))) ORDER BY (d)) FROM t GROUP BY ((1)), (a + (b)), (a, (b)), "
        "ROLLUP ((a), (b, (c))), GROUPING SETS (((a)), ()) ORDER BY ((a)) DESC, ((a) + b)",
        read="spark",
    )
    drop_around_keys(tree)
    assert tree.sql("spark") == (
        "SELECT SUM(a) OVER (PARTITION BY a, (b, c) ORDER BY d) FROM t GROUP BY 1, a + (b), (a, b), "
        "ROLLUP (a, (b, c)), GROUPING SETS (a, ()) ORDER BY a DESC, (a) + b"
    )


def test_a_copy_without_brackets_is_equal_however_many_there_were() -> None:
    """What belongs together stays together, and the original is as it was."""
    tree = parse_one("((a + (b)) * c)")
    assert without_brackets(tree) == without_brackets(parse_one("(a + b) * (c)"))
    assert without_brackets(tree) != without_brackets(parse_one("a + b * c"))
    assert tree.sql() == "((a + (b)) * c)"
