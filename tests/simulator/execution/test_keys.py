"""The engine groups and sorts by what the checks judged, however a key is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.engines.engine import Relation
from simulator.request import Table

ROWS = [{"id": f"u{number}", "n": number % 3, "f": (number % 3) / 2} for number in range(9)]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT n, COUNT(*) AS c FROM orders GROUP BY ((1)) ORDER BY (1) DESC", [(2, 3), (1, 3), (0, 3)]),
        ("SELECT n, COUNT(*) AS c FROM orders GROUP BY ROLLUP ((1)) ORDER BY 1", [(None, 9), (0, 3), (1, 3), (2, 3)]),
        ("SELECT n, f FROM orders GROUP BY GROUPING SETS ((1, (2)), ()) ORDER BY 1 LIMIT 2", [(None, None), (0, 0)]),
        # An alias is the select item itself: what it stands for is no position, even if it is a number.
        ("SELECT 2 AS k, COUNT(*) AS c FROM orders GROUP BY k", [(2, 9)]),
        ("SELECT 3 AS k, n, f FROM orders GROUP BY (k), (n), f ORDER BY n LIMIT 1", [(3, 0, 0)]),
        (
            "SELECT UPPER('x') AS k, -n AS m FROM orders GROUP BY (k), ((m)) ORDER BY m",
            [("X", -2), ("X", -1), ("X", 0)],
        ),
        ("SELECT *, COUNT(*) AS c FROM orders GROUP BY (1), 2, 3 ORDER BY id LIMIT 1", [("u0", 0, 0, 1)]),
        ("SELECT (SELECT MAX(n) FROM orders) AS m, COUNT(*) AS c FROM orders GROUP BY m", [(2, 9)]),
        ("SELECT (n, f) AS k, COUNT(*) AS c FROM orders GROUP BY (n, f) LIMIT 1 OFFSET 3", []),
        (
            "SELECT f + 1 AS k, f AS g, COUNT(*) AS c FROM orders GROUP BY ROLLUP (f) ORDER BY g LIMIT 1",
            [(None, None, 9)],
        ),
        # ORDER BY prefers the alias, in brackets, too.
        ("SELECT n AS f, COUNT(*) AS c FROM orders GROUP BY (n) HAVING (c) > 1 ORDER BY (f) DESC LIMIT 1", [(2, 3)]),
    ],
)
def test_the_engine_gets_the_keys_that_were_judged(
    sql: str,
    rows: list[Any],
    table: Callable[..., Table],
    custom: Callable[..., AnalysisRuleCustom],
    answered: Callable[..., Relation],
) -> None:
    orders = table("orders", {"id": "string", "n": "int", "f": "double"}, custom())
    assert list(answered(sql, [(orders, ROWS)]).rows) == rows
