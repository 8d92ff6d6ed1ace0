"""Run one query on a room of BigQuery, with everything that its views' analysis rules enforce."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlglot import exp

from declarations.bigquery.room import BigQueryRoom
from simulator.checks.private_charges import charges
from simulator.execution.accepting import require_allowed
from simulator.execution.cell_bias import column_bias
from simulator.execution.cell_noise import NoisyAnswer
from simulator.execution.charging import Booking, charging
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Relation
from simulator.execution.engines.engine_plan import BoundPlan, bound_plan
from simulator.execution.loading.data import DataSource
from simulator.execution.loading.tables import load_tables
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.one_row_oracles.equal_values import refuse_unlike_looks, without_signs
from simulator.execution.one_row_oracles.rehearsing import rehearse, without_rows
from simulator.execution.one_row_oracles.row_order import refuse_felt_order
from simulator.execution.options import RunOptions
from simulator.execution.plain_run import count_rows
from simulator.execution.results import ColumnNoise
from simulator.execution.views.column_noise import column_noise
from simulator.execution.views.column_types import with_loadable_types
from simulator.execution.views.enforced_query import EnforcedQuery, enforce
from simulator.execution.views.noise_report import NoiseReport
from simulator.execution.views.noisy_run import release_numbers
from simulator.execution.views.prepared_views import PreparedQuery, prepared
from simulator.execution.views.results import ViewRunResult
from simulator.execution.working_copy import SCHEMA
from simulator.privacy.query_note import query_note
from simulator.privacy.rng import RandomSource, secure
from simulator.request import AnalysisRequest
from simulator.sql.dialects import BIGQUERY
from simulator.views.budgets import ledger_charges, view_budgets, with_budgets_left


def run_on_views(
    room: BigQueryRoom,
    request: AnalysisRequest,
    data: DataSource,
    *,
    booking: Booking | None,
    source: RandomSource,
    options: RunOptions = RunOptions(),
) -> ViewRunResult:
    """Run an allowed query.

    Every view under differential privacy is charged the requested ε and its own δ before a row is read. BigQuery
    refunds both when a run fails, as does `charge_failed=False` of *booking*. Otherwise a run that fails once loading
    has begun stays charged, because the failure may depend on a row.

    Args:
        room: The room.
        request: The query, and the room's tables.
        data: Where the rows of the tables are; views are computed from them.
        booking: Keeps spent budget, and gives what views have left; None charges nothing (a simulation), and judges by
            the remaining budgets in *request*.
        source: Where random bits come from. A seeded source makes the run repeatable, and the result no release.
        options: What is asked besides the answer.

    Raises:
        NotAllowedError: The query is denied, or its verdict is undocumented and no setting decides.
        NotEnforceableError: The query may be allowed, but its rules cannot be enforced here.
        NotTranslatableError: Something in the query has no equivalent in the engine, or it cannot run on any rows.
        DataError: Rows are missing or do not fit their table.
        simulator.privacy.accounts.BudgetExhausted: Another query has used the budget in the meantime.
        LimitExceededError: The run exceeded its limit on time, memory or disk.
        QueryFailedError: The engine could not finish.
    """
    started = time.perf_counter()
    budgets = view_budgets(room)
    if booking is not None:
        request = with_budgets_left(request, budgets, booking.ledger, datetime.now(UTC))
    context = require_allowed(request)
    query = prepared(room, context)
    ready = enforced_queries(query)
    costs, note = charges(context), query_note(context.script.sql, booking.name if booking is not None else None)
    tables = {internal: with_loadable_types(table) for internal, table in query.tables.items()}

    def answered(engine: DuckDBEngine, rows: DataSource, drawn: RandomSource) -> ViewRunResult:
        load_tables(query.asked.copy, rows, engine, tables)
        engine.draw_secretly(drawn)
        return _run(ready, engine, drawn, options)

    rehearse(lambda engine: answered(engine, without_rows(tables), secure()), options.limits)
    with (
        charging(booking, ledger_charges(budgets, costs), note) as state,
        DuckDBEngine(reproducible=not source.is_secure, limits=options.limits) as engine,
    ):
        state.looked = True
        result = answered(engine, data, source)
    is_release = source.is_secure and (booking is not None or not costs)
    return replace(result, charges=costs, is_release=is_release, seconds=time.perf_counter() - started)


def enforced_queries(query: PreparedQuery) -> list[tuple[str | None, EnforcedQuery]]:
    """Enforce the query and its views: internal names of views with their queries, then None with the user's query.

    Raises:
        NotEnforceableError: A clause is in a place where it cannot be enforced.
        NotTranslatableError: Something in the query has no equivalent in the engine.
    """
    return [(each.view, enforce(each)) for each in (*query.views, query.asked)]


def _run(
    ready: Sequence[tuple[str | None, EnforcedQuery]], engine: DuckDBEngine, source: RandomSource, options: RunOptions
) -> ViewRunResult:
    """Compute every view in order, then the user's query, which comes last."""
    reports: list[NoiseReport] = []
    has_noise = any(query.noisy for _, query in ready)
    for view, query in ready:
        for each in query.noisy:
            rows_plan = bound_plan(engine, each.rows_sql)
            refuse_one_row_oracles(rows_plan)
            _refuse_choices_of_a_row(rows_plan)
            reports.append(release_numbers(each, engine, source, measures_bias=options.bias))
        plan = bound_plan(engine, query.sql)
        refuse_one_row_oracles(plan)
        if query.counted_sql is not None:
            refuse_unlike_looks(plan)
        if view is not None and has_noise:
            _refuse_choices_of_a_row(plan)
        if view is not None:
            engine.create(f"{SCHEMA}.{view}", query.sql, query.scans)
    _, asked = ready[-1]
    answer = engine.query(asked.sql, asked.scans)
    columns: tuple[ColumnNoise, ...] = ()
    if asked.rest is not None:
        columns, reports[-1] = _of_columns(asked.rest, reports[-1], answer, engine, source)
        answer = answer.without_last_column()
    return ViewRunResult(
        answer=replace(answer, rows=tuple(tuple(map(without_signs, row)) for row in answer.rows)),
        rows_removed_by_threshold=_removed(asked, engine),
        exact=engine.query(asked.exact_sql, asked.exact_scans) if options.exact else None,
        noise=tuple(reports),
        columns=columns,
        charges=(),
        randomness=source.description,
        is_release=False,
        seconds=0.0,
    )


def _refuse_choices_of_a_row(plan: BoundPlan) -> None:
    refuse_felt_order(plan)
    refuse_unlike_looks(plan)


def _of_columns(
    rest: exp.Select, report: NoiseReport, numbered: Relation, engine: DuckDBEngine, source: RandomSource
) -> tuple[tuple[ColumnNoise, ...], NoiseReport]:
    """Return the noise of the answer's columns, and the report with their bias, if it was measured."""
    names = tuple(each.name for each in report.query.aggregates)
    answer = NoisyAnswer(rest, BIGQUERY, names, report.shown.released, numbered)
    noise = column_noise(report.query, answer, engine, source)
    if report.bias is None:
        return noise, report
    columns = column_bias(engine, answer, report.shown.exact, report.shown.bounded)
    return noise, replace(report, bias=replace(report.bias, columns=columns))


def _removed(asked: EnforcedQuery, engine: DuckDBEngine) -> int:
    if asked.counted_sql is None:
        return 0
    left, before = (count_rows(engine, sql, asked.scans) for sql in asked.counted_sql)
    return before - left
