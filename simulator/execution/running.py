"""Run one query of a clean room on rows, with everything that the rules enforce."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

from simulator.analysis_rules.judging import judge_context
from simulator.checks.context import QueryContext
from simulator.execution.data import DataSource
from simulator.execution.duckdb_engine import DuckDBEngine, quoted
from simulator.execution.errors import NotAllowedError, NotEnforceableError
from simulator.execution.output_names import name_outputs
from simulator.execution.plain_run import PlainRun
from simulator.execution.privacy_settings import PrivacySettings
from simulator.execution.private_run import PrivateRun
from simulator.execution.results import RunResult
from simulator.execution.user_level import protected_tables
from simulator.execution.working_copy import SCHEMA, WorkingCopy, working_copy
from simulator.privacy.accounts import Reservation
from simulator.privacy.ledger import Ledger
from simulator.privacy.rng import RandomSource
from simulator.request import AnalysisRequest
from simulator.sql.resolved import Script
from simulator.sql.resolving import resolve_script
from simulator.verdict import Outcome

_SEEDS = 2**32


def run(
    request: AnalysisRequest,
    data: DataSource,
    *,
    privacy: PrivacySettings | None,
    ledger: Ledger | None,
    source: RandomSource,
    exact: bool = False,
) -> RunResult:
    """Run an allowed query.

    Tables under differential privacy go through sampling, clamping and noise, and are charged to the budget; all others
    through the thresholds of their rules.

    Args:
        request: The query, who asks, and the tables.
        data: Where the rows are.
        privacy: The budget template of the owner of the protected tables; needed when the query reads one.
        ledger: Where spent budget is kept; None charges nothing (a simulation).
        source: Where random bits come from. A seeded source makes the whole run repeatable, and is no release.
        exact: Compute the answer without thresholds and noise beside it.

    Raises:
        NotAllowedError: The query is denied, or its verdict is undocumented and no setting decides.
        NotEnforceableError: The query may be allowed, but its rules cannot be enforced here.
        NotTranslatableError: The engine has no equal for something in the query.
        DataError: Rows are missing or do not fit their table.
        simulator.privacy.accounts.BudgetExhausted: The budget does not carry the query.
        QueryFailedError: The engine could not finish.
    """
    started = time.perf_counter()
    script = accepted(request)
    copy = working_copy(script, request)
    name_outputs(copy)
    if any(protected_tables(script)):
        if privacy is None:
            raise NotEnforceableError(
                "the query reads a table under differential privacy; its privacy settings are missing"
            )
        result = _run_private(copy, data, privacy, ledger, source, exact=exact)
    else:
        result = _run_plain(copy, data, exact=exact)
    return replace(result, seconds=time.perf_counter() - started)


def accepted(request: AnalysisRequest) -> Script:
    """Judge the request again, since a run must not depend on a caller who forgot to, and bind its SQL.

    Raises:
        NotAllowedError: The verdict is anything but allowed.
    """
    context = QueryContext(request, resolve_script(request))
    verdict = judge_context(context)
    if verdict.outcome is not Outcome.ALLOWED or context.script.final is None:
        raise NotAllowedError(verdict)
    return context.script


def _run_plain(copy: WorkingCopy, data: DataSource, *, exact: bool) -> RunResult:
    plain = PlainRun(copy)
    with DuckDBEngine() as engine:
        load_tables(copy, data, engine)
        return RunResult(
            answer=plain.answer(engine),
            rows_removed_by_threshold=plain.removed(engine),
            exact=plain.exact(engine) if exact else None,
            privacy=None,
            engine_sql=(plain.sql,),
            seconds=0.0,
        )


def _run_private(
    copy: WorkingCopy,
    data: DataSource,
    settings: PrivacySettings,
    ledger: Ledger | None,
    source: RandomSource,
    *,
    exact: bool,
) -> RunResult:
    """Reserve, load, run, commit. What fails before a row is read is given back; what fails later may tell of a row."""
    private = PrivateRun(copy, settings)
    reservation = None
    if ledger is not None:
        reservation = ledger.reserve(settings.account, private.charged_rho, datetime.now(UTC), note=copy.script.sql)
    looked = False
    try:
        with DuckDBEngine(reproducible=not source.is_secure) as engine:
            load_tables(copy, data, engine)
            engine.seed(int(source.integers(_SEEDS, 1)[0]) / _SEEDS)
            looked = True
            answer, report, statements = private.answer(engine, source)
            noiseless = engine.query(private.exact_sql) if exact else None
    except BaseException:
        _give_back(ledger, reservation, charged=looked and settings.charge_failed)
        raise
    _give_back(ledger, reservation, charged=True)
    return RunResult(
        answer=answer,
        rows_removed_by_threshold=0,
        exact=noiseless,
        privacy=report,
        engine_sql=statements,
        seconds=0.0,
    )


def _give_back(ledger: Ledger | None, reservation: Reservation | None, *, charged: bool) -> None:
    if ledger is None or reservation is None:
        return
    if charged:
        ledger.commit(reservation)
    else:
        ledger.release(reservation)


def load_tables(copy: WorkingCopy, data: DataSource, engine: DuckDBEngine) -> None:
    """Copy the tables that the query reads into the engine, then lock it.

    Raises:
        DataError: Rows are missing or do not fit their table.
    """
    for internal, table in copy.tables.items():
        target = f"{quoted(SCHEMA)}.{quoted(internal)}"
        data.load(engine, table, list(copy.needed[table.name.lower()]), target)
    engine.lock()
