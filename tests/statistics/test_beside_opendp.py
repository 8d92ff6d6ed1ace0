"""Beside OpenDP: the engine answers as OpenDP does, is no less accurate, and OpenDP finds every planted bug.

OpenDP is the outside opinion. It gets the rows of a query, and what a run has released about them (limit and bounds),
and computes the answer its own way. Right engines agree with it: a two-sample test of answers fails once in 100,000
times. A bug that breaks the promise moves the answers, and is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.execution.private.query import PrivateAggregate
from simulator.execution.results import PrivacyReport, RunResult
from simulator.privacy.budget import RELEASES, Aggregation, BudgetModel
from simulator.privacy.rng import secure
from tests.statistics import opendp_peer
from tests.statistics.example_runs import Recorded, recorded_runs, rows_of
from tests.statistics.neighbours import BUGS, CASES, Case, Rows, runs
from tests.statistics.opendp_peer import Release
from tests.statistics.test_accuracy import MEASUREMENT, QUERIES, Numbers, fair_groups, scaled_noise
from tests.statistics.theory import aggregates_shown, dithered

pytestmark = pytest.mark.statistics

ALPHA = 1e-5
FOUND = 1e-12
"""A planted bug must be this plain."""
ENOUGH = 60
"""Runs on each side: if all answers of one are above all of the other, the p-value is below 1e-30."""


def unit(case: Case) -> Fraction:
    """Return the loss of one release of a case's run."""
    return case.settings.model.unit_rho(case.settings.users_noise_per_query)


def kept(rows: Rows, limit: int) -> list[int]:
    """Return the amounts of at most *limit* rows of each user."""
    seen: Counter[str] = Counter()
    amounts = []
    for row in rows:
        seen[row["uid"]] += 1
        if seen[row["uid"]] <= limit:
            amounts.append(row["amount"])
    return amounts


def users_by_opendp(case: Case, rows: Rows, _: RunResult) -> list[float]:
    """Count the users of every region, each user being in one."""
    users = Counter(region for _, region in {(row["uid"], row["region"]) for row in rows})
    release = opendp_peer.count([1] * next(iter(users.values())), 1, unit(case))
    return list(release.noisy(len(users)))


def rows_by_opendp(case: Case, rows: Rows, result: RunResult) -> list[float]:
    """Count rows under the limit that the run has released."""
    (stated,) = _report(result).sensitivity_parameters
    limit = stated.user_contribution_limit
    return [float(opendp_peer.count(kept(rows, limit), limit, unit(case)).once())]


def sum_by_opendp(case: Case, rows: Rows, result: RunResult) -> list[float]:
    """Add amounts up under the limit and within the bounds that the run has released."""
    (stated,) = _report(result).sensitivity_parameters
    limit, bounds = stated.user_contribution_limit, (int(stated.min_value or 0), int(stated.max_value or 0))
    return [float(opendp_peer.total(kept(rows, limit), bounds, limit, unit(case)).once())]


def keys_by_opendp(case: Case, rows: Rows, _: RunResult) -> list[float]:
    """Tell whether the group of one user is shown."""
    users = Counter(region for _, region in {(row["uid"], row["region"]) for row in rows})
    return [float("south" in opendp_peer.shown_keys(dict(users), unit(case), case.settings.group_delta))]


def _report(result: RunResult) -> PrivacyReport:
    assert result.privacy is not None
    return result.privacy


BY_OPENDP: dict[str, Callable[[Case, Rows, RunResult], list[float]]] = {
    "users": users_by_opendp,
    "many_rows": rows_by_opendp,
    "huge_value": sum_by_opendp,
    "own_group": keys_by_opendp,
}


def disagreement(name: str) -> float:
    """Return the p-value that a case's answers and OpenDP's, on rows with the user, have one distribution."""
    case = CASES[name]
    rows = [*case.people, *case.user]
    ours: list[float] = []
    theirs: list[float] = []
    for result in islice(runs(case, rows), ENOUGH):
        ours += case.observe(result)
        theirs += BY_OPENDP[name](case, rows, result)
    if name == "users":
        table = [[sum(number == value for number in sample) for value in range(28, 35)] for sample in (ours, theirs)]
        return float(stats.chi2_contingency(table).pvalue)
    return float(stats.ks_2samp(ours, theirs).pvalue)


@pytest.mark.parametrize("name", CASES)
def test_opendp_answers_alike(name: str) -> None:
    assert disagreement(name) > ALPHA


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_opendp_tells_a_planted_bug(bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)
    assert disagreement(BUGS[bug]) < FOUND


DRAWS = 40_000
"""Errors on each side. A median of so many is right to 0.58 %, the quotient of two to 0.83 %."""
NOT_WORSE = 1 + 5 * 0.0083
"""Five standard errors: equal accuracy fails once in three million times, a tenth more noise always."""
QUERIES_BESIDE = (
    "basket_size",
    "campaign_baskets",
    "different_frequencies",
    "mailed_or_not",
    "redemptions_by_campaign_type",
    "sales_lift",
    "spend_by_household_size",
    "spend_of_redeemers",
    "visit_frequency",
)
"""One query or more for each function: users, other values, rows, sums, means, deviations; limits of 1 to 8 rows."""
CENTRED = (Aggregation.AVG, Aggregation.STDDEV)
"""Functions where we sum distances from a centre between the bounds. OpenDP has means of tables of known size alone; of
unknown size it divides two sums that are not centred."""


def medians_of_ours(recorded: Recorded) -> dict[str, float]:
    """Return the median error by output column, over groups of fair size."""
    fair = fair_groups(recorded)
    exact = recorded.cells(recorded.exact)
    found = {}
    for column, cells in recorded.drawn_again(DRAWS // int(fair.sum()), secure()).items():
        errors = dithered(cells - exact[column], column, recorded, np.random.default_rng(1))[:, fair]
        found[column] = float(np.nanmedian(np.abs(errors)))
    return found


def medians_of_opendp(name: str, recorded: Recorded) -> dict[str, float]:
    """Return the same of answers by OpenDP, with the run's limit and bounds and the same loss for every release."""
    fair = fair_groups(recorded)
    keys = [key for key, is_fair in zip(recorded.exact.keys, fair, strict=True) if is_fair]
    errors: dict[str, list[Numbers]] = {}
    for column, aggregate in aggregates_shown(recorded).items():
        errors[column] = [_errors(aggregate, name, recorded, key, DRAWS // len(keys)) for key in keys]
    random = np.random.default_rng(2)
    spread = {column: dithered(np.concatenate(parts), column, recorded, random) for column, parts in errors.items()}
    return {column: float(np.median(np.abs(parts))) for column, parts in spread.items()}


def _errors(aggregate: PrivateAggregate, name: str, recorded: Recorded, key: tuple[object, ...], times: int) -> Numbers:
    stated = recorded.report.sensitivity_parameters[recorded.run.query.aggregates.index(aggregate)]
    limit, model = stated.user_contribution_limit, BudgetModel()
    rho = model.unit_rho(recorded.report.users_noise) * model.units[aggregate.function]
    each = rho / len(RELEASES[aggregate.function])
    users, values = bounded_rows(name, limit)[key]
    if aggregate.users:
        return _moved(opendp_peer.count([1] * len(set(users)), 1, each), times)
    column = values[aggregate.value] if aggregate.value else [0] * len(users)
    clamp = recorded.clamps.get(aggregate.name)
    if clamp is None:
        present = [int(value) for value in column if value is not None]
        if aggregate.counts_values:
            return _moved(opendp_peer.count_distinct(present, limit, each / 2), times)
        return _moved(opendp_peer.count(present, limit, each), times)
    step = float(clamp.grid.step)
    steps = [round(float(value) / step) for value in column if value is not None]
    total = opendp_peer.total(steps, (clamp.low, clamp.high), limit, each)
    if aggregate.function is Aggregation.SUM:
        return _moved(total, times) * step
    count = opendp_peer.count(steps, limit, each)
    if aggregate.function is Aggregation.AVG:
        return (total.noisy(times) / count.noisy(times) - total.exact / count.exact) * step
    inside = [min(max(value, clamp.low), clamp.high) ** 2 for value in steps]
    squares = opendp_peer.total(inside, (clamp.low**2, clamp.high**2), limit, each)
    noisy = _deviation(total.noisy(times), squares.noisy(times), count.noisy(times))
    return (noisy - _deviation(*(np.array(one.exact, float) for one in (total, squares, count)))) * step


def _moved(release: Release, times: int) -> Numbers:
    return release.noisy(times) - release.exact


def _deviation(total: Numbers, squares: Numbers, count: Numbers) -> Numbers:
    deviation: Numbers = np.sqrt(np.maximum((squares - total**2 / count) / (count - 1), 0))
    return deviation


@cache
def bounded_rows(name: str, limit: int) -> dict[tuple[object, ...], tuple[list[Any], dict[str, list[Any]]]]:
    """Return users and values of the rows of a query by group, at most *limit* rows a user, a uniform sample."""
    relation = rows_of(MEASUREMENT, QUERIES[name])
    names = [column.name for column in relation.columns]
    order = np.random.default_rng(1).permutation(len(relation.rows))
    seen: Counter[object] = Counter()
    found: dict[tuple[object, ...], tuple[list[object], dict[str, list[object]]]] = {}
    for position in order:
        row = dict(zip(names, relation.rows[position], strict=True))
        seen[row["u"]] += 1
        if row["u"] is None or seen[row["u"]] > limit:
            continue
        key = tuple(value for column, value in row.items() if column.startswith("g"))
        users, values = found.setdefault(key, ([], {}))
        users.append(row["u"])
        for column, value in row.items():
            if column.startswith("v"):
                values.setdefault(column, []).append(value)
    return found


def quotients(name: str, recorded: Recorded) -> dict[str, float]:
    """Return our median error as a share of OpenDP's, by output column."""
    ours = medians_of_ours(recorded)
    return {column: ours[column] / theirs for column, theirs in medians_of_opendp(name, recorded).items()}


@pytest.mark.parametrize("name", QUERIES_BESIDE)
def test_no_column_is_less_accurate_than_opendps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (recorded,) = recorded_runs(MEASUREMENT, QUERIES[name], [1], monkeypatch)
    found = quotients(name, recorded)
    assert max(found.values()) <= NOT_WORSE, found
    shown = aggregates_shown(recorded)
    centred = {column for column in found if shown[column].function in CENTRED}
    assert max((found[column] for column in centred), default=0) < 0.8
    scaled_noise(monkeypatch, Fraction(11, 10))
    worse = quotients(name, recorded)
    assert min((worse[column] for column in found if column not in centred), default=2) > NOT_WORSE, worse
