"""Data sets that differ in one user, the queries that would betray that user, and four bugs that let them.

The engine is the real one, from SQL to answer; a bug is planted by replacing one of its functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.loading.data import MemoryData
from simulator.execution.private import contribution_bounding, noisy_sums
from simulator.execution.private.contribution_bounding import Clamp
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.releases import Statistic
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.privacy.budget import BudgetModel
from simulator.privacy.mechanisms import DiscreteGaussian
from simulator.privacy.rng import secure
from simulator.request import AnalysisRequest, Table

RUNNER, OWNER = "111111111111", "222222222222"
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


def runs(case: Case, rows: Rows) -> Iterator[RunResult]:
    """Run the query again and again, through every step of a user's query."""
    request = asked(case.sql, {"uid": "string", "region": "string", "amount": "int"})
    data = MemoryData({"orders": rows})
    for _ in range(case.runs):
        yield run(request, data, privacy=[case.settings], booking=None, source=secure())


def no_contribution_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(contribution_bounding, "heavy_sql", lambda _: "SELECT u FROM run.users WHERE FALSE")


def clamp_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Clamp, "clamped_sql", lambda _, column: column)


def noise_halved(patch: pytest.MonkeyPatch) -> None:
    half = property(lambda self: DiscreteGaussian(self.scale * self.sensitivity / 2))
    patch.setattr(Statistic, "mechanism", half)


def group_threshold_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(noisy_sums, "group_threshold", lambda *_: -(10**9))


BUGS: dict[Callable[[pytest.MonkeyPatch], None], str] = {
    no_contribution_limit: "many_rows",
    clamp_forgotten: "huge_value",
    noise_halved: "users",
    group_threshold_off: "own_group",
}
"""Each planted bug, and the case that it betrays."""
