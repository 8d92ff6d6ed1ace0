"""Runs without noise: thresholds enforced in the query, or nothing to enforce."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from simulator.execution.engines.engine import Engine, Relation
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.identity_thresholds import enforce_identity_thresholds
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.one_row_oracles.equal_values import refuse_unlike_looks, without_signs
from simulator.execution.output_constraints import enforce_output_constraints
from simulator.execution.query_shape import without_limit
from simulator.execution.scanned import scanned
from simulator.execution.translation.to_duckdb import to_duckdb
from simulator.execution.working_copy import WorkingCopy


@dataclass(frozen=True, slots=True)
class _Statements:
    """One query in the engine's SQL: as it is, and without ORDER BY, LIMIT and OFFSET."""

    whole: str
    without_limit: str


class PlainRun:
    """A query with its thresholds written into it, ready to run once its tables are loaded.

    Args:
        copy: The working copy; its tree is changed.

    Raises:
        NotEnforceableError: A threshold cannot be enforced on this query.
        NotTranslatableError: Something in the query has no equivalent in the engine.
    """

    def __init__(self, copy: WorkingCopy) -> None:
        self._scans = scanned(copy.tree)
        self._plain = _statements(copy)
        constrained = enforce_output_constraints(copy)
        thresholded = enforce_identity_thresholds(copy)
        self._has_thresholds = constrained or thresholded
        self._thresholded = _statements(copy) if self._has_thresholds else self._plain

    @property
    def sql(self) -> str:
        """The query with its thresholds, as the engine runs it."""
        return self._thresholded.whole

    def answer(self, engine: Engine) -> Relation:
        """Run the query with its thresholds; a negative zero becomes zero, since its sign may come from a single row.

        Raises:
            NotTranslatableError: The engine rejects the SQL, or something in it could fail because of one row; no row
                was read.
            NotEnforceableError: Something in the query could distinguish values that are equal; no row was read.
            QueryFailedError: The engine could not finish.
        """
        plan = bound_plan(engine, self.sql)
        refuse_one_row_oracles(plan)
        if self._has_thresholds:
            refuse_unlike_looks(plan)
        answer = engine.query(self.sql, self._scans)
        if not self._has_thresholds:
            return answer
        return replace(answer, rows=tuple(tuple(map(without_signs, row)) for row in answer.rows))

    def exact(self, engine: Engine) -> Relation:
        """Run the query without its thresholds."""
        return engine.query(self._plain.whole, self._scans)

    def removed(self, engine: Engine) -> int:
        """Count the rows that the thresholds removed, whatever LIMIT would have kept."""
        if not self._has_thresholds:
            return 0
        before, left = (
            count_rows(engine, each.without_limit, self._scans) for each in (self._plain, self._thresholded)
        )
        return before - left


def _statements(copy: WorkingCopy) -> _Statements:
    whole, unlimited = (
        to_duckdb(tree, copy.script.dialect, copy.schema()) for tree in (copy.tree, without_limit(copy.tree))
    )
    return _Statements(whole, unlimited)


def count_rows(engine: Engine, sql: str, scans: Collection[str]) -> int:
    """Return how many rows *sql*, in the engine's dialect, returns; it may scan only *scans*."""
    (row,) = engine.query(f"SELECT count(*) FROM ({sql}) AS counted", scans).rows  # noqa: S608 - translated SQL
    return int(row[0])
