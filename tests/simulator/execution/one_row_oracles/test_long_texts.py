"""Text that a query makes long stays short enough for its length to tell nothing of a row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.execution.engines.engine import Relation
from simulator.request import Table

LONG = "REPEAT(s, 65535)"
Answered = Callable[..., Relation]


@pytest.mark.parametrize(
    "call",
    [
        f"REPLACE({LONG}, s, {LONG})",
        f"REGEXP_REPLACE({LONG}, 'a', {LONG})",
        f"TRANSLATE({LONG}, {LONG}, 'b')",
        f"LEVENSHTEIN({LONG}, {LONG})",
    ],
)
def test_a_product_of_two_long_texts_is_null(table: Callable[..., Table], answered: Answered, call: str) -> None:
    relation = answered(f"SELECT {call} AS v FROM t", [(table("t", {"s": "string"}), [{"s": "a"}])])
    assert relation.rows == ((None,),)


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("REPLACE(s, 'a', s)", "abb"),
        ("REPLACE(REPLACE(s, s, 'ca'), 'a', s)", "cab"),
        ("LENGTH(REPLACE(REPEAT(s, 30000), 'a', 'ab'))", 90000),
        ("LENGTH(REPLACE(REPEAT(s, 30000), 'b', s))", 90000),
        ("REGEXP_REPLACE(s, 'b', CONCAT(s, 'c'))", "aabc"),
        ("TRANSLATE(s, s, 'xy')", "xy"),
        ("LEVENSHTEIN(s, CONCAT(s, s))", 2),
        ("REPLACE(s, 'a', CAST(NULL AS STRING))", None),
    ],
)
def test_shorter_text_is_exact(table: Callable[..., Table], answered: Answered, call: str, value: object) -> None:
    relation = answered(f"SELECT {call} AS v FROM t", [(table("t", {"s": "string"}), [{"s": "ab"}])])
    assert relation.rows == ((value,),)
