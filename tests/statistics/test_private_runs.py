"""Privacy of the whole path: SQL in, answer out, on data sets that differ in one user.

Each case is run many times on both data sets. For every event the (epsilon, delta) that the run states must hold:
P(event with the user) <= exp(epsilon) * P(event without) + delta, and the other way round. Probabilities are bounded by
Clopper and Pearson, so that a right engine fails here once in 100,000 times. Then four bugs are planted, and must be
found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from scipy import stats

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution import contribution_bounding, private_run
from simulator.execution.contribution_bounding import Clamp
from simulator.execution.data import MemoryData
from simulator.execution.privacy_settings import PrivacySettings
from simulator.execution.private_releases import Statistic
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.budget import BudgetModel
from simulator.privacy.mechanisms import DiscreteGaussian
from simulator.privacy.rng import secure
from simulator.request import AnalysisRequest, Table

pytestmark = pytest.mark.statistics

RUNNER, OWNER = "111111111111", "222222222222"
ALPHA = 1e-5
DELTA = 1e-3

Rows = Sequence[Mapping[str, Any]]

OBVIOUS = PrivacySettings(OWNER, epsilon=20, users_noise_per_query=10, model=BudgetModel(z=Fraction(2)))
"""Noise of five users: small epsilon, so that a user who is seen in every answer is soon too much."""
SUBTLE = replace(OBVIOUS, model=BudgetModel(z=Fraction(10)))
"""Noise of one user: half of it is told from all of it by a few thousand draws."""


def row(user: str, region: str = "north", amount: int = 5) -> dict[str, Any]:
    """One order."""
    return {"uid": user, "region": region, "amount": amount}


def first_value(result: RunResult) -> list[float]:
    """The one number of an answer."""
    return [float(result.answer.rows[0][0])]


def users_of_groups(result: RunResult) -> list[float]:
    """The users of every group: each is a draw of its own, since no user is in two groups."""
    return [float(users) for users in result.answer.column("n")]


def south_is_shown(result: RunResult) -> list[float]:
    """1 when the group of the one user is in the answer."""
    return [float("south" in result.answer.column("region"))]


@dataclass(frozen=True, slots=True)
class Case:
    """A query, and the user whose rows make the two data sets differ.

    Attributes:
        sql: The query.
        people: Rows of all others.
        user: Rows of the user; in many groups, of one user in each.
        observe: What is looked at in an answer; several numbers are independent draws.
        cuts: The events are that an observed number is at least this.
        runs: Runs on each data set.
        settings: The budget.
    """

    sql: str
    people: Rows
    user: Rows
    observe: Callable[[RunResult], list[float]]
    cuts: tuple[float, ...]
    runs: int = 100
    settings: PrivacySettings = OBVIOUS


PEOPLE = [row(f"u{number}") for number in range(60)]
REGIONS = [f"r{number}" for number in range(200)]
CASES = {
    "users": Case(
        "SELECT region, COUNT(DISTINCT uid) AS n FROM orders GROUP BY region",
        [row(f"{region} {number}", region) for region in REGIONS for number in range(30)],
        [row(f"{region} new", region) for region in REGIONS],
        users_of_groups,
        tuple(range(27, 35)),
        40,
        SUBTLE,
    ),
    "many_rows": Case(
        "SELECT COUNT(*) AS n FROM orders", PEOPLE, [row("new")] * 1000, first_value, (60, 65, 70, 80, 100, 500)
    ),
    "huge_value": Case(
        "SELECT SUM(amount) AS s FROM orders",
        PEOPLE,
        [row("new", amount=1_000_000)],
        first_value,
        (300, 350, 400, 500, 10_000, 500_000),
    ),
    "own_group": Case(
        "SELECT region, COUNT(DISTINCT uid) AS n FROM orders GROUP BY region",
        PEOPLE,
        [row("new", "south")],
        south_is_shown,
        (0.5,),
    ),
}


def asked(sql: str, columns: Mapping[str, str]) -> AnalysisRequest:
    """Put a query to a room with one table under differential privacy."""
    rule = AnalysisRuleCustom.model_validate(
        {
            "allowed_analyses": ["ANY_QUERY"],
            "allowed_analysis_providers": [RUNNER],
            "additional_analyses": "NOT_ALLOWED",
            "differential_privacy": {"columns": [{"name": "uid"}]},
        }
    )
    table = Table("orders", OWNER, columns, rule=rule, receivers_unlimited=True)
    ready = frozenset({OWNER})
    return AnalysisRequest(
        sql, {"orders": table}, RUNNER, receivers=frozenset({RUNNER}), differential_privacy_ready=ready
    )


def observed(case: Case, rows: Rows) -> tuple[list[float], float]:
    """Run the query again and again, through every step of a user's query; return numbers, and the stated epsilon."""
    request = asked(case.sql, {"uid": "string", "region": "string", "amount": "int"})
    data, numbers, epsilon = MemoryData({"orders": rows}), [], math.inf
    for _ in range(case.runs):
        result = run(request, data, privacy=case.settings, ledger=None, source=secure())
        assert result.privacy is not None
        threshold = result.privacy.group_threshold.delta if result.privacy.group_threshold else 0.0
        epsilon = PrivacyLoss(result.privacy.rho, threshold).epsilon(DELTA)
        numbers += case.observe(result)
    return numbers, epsilon


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


def no_contribution_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(contribution_bounding, "heavy_sql", lambda _: "SELECT u FROM users WHERE FALSE")


def clamp_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Clamp, "sql", lambda _, column: column)


def noise_halved(patch: pytest.MonkeyPatch) -> None:
    half = property(lambda self: DiscreteGaussian(self.scale * self.sensitivity / 2))
    patch.setattr(Statistic, "mechanism", half)


def group_threshold_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(private_run, "group_threshold", lambda *_: -(10**9))


BUGS = {
    no_contribution_limit: "many_rows",
    clamp_forgotten: "huge_value",
    noise_halved: "users",
    group_threshold_off: "own_group",
}


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
        ((total, count),) = run(request, data, privacy=OBVIOUS, ledger=None, source=secure()).answer.rows
        assert (Fraction(total) / OBVIOUS.float_step).denominator == 1
        assert isinstance(count, int)


def opendp_noise(rho: Fraction) -> list[float]:
    """Noise that OpenDP adds to counts of users for a loss of *rho*; its own map states that loss."""
    opendp = pytest.importorskip("opendp.prelude", reason="OpenDP is not installed")
    opendp.enable_features("contrib")
    space = opendp.vector_domain(opendp.atom_domain(T=int)), opendp.l2_distance(T=float)
    measurement = opendp.m.make_gaussian(*space, scale=math.sqrt(1 / (2 * rho)))
    assert measurement.map(d_in=1.0) == pytest.approx(float(rho), rel=1e-9)
    return [float(number) for number in measurement([0] * 100_000)]


def differs_from_opendp(case: Case) -> float:
    """P-value that the noise in the answers and OpenDP's noise at the same budget are alike."""
    numbers, _ = observed(case, case.people)
    ours = [number - 30 for number in numbers]
    theirs = opendp_noise(case.settings.model.unit_rho(case.settings.users_noise_per_query))
    table = [[sum(number == value for number in sample) for value in range(-3, 4)] for sample in (ours, theirs)]
    return float(stats.chi2_contingency(table).pvalue)


def test_answers_are_as_noisy_as_opendps_at_the_same_budget() -> None:
    assert differs_from_opendp(CASES["users"]) > ALPHA


def test_opendp_tells_halved_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    noise_halved(monkeypatch)
    assert differs_from_opendp(CASES["users"]) < 1e-100
