"""Runs under differential privacy: what is released, how noisy it is, what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import pstdev, stdev
from typing import Any

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.errors import NotEnforceableError
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.run import PrivateRun
from simulator.execution.working_copy import WorkingCopy
from simulator.privacy.accountant import PrivacyLoss
from simulator.privacy.budget import Aggregation
from simulator.request import Table
from tests.simulator.execution.private_purchases import OPEN, SETTINGS, Answer, purchases
from tests.yaml_text import from_yaml


@pytest.mark.parametrize(("function", "unit"), [("COUNT(DISTINCT uid)", 1.0), ("COUNT(*)", None), ("SUM(n)", None)])
def test_noise_has_the_stated_scale(function: str, unit: float | None, private: Callable[..., Answer]) -> None:
    """400 groups give 400 draws: their deviation is within 15 % of what is reported (four standard errors)."""
    rows = purchases(4000, 1, regions=400)
    answer, report = private(f"SELECT region, {function} AS x FROM orders GROUP BY region", rows, OPEN)
    assert len(answer.rows) == 400
    column = "n" if function.startswith("SUM") else None
    exact = {f"r{region}": 10 for region in range(400)}
    if column:
        exact = {f"r{region}": sum(row["n"] for row in rows if row["region"] == f"r{region}") for region in range(400)}
    stated = report.noise[0].half_width
    assert stated is not None
    assert unit is None or stated == 30
    deviation = pstdev(x - exact[region] for region, x in answer.rows)
    assert 0.85 < deviation / (stated / 1.959964) < 1.15


def test_noise_of_a_sum_is_n_times_limit_times_bound(private: Callable[..., Answer]) -> None:
    _, report = private("SELECT SUM(n) AS s, COUNT(*) AS c FROM orders", purchases(3000, 4))
    assert [noise.column for noise in report.noise] == ["s", "c"]
    for parameters, noise in zip(report.sensitivity_parameters, report.noise, strict=True):
        bound = max(abs(parameters.min_value or 0), abs(parameters.max_value or 0)) or 1
        assert noise.half_width == pytest.approx(30 * parameters.user_contribution_limit * bound, rel=0.01)


def test_statistics_are_near_the_truth_for_many_users(private: Callable[..., Answer]) -> None:
    rows = purchases(40_000, 1)
    sql = "SELECT COUNT(*), COUNT(DISTINCT uid), SUM(n), AVG(f), STDDEV(f), SUM(amount) FROM orders"
    answer, report = private(sql, rows)
    count, users, total, average, deviation, amount = answer.rows[0]
    assert count == pytest.approx(40_000, rel=0.03)
    assert users == pytest.approx(40_000, rel=0.003)
    assert total == pytest.approx(sum(row["n"] for row in rows), rel=0.1)
    assert average == pytest.approx(5, rel=0.05)
    assert deviation == pytest.approx(2, rel=0.1)
    assert amount == pytest.approx(sum(row["amount"] for row in rows), rel=Decimal("0.1"))
    assert report.units == 2 + 1 + 3 + 4 + 4 + 3
    assert all(noise.half_width is not None for noise in report.noise)


def test_the_band_of_a_deviation_holds_where_noise_hides_it(private: Callable[..., Answer]) -> None:
    """In 300 small groups many variances are negative and shown as 0: no band may be 0, and 95 % hold the exact value.

    A right band misses in 15 groups; 4 standard errors are 15.
    """
    rows = purchases(300 * 120, 1, regions=300)
    answer, report = private("SELECT region, STDDEV(n) AS s FROM orders GROUP BY region", rows, OPEN)
    exact = {f"r{region}": stdev(row["n"] for row in rows if row["region"] == f"r{region}") for region in range(300)}
    (noise,) = report.noise
    bands = [band for band in noise.per_row if band is not None]
    assert len(bands) == 300
    assert min(bands) > 0
    assert sum(shown == 0 for _, shown in answer.rows) > 20
    misses = [abs(shown - exact[region]) > band for (region, shown), band in zip(answer.rows, bands, strict=True)]
    assert sum(misses) <= 30


def test_released_sums_lie_on_the_grid(private: Callable[..., Answer]) -> None:
    rows = purchases(200, 3, regions=4)
    sql = "SELECT region, SUM(amount) AS d, SUM(n) AS i, SUM(f) AS x FROM orders GROUP BY region"
    answer, _ = private(sql, rows, OPEN)
    assert len(answer.rows) == 4
    for _, decimals, whole, double in answer.rows:
        assert decimals == decimals.quantize(Decimal("0.01"))
        assert isinstance(whole, int)
        assert (Fraction(double) / OPEN.float_step).denominator == 1


def test_a_user_counts_once_in_the_whole_query(private: Callable[..., Answer]) -> None:
    """Each of 3,000 users is in all ten regions, but the noisy counts add up to about 3,000."""
    rows = [
        {"uid": f"u{user}", "region": f"r{region}", "amount": 1, "n": 1, "f": 1.0, "day": None}
        for user in range(3000)
        for region in range(10)
    ]
    answer, report = private("SELECT region, COUNT(DISTINCT uid) AS u FROM orders GROUP BY region", rows)
    assert sum(users for _, users in answer.rows) == pytest.approx(3000, abs=250)
    assert report.sensitivity_parameters[0].to_response() == {
        "aggregationType": "COUNT_DISTINCT", "aggregationExpression": "uid", "userContributionLimit": 1,
    }  # fmt: skip
    assert report.group_threshold is not None
    assert report.group_threshold.rho == 0


def test_groups_of_few_users_are_hidden(private: Callable[..., Answer]) -> None:
    rows = [*purchases(3000, 1), *({**row, "region": "rare"} for row in purchases(3, 1))]
    answer, report = private("SELECT region, COUNT(*) AS c FROM orders GROUP BY region", rows)
    assert [region for region, _ in answer.rows] == ["r0"]
    assert report.bias.groups_dropped_by_threshold <= 1
    assert report.group_threshold is not None
    assert report.group_threshold.users > 60
    assert report.group_threshold.rho == SETTINGS.model.unit_rho(30)
    assert report.units == 2
    assert report.guarantee.rho == 3 * SETTINGS.model.unit_rho(30)


def test_threshold_can_be_charged_or_switched_off(private: Callable[..., Answer]) -> None:
    sql = "SELECT region, COUNT(*) AS c FROM orders GROUP BY region"
    charged = replace(SETTINGS, charge_group_threshold=True)
    assert private(sql, purchases(10, 1), charged)[1].units == 3
    answer, report = private(sql, purchases(3, 1), OPEN)
    assert len(answer.rows) == 1
    assert report.group_threshold is None


def test_the_rest_of_the_query_sees_noisy_numbers_only(private: Callable[..., Answer]) -> None:
    rows = purchases(9000, 1, regions=9)
    sql = (
        "SELECT region, COUNT(DISTINCT uid) AS u, COUNT(DISTINCT uid) / 2 AS half FROM orders GROUP BY region "
        "HAVING COUNT(DISTINCT uid) > 990 ORDER BY u DESC LIMIT 3"
    )
    answer, report = private(sql, rows)
    counts = answer.column("u")
    assert report.units == 1
    assert counts == sorted(counts, reverse=True)
    assert len(counts) <= 3
    assert all(count > 990 for count in counts)
    assert answer.column("half") == [count / 2 for count in counts]
    assert [noise.exact for noise in report.noise] == [True, False]


def test_rows_without_user_are_left_out_and_reported(private: Callable[..., Answer]) -> None:
    nobody = [{**row, "uid": None} for row in purchases(5000, 1)]
    answer, report = private("SELECT COUNT(DISTINCT uid) AS u FROM orders", [*purchases(100, 2), *nobody])
    assert answer.rows[0][0] < 300
    assert (report.bias.rows, report.bias.rows_without_user, report.bias.users) == (5200, 5000, 100)


def test_contribution_limit_holds_on_the_final_relation(private: Callable[..., Answer]) -> None:
    """One user with 100,000 rows, or a join that multiplies rows, moves a count by the limit at most."""
    heavy = [{"uid": "heavy", "region": "r0", "amount": 1, "n": 1, "f": 1.0, "day": None}] * 100_000
    answer, report = private("SELECT COUNT(*) AS c FROM orders", [*purchases(3000, 1), *heavy])
    limit = report.sensitivity_parameters[0].user_contribution_limit
    assert report.bias.rows_dropped_by_limit == 100_000 - limit
    assert report.bias.users_limited == 1
    assert answer.rows[0][0] < 3000 + 10 * 30 * limit
    people = [{"uid": "u0", "city": "x"}] * 50
    joined, report = private(
        "SELECT COUNT(*) AS c FROM orders o JOIN members m ON o.uid = m.uid", purchases(3, 1), people=people
    )
    assert report.bias.rows == 50
    assert joined.rows[0][0] is not None


def test_values_outside_bounds_are_clamped(private: Callable[..., Answer]) -> None:
    rows = [
        *purchases(3000, 1),
        {"uid": "rich", "region": "r0", "amount": 1, "n": 2_000_000_000, "f": math.inf, "day": None},
    ]
    answer, report = private("SELECT SUM(n) AS s, AVG(f) AS a FROM orders", rows)
    assert report.bias.values_clamped["SUM(n)"] >= 1
    assert report.bias.values_clamped["AVG(f)"] >= 1
    assert abs(answer.rows[0][0]) < 10_000_000


@pytest.mark.parametrize(("function", "truth"), [("SUM(amount)", 500_000.0), ("AVG(amount)", 100.0), ("AVG(f)", 100.0)])
def test_rows_without_a_value_add_nothing(function: str, truth: float, private: Callable[..., Answer]) -> None:
    """Half of the users have no value; all others have 100, far from zero and from the bounds' middle."""
    rows = [
        {"uid": f"u{user}", "region": "r", "amount": value, "n": 1, "f": value, "day": None}
        for user in range(10_000)
        for value in [Decimal(100) if user % 2 else None]
    ]
    relation, report = private(f"SELECT {function} AS x FROM orders", rows)
    half_width = report.noise[0].half_width
    assert half_width is not None
    assert float(relation.rows[0][0]) == pytest.approx(truth, abs=3 * half_width)
    assert half_width < truth / 2


@pytest.mark.parametrize("key", ["(region)", "1", "((1))", "r", "(r)"])
def test_a_key_is_the_same_in_every_spelling(key: str, private: Callable[..., Answer]) -> None:
    rows = purchases(1000, 1, regions=2)
    inner = "SELECT uid, region, SUM(amount) AS s FROM orders GROUP BY (1), ((region))"
    shown = "SELECT region AS r, UPPER((region)) AS u, COUNT(*) AS n FROM x GROUP BY"
    sql = f"WITH x AS ({inner}) {shown} {{}}, UPPER(region) ORDER BY (1)"
    answer, _ = private(sql.format(key), rows)
    assert [region for region, *_ in answer.rows] == ["r0", "r1"]
    assert answer == private(sql.format("region"), rows)[0]


def test_user_level_cte(private: Callable[..., Answer]) -> None:
    people = [{"uid": f"u{user}", "city": "xy"[user % 2]} for user in range(6000)]
    sql = (
        "WITH spent AS (SELECT uid, SUM(n) AS s FROM orders GROUP BY uid) "
        "SELECT m.city, COUNT(DISTINCT spent.uid) AS u FROM spent JOIN members m ON spent.uid = m.uid GROUP BY m.city"
    )
    answer, _ = private(sql, purchases(6000, 2), people=people)
    assert [city for city, _ in answer.rows] == ["x", "y"]
    assert all(abs(users - 3000) < 150 for _, users in answer.rows)


def test_renamed_identifier_is_still_the_user(private: Callable[..., Answer]) -> None:
    sql = "WITH c(x, who) AS (SELECT n, uid FROM orders) SELECT COUNT(DISTINCT d.person) AS u FROM c AS d(x, person)"
    answer, report = private(sql, purchases(3000, 2))
    assert report.units == 1
    assert abs(answer.rows[0][0] - 3000) < 100


def test_empty_table_gives_noise_around_zero(private: Callable[..., Answer]) -> None:
    answer, report = private("SELECT COUNT(*) AS c, COUNT(DISTINCT uid) AS u, AVG(n) AS a FROM orders", [])
    assert len(answer.rows) == 1
    assert abs(answer.rows[0][1]) < 120
    assert report.bias.users == 0


def test_a_seed_repeats_the_whole_run(private: Callable[..., Answer]) -> None:
    sql = "SELECT region, AVG(n) AS a, COUNT(DISTINCT day) AS d FROM orders GROUP BY region"
    rows = purchases(500, 5, regions=2)
    assert private(sql, rows, seed=3) == private(sql, rows, seed=3)
    assert private(sql, rows, seed=3)[0] != private(sql, rows, seed=4)[0]


def test_a_seed_repeats_random_numbers(private: Callable[..., Answer]) -> None:
    sql = "SELECT SUM(RAND()) AS s, COUNT(DISTINCT uid) AS u FROM orders WHERE RAND() < 0.5"
    rows = purchases(500, 2)
    assert private(sql, rows, seed=3) == private(sql, rows, seed=3)


def test_count_distinct_of_another_column_shares_one_unit(private: Callable[..., Answer]) -> None:
    _, report = private("SELECT COUNT(DISTINCT day) AS d FROM orders", purchases(300, 1))
    limit = report.sensitivity_parameters[0].user_contribution_limit
    assert report.units == 1
    assert report.noise[0].half_width == pytest.approx(30 * math.sqrt(2) * limit, rel=0.05)


def test_prices_are_the_published_ones(private: Callable[..., Answer]) -> None:
    for function, units in SETTINGS.model.units.items():
        argument = "DISTINCT uid" if function is Aggregation.COUNT_DISTINCT else "n"
        sql = f"SELECT {function.value.partition('_')[0]}({argument}) AS x FROM orders"
        assert private(sql, purchases(20, 1))[1].units == units


def test_an_alias_named_like_its_column_is_not_what_aggregates_in_having_and_order_by_mean(
    private: Callable[..., Answer],
) -> None:
    sql = (
        "WITH s AS (SELECT uid, region, SUM(n) AS sales FROM orders GROUP BY uid, region) "
        "SELECT region, SUM(sales) AS sales FROM s GROUP BY region HAVING SUM(sales) > 1 ORDER BY SUM(sales) DESC"
    )
    answer, report = private(sql, purchases(6000, 2, regions=2))
    assert report.units == 3
    assert len(answer.rows) == 2
    assert answer.column("sales") == sorted(answer.column("sales"), reverse=True)


@pytest.mark.parametrize("condition", ["CASE WHEN n > 5 THEN uid END", "IF(n > 5, uid, NULL)"])
def test_users_under_a_condition_are_counted_once_and_cost_one_unit(
    condition: str, private: Callable[..., Answer]
) -> None:
    rows = purchases(3000, 6)
    met = len({row["uid"] for row in rows if row["n"] > 5})
    answer, report = private(f"SELECT COUNT(DISTINCT {condition}) AS u FROM orders", rows)
    assert report.units == 1
    assert report.sensitivity_parameters[0].user_contribution_limit == 1
    assert report.noise[0].half_width == 30
    assert abs(answer.rows[0][0] - met) < 100


def test_users_of_an_outer_join_are_those_of_the_named_side(private: Callable[..., Answer]) -> None:
    sql = (
        "WITH few AS (SELECT uid FROM orders WHERE n > 8 GROUP BY uid), many AS (SELECT uid FROM orders GROUP BY uid) "
        "SELECT COUNT(DISTINCT f.uid) AS u, COUNT(DISTINCT m.uid) AS v FROM many m LEFT JOIN few f ON m.uid = f.uid"
    )
    rows = purchases(4000, 1)
    answer, _ = private(sql, rows)
    assert abs(answer.rows[0][0] - sum(row["n"] > 8 for row in rows)) < 100
    assert abs(answer.rows[0][1] - 4000) < 100


def test_means_of_decimals_are_decimals_with_four_more_digits(private: Callable[..., Answer]) -> None:
    answer, _ = private("SELECT AVG(amount) AS a, AVG(n) AS b FROM orders", purchases(3000, 1))
    assert [column.type for column in answer.columns] == ["DECIMAL(38,6)", "DOUBLE"]
    assert answer.rows[0][0].as_tuple().exponent == -6


def test_the_guarantee_holds_the_threshold_and_is_none_without_it(private: Callable[..., Answer]) -> None:
    sql = "SELECT region, COUNT(*) AS c FROM orders GROUP BY region"
    guarantee = private(sql, purchases(300, 1))[1].guarantee
    assert guarantee.unit == "one value of orders.uid"
    assert guarantee.rho == 3 * SETTINGS.model.unit_rho(30)
    assert guarantee.delta == pytest.approx(1e-6)
    assert guarantee.epsilon == pytest.approx(PrivacyLoss(guarantee.rho).epsilon(5e-7), rel=1e-6)
    assert not guarantee.is_release
    assert private(sql, purchases(300, 1), OPEN)[1].guarantee.epsilon is None


def test_two_owners_get_the_larger_noise_and_each_is_charged_its_price(
    orders: Table, table: Callable[..., Table], custom: Callable[..., AnalysisRuleCustom], copied: Callable[..., Any]
) -> None:
    other = table("visits", {"uid": "string"}, orders.rule, "333333333333")
    copy = copied("SELECT COUNT(*) AS c FROM orders o JOIN visits v ON o.uid = v.uid", [orders, other])
    theirs = PrivacySettings("333333333333", epsilon=5, users_noise_per_query=60)
    unrelated = PrivacySettings("444444444444", epsilon=5, users_noise_per_query=100)
    run = PrivateRun(copy, SETTINGS, theirs, unrelated)
    assert run.settings.users_noise_per_query == 60
    assert [(account.owner, amount) for account, amount in run.charges] == [
        ("222222222222", 2 * SETTINGS.model.unit_rho(30)),
        ("333333333333", 2 * SETTINGS.model.unit_rho(60)),
    ]
    assert run.loss.rho == 2 * SETTINGS.model.unit_rho(60)
    with pytest.raises(
        NotEnforceableError, match="'visits' belongs to 333333333333, whose privacy settings are missing"
    ):
        PrivateRun(copy, SETTINGS)


CASES = Path(__file__).parents[3] / "cases/execution/shapes_without_proof.yml"


@pytest.mark.parametrize("case", from_yaml(CASES.read_text(encoding="utf-8")), ids=lambda case: case["query"])
def test_shapes_without_proof_are_refused(case: dict[str, str], private: Callable[..., Answer]) -> None:
    with pytest.raises(NotEnforceableError, match=case["refusal"]):
        private(case["query"], purchases(3, 1))


def test_budget_and_minimums_of_other_owners_are_not_mixed(
    orders: Table,
    table: Callable[..., Table],
    custom: Callable[..., AnalysisRuleCustom],
    copied: Callable[..., WorkingCopy],
) -> None:
    sql = "SELECT COUNT(*) FROM orders o JOIN members m ON o.uid = m.uid"
    threshold = {
        "identity_columns": ["uid"],
        "minimum_identity_count": 2,
        "type": "COUNT_DISTINCT",
        "allowed_aggregate_expression_type": "COLUMNS_ONLY",
    }
    members = table("members", {"uid": "string"}, custom(aggregation_thresholds=[threshold]))
    with pytest.raises(NotEnforceableError, match="'members' has a minimum for every output row"):
        PrivateRun(copied(sql, [orders, members]), SETTINGS)
    with pytest.raises(
        NotEnforceableError,
        match="'orders' belongs to 222222222222, whose privacy settings are missing, only that of 3",
    ):
        PrivateRun(copied("SELECT COUNT(*) FROM orders", [orders]), replace(SETTINGS, owner="333333333333"))
