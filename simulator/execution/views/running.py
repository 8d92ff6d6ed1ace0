"""Run one query on a room of BigQuery, with everything that its views' analysis rules enforce."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from declarations.bigquery.room import BigQueryRoom
from simulator.checks.private_charges import charges
from simulator.execution.accepting import accepted
from simulator.execution.charging import charged
from simulator.execution.data import DataSource
from simulator.execution.duckdb_engine import DuckDBEngine, quoted
from simulator.execution.engine import Relation
from simulator.execution.engine_plan import bound_plan
from simulator.execution.implicit_casts import refuse_failing_casts
from simulator.execution.interval_parts import refuse_unknown_parts
from simulator.execution.limits import UNHURRIED, EngineLimits
from simulator.execution.views.column_types import loadable
from simulator.execution.views.enforced_query import EnforcedQuery, enforced
from simulator.execution.views.noise_report import NoiseReport
from simulator.execution.views.noisy_run import release_numbers
from simulator.execution.views.prepared_views import PreparedQuery, prepared
from simulator.execution.views.results import ViewRunResult
from simulator.execution.working_copy import SCHEMA
from simulator.privacy.ledger import Ledger
from simulator.privacy.query_note import query_note
from simulator.privacy.rng import RandomSource
from simulator.request import AnalysisRequest
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
        NotTranslatableError: The engine has no equal for something in the query.
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
    with (
        charged(ledger, ledger_charges(budgets, costs), query_note(context.script.sql, name)) as charge,
        DuckDBEngine(reproducible=not source.is_secure, limits=limits) as engine,
    ):
        charge.looked = True
        _load(query, data, engine)
        engine.draw_secretly(source)
        result = _run(ready, engine, source, exact=exact)
    is_release = source.is_secure and (ledger is not None or not costs)
    return replace(result, charges=costs, is_release=is_release, seconds=time.perf_counter() - started)


def enforced_queries(query: PreparedQuery) -> list[tuple[str | None, EnforcedQuery]]:
    """Enforce everything of one query: internal names of views with their queries, then None with what was asked.

    Raises:
        NotEnforceableError: A clause stands where it cannot be enforced.
        NotTranslatableError: The engine has no equal for something in the query.
    """
    return [(each.view, enforced(each)) for each in (*query.views, query.asked)]


def _load(query: PreparedQuery, data: DataSource, engine: DuckDBEngine) -> None:
    """Copy the tables that the query and its views read into the engine, then lock it."""
    targets = {internal: f"{quoted(SCHEMA)}.{quoted(internal)}" for internal in query.tables}
    needed: Mapping[str, Mapping[str, None]] = query.asked.copy.needed
    for internal, table in query.tables.items():
        data.load(engine, loadable(table), list(needed[table.name.lower()]), targets[internal])
    engine.lock(list(targets.values()))


def _run(
    ready: Sequence[tuple[str | None, EnforcedQuery]], engine: DuckDBEngine, source: RandomSource, *, exact: bool
) -> ViewRunResult:
    """Make every view, then answer the query, which comes last."""
    reports: list[NoiseReport] = []
    statements: list[str] = []
    for view, query in ready:
        for each in query.noisy:
            _check(engine, each.rows_sql)
            reports.append(release_numbers(each, engine, source))
        _check(engine, query.sql)
        statements += (*(each.rows_sql for each in query.noisy), query.sql)
        if view is not None:
            engine.create(view, query.sql, SCHEMA)
    _, asked = ready[-1]
    answer = engine.query(asked.sql)
    return ViewRunResult(
        answer=answer,
        rows_removed_by_threshold=_removed(asked, answer, engine),
        exact=engine.query(asked.exact_sql) if exact else None,
        noise=tuple(reports),
        charges=(),
        randomness=source.description,
        is_release=False,
        engine_sql=tuple(statements),
        seconds=0.0,
    )


def _check(engine: DuckDBEngine, sql: str) -> None:
    """Refuse what could fail on one row, before a row is looked at."""
    plan = bound_plan(engine, sql)
    refuse_failing_casts(engine, plan)
    refuse_unknown_parts(plan)


def _removed(asked: EnforcedQuery, answer: Relation, engine: DuckDBEngine) -> int:
    if asked.unlimited_sql is None:
        return 0
    return len(engine.query(asked.unlimited_sql).rows) - len(answer.rows)
