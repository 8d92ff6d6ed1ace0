"""Privacy of the whole path: SQL in, answer out, on data sets that differ in one user.

Each case is run many times on both data sets. For every event an (epsilon, delta) must hold: P(event with the user) <=
exp(epsilon) * P(event without) + delta, and the other way round. Epsilon is not our own: dp-accounting (Google) states
it for Gaussian noise of the loss that the run reports, and ours may not be below it. Probabilities are bounded by
Clopper and Pearson, so that a right engine fails here once in 100,000 times. Then four bugs are planted, and must be
found.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from dp_accounting import dp_event
from dp_accounting.pld import PLDAccountant
from scipy import stats

from simulator.execution.loading.data import MemoryData
from simulator.execution.results import PrivacyReport
from simulator.execution.running import run
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.rng import secure
from tests.statistics.neighbours import BUGS, CASES, OBVIOUS, Case, Rows, asked, runs

pytestmark = pytest.mark.statistics

ALPHA = 1e-5
DELTA = 1e-3


def epsilon_of(report: PrivacyReport) -> float:
    """Return the epsilon that dp-accounting states at `DELTA`; a group threshold has used up its part of delta."""
    threshold = report.group_threshold.delta if report.group_threshold else 0.0
    accountant = PLDAccountant(value_discretization_interval=1e-3)
    accountant.compose(dp_event.GaussianDpEvent(1 / math.sqrt(2 * report.guarantee.rho)))
    theirs = float(accountant.get_epsilon(DELTA - threshold))
    assert theirs <= PrivacyLoss(report.guarantee.rho, threshold).epsilon(DELTA)
    return theirs


def observed(case: Case, rows: Rows) -> tuple[list[float], float]:
    """Run a case on *rows*; return what is observed, and the epsilon that holds for one run."""
    numbers: list[float] = []
    for result in runs(case, rows):
        numbers += case.observe(result)
        report = result.privacy
    assert report is not None
    return numbers, epsilon_of(report)


def violation(case: Case) -> float:
    """By how much, at least, some event is likelier than the run's own statement allows; not above 0 when none is."""
    without, epsilon = observed(case, case.people)
    with_user, _ = observed(case, [*case.people, *case.user])
    confidence = 1 - ALPHA / (4 * len(case.cuts))
    worst = -math.inf
    for cut in case.cuts:
        for one, other in ((with_user, without), (without, with_user)):
            for event in (lambda number, cut=cut: number >= cut, lambda number, cut=cut: number < cut):
                low = stats.binomtest(sum(map(event, one)), len(one)).proportion_ci(confidence).low
                high = stats.binomtest(sum(map(event, other)), len(other)).proportion_ci(confidence).high
                worst = max(worst, low - math.exp(epsilon) * high - DELTA)
    return worst


@pytest.mark.parametrize("name", CASES)
def test_no_event_tells_more_of_a_user_than_is_stated(name: str) -> None:
    assert violation(CASES[name]) <= 0


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)
    assert violation(CASES[BUGS[bug]]) > 0


@pytest.mark.parametrize("amount", [0.1, 1e-300, 1 / 3, 1e15, -7.77])
def test_released_values_lie_on_the_declared_grid_whatever_the_data(amount: float) -> None:
    """Attacks on floating-point noise read the low bits of a value; here they are those of the grid alone."""
    request = asked("SELECT SUM(x) AS s, COUNT(*) AS n FROM orders", {"uid": "string", "x": "double"})
    data = MemoryData({"orders": [{"uid": f"u{number}", "x": amount} for number in range(50)]})
    for _ in range(5):
        ((total, count),) = run(request, data, privacy=[OBVIOUS], booking=None, source=secure()).answer.rows
        assert (Fraction(total) / OBVIOUS.float_step).denominator == 1
        assert isinstance(count, int)
