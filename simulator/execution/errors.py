"""Every error that a user can meet while a query is executed."""

from __future__ import annotations

from pathlib import Path

from simulator.verdict import Verdict


class ExecutionError(Exception):
    """A query was not executed, or did not finish."""


class NotAllowedError(ExecutionError):
    """The query is not allowed, so it is not run.

    Attributes:
        verdict: Every finding.
    """

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        reasons = "; ".join(finding.message for finding in verdict.findings)
        super().__init__(f"the query is {verdict.outcome}, so it is not run: {reasons}")


class NotEnforceableError(ExecutionError):
    """The query may be allowed, but this simulator cannot enforce a rule on it, so it does not run it."""


class NotTranslatableError(ExecutionError):
    """The query uses something that has no equivalent in the engine."""


class QueryFailedError(ExecutionError):
    """The engine gave up on an accepted query.

    Attributes:
        detail: The engine's own words. They may quote rows, so only the owner of all rows may read them.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        self.detail = detail
        super().__init__(message)


COULD_NOT_FINISH = "the engine could not finish the query"
"""The message of every failure after a row may have been read: a more specific one could reveal a row."""


class LimitExceededError(QueryFailedError):
    """A run wanted more time, memory or disk than it may take.

    Attributes:
        limit: Which of `EngineLimits` was exceeded: "seconds", "memory" or "disk".
    """

    def __init__(self, limit: str, message: str, detail: str = "") -> None:
        self.limit = limit
        super().__init__(message, detail)


class WrongLimitError(ExecutionError):
    """An environment variable that sets a limit has an invalid value."""


class DataError(ExecutionError):
    """The sample rows do not fit the declared table.

    Attributes:
        table: SQL name of the table.
        path: The file or folder concerned; None for rows in memory.
    """

    def __init__(self, table: str, message: str, path: Path | None = None) -> None:
        self.table = table
        self.path = path
        super().__init__(f"table {table!r}: {message}")


class MissingDataError(DataError):
    """There are no rows for a table that the query reads."""


class MissingColumnError(DataError):
    """The rows lack a column that the table declares."""


class WrongTypeError(DataError):
    """A column holds a value that its declared type cannot hold."""


class EmptyDataError(DataError):
    """The file exists but is empty: it has not even column names."""
