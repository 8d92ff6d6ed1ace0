"""No failure tells of a row: what one row could make fail gives NULL or is clamped, and what fails is charged."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.execution.errors import NotEnforceableError, QueryFailedError
from simulator.execution.limits import EngineLimits
from simulator.privacy.accounts import EntryState
from simulator.privacy.ledger import Ledger
from simulator.settings import Reading, Settings
from simulator.view_budgets import view_budgets
from tests.simulator.execution.views.conftest import PRIVATE, Answer, room_of, view

DEMANDING = "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 0.001) {} AS v FROM shop.P"
LIFTED = Settings({"query_option_above_policy": Reading.PERMISSIVE})


@pytest.mark.parametrize("asked", [10, 11])
@pytest.mark.parametrize(
    "item",
    [
        "SUM(IF(spend = {}, 1e308 * 10, 1))",
        "AVG(IF(spend = {}, 1e308 * 10, 1))",
        "SUM(-IF(spend = {}, 1e308, 1) * 10)",
        "SUM(1 / IF(spend = {}, 0, 1))",
        "SUM(EXP(IF(spend = {}, 1000, 1)))",
        "SUM(IF(spend = {}, CAST('inf' AS FLOAT64), CAST('-inf' AS FLOAT64)))",
        "SUM(1 << IF(spend = {}, 460, 1))",
        "SUM(1 << IF(spend = {}, -1, 1))",
        "SUM(1 >> IF(spend = {}, -1, 1))",
        "SUM(IF(spend = {}, 9223372036854775807, 1), contribution_bounds_per_group => (1e38, 1e38))",
        "SUM(IF(spend = {}, 1e308, 1.0), contribution_bounds_per_group => (-1.5e308, 1.5e308))",
        "PERCENTILE_CONT(IF(spend = {}, 1e308, 0.0), 0.5, contribution_bounds_per_row => (-1.5e308, 1.5e308))",
    ],
)
def test_one_row_decides_of_no_failure(answer: Answer, item: str, asked: int) -> None:
    assert len(answer(DEMANDING.format(item.format(asked))).noise) == 1


@pytest.mark.parametrize("shift", ["<< IF(spend = 10, 460, 1)", "<< IF(spend = 10, -1, 1)"])
def test_a_shift_that_fails_is_null_under_a_threshold(answer: Answer, shift: str) -> None:
    sql = f"SELECT WITH AGGREGATION_THRESHOLD COUNT(1 {shift}) AS n FROM shop.T"
    assert answer(sql).answer.rows == ((6,),)


def test_products_of_sums_stay_within_what_can_be_summed(answer: Answer) -> None:
    large = "SELECT visitor, SUM(9223372036854775807) * SUM(9223372036854775807) AS s FROM shop.P GROUP BY visitor"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 0.001) SUM(s) AS v FROM ({large})"
    assert len(answer(sql).noise) == 1


def test_a_failure_after_a_look_at_rows_is_charged(answer: Answer, tmp_path: Path) -> None:
    """A run that wants more than it may take may do so for a single row."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    account = view_budgets(room_of(view("shop.P", policy=PRIVATE)))["shop.P"].epsilon
    with pytest.raises(QueryFailedError):
        answer(
            "SELECT WITH DIFFERENTIAL_PRIVACY COUNT(*) AS n FROM shop.P, UNNEST(GENERATE_ARRAY(1, 100000000)) AS x",
            ledger=ledger,
            limits=EngineLimits(seconds=0.2),
        )
    assert [entry.state for entry in ledger.history(account)] == [EntryState.COMMITTED]


def test_bounds_beyond_every_number_are_not_run(answer: Answer) -> None:
    with pytest.raises(NotEnforceableError, match="the contribution bound 1e400 is beyond what FLOAT64 holds"):
        answer(DEMANDING.format("SUM(spend, contribution_bounds_per_group => (0, 1e400))"))


@pytest.mark.parametrize(
    "options", ["max_groups_contributed = NULL", "max_groups_contributed = 9", "delta = 1, max_groups_contributed = 9"]
)
def test_an_option_above_the_policy_is_lowered_to_it(answer: Answer, options: str) -> None:
    """One unit is in five groups, of which three count; δ of 1 would show every group."""
    rows = [("a", str(number), 1, 1.0) for number in range(5)]
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({options}) SUM(spend) AS v FROM shop.P GROUP BY city"
    (report,) = answer(sql, rows=rows, settings=LIFTED).noise
    assert (report.query.terms.max_groups, report.query.terms.delta, report.groups) == (3, 0.4, 3)
