"""No failure tells of a row: what one row could make fail gives NULL or is clamped, and what fails is charged."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.execution.engines.limits import EngineLimits
from simulator.execution.errors import NotEnforceableError, NotTranslatableError, QueryFailedError
from simulator.privacy.accounts import EntryState
from simulator.privacy.ledger import Ledger
from simulator.settings import Reading, Settings
from simulator.views.budgets import view_budgets
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


TWO_ROWS = "(SELECT x FROM UNNEST([1, 2]) AS x WHERE p.spend = 10)"


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        (f"SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.T AS p WHERE {TWO_ROWS} IS NULL", ((7,),)),
        (f"SELECT WITH AGGREGATION_THRESHOLD COUNTIF({TWO_ROWS} > 0) AS n FROM shop.T AS p", ((0,),)),
        (
            (
                "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.T AS p JOIN shop.Cities AS c "
                f"ON c.city = p.city AND {TWO_ROWS} IS NULL"
            ),
            ((5,),),
        ),
        (
            (
                "SELECT WITH AGGREGATION_THRESHOLD COUNTIF(p.city = (SELECT DISTINCT c.region FROM shop.Cities AS c "
                "WHERE p.spend = 10)) AS n FROM shop.T AS p"
            ),
            ((0,),),
        ),
        (
            (
                f"WITH p AS (SELECT visitor, {TWO_ROWS} AS y FROM shop.T AS p) "
                "SELECT WITH AGGREGATION_THRESHOLD COUNT(y) AS n FROM p"
            ),
            ((0,),),
        ),
        (
            "SELECT WITH AGGREGATION_THRESHOLD SUM((SELECT MAX(x) FROM UNNEST([1, 2]) AS x)) AS n FROM shop.T",
            ((14,),),
        ),
        (
            (
                "SELECT WITH AGGREGATION_THRESHOLD SUM([10, 20][ORDINAL(IF(spend = 10, 9223372036854775807, 1))]) AS n "
                "FROM shop.T"
            ),
            ((60,),),
        ),
        (
            "SELECT WITH AGGREGATION_THRESHOLD SUM([10, 20][OFFSET(IF(spend = 10, -1, 1))]) AS n FROM shop.T",
            ((120,),),
        ),
        (
            "SELECT WITH AGGREGATION_THRESHOLD SUM([10, 20][SAFE_ORDINAL(IF(spend = 10, 0, 2))]) AS n FROM shop.T",
            ((120,),),
        ),
    ],
)
def test_a_value_that_one_row_could_make_fail_is_null(answer: Answer, sql: str, shown: object) -> None:
    assert answer(sql).answer.rows == shown


def test_a_noisy_query_counts_on_a_query_of_several_rows(answer: Answer) -> None:
    assert len(answer(DEMANDING.format(f"SUM({TWO_ROWS})").replace("shop.P", "shop.P AS p")).noise) == 1


def test_noisy_groups_by_a_struct_are_refused_and_cost_nothing(answer: Answer, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(NotEnforceableError, match="a key of type STRUCT"):
        answer(
            "SELECT WITH DIFFERENTIAL_PRIVACY STRUCT(rate) AS k, COUNT(*) AS n FROM shop.P GROUP BY 1", ledger=ledger
        )
    account = view_budgets(room_of(view("shop.P", policy=PRIVATE)))["shop.P"].epsilon
    assert ledger.history(account) == ()


def test_a_struct_that_is_a_key_shows_no_sign_of_one_row(answer: Answer) -> None:
    rows = [(f"u{n}", "Lyon", 1, -0.0 if n == 0 else 0.0) for n in range(9)]
    shown = answer(
        "SELECT WITH AGGREGATION_THRESHOLD STRUCT(rate) AS k, COUNT(*) AS n FROM shop.T GROUP BY 1", rows=rows
    )
    assert shown.answer.rows == (({"rate": 0.0}, 9),)
    assert "-0.0" not in repr(shown.answer.rows)


def test_a_zero_that_is_read_has_no_sign(answer: Answer) -> None:
    rows = [(f"u{n}", "Lyon", 1, -0.0 if n == 0 else 0.0) for n in range(9)]
    inner = "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1e13) rate AS k, COUNT(*) AS n FROM shop.P GROUP BY 1"
    text = "SELECT WITH AGGREGATION_THRESHOLD CAST(rate AS STRING) AS k, COUNT(*) AS n FROM shop.T GROUP BY k"
    assert [str(row[0]) for row in answer(f"SELECT k FROM ({inner})", rows=rows).answer.rows] == ["0.0"]
    assert [row[0] for row in answer(text, rows=rows).answer.rows] == ["0"]


def test_an_epsilon_that_is_too_small_is_refused_before_it_is_charged(answer: Answer, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for grouped in ("", " GROUP BY city"):
        with pytest.raises(NotTranslatableError, match="epsilon of a release must be >= "):
            answer(
                f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 5e-12) COUNT(*) AS n FROM shop.P{grouped}",
                ledger=ledger,
            )
    account = view_budgets(room_of(view("shop.P", policy=PRIVATE)))["shop.P"].epsilon
    assert ledger.history(account) == ()


@pytest.mark.parametrize(("bits", "counted"), [(460, 7), (-1, 6)])
def test_a_shift_that_fails_is_null_under_a_threshold(answer: Answer, bits: int, counted: int) -> None:
    """From 64 on the bits are all 0, which is no failure; below 0 there is no shift."""
    sql = f"SELECT WITH AGGREGATION_THRESHOLD COUNT(1 << IF(spend = 10, {bits}, 1)) AS n FROM shop.T"
    assert answer(sql).answer.rows == ((counted,),)


def test_products_of_sums_stay_within_what_can_be_summed(answer: Answer) -> None:
    large = "SELECT visitor, SUM(9223372036854775807) * SUM(9223372036854775807) AS s FROM shop.P GROUP BY visitor"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 0.001) SUM(s) AS v FROM ({large})"
    assert len(answer(sql).noise) == 1


@pytest.mark.parametrize(("charge", "state"), [(True, EntryState.COMMITTED), (False, EntryState.RELEASED)])
def test_a_failure_after_a_look_at_rows_is_charged_unless_said_otherwise(
    charge: bool,  # noqa: FBT001 - a parameter of the test
    state: EntryState,
    answer: Answer,
    tmp_path: Path,
) -> None:
    """A run that wants more than it may take may do so for a single row."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    account = view_budgets(room_of(view("shop.P", policy=PRIVATE)))["shop.P"].epsilon
    joined = "shop.P AS a JOIN shop.P AS b ON a.visitor = b.visitor JOIN shop.P AS c ON b.visitor = c.visitor"
    with pytest.raises(QueryFailedError):
        answer(
            f"SELECT WITH DIFFERENTIAL_PRIVACY COUNT(*) AS n FROM {joined}",
            rows=[("a", "Lyon", 1, 1.0)] * 3000,
            ledger=ledger,
            charge_failed=charge,
            limits=EngineLimits(seconds=3),
        )
    assert [entry.state for entry in ledger.history(account)] == [state]


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
