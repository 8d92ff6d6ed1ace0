"""DuckDB as the engine: tables are copied in, then all access to files, the network and settings is locked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import duckdb

from simulator.execution.engines.deadline import Deadline
from simulator.execution.engines.engine import NOTHING, RUN, Column, Relation
from simulator.execution.engines.engine_plan import bound_plan, refuse_other_tables
from simulator.execution.engines.interruptible import Found, interruptible
from simulator.execution.engines.limits import DISK, MEMORY, SECONDS, EngineLimits
from simulator.execution.errors import COULD_NOT_FINISH, LimitExceededError, QueryFailedError
from simulator.privacy.rng import RandomSource

_UNSAFE_OPTIMIZERS = (
    # Turns row_number() <= k into arg_min(..., k): three times slower on many small partitions, and it has had
    # wrong-result bugs (DuckDB issues 23678, 24708, 24710, 24711).
    "top_n_window_elimination",
    # These two move work out of TRY and CASE, where it can fail: common parts of expressions, and the left side of a
    # long IN.
    "common_subexpressions",
    "in_clause",
)
_OPENING = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET TimeZone = 'UTC'",
    # DuckDB draws it on the standard output, where the answer goes.
    "SET enable_progress_bar = false",
    f"SET disabled_optimizers = '{','.join(_UNSAFE_OPTIMIZERS)}'",
    # Names in FROM that the engine does not know must not become variables of this program.
    "SET python_enable_replacements = false",
    "CREATE SCHEMA data",
    f"CREATE SCHEMA {RUN}",
)
_LOCKING = ("SET enable_external_access = false", "SET lock_configuration = true")

INTERRUPTED = "Query interrupted"
"""Text of the RuntimeError that DuckDB raises on Ctrl-C while it runs a statement."""

_PLAN_OPTIONS = "skip_null := true, skip_empty := true, skip_default := true, optimize := false"

_KEY_WORDS = 4
"""Words of 64 bits in the secret key behind random() and uuid()."""

_ARRAY_BITS = 12
"""DuckDB's default of `perfect_ht_threshold`; always cheap."""


def quoted(name: str) -> str:
    """Return *name* as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return *text* as a string literal."""
    return "'" + text.replace("'", "''") + "'"


def _table(name: str) -> str:
    """Return `schema.table` as SQL; without a schema, the table is one of the run's internal tables."""
    schema, _, table = name.rpartition(".")
    return f"{quoted(schema or RUN)}.{quoted(table)}"


def _are_internal(tables: Collection[str]) -> bool:
    """Return True if *tables* is not empty and holds only internal tables of the run."""
    return bool(tables) and all(table.startswith(f"{RUN}.") for table in tables)


def _with_intervals_as_text(sql: str, columns: Sequence[Column]) -> str:
    shown = [f"CAST(c{n} AS VARCHAR)" if "INTERVAL" in each.type else f"c{n}" for n, each in enumerate(columns)]
    names = ", ".join(f"c{n}" for n, _ in enumerate(columns))
    return f"SELECT {', '.join(shown)} FROM ({sql}) AS shown({names})"  # noqa: S608 - translated SQL


class DuckDBEngine:
    """One private in-memory database, for one run.

    Args:
        reproducible: Run on one thread, so that the row order, and with it seeded sampling, is the same every time.
        limits: What the run may take from the machine.
    """

    def __init__(self, *, reproducible: bool = False, limits: EngineLimits = EngineLimits()) -> None:
        self._limits = limits
        self._is_locked = False
        self._defined: set[str] = set()
        self._spilled = TemporaryDirectory(prefix="cleanroom-engine-") if limits.disk else None
        config: dict[str, Any] = {"temp_directory": self._spilled.name if self._spilled else ""}
        if limits.memory:
            config["memory_limit"] = limits.memory
        if reproducible:
            config["threads"] = 1
        self.connection = duckdb.connect(":memory:", config=config)
        for statement in _OPENING:
            self.connection.execute(statement)
        if limits.disk:
            # As an option of the connection DuckDB ignores it.
            self.connection.execute(f"SET max_temp_directory_size = {literal(limits.disk)}")
        self._deadline = Deadline(limits.seconds, self.connection.interrupt) if limits.seconds else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if isinstance(error, RuntimeError) and str(error) == INTERRUPTED:
                raise KeyboardInterrupt from error
            # Loading raises errors of its own, caused by the engine's.
            cause = error if isinstance(error, duckdb.Error) else getattr(error, "__cause__", None)
            if isinstance(cause, duckdb.Error) and not isinstance(error, LimitExceededError):
                exceeded = self._exceeded(cause)
                if exceeded is not None:
                    raise exceeded from error
        finally:
            self.close()

    def close(self) -> None:
        """Drop the database with all its rows."""
        if self._deadline is not None:
            self._deadline.close()
        self.connection.close()
        if self._spilled is not None:
            self._spilled.cleanup()

    def lock(self, tables: Sequence[str] = ()) -> None:
        """Isolate the engine: from now on no statement can reach a file, the network, a setting or an unlisted table.

        Args:
            tables: SQL names of the tables that were loaded, already quoted; their size decides how keys are grouped.
        """
        for statement in (f"SET perfect_ht_threshold = {self._array_bits(tables)}", *_LOCKING):
            self.connection.execute(statement)
        self._is_locked = True

    def _array_bits(self, tables: Sequence[str]) -> int:
        """Return up to how many bits whole-number keys are grouped in an array: twice as fast as in a hash table.

        The arrays of all threads together have no more elements than the largest table has rows.
        """
        counts = [f"(SELECT count(*) FROM {table})" for table in tables]  # noqa: S608 - quoted by the caller
        sql = f"SELECT current_setting('threads'), greatest({', '.join(['0', *counts])})"
        ((threads, rows),) = self.connection.execute(sql).fetchall()
        return max(_ARRAY_BITS, (int(rows) // int(threads)).bit_length() - 1)

    def seed(self, fraction: float) -> None:
        """Seed the engine's own random() and uuid(). *fraction* lies in [-1, 1]."""
        self.connection.execute("SELECT setseed($1)", [fraction]).fetchall()

    def draw_secretly(self, source: RandomSource) -> None:
        """Make random() and uuid() return values that are indistinguishable from independent draws from now on.

        The engine's own generator has few states: someone who knows all other rows could recognise in noisy answers
        that a row shifted its draws. So its draws only identify the calls, and each result is the SHA-256 of a secret
        key and the draw.

        Args:
            source: Where the key comes from. A seeded source changes nothing: its run must be repeatable, and is no
                release.
        """
        if not source.is_secure:
            return
        drawn = f"sha256('{source.words(_KEY_WORDS).tobytes().hex()}' || CAST(gen_random_uuid() AS VARCHAR))"
        digits = f"TRY_CAST('0x' || substr({drawn}, 1, 13) AS UBIGINT)"
        self._rows(f"CREATE OR REPLACE MACRO random() AS ({digits} / {2**52}.0)")
        self._rows(f"CREATE OR REPLACE MACRO uuid() AS TRY_CAST(substr({drawn}, 1, 32) AS UUID)")

    def plan(self, sql: str) -> str:
        """Return DuckDB's plan of a SELECT before it is optimised; see `Engine.plan`.

        Raises:
            LimitExceededError: The run exceeded its limit on time, memory or disk.
            QueryFailedError: There is no such plan; no row was read.
        """
        ((answer,),) = self._interruptible(
            lambda: self._rows(f"SELECT json_serialize_plan({literal(sql)}, {_PLAN_OPTIONS})")
        )
        return str(answer)

    def query(self, sql: str, scans: Collection[str] = NOTHING) -> Relation:
        """Run one SELECT and fetch its rows.

        Args:
            sql: The SELECT.
            scans: The tables that it may scan, as `schema.table`. Until the engine is locked, it may scan every table.

        Raises:
            NotTranslatableError: It would scan another table; nothing was read.
            LimitExceededError: The run exceeded its limit on time, memory or disk.
            QueryFailedError: DuckDB could not finish; its message is the error's `detail`.
        """
        return self._interruptible(lambda: self._query(sql, scans))

    def create(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Store the rows of the SELECT *sql*, which may scan *scans*, as the internal table *table*."""
        self._interruptible(lambda: self._write(f"CREATE TABLE {_table(table)} AS", sql, scans))

    def define(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Create the view *table* of the SELECT *sql*, which is evaluated again whenever the view is scanned."""
        self._interruptible(lambda: self._write(f"CREATE VIEW {_table(table)} AS", sql, scans))
        self._defined.add(table)

    def append(self, table: str, sql: str, scans: Collection[str] = NOTHING) -> None:
        """Add the rows of the SELECT *sql*, which may scan *scans*, to the internal table *table*."""
        self._interruptible(lambda: self._write(f"INSERT INTO {_table(table)}", sql, scans))

    def drop(self, table: str) -> None:
        """Drop the internal table or view *table*."""
        kind = "VIEW" if table in self._defined else "TABLE"
        self._rows(f"DROP {kind} {_table(table)}")
        self._defined.discard(table)

    def insert(self, table: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Store *rows* as the internal table *table* with the given columns."""
        fields = ", ".join(f"{quoted(column.name)} {column.type}" for column in columns)
        target = _table(table)
        self._rows(f"CREATE TABLE {target} ({fields})")
        if rows:
            values = ", ".join(f"unnest(${index}::{column.type}[])" for index, column in enumerate(columns, start=1))
            lists = [[row[index] for row in rows] for index in range(len(columns))]
            self._interruptible(lambda: self._rows(f"INSERT INTO {target} SELECT {values}", lists))

    def _query(self, sql: str, scans: Collection[str]) -> Relation:
        self._refuse_other_tables(sql, scans)
        try:
            rows = self._rows(sql)
        except OverflowError:
            # Python cannot hold an interval of 2,000,000,000 months: return text, as for a date in the year 200,000.
            columns = self._columns()
            return Relation(columns, tuple(self._rows(_with_intervals_as_text(sql, columns))))
        return Relation(self._columns(), tuple(rows))

    def _columns(self) -> tuple[Column, ...]:
        """The columns of the last statement."""
        return tuple(Column(name, str(kind)) for name, kind, *_ in self.connection.description or [])

    def _write(self, statement: str, sql: str, scans: Collection[str]) -> None:
        self._refuse_other_tables(sql, scans)
        self._rows(f"{statement} {sql}")

    def _refuse_other_tables(self, sql: str, scans: Collection[str]) -> None:
        if self._is_locked and not _are_internal(scans):
            refuse_other_tables(bound_plan(self, sql), scans)

    def _interruptible(self, work: Callable[[], Found]) -> Found:
        """Do *work* so that Ctrl-C interrupts it; it gets one thread as a whole, not one for each statement."""
        return interruptible(work, self.connection.interrupt)

    def _rows(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except duckdb.Error as error:
            raise self._exceeded(error) or QueryFailedError(COULD_NOT_FINISH, str(error)) from error

    def _exceeded(self, error: duckdb.Error) -> LimitExceededError | None:
        """Return an error that names the exceeded limit, None if none is; the message does not depend on the rows."""
        if self._deadline is not None and self._deadline.has_passed:
            text = f"the query runs longer than the {self._limits.seconds:g} seconds that are allowed"
            return LimitExceededError("seconds", f"{text}; ask for less, or set {SECONDS} higher", str(error))
        if not isinstance(error, duckdb.OutOfMemoryException):
            return None
        memory = self._limits.memory or "four fifths of the machine's memory"
        if self._limits.disk and "max_temp_directory_size" in str(error):
            text = f"the query needs more than the {memory} of memory and {self._limits.disk} of disk that are allowed"
            return LimitExceededError("disk", f"{text}; ask for less, or set {DISK} higher", str(error))
        text = f"the query needs more memory than the {memory} that is allowed"
        remedy = f"ask for less, set {MEMORY} higher, or let it use disk with {DISK}"
        return LimitExceededError("memory", f"{text}; {remedy}", str(error))
