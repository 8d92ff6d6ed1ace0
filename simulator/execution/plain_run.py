"""Runs without noise: thresholds enforced in the query, or nothing to enforce."""

from __future__ import annotations

from simulator.execution.engine import Engine, Relation
from simulator.execution.identity_thresholds import enforce_identity_thresholds
from simulator.execution.output_constraints import enforce_output_constraints
from simulator.execution.translation import to_duckdb
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
        self._unlimited = _both(copy)
        constrained = enforce_output_constraints(copy)
        thresholded = enforce_identity_thresholds(copy)
        self._limited = _both(copy) if constrained or thresholded else self._unlimited

    @property
    def sql(self) -> str:
        """The query with its thresholds, as the engine runs it."""
        return self._limited[0]

    def answer(self, engine: Engine) -> Relation:
        """Run the query with its thresholds."""
        return engine.query(self.sql)

    def exact(self, engine: Engine) -> Relation:
        """Run the query without its thresholds."""
        return engine.query(self._unlimited[0])

    def removed(self, engine: Engine) -> int:
        """Count the rows that the thresholds removed, whatever LIMIT would have kept."""
        if self._limited is self._unlimited:
            return 0
        return _count(engine, self._unlimited[1]) - _count(engine, self._limited[1])


def _both(copy: WorkingCopy) -> tuple[str, str]:
    """Translate the query twice: as it is, and without ORDER BY, LIMIT and OFFSET."""
    unordered = copy.tree.copy()
    for clause in ("order", "limit", "offset"):
        unordered.set(clause, None)
    translated = (to_duckdb(tree, copy.script.dialect, copy.schema()) for tree in (copy.tree, unordered))
    first, second = translated
    return first, second


def _count(engine: Engine, sql: str) -> int:
    (row,) = engine.query(f"SELECT count(*) FROM ({sql}) AS counted").rows  # noqa: S608 - translated SQL
    return int(row[0])
