"""A function is known by its name, in quotes or not."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from simulator.sql.functions import name_of_function
from simulator.sql.resolved import Script
from simulator.sql.spark_functions import SPARK_FUNCTIONS
from simulator.sql.spelling import function_names

PARSED_APART = {"ANY", "IF", "TRANSFORM"}
"""Words of Spark's grammar: in quotes the parser reads them as another function, or not at all."""


@pytest.mark.parametrize("name", sorted(SPARK_FUNCTIONS.keys() - PARSED_APART))
def test_quotes_change_no_name(name: str) -> None:
    for arguments in ("", "a", "a, b", "a, b, c"):
        assert _names(f"`{name.lower()}`({arguments})") == _names(f"{name}({arguments})")


def _names(call: str) -> tuple[tuple[str, ...], str] | None:
    sql = f"SELECT {call} FROM t"
    try:
        tree = sqlglot.parse_one(sql, read="spark")
    except (
        sqlglot.ParseError,
        ValueError,
        AttributeError,
        IndexError,
    ):  # what the parser lets escape on missing arguments
        return None
    assert isinstance(tree, exp.Expression)
    script, node = Script(sql, "spark", (tree,)), tree.expressions[0]
    return function_names(script, node), name_of_function(script, node)
