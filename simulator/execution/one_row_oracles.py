"""Queries that would tell of one row by failing on it: refused before a row is read."""

from __future__ import annotations

from simulator.execution.constant_positions import refuse_computed_positions
from simulator.execution.date_parts import refuse_unknown_parts
from simulator.execution.engine import Engine
from simulator.execution.engine_plan import Plan, bound_plan
from simulator.execution.implicit_casts import refuse_failing_casts
from simulator.execution.patterns import refuse_invalid_patterns
from simulator.execution.unguarded import refuse_unguarded_calls


def refuse_one_row_oracles(engine: Engine, sql: str) -> Plan:
    """Refuse what could fail on one row, and return the engine's plan of *sql*.

    Raises:
        NotTranslatableError: The engine cannot make sense of the SQL, or something in it could fail on one row; no row
            was looked at for that, so nothing is charged for a refusal.
        LimitExceededError: The run wanted more than it may take.
    """
    plan = bound_plan(engine, sql)
    refuse_failing_casts(engine, plan)
    refuse_unknown_parts(plan)
    refuse_computed_positions(plan)
    refuse_unguarded_calls(plan)
    refuse_invalid_patterns(engine, plan)
    return plan
