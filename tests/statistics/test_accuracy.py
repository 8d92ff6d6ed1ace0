"""Released numbers are as wrong as theory says, and no more: the example's own queries, run again and again.

The error is what noise does to a number: the distance of a released cell from the same cell without noise, under the
limits and bounds that this run chose. (What limits and bounds themselves cut off is bias; `Bias` reports it.) Theory is
in `theory.py`. Only groups of at least twice the threshold are looked at: smaller ones are shown when their noise
happens to be large, so that their errors are no fair sample.

Of n errors, the median is right to 1.17 / sqrt(n) of itself (standard error; normal noise). At 10,000 errors a column
5 % is 4.3 standard errors, and a scale off by a tenth lies as far outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from examples.complete_journey.prepare import prepare
from simulator.execution.loading.data import FolderData
from simulator.execution.options import RunOptions
from simulator.execution.private.releases import Statistic
from simulator.execution.running import run
from simulator.privacy.budget import Aggregation
from simulator.privacy.mechanisms import DiscreteGaussian
from simulator.privacy.rng import seeded
from simulator.request import AnalysisRequest
from simulator.room_budgets import payers
from tests.statistics.example_runs import EXAMPLE, Recorded, asked, example, private_queries, recorded_runs
from tests.statistics.theory import MEAN_OF_NORMAL, MEDIAN_OF_NORMAL, Z, dithered, median_errors

Numbers = NDArray[np.float64]

MEASUREMENT = example("measurement")
QUERIES: dict[str, AnalysisRequest] = {
    **private_queries(MEASUREMENT),
    "different_frequencies": asked(
        MEASUREMENT,
        "WITH visits AS (SELECT household_id, COUNT(DISTINCT basket_id) AS baskets FROM transactions"
        " GROUP BY household_id) SELECT COUNT(DISTINCT baskets) AS frequencies FROM visits",
    ),
}
"""Every private query of the example, and a COUNT DISTINCT of something other than users, which none of them has."""

SMALL_GROUPS = {"sales_by_week": "limit 64 and 53 groups", "redemptions_by_income": "few households redeem"}
"""Queries whose groups are all near the threshold, and why; they are run, but say too little to be judged alone."""
RUNS = 10
DRAWS = 1000
"""Runs of each query, and how often the noise of each is drawn again: 10,000 errors a column at least."""
TOLERANCE = 0.05
WRONG = (Fraction(9, 10), Fraction(11, 10))


def ratios(recorded: Recorded, cells: dict[str, Numbers], random: np.random.Generator) -> dict[str, Numbers]:
    """Return by column how large errors are, each as a multiple of the median that theory gives its cell."""
    exact, medians = recorded.cells(recorded.exact), median_errors(recorded, random)
    fair = fair_groups(recorded)
    found = {}
    for column, noisy in cells.items():
        errors = np.abs(dithered(noisy - exact[column], column, recorded, random)) / medians[column]
        found[column] = errors[..., fair].ravel()
    return found


def fair_groups(recorded: Recorded) -> NDArray[np.bool_]:
    """Return which groups are large enough to be shown whatever their noise is."""
    threshold = recorded.report.group_threshold
    if threshold is None:
        return np.ones(len(recorded.exact.keys), np.bool_)
    users = next(each.name for each in recorded.statistics if each.users)
    return np.array(recorded.exact.totals[users]) >= 2 * threshold.users


def pooled(found: Iterable[dict[str, Numbers]]) -> dict[str, Numbers]:
    """Put the errors of several runs together, column by column."""
    parts: dict[str, list[Numbers]] = {}
    for each in found:
        for column, errors in each.items():
            parts.setdefault(column, []).append(errors)
    return {column: np.concatenate(errors) for column, errors in parts.items()}


def drawn_again(runs: list[Recorded], times: int) -> dict[str, Numbers]:
    """Return the errors of *runs* with their noise drawn *times* times more."""
    return pooled(
        ratios(one, one.drawn_again(times, seeded(number)), np.random.default_rng(number))
        for number, one in enumerate(runs)
    )


def scaled_noise(patch: pytest.MonkeyPatch, factor: Fraction) -> None:
    """Plant a bug: all noise is *factor* times as wide as it should be."""
    wrong = property(lambda self: DiscreteGaussian(self.scale * self.sensitivity * factor))
    patch.setattr(Statistic, "mechanism", wrong)


@pytest.mark.statistics
@pytest.mark.parametrize("name", [name for name in QUERIES if name not in SMALL_GROUPS])
def test_the_median_error_of_every_column_is_that_of_theory(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = list(recorded_runs(MEASUREMENT, QUERIES[name], range(RUNS), monkeypatch))
    right = {column: float(np.median(errors)) for column, errors in drawn_again(runs, DRAWS).items()}
    assert right == pytest.approx(dict.fromkeys(right, 1.0), abs=TOLERANCE)
    assert set(right) == {noise.column for noise in runs[0].report.noise}
    for factor in WRONG:
        scaled_noise(monkeypatch, factor)
        wrong = {column: float(np.median(errors)) for column, errors in drawn_again(runs, DRAWS).items()}
        assert not [column for column, median in wrong.items() if abs(median - 1) <= TOLERANCE], (factor, wrong)


@pytest.mark.statistics
def test_every_function_is_among_these_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for = {
        (each.function, each.users)
        for name, query in QUERIES.items()
        if name not in SMALL_GROUPS
        for each in next(iter(recorded_runs(MEASUREMENT, query, [0], monkeypatch))).run.query.aggregates
    }
    others = {(function, False) for function in Aggregation}
    assert asked_for == {(Aggregation.COUNT_DISTINCT, True), *others}


@pytest.mark.statistics
def test_whole_runs_err_as_theory_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing drawn again: limits, bounds, samples and noise of 200 runs of four queries, 3,600 cells.

    So few errors are judged by their mean magnitude, which is right to 0.76 / sqrt(n) = 1.26 %.
    """
    found: list[Numbers] = []
    for name in ("mailed_or_not", "sales_by_quarter", "sales_lift", "visit_frequency"):
        for number, one in enumerate(recorded_runs(MEASUREMENT, QUERIES[name], range(200), monkeypatch)):
            found += ratios(one, one.cells(one.shown), np.random.default_rng(number)).values()
    errors = np.concatenate(found)
    assert errors.size >= 3600
    mean = float(errors.mean()) * MEDIAN_OF_NORMAL / MEAN_OF_NORMAL
    assert mean == pytest.approx(1.0, abs=TOLERANCE)
    for factor in WRONG:
        assert mean * float(factor) != pytest.approx(1.0, abs=TOLERANCE)


def test_a_few_runs_err_as_theory_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with 2,000 errors a column, right to 2.6 %: scales off by a third are told from right ones."""
    runs = list(recorded_runs(MEASUREMENT, QUERIES["sales_lift"], range(2), monkeypatch))
    right = {column: float(np.median(errors)) for column, errors in drawn_again(runs, 500).items()}
    assert right == pytest.approx(dict.fromkeys(right, 1.0), abs=0.13)
    scaled_noise(monkeypatch, Fraction(2, 3))
    wrong = [float(np.median(errors)) for errors in drawn_again(runs, 500).values()]
    assert max(wrong) < 0.8


@pytest.mark.parametrize("name", ["visit_frequency", "sales_by_quarter"])
def test_the_report_states_the_noise_of_theory(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """95 % half-widths of single numbers, from the distribution: exact to a step of the grid."""
    (one,) = recorded_runs(MEASUREMENT, QUERIES[name], [1], monkeypatch)
    medians = median_errors(one, np.random.default_rng(1))
    assert one.report.noise
    for noise in one.report.noise:
        assert noise.half_width == pytest.approx(
            float(medians[noise.column][0]) / MEDIAN_OF_NORMAL * Z, rel=2e-3, abs=1
        )


def test_the_other_room_adds_no_noise() -> None:
    """Its rules are thresholds and lists: no budget pays, and every number that is shown is the exact one."""
    room, rows = example("reach"), FolderData(EXAMPLE / "data")
    prepare()
    for name in ("redemptions_by_campaign", "private_label_share", "overlap_of_redeemers"):
        query = next(one.request for one in room.subjects if one.name == name)
        assert not payers(room.room, query)
        found = run(query, rows, booking=None, source=seeded(1), options=RunOptions(exact=True))
        assert found.exact is not None
        assert found.answer.rows
        assert set(found.answer.rows) <= set(found.exact.rows)
