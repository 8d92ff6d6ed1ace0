"""Runs without noise: thresholds enforced in the query, or nothing to enforce."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from simulator.execution.engines.engine import Engine, Relation
from simulator.execution.identity_thresholds import enforce_identity_thresholds
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.one_row_oracles.equal_values import refuse_unlike_looks, without_signs
from simulator.execution.output_constraints import enforce_output_constraints
from simulator.execution.query_shape import without_limit
from simulator.execution.scanned import scanned
from simulator.execution.translation.to_duckdb import to_duckdb
from simulator.execution.working_copy import WorkingCopy


class PlainRun:
    """A query whose thresholds are written into it; ready to run once its tables are loaded.

    Args:
        copy: The working copy; its tree is changed.

    Raises:
        NotEnforceableError: A threshold cannot be enforced on this query.
        NotTranslatableError: The engine has no equal for something in the query.
    """

    def __init__(self, copy: WorkingCopy) -> None:
        self._scans = scanned(copy.tree)
        self._unlimited = _both(copy)
        constrained = enforce_output_constraints(copy)
        thresholded = enforce_identity_thresholds(copy)
        self._limited = _both(copy) if constrained or thresholded else self._unlimited

    @property
    def sql(self) -> str:
        """The query with its thresholds, as the engine runs it."""
        return self._limited[0]

    def answer(self, engine: Engine) -> Relation:
        """Run the query with its thresholds; no zero keeps the sign of one row.

        Raises:
            NotTranslatableError: The engine cannot make sense of the SQL, or something in it could fail on one row; no
                row was looked at for that.
            NotEnforceableError: Something could tell values apart that are equal; likewise.
            QueryFailedError: The engine could not finish.
        """
        plan = refuse_one_row_oracles(engine, self.sql)
        if self._limited is not self._unlimited:
            refuse_unlike_looks(plan)
        answer = engine.query(self.sql, self._scans)
        if self._limited is self._unlimited:
            return answer
        return replace(answer, rows=tuple(tuple(map(without_signs, row)) for row in answer.rows))

    def exact(self, engine: Engine) -> Relation:
        """Run the query without its thresholds."""
        return engine.query(self._unlimited[0], self._scans)

    def removed(self, engine: Engine) -> int:
        """Count the rows that the thresholds removed, whatever LIMIT would have kept."""
        if self._limited is self._unlimited:
            return 0
        before, left = (count_rows(engine, sql, self._scans) for _, sql in (self._unlimited, self._limited))
        return before - left


def _both(copy: WorkingCopy) -> tuple[str, str]:
    """Translate the query twice: as it is, and without ORDER BY, LIMIT and OFFSET."""
    trees = (copy.tree, without_limit(copy.tree))
    translated = (to_duckdb(tree, copy.script.dialect, copy.schema()) for tree in trees)
    first, second = translated
    return first, second


def count_rows(engine: Engine, sql: str, scans: Collection[str]) -> int:
    """Return how many rows the engine's *sql*, which may scan *scans*, puts out."""
    (row,) = engine.query(f"SELECT count(*) FROM ({sql}) AS counted", scans).rows  # noqa: S608 - translated SQL
    return int(row[0])
