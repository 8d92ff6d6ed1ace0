# ruff: noqa: S608 - the SQL is made of numbers and of names written here
"""A private GROUP BY, beside the same query without privacy in the same engine and the same run.

Tables are in the engine's memory before either starts: loading is in neither time. Measured are the steps of a private
run from the loaded tables to the finished report, against the translated query alone. `CLEANROOM_BENCH_ROWS=1e8` asks
for that many rows.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.figures import ROUNDS, Figure, at_most, paired
from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.limits import EngineLimits
from simulator.execution.loading.tables import load_tables
from simulator.execution.output_names import name_outputs
from simulator.execution.private.answer import private_answer
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.query import NOISY
from simulator.execution.private.run import PrivateRun
from simulator.execution.working_copy import SCHEMA, WorkingCopy, working_copy
from simulator.privacy.rng import secure
from simulator.request import AnalysisRequest, Table
from simulator.sql.resolving import resolve_script

RUNNER, OWNER = "111111111111", "222222222222"
ROWS_A_USER = 10
GROUPS = 200
SPREADS = (1, 10, 200)
"""How many regions a user orders from, at most; from one, counting users without privacy is very cheap."""
FEW_ROUNDS = 2
LIMITS = EngineLimits(memory="6GB", disk="60GB")
"""With Python and its own buffers the process stays below 8 GB. At 1e8 rows the query without privacy needs disk when
users order from many regions, since it keeps every pair of both; the private run keeps every user, in memory."""
MANY_ROWS = 3e7
"""From so many rows on fewer rounds are made."""

QUERY = (
    "SELECT region, COUNT(*) AS orders, SUM(amount) AS sales, AVG(amount) AS mean, COUNT(DISTINCT user_id) AS users "
    "FROM orders GROUP BY region"
)


@dataclass(frozen=True, slots=True)
class Generated:
    """Orders made up inside the engine: skewed activity, amounts to 100, *spread* regions a user.

    Attributes:
        rows: How many.
        spread: How many regions a user orders from, at most.
    """

    rows: int
    spread: int

    def load(self, engine: DuckDBEngine, table: Table, columns: Sequence[str], target: str) -> None:
        """Make the table; see `DataSource.load`."""
        del table, columns
        users = self.rows // ROWS_A_USER
        # The power gives a tenth of the users a third of the rows.
        user = f"CAST(floor({users} * pow(hash(i) / 18446744073709551616.0, 1.3)) AS BIGINT)"
        amount = "CAST((hash(i * 3 + 1) % 10000) / 100.0 AS DECIMAL(10,2))"
        region = f"CAST(hash(user_id * {self.spread} + hash(i + 7) % {self.spread}) % {GROUPS} AS INTEGER)"
        inner = f"SELECT i, {user} AS user_id, {amount} AS amount FROM range({self.rows}) AS r(i)"
        engine.connection.execute(f"CREATE TABLE {target} AS SELECT user_id, {region} AS region, amount FROM ({inner})")


def measure() -> Iterator[Figure]:
    """Time the private run and the plain query on users of few and of many regions; repeat the worst ratio."""
    rows = int(float(os.environ.get("CLEANROOM_BENCH_ROWS", "1e7")))
    figures = [_ratio(rows, spread) for spread in SPREADS]
    yield from figures
    worst = max(figures, key=lambda figure: figure.ratio or 0)
    yield replace(worst, name=f"the worst: {worst.name}")
    yield Figure("private run, peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, "GiB")


def _ratio(rows: int, spread: int) -> Figure:
    copy = _copy()
    run = PrivateRun(copy, PrivacySettings(OWNER, epsilon=10, users_noise_per_query=30))
    with DuckDBEngine(limits=LIMITS) as engine:
        load_tables(copy, Generated(rows, spread), engine)
        private, plain, ratio = paired(
            _private(run, engine), lambda: engine.query(run.exact_sql, run.exact_scans), _rounds(rows)
        )
    name = f"private GROUP BY, {rows:.0e} rows, {spread} region{'s' * (spread > 1)} a user"
    return Figure(name, private, "s", ratio, f"the query without privacy ({plain:.2f} s)", at_most(1.6))


def _rounds(rows: int) -> int:
    return ROUNDS if rows < MANY_ROWS else FEW_ROUNDS


def _private(run: PrivateRun, engine: DuckDBEngine) -> Callable[[], object]:
    def once() -> None:
        private_answer(run, engine, secure())
        engine.drop(f"{SCHEMA}.{NOISY}")

    return once


def _copy() -> WorkingCopy:
    rule = AnalysisRuleCustom.model_validate(
        {
            "allowed_analyses": ["ANY_QUERY"],
            "allowed_analysis_providers": [RUNNER],
            "additional_analyses": "NOT_ALLOWED",
            "differential_privacy": {"columns": [{"name": "user_id"}]},
        }
    )
    columns = {"user_id": "bigint", "region": "int", "amount": "decimal(10,2)"}
    request = AnalysisRequest(QUERY, {"orders": Table("orders", OWNER, columns, rule=rule)}, RUNNER)
    copy = working_copy(resolve_script(request), request)
    name_outputs(copy)
    return copy
