"""No query under differential privacy tells of one row by failing, by what it is charged, or by the look of a key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.execution import running
from simulator.execution.charging import Booking
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.errors import (
    DataError,
    LimitExceededError,
    NotEnforceableError,
    NotTranslatableError,
    QueryFailedError,
)
from simulator.execution.loading.data import MemoryData
from simulator.execution.private.answer import private_answer
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.run import PrivateRun
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.execution.working_copy import working_copy
from simulator.privacy.ledger import Ledger
from simulator.privacy.rng import secure
from simulator.request import AnalysisRequest
from simulator.sql.resolving import resolve_script
from tests.simulator.execution.private_orders import PROVIDER, private_request
from tests.yaml_text import from_yaml

CASES = from_yaml((Path(__file__).parents[3] / "cases/execution/one_row_oracles.yml").read_text())
SETTINGS = PrivacySettings(PROVIDER, epsilon=20, users_noise_per_query=10)
ROWS = [
    {"uid": f"u{i}", "n": 1, "b": 1, "f": 1.0, "s": "a", "day": "2024-01-01", "ts": "2024-01-01"} for i in range(120)
]
TARGET = {**ROWS[0], "uid": "target"}
COUNT = "SELECT COUNT(DISTINCT uid) AS u FROM orders"


def asked(sql: str) -> AnalysisRequest:
    columns = {
        "uid": "string",
        "n": "int",
        "b": "bigint",
        "f": "double",
        "s": "string",
        "day": "date",
        "ts": "timestamp",
    }
    return private_request(sql, columns, {"k": "int"})


def answered(
    sql: str,
    rows: list[dict[str, Any]],
    ledger: Ledger | None = None,
    settings: PrivacySettings = SETTINGS,
) -> RunResult:
    data = MemoryData({"orders": rows, "places": [{"k": 1}, {"k": 7}]})
    booking = None if ledger is None else Booking(ledger)
    return run(asked(sql), data, privacy=[settings], booking=booking, source=secure())


def both(change: Mapping[str, Any]) -> tuple[list[dict[str, Any]], ...]:
    """The rows with the target's own values, and with those that the queries look for, first and last."""
    looked_for = {**TARGET, **change}
    return [*ROWS, TARGET], [looked_for, *ROWS], [*ROWS, *[looked_for] * 4]


@pytest.mark.parametrize("sql", CASES["answered"])
def test_a_row_that_fails_is_left_out(sql: str) -> None:
    for rows in both({"n": 7}):
        assert len(answered(sql, rows).answer.rows) == 1


@pytest.mark.parametrize(
    ("reason", "sql"), [(reason, sql) for reason, group in CASES["refused"].items() for sql in group]
)
def test_what_cannot_be_kept_is_refused_whatever_the_rows_and_costs_nothing(
    reason: str, sql: str, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    told = set()
    for rows in both({"n": 7}):
        with pytest.raises((NotEnforceableError, NotTranslatableError), match=reason) as caught:
            answered(sql, rows, ledger)
        told.add(str(caught.value))
    assert len(told) == 1
    assert ledger.spent(SETTINGS.account, datetime.now(UTC)) == 0


@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT"])
def test_equal_keys_look_equal(kind: str) -> None:
    """Zero has two signs, of which GROUP BY shows that of the row that comes first."""
    sql = (
        f"WITH x AS (SELECT uid, CAST(IF(n = 7, -0.0E0 * f, 0.0E0 * f) AS {kind}) AS k FROM orders) "
        "SELECT k, COUNT(DISTINCT uid) AS u FROM x GROUP BY k"
    )
    for rows in both({"n": 7}):
        ((key, _),) = answered(sql, rows).answer.rows
        assert math.copysign(1, key) == 1


def test_a_random_number_chooses_rows_independently() -> None:
    """Half of 4,000 users, within four standard deviations of the coins and of the noise."""
    rows = [{**TARGET, "uid": f"u{i}"} for i in range(4000)]
    result = answered("SELECT COUNT(DISTINCT uid) AS u FROM orders WHERE RAND() < 0.5", rows)
    ((users,),) = result.answer.rows
    assert users == pytest.approx(2000, abs=4 * (31.7 + 5.2))


def test_keys_of_hidden_groups_stay_in_the_engine() -> None:
    """A timestamp of the year 290,000 is none in Python: fetching it would fail before the threshold hides it."""
    sql = "SELECT IF(n = 7, DATE_ADD(day, 90000000), day) AS k, COUNT(DISTINCT uid) AS u FROM orders GROUP BY 1"
    for rows in both({"n": 7})[:2]:
        assert len(answered(sql, rows).answer.rows) == 1


def test_an_unforeseen_failure_reads_like_every_other_and_is_charged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = private_answer

    def stumble(private: PrivateRun, engine: DuckDBEngine, *others: object, **named: object) -> object:
        ((rows,),) = engine.query("SELECT COUNT(*) FROM data.t0", {"data.t0"}).rows
        if rows:
            raise OverflowError("a value of the row of u7")
        return answer(private, engine, *others, **named)

    ledger = Ledger(tmp_path / "ledger.db")
    monkeypatch.setattr(running, "private_answer", stumble)
    with pytest.raises(QueryFailedError, match=r"^the engine could not finish the query$") as caught:
        answered(COUNT, ROWS, ledger)
    assert caught.value.detail == "OverflowError: a value of the row of u7"
    assert ledger.spent(SETTINGS.account, datetime.now(UTC)) > 0


def test_rows_that_do_not_fit_are_not_charged(tmp_path: Path) -> None:
    """They are found a column at a time, before any condition: the query learns nothing of a row."""
    ledger = Ledger(tmp_path / "ledger.db")
    with pytest.raises(DataError):
        answered("SELECT SUM(n) AS s FROM orders", [*ROWS, {**TARGET, "n": "many"}], ledger)
    assert ledger.spent(SETTINGS.account, datetime.now(UTC)) == 0


class TooLong:
    """Rows that take too long to load."""

    def load(self, *_: object) -> None:
        raise LimitExceededError("seconds", "the query runs longer than allowed")


def test_time_that_runs_out_while_tables_are_loaded_is_charged(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    with pytest.raises(LimitExceededError):
        run(asked(COUNT), TooLong(), privacy=[SETTINGS], booking=Booking(ledger), source=secure())
    assert ledger.spent(SETTINGS.account, datetime.now(UTC)) > 0


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("SELECT p.k AS n FROM places p LEFT SEMI JOIN orders o ON p.k = o.n", "LEFT SEMI and LEFT ANTI JOIN"),
        ("SELECT p.k AS n FROM places p LEFT ANTI JOIN orders o ON p.k = o.n", "LEFT SEMI and LEFT ANTI JOIN"),
        ("SELECT DISTINCT ON (n) uid, n FROM orders", "DISTINCT ON"),
        ("SELECT uid, n FROM (SELECT uid, n FROM orders) TABLESAMPLE (5 ROWS)", "TABLESAMPLE"),
    ],
)
def test_the_run_refuses_by_itself_what_the_checks_refuse(inner: str, reason: str) -> None:
    request = asked(f"WITH x AS ({inner}) SELECT COUNT(DISTINCT o.uid) AS u FROM orders o JOIN x ON o.n = x.n")
    with pytest.raises(NotEnforceableError, match=reason):
        PrivateRun(working_copy(resolve_script(request), request), SETTINGS)
