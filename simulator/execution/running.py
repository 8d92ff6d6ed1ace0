"""Run one query of a clean room on rows, with everything that the rules enforce."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from simulator.checks.private_relations import private_tables
from simulator.execution.accepting import require_allowed
from simulator.execution.charging import Booking, RunState, charging
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Relation
from simulator.execution.loading.data import DataSource
from simulator.execution.loading.tables import load_tables
from simulator.execution.one_row_oracles.rehearsing import rehearse, without_rows
from simulator.execution.options import RunOptions
from simulator.execution.output_names import name_outputs
from simulator.execution.plain_run import PlainRun
from simulator.execution.private.answer import private_answer
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.run import PrivateRun
from simulator.execution.results import PrivacyReport, RunResult
from simulator.execution.working_copy import WorkingCopy, working_copy
from simulator.privacy.query_note import query_note
from simulator.privacy.rng import RandomSource, secure
from simulator.request import AnalysisRequest

_SEEDS = 2**32
"""Number of possible seeds; the engine takes one as a fraction of 1."""


def run(
    request: AnalysisRequest,
    data: DataSource,
    *,
    privacy: Sequence[PrivacySettings] = (),
    booking: Booking | None,
    source: RandomSource,
    options: RunOptions = RunOptions(),
) -> RunResult:
    """Run an allowed query.

    A query of tables under differential privacy gets sampling, clamping and noise, and is charged to the budgets of
    their owners; any other query gets the thresholds of its tables' rules.

    Args:
        request: The query, who asks, and the tables.
        data: Where the rows are.
        privacy: The budget templates of the owners of the protected tables that the query reads.
        booking: Where spent budget is kept; None charges nothing (a simulation).
        source: Where random bits come from. A seeded source makes the run repeatable, and the result no release.
        options: What is asked besides the answer.

    Raises:
        NotAllowedError: The query is denied, or its verdict is undocumented and no setting decides.
        NotEnforceableError: The query may be allowed, but its rules cannot be enforced here.
        NotTranslatableError: Something in the query has no equivalent in the engine, or it cannot run on any rows.
        DataError: Rows are missing or do not fit their table.
        simulator.privacy.accounts.BudgetExhausted: A budget has too little left for the query.
        LimitExceededError: The run exceeded its limit on time, memory or disk.
        QueryFailedError: The engine could not finish.
    """
    started = time.perf_counter()
    script = require_allowed(request).script
    copy = working_copy(script, request)
    name_outputs(copy)
    access, name = (booking.access, booking.name) if booking is not None else ({}, None)
    uses = [(access[table], Fraction(1)) for table in map(str.lower, script.tables()) if table in access]
    note = query_note(script.sql, name or request.template_arn)
    empty, free = without_rows(copy.tables), RunState(booked=False)
    if private_tables(script):
        private = PrivateRun(copy, *privacy)
        rehearse(lambda engine: _run_private(private, engine, copy, empty, secure(), free, options), options.limits)
        with (
            charging(booking, [*private.charges, *uses], note, private.loss) as state,
            DuckDBEngine(reproducible=not source.is_secure, limits=options.limits) as engine,
        ):
            answer, report, exact = _run_private(private, engine, copy, data, source, state, options)
            removed = 0
    else:
        plain = PlainRun(copy)
        rehearse(lambda engine: _run_plain(plain, engine, copy, empty, free, exact=options.exact), options.limits)
        with charging(booking, uses, note) as state, DuckDBEngine(limits=options.limits) as engine:
            answer, removed, exact = _run_plain(plain, engine, copy, data, state, exact=options.exact)
            report = None
    return RunResult(answer, removed, exact, report, seconds=time.perf_counter() - started)


def _run_plain(
    plain: PlainRun, engine: DuckDBEngine, copy: WorkingCopy, data: DataSource, state: RunState, *, exact: bool
) -> tuple[Relation, int, Relation | None]:
    """Return the answer, how many rows the thresholds removed, and the answer without them if *exact* asks for it."""
    state.looked = True
    load_tables(copy, data, engine)
    return plain.answer(engine), plain.removed(engine), plain.exact(engine) if exact else None


def _run_private(
    private: PrivateRun,
    engine: DuckDBEngine,
    copy: WorkingCopy,
    data: DataSource,
    source: RandomSource,
    state: RunState,
    options: RunOptions,
) -> tuple[Relation, PrivacyReport | None, Relation | None]:
    """Return the answer, what was done to it, and the answer without noise if *options* ask for it."""
    state.looked = True
    load_tables(copy, data, engine)
    engine.seed(int(source.integers(_SEEDS, 1)[0]) / _SEEDS)
    engine.draw_secretly(source)
    answer, report = private_answer(private, engine, source, measures_bias=options.bias)
    noiseless = engine.query(private.exact_sql, private.exact_scans) if options.exact else None
    guarantee = replace(report.guarantee, is_release=source.is_secure and state.booked)
    return answer, replace(report, guarantee=guarantee), noiseless
