"""Whose row a row is, when other columns stand under the unit's name, in its place, or where the engine puts them."""

from __future__ import annotations

import pytest

from simulator.execution.errors import NotEnforceableError
from tests.simulator.execution.views.conftest import Answer, view

CROSSED = "shop.T AS t CROSS JOIN shop.Cities AS c"
BOTH_UNITS = "SELECT visitor, visitor, spend FROM shop.T"
BY_SPEND = "SELECT WITH AGGREGATION_THRESHOLD spend, COUNT(*) AS n FROM ({}) GROUP BY spend"
"""No two visitors spend the same, so that a right unit shows no row."""


@pytest.mark.parametrize(
    "rows",
    [
        f"SELECT c.region AS a, t.visitor AS b, t.spend FROM {CROSSED} UNION ALL {BOTH_UNITS}",
        # The engine calls the second `a` a_1, ...
        f"SELECT c.region AS a, c.region AS a, t.visitor AS a_1, t.spend FROM {CROSSED}",
        # ... and an expression without a name by its text.
        f"SELECT UPPER(c.region), t.visitor AS `upper(c.region)`, t.spend FROM {CROSSED}",
        f"SELECT UPPER(c.region), t.visitor AS `column 0`, t.spend FROM {CROSSED}",
    ],
)
def test_the_run_takes_the_column_that_was_proven(answer: Answer, rows: str) -> None:
    assert answer(BY_SPEND.format(rows)).answer.rows == ()


def test_names_of_inner_columns_change_no_answer(answer: Answer) -> None:
    kept = "SELECT UPPER(city), city, visitor, spend AS s, rate AS s FROM shop.T"
    sql = "SELECT WITH AGGREGATION_THRESHOLD city, COUNT(DISTINCT visitor) AS n FROM ({}) GROUP BY city"
    assert sorted(answer(sql.format(kept)).answer.rows) == [("Lyon", 2), ("Nice", 2)]


@pytest.mark.parametrize(
    ("sql", "views", "message"),
    [
        (
            "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.Twice",
            (view("shop.Twice", f"SELECT c.region AS a, c.region AS a, t.visitor AS a_1 FROM {CROSSED}"),),
            r"the view 'shop.Twice' has two columns called 'a_1'; give each a name of its own",
        ),
        (
            f"SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM (SELECT * FROM (SELECT t.*, c.city FROM {CROSSED}))",
            (),
            r"`\*` shows two columns called 'city', which can be judged, but not run",
        ),
    ],
)
def test_columns_that_the_engine_would_rename_are_not_run(
    answer: Answer, sql: str, views: tuple[dict[str, object], ...], message: str
) -> None:
    with pytest.raises(NotEnforceableError, match=message):
        answer(sql, *views)
