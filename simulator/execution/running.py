"""Run one query of a clean room on rows, with everything that the rules enforce."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from simulator.execution.accepting import accepted
from simulator.execution.charging import Charge, charged
from simulator.execution.data import DataSource
from simulator.execution.duckdb_engine import DuckDBEngine, quoted
from simulator.execution.limits import UNHURRIED, EngineLimits
from simulator.execution.output_names import name_outputs
from simulator.execution.plain_run import PlainRun
from simulator.execution.privacy_settings import PrivacySettings
from simulator.execution.private_answer import private_answer
from simulator.execution.private_run import PrivateRun
from simulator.execution.rehearsing import rehearse, without_rows
from simulator.execution.results import RunResult
from simulator.execution.user_level import protected_tables
from simulator.execution.working_copy import SCHEMA, WorkingCopy, working_copy
from simulator.privacy.accounts import Account
from simulator.privacy.ledger import Ledger
from simulator.privacy.query_note import query_note
from simulator.privacy.rng import RandomSource, secure
from simulator.request import AnalysisRequest, Table

_SEEDS = 2**32


def run(
    request: AnalysisRequest,
    data: DataSource,
    *,
    privacy: PrivacySettings | Sequence[PrivacySettings] | None,
    ledger: Ledger | None,
    source: RandomSource,
    access: Mapping[str, Account] = MappingProxyType({}),
    exact: bool = False,
    limits: EngineLimits = UNHURRIED,
    name: str | None = None,
) -> RunResult:
    """Run an allowed query.

    Tables under differential privacy go through sampling, clamping and noise, and are charged to the budgets of their
    owners; all others through the thresholds of their rules.

    Args:
        request: The query, who asks, and the tables.
        data: Where the rows are.
        privacy: The budget template of the owner of the protected tables, or several templates of several owners; None
            when the query reads no protected table.
        ledger: Where spent budget is kept; None charges nothing (a simulation).
        source: Where random bits come from. A seeded source makes the whole run repeatable, and is no release.
        access: Lower-case table name to its access budget; a run uses each table that it reads once.
        exact: Compute the answer without thresholds and noise beside it.
        limits: What the run may take from the machine.
        name: Name of the query or template, for the ledger, which keeps it with a fingerprint of the text.

    Raises:
        NotAllowedError: The query is denied, or its verdict is undocumented and no setting decides.
        NotEnforceableError: The query may be allowed, but its rules cannot be enforced here.
        NotTranslatableError: The engine has no equal for something in the query, or cannot run it whatever the rows.
        DataError: Rows are missing or do not fit their table.
        simulator.privacy.accounts.BudgetExhausted: A budget does not carry the query.
        LimitExceededError: The run wanted more than it may take.
        QueryFailedError: The engine could not finish.
    """
    started = time.perf_counter()
    script = accepted(request).script
    copy = working_copy(script, request)
    name_outputs(copy)
    uses = [(access[name], Fraction(1)) for name in map(str.lower, script.tables()) if name in access]
    if any(protected_tables(script)):
        payers = (privacy,) if isinstance(privacy, PrivacySettings) else privacy or ()
        private = PrivateRun(copy, *payers)
        empty, free = without_rows(copy.tables), Charge(booked=False)
        rehearse(lambda engine: _run_private(private, engine, copy, empty, secure(), free, exact=exact), limits)
        with (
            charged(
                ledger,
                [*private.charges, *uses],
                query_note(script.sql, name or request.template_arn),
                private.loss,
                charge_failed=private.settings.charge_failed,
            ) as charge,
            DuckDBEngine(reproducible=not source.is_secure, limits=limits) as engine,
        ):
            result = _run_private(private, engine, copy, data, source, charge, exact=exact)
    else:
        plain = PlainRun(copy)
        empty, free = without_rows(copy.tables), Charge(booked=False)
        rehearse(lambda engine: _run_plain(plain, engine, copy, empty, free, exact=exact), limits)
        with (
            charged(ledger, uses, query_note(script.sql, name or request.template_arn)) as charge,
            DuckDBEngine(limits=limits) as engine,
        ):
            result = _run_plain(plain, engine, copy, data, charge, exact=exact)
    return replace(result, seconds=time.perf_counter() - started)


def _run_plain(
    plain: PlainRun, engine: DuckDBEngine, copy: WorkingCopy, data: DataSource, charge: Charge, *, exact: bool
) -> RunResult:
    charge.looked = True
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
    private: PrivateRun,
    engine: DuckDBEngine,
    copy: WorkingCopy,
    data: DataSource,
    source: RandomSource,
    charge: Charge,
    *,
    exact: bool,
) -> RunResult:
    charge.looked = True
    load_tables(copy, data, engine)
    engine.seed(int(source.integers(_SEEDS, 1)[0]) / _SEEDS)
    engine.draw_secretly(source)
    answer, report, statements = private_answer(private, engine, source)
    noiseless = engine.query(private.exact_sql) if exact else None
    guarantee = replace(report.guarantee, is_release=source.is_secure and charge.booked)
    return RunResult(
        answer=answer,
        rows_removed_by_threshold=0,
        exact=noiseless,
        privacy=replace(report, guarantee=guarantee),
        engine_sql=statements,
        seconds=0.0,
    )


def load_tables(
    copy: WorkingCopy, data: DataSource, engine: DuckDBEngine, tables: Mapping[str, Table] | None = None
) -> None:
    """Copy the tables that the query reads into the engine, then lock it.

    Args:
        copy: The query, which knows the columns that are needed.
        data: Where the rows are.
        engine: Is given the tables.
        tables: Internal name to table; None for all of the query's. Of views, the tables below are loaded.

    Raises:
        DataError: Rows are missing or do not fit their table.
    """
    tables = copy.tables if tables is None else tables
    targets = {internal: f"{quoted(SCHEMA)}.{quoted(internal)}" for internal in tables}
    for internal, table in tables.items():
        data.load(engine, table, list(copy.needed[table.name.lower()]), targets[internal])
    engine.lock(list(targets.values()))
