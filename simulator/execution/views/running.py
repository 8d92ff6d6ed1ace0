"""Run one query on a room of BigQuery, with everything that its views' analysis rules enforce."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from declarations.bigquery.room import BigQueryRoom
from simulator.checks.private_charges import charges
from simulator.execution.accepting import accepted
from simulator.execution.charging import charged
from simulator.execution.data import DataSource
from simulator.execution.duckdb_engine import DuckDBEngine
from simulator.execution.group_keys import refuse_signs_in_keys, without_signs
from simulator.execution.limits import UNHURRIED, EngineLimits
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.plain_run import count_rows
from simulator.execution.rehearsing import rehearse, without_rows
from simulator.execution.row_order import refuse_felt_order
from simulator.execution.running import load_tables
from simulator.execution.views.column_types import loadable
from simulator.execution.views.enforced_query import EnforcedQuery, enforced
from simulator.execution.views.noise_report import NoiseReport
from simulator.execution.views.noisy_run import release_numbers
from simulator.execution.views.prepared_views import PreparedQuery, prepared
from simulator.execution.views.results import ViewRunResult
from simulator.execution.working_copy import SCHEMA
from simulator.privacy.ledger import Ledger
from simulator.privacy.query_note import query_note
from simulator.privacy.rng import RandomSource, secure
from simulator.request import AnalysisRequest
from simulator.sql.parsing import BIGQUERY
from simulator.view_budgets import ledger_charges, view_budgets, with_budgets_left


def run_on_views(
    room: BigQueryRoom,
    request: AnalysisRequest,
    data: DataSource,
    *,
    ledger: Ledger | None,
    source: RandomSource,
    exact: bool = False,
    limits: EngineLimits = UNHURRIED,
    name: str | None = None,
) -> ViewRunResult:
    """Run an allowed query.

    Every view under differential privacy is charged the requested ε and its own δ before a row is read. BigQuery gives
    both back when a run fails; here that ends with the first look at rows, since a failure may tell of one.

    Args:
        room: The room.
        request: The query, and the room's tables.
        data: Where the rows of the tables are; views are computed from them.
        ledger: Where spent budget is kept, and what views have left is looked up; None charges nothing (a simulation),
            and judges by what *request* says is left.
        source: Where random bits come from. A seeded source makes the whole run repeatable, and is no release.
        exact: Compute the answer without thresholds and noise beside it.
        limits: What the run may take from the machine.
        name: Name of the query, for the ledger, which keeps it with a fingerprint of the text.

    Raises:
        NotAllowedError: The query is denied, or its verdict is undocumented and no setting decides.
        NotEnforceableError: The query may be allowed, but its rules cannot be enforced here.
        NotTranslatableError: The engine has no equal for something in the query, or cannot run it whatever the rows.
        DataError: Rows are missing or do not fit their table.
        simulator.privacy.accounts.BudgetExhausted: Another query took the budget meanwhile.
        LimitExceededError: The run wanted more than it may take.
        QueryFailedError: The engine could not finish.
    """
    started = time.perf_counter()
    budgets = view_budgets(room)
    if ledger is not None:
        request = with_budgets_left(request, budgets, ledger, datetime.now(UTC))
    context = accepted(request)
    query = prepared(room, context)
    ready = enforced_queries(query)
    costs = charges(context)
    tables = {internal: loadable(table) for internal, table in query.tables.items()}

    def answered(engine: DuckDBEngine, rows: DataSource, drawn: RandomSource) -> ViewRunResult:
        load_tables(query.asked.copy, rows, engine, tables)
        engine.draw_secretly(drawn)
        return _run(ready, engine, drawn, exact=exact)

    rehearse(lambda engine: answered(engine, without_rows(tables), secure()), limits)
    with (
        charged(ledger, ledger_charges(budgets, costs), query_note(context.script.sql, name)) as charge,
        DuckDBEngine(reproducible=not source.is_secure, limits=limits) as engine,
    ):
        charge.looked = True
        result = answered(engine, data, source)
    is_release = source.is_secure and (ledger is not None or not costs)
    return replace(result, charges=costs, is_release=is_release, seconds=time.perf_counter() - started)


def enforced_queries(query: PreparedQuery) -> list[tuple[str | None, EnforcedQuery]]:
    """Enforce everything of one query: internal names of views with their queries, then None with what was asked.

    Raises:
        NotEnforceableError: A clause stands where it cannot be enforced.
        NotTranslatableError: The engine has no equal for something in the query.
    """
    return [(each.view, enforced(each)) for each in (*query.views, query.asked)]


def _run(
    ready: Sequence[tuple[str | None, EnforcedQuery]], engine: DuckDBEngine, source: RandomSource, *, exact: bool
) -> ViewRunResult:
    """Make every view, then answer the query, which comes last."""
    reports: list[NoiseReport] = []
    statements: list[str] = []
    has_noise = any(query.noisy for _, query in ready)
    for view, query in ready:
        for each in query.noisy:
            refuse_felt_order(refuse_one_row_oracles(engine, each.rows_sql))
            reports.append(release_numbers(each, engine, source))
        plan = refuse_one_row_oracles(engine, query.sql)
        if query.counted_sql is not None:
            refuse_signs_in_keys(plan, query.sql, query.schema, BIGQUERY)
        if view is not None and has_noise:
            refuse_felt_order(plan)
        statements += (*(each.rows_sql for each in query.noisy), query.sql)
        if view is not None:
            engine.create(view, query.sql, SCHEMA)
    _, asked = ready[-1]
    answer = engine.query(asked.sql)
    return ViewRunResult(
        answer=replace(answer, rows=tuple(tuple(map(without_signs, row)) for row in answer.rows)),
        rows_removed_by_threshold=_removed(asked, engine),
        exact=engine.query(asked.exact_sql) if exact else None,
        noise=tuple(reports),
        charges=(),
        randomness=source.description,
        is_release=False,
        engine_sql=tuple(statements),
        seconds=0.0,
    )


def _removed(asked: EnforcedQuery, engine: DuckDBEngine) -> int:
    if asked.counted_sql is None:
        return 0
    left, before = (count_rows(engine, sql) for sql in asked.counted_sql)
    return before - left
