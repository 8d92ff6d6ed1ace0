"""Noise and bias of every column of an answer of BigQuery: exact value plus bias is the answer without noise.

The rooms of `conftest` allow an ε at which noise is far below one millionth.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest

from simulator.execution.results import Bias
from simulator.execution.views.results import ViewRunResult

Answer = Callable[..., ViewRunResult]
QUIET = "epsilon=1e14, delta=0.4"
FUNCTIONS = (
    "COUNT(*)",
    "COUNT(spend)",
    "COUNT(*, contribution_bounds_per_group => (0, 2))",
    "SUM(spend)",
    "SUM(spend, contribution_bounds_per_group => (-5, 20))",
    "AVG(rate, contribution_bounds_per_group => (1, 6))",
    "SUM(rate, contribution_bounds_per_group => (0, 3))",
    "SUM(spend) / COUNT(*)",
)


def rows(users: int = 120) -> tuple[tuple[str | None, str | None, int | None, float | None], ...]:
    """Rows of visitors in several cities, some without a value."""
    chance = random.Random(3)  # noqa: S311 - test data
    return tuple(
        (
            None if user == 0 else f"u{user}",
            f"c{chance.randrange(4)}",
            None if chance.random() < 0.1 else chance.randrange(-10, 60),
            chance.gauss(4, 2),
        )
        for user in range(users)
        for _ in range(chance.randrange(1, 6))
    )


def bias_of(result: ViewRunResult) -> Bias:
    (report,) = result.noise
    assert report.bias is not None
    return report.bias


@pytest.mark.parametrize("groups", [1, 2, 3])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_exact_value_plus_bias_is_the_answer_without_noise(function: str, groups: int, answer: Answer) -> None:
    options = f"{QUIET}, max_groups_contributed={groups}"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({options}) city, {function} AS x FROM shop.P GROUP BY city"
    result = answer(sql, rows=rows(), exact=True, bias=True)
    assert result.exact is not None
    truth = dict(result.exact.rows)
    (column,) = bias_of(result).columns
    assert len(result.answer.rows) == 4
    for (city, shown), true, off in zip(result.answer.rows, column.exact, column.per_row, strict=True):
        assert true is not None
        assert off is not None
        assert true == pytest.approx(float(truth[city]))
        assert true + off == pytest.approx(float(shown), rel=1e-6, abs=1e-6)


def test_what_the_limit_on_groups_removes_is_counted(answer: Answer) -> None:
    found = [(f"u{user}", f"c{city}", 1, 1.0) for user in range(50) for city in range(4)]
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({QUIET}, max_groups_contributed=1) city, COUNT(*) AS n FROM shop.P"
    result = answer(sql + " GROUP BY city", rows=found, bias=True)
    bias = bias_of(result)
    assert (bias.rows, bias.users, bias.users_limited, bias.rows_dropped_by_limit) == (200, 50, 50, 150)
    assert sum(n for _, n in result.answer.rows) == 50
    assert sum(number or 0 for number in bias.columns[0].per_row) == -150


def test_rows_of_groups_below_the_threshold_are_counted(answer: Answer) -> None:
    """At δ = 1e-300 a group shows from far more users on than the three that one of them has."""
    found = [(f"u{user}", "shown" if user < 4000 else "hidden", 1, 1.0) for user in range(4003)]
    options = "epsilon=1, delta=1e-300, max_groups_contributed=1"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({options}) city, COUNT(*) AS n FROM shop.P GROUP BY city"
    bias = bias_of(answer(sql, rows=found, bias=True))
    assert (bias.groups_dropped_by_threshold, bias.rows_in_hidden_groups) == (1, 3)


def test_what_bounds_clamp_is_counted(answer: Answer) -> None:
    found = [(f"u{user}", "x", 100 if user < 7 else 3, 1.0) for user in range(40)]
    bounds = "contribution_bounds_per_group => (0, 10)"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({QUIET}) SUM(spend, {bounds}) AS s FROM shop.P"
    bias = bias_of(answer(sql, rows=found, bias=True))
    assert list(bias.values_clamped.values()) == [7]
    assert bias.columns[0].per_row == pytest.approx([-7 * 90])


def test_the_width_of_counts_and_sums_follows_from_the_scale(answer: Answer) -> None:
    sql = (
        "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon=3, delta=0.4, max_groups_contributed=2) city, "
        "COUNT(*, contribution_bounds_per_group => (0, 5)) AS n, "
        "SUM(spend, contribution_bounds_per_group => (-4, 10)) AS s, COUNT(spend) AS found "
        "FROM shop.P GROUP BY city ORDER BY n"
    )
    result = answer(sql, rows=rows(400))
    assert [column.column for column in result.columns] == ["n", "s", "found"]
    n, s, found = result.columns
    share = 3 / 4
    assert n.exact
    assert n.half_width == pytest.approx(math.log(20) * 2 * 5 / share)
    assert s.per_row == pytest.approx([math.log(20) * 2 * 10 / share] * len(result.answer.rows))
    # Bounds that are found take half of the share, and are powers of two.
    for width in found.per_row:
        assert width is not None
        assert math.log2(width / (math.log(20) * 2 / (share / 2))) == pytest.approx(
            round(math.log2(width / (math.log(20) * 2 / (share / 2))))
        )
    assert [column.name for column in result.answer.columns] == ["city", "n", "s", "found"]


@pytest.mark.statistics
def test_the_width_of_an_average_is_that_of_many_answers(answer: Answer) -> None:
    """Of 40 answers at least 33 are within the width: of a fair 95 % fewer come once in a thousand times."""
    found = rows(300)
    sql = (
        "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon=2, delta=0.4) "
        "AVG(rate, contribution_bounds_per_group => (0, 8)) AS m FROM shop.P"
    )
    first = answer(sql, rows=found, bias=True)
    (column,) = first.columns
    assert not column.exact
    assert column.half_width is not None
    (bias,) = bias_of(first).columns
    truth = (bias.exact[0] or 0) + (bias.per_row[0] or 0)
    answers = [answer(sql, rows=found, seed=seed).answer.rows[0][0] for seed in range(2, 42)]
    assert sum(abs(shown - truth) <= column.half_width for shown in answers) >= 33
    assert sum(abs(shown - truth) <= column.half_width / 4 for shown in answers) < 33


def test_the_noise_of_a_percentile_is_not_known(answer: Answer) -> None:
    bounds = "contribution_bounds_per_row => (0, 100)"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({QUIET}) PERCENTILE_CONT(spend, 0.5, {bounds}) AS m FROM shop.P"
    result = answer(sql, rows=rows(), bias=True)
    (noise,), (bias,) = result.columns, bias_of(result).columns
    assert (noise.half_width, noise.per_row) == (None, (None,))
    assert bias.exact[0] is not None
    assert bias.per_row == (None,)


def test_a_query_around_noisy_numbers_states_none_for_its_own_columns(answer: Answer) -> None:
    inner = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({QUIET}) city, COUNT(*) AS n FROM shop.P GROUP BY city"
    result = answer(f"SELECT SUM(n) AS total FROM ({inner}) AS counts", rows=rows(), bias=True)
    assert result.columns == ()
    assert bias_of(result).rows == len(rows())
    assert bias_of(result).columns == ()


def test_no_rows_give_no_cells_and_one_group_its_width(answer: Answer) -> None:
    bounds = "contribution_bounds_per_group => (0, 1)"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon=1, delta=1e-6) city, COUNT(*, {bounds}) AS n FROM shop.P"
    result = answer(sql + " GROUP BY city", rows=(), bias=True)
    assert result.answer.rows == ()
    assert result.columns[0].half_width == pytest.approx(math.log(20) * 2 * 3)
    assert bias_of(result).columns[0].per_row == ()


def test_bias_is_measured_when_asked_only(answer: Answer) -> None:
    result = answer(f"SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS({QUIET}) COUNT(*) AS n FROM shop.P", rows=rows())
    assert result.noise[0].bias is None
    assert result.columns[0].half_width is not None
