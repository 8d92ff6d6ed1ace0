"""The whole run: judged again, loaded, enforced, charged, written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from declarations.analysis_rules import AnalysisRule, AnalysisRuleAggregation, AnalysisRuleCustom
from simulator.execution.charging import Booking
from simulator.execution.errors import (
    ExecutionError,
    LimitExceededError,
    MissingDataError,
    NotAllowedError,
    NotEnforceableError,
    NotTranslatableError,
    QueryFailedError,
)
from simulator.execution.loading.data import MemoryData
from simulator.execution.options import RunOptions
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.running import run
from simulator.privacy.accounts import Account, BudgetExhausted, BudgetKind, EntryState, Limit
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period
from simulator.privacy.rng import secure, seeded
from simulator.request import AnalysisRequest, Table, TemplateParameter

RUNNER, PROVIDER = "111111111111", "222222222222"
SALES = AnalysisRuleAggregation.model_validate(
    {
        "aggregate_columns": [{"column_names": ["amount"], "function": "SUM"}],
        "join_columns": ["id"],
        "dimension_columns": ["region"],
        "scalar_functions": ["UPPER"],
        "output_constraints": [{"column_name": "id", "minimum": 2, "type": "COUNT_DISTINCT"}],
        "additional_analyses": "NOT_ALLOWED",
    }
)
ROWS = [
    {"id": "u1", "region": "n", "amount": "1.25"},
    {"id": "u2", "region": "n", "amount": "2.50"},
    {"id": "u3", "region": "s", "amount": "9.99"},
    {"id": "u3", "region": "s", "amount": "9.99"},
]
DATA = MemoryData({"sales": ROWS})
SETTINGS = PrivacySettings(PROVIDER, epsilon=1, users_noise_per_query=30, room="room", refresh=Period.CALENDAR_MONTH)


def request(sql: str, rule: AnalysisRule = SALES, **more: Any) -> AnalysisRequest:  # noqa: ANN401 - any field
    columns = {"id": "string", "region": "string", "amount": "decimal(10,2)"}
    table = Table("sales", PROVIDER, columns, rule=rule, receivers_unlimited=True)
    ready = frozenset({PROVIDER})
    return AnalysisRequest(
        sql, {"sales": table}, RUNNER, receivers=frozenset({RUNNER}), differential_privacy_ready=ready, **more
    )


@pytest.fixture
def private_rule(custom: Callable[..., AnalysisRuleCustom]) -> AnalysisRuleCustom:
    return custom(differential_privacy={"columns": [{"name": "id"}]})


def test_thresholds_remove_rows_and_the_exact_answer_stands_beside() -> None:
    sql = "SELECT UPPER(region) AS r, SUM(amount) AS s FROM sales GROUP BY UPPER(region)"
    result = run(request(sql), DATA, booking=None, source=secure(), options=RunOptions(exact=True))
    assert [column.name for column in result.answer.columns] == ["r", "s"]
    assert [(region, float(total)) for region, total in result.answer.rows] == [("N", 3.75)]
    assert result.rows_removed_by_threshold == 1
    assert result.exact is not None
    assert len(result.exact.rows) == 2
    assert result.privacy is None
    assert result.seconds > 0


@pytest.mark.parametrize(
    "sql", ["SELECT id, SUM(amount) FROM sales GROUP BY id", "SELECT nothing FROM nowhere", "SELEC", ""]
)
def test_what_is_not_allowed_is_not_run(sql: str) -> None:
    with pytest.raises(NotAllowedError, match=r"^the query is denied, so it is not run: "):
        run(request(sql), DATA, booking=None, source=secure())


def test_what_is_undocumented_is_not_run_either() -> None:
    asked = request("SELECT region, SUM(amount) FROM sales GROUP BY region")
    table = replace(asked.tables["sales"], receivers_unlimited=False)
    with pytest.raises(NotAllowedError, match=r"^the query is undocumented"):
        run(replace(asked, tables={"sales": table}), DATA, booking=None, source=secure())


def test_parameters_are_values_never_sql(custom: Callable[..., AnalysisRuleCustom]) -> None:
    template = f"arn:aws:cleanrooms:us-east-1:{RUNNER}:membership/m/analysistemplate/t"
    rule = AnalysisRuleCustom.model_validate({"allowed_analyses": [template], "additional_analyses": "NOT_ALLOWED"})
    for value, count in (("n", 2), ("n' OR '1'='1", 0)):
        asked = request(
            "SELECT COUNT(*) AS c FROM sales WHERE region = :region",
            rule,
            template_arn=template,
            template_author=RUNNER,
            parameters={"region": TemplateParameter("VARCHAR", value)},
        )
        assert run(asked, DATA, booking=None, source=secure()).answer.rows == ((count,),)
    without = replace(asked, parameters={"region": TemplateParameter("VARCHAR")})
    with pytest.raises(NotTranslatableError, match="parameter ':region' has no value"):
        run(without, DATA, booking=None, source=secure())


def test_budget_is_reserved_committed_and_exhausted(tmp_path: Path, private_rule: AnalysisRuleCustom) -> None:
    """With epsilon 1 and noise of 30 users two AVG pass and the third is refused; one COUNT DISTINCT still passes."""
    ledger = Ledger(tmp_path / "ledger.db")
    average = request("SELECT AVG(amount) AS a FROM sales", private_rule)
    for _ in range(2):
        result = run(average, DATA, privacy=[SETTINGS], booking=Booking(ledger), source=secure())
        assert result.privacy is not None
        assert result.privacy.units == 4
        assert result.privacy.guarantee.randomness == "operating system"
    with pytest.raises(BudgetExhausted) as caught:
        run(average, DATA, privacy=[SETTINGS], booking=Booking(ledger), source=secure())
    assert "not have enough aggregations remaining" in str(caught.value.service_message)
    users = request("SELECT COUNT(DISTINCT id) AS u FROM sales", private_rule)
    run(users, DATA, privacy=[SETTINGS], booking=Booking(ledger), source=secure())
    assert {entry.state for entry in ledger.history(SETTINGS.account)} == {EntryState.COMMITTED}
    assert ledger.spent(SETTINGS.account, datetime.now(UTC)) == 9 * SETTINGS.model.unit_rho(30)


def test_a_run_that_saw_no_row_is_given_back(tmp_path: Path, private_rule: AnalysisRuleCustom) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    asked = request("SELECT COUNT(*) AS c FROM sales", private_rule)
    with pytest.raises(MissingDataError):
        run(asked, MemoryData({}), privacy=[SETTINGS], booking=Booking(ledger), source=secure())
    assert ledger.history(SETTINGS.account)[0].state is EntryState.RELEASED
    with pytest.raises(NotEnforceableError, match="privacy settings are missing"):
        run(asked, DATA, booking=Booking(ledger), source=secure())
    assert len(ledger.history(SETTINGS.account)) == 1


class TooLong:
    """Rows that take too long to load."""

    def load(self, *_: object) -> None:
        raise LimitExceededError("seconds", "the query runs longer than allowed")


@pytest.mark.parametrize(("charge", "state"), [(True, EntryState.COMMITTED), (False, EntryState.RELEASED)])
def test_a_run_that_failed_on_rows_is_charged_unless_said_otherwise(
    charge: bool,  # noqa: FBT001 - a parameter of the test
    state: EntryState,
    tmp_path: Path,
    private_rule: AnalysisRuleCustom,
) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    asked = request("SELECT SUM(amount) AS s FROM sales", private_rule)
    booking = Booking(ledger, charge_failed=charge)
    with pytest.raises(QueryFailedError):
        run(asked, TooLong(), privacy=[SETTINGS], booking=booking, source=secure())
    assert [entry.state for entry in ledger.history(SETTINGS.account)] == [state]


def test_uses_of_a_table_are_charged_with_or_without_differential_privacy(
    tmp_path: Path, private_rule: AnalysisRuleCustom
) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    limits = (Limit(Period.CALENDAR_DAY, Fraction(2)), Limit(Period.LIFETIME, Fraction(9)))
    uses = Account("room", PROVIDER, "sales", BudgetKind.ACCESS_BUDGET, limits)
    access = {"sales": uses, "elsewhere": replace(uses, template="elsewhere")}
    plain = request("SELECT region, SUM(amount) AS s FROM sales GROUP BY region")
    private = request("SELECT COUNT(*) AS c FROM sales", private_rule)
    run(plain, DATA, booking=Booking(ledger, access=access), source=secure())
    run(private, DATA, privacy=[SETTINGS], booking=Booking(ledger, access=access), source=secure())
    spent = ledger.spent(SETTINGS.account, datetime.now(UTC))
    with pytest.raises(BudgetExhausted, match="0 uses left of 2"):
        run(private, DATA, privacy=[SETTINGS], booking=Booking(ledger, access=access), source=secure())
    assert ledger.spent(SETTINGS.account, datetime.now(UTC)) == spent, "all budgets are charged, or none"
    assert [total.template for total in ledger.totals()] == ["differential privacy", "sales"]


def test_a_seeded_run_says_so_and_repeats(private_rule: AnalysisRuleCustom) -> None:
    asked = request("SELECT COUNT(*) AS c, SUM(amount) AS s FROM sales", private_rule)
    first, second = (
        run(asked, DATA, privacy=[SETTINGS], booking=None, source=seeded(7), options=RunOptions(exact=True))
        for _ in range(2)
    )
    assert first.answer == second.answer
    assert first.privacy is not None
    assert "not a release" in first.privacy.guarantee.randomness
    assert first.exact is not None
    assert first.exact.rows[0][0] == 4


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_results_are_written(suffix: str, tmp_path: Path) -> None:
    sql = "SELECT region, SUM(amount) FROM sales GROUP BY region"
    result = run(request(sql), DATA, booking=None, source=secure())
    path = tmp_path / f"it's a result.{suffix}"
    result.write(path)
    reader = "read_csv" if suffix == "csv" else "read_parquet"
    read = duckdb.connect().execute(f"SELECT * FROM {reader}(?)", [str(path)])
    assert [column[0] for column in read.description or []] == ["region", "SUM(amount)"]
    assert [(region, float(total)) for region, total in read.fetchall()] == [("n", 3.75)]


def test_an_empty_result_is_written_with_its_columns(tmp_path: Path) -> None:
    sql = "SELECT region, SUM(amount) FROM sales WHERE region = 's' GROUP BY region"
    result = run(request(sql), DATA, booking=None, source=secure())
    result.write(tmp_path / "empty.csv")
    assert (tmp_path / "empty.csv").read_text() == "region,SUM(amount)\n"


def test_results_are_written_to_known_formats_only(tmp_path: Path) -> None:
    result = run(request("SELECT SUM(amount) FROM sales"), DATA, booking=None, source=secure())
    with pytest.raises(ExecutionError, match=r"its name must end in \.csv or \.parquet"):
        result.write(tmp_path / "x.txt")
    with pytest.raises(ExecutionError, match="cannot write"):
        result.write(tmp_path / "no" / "x.csv")
