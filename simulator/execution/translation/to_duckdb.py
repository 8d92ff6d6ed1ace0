"""The service's SQL as DuckDB SQL that means the same and can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types

from simulator.execution.clock import CLOCKS
from simulator.execution.errors import NotTranslatableError
from simulator.execution.one_row_oracles import IF_PRIVATE, REWRITES, TYPED_REWRITES
from simulator.execution.one_row_oracles.engine_text import check_text
from simulator.execution.one_row_oracles.fixed_arguments import refuse_computed_arguments
from simulator.execution.translation.bigquery_functions import refuse_other_functions
from simulator.execution.translation.bigquery_semantics import BIGQUERY_DIFFERENCES
from simulator.execution.translation.spark_semantics import DIFFERENCES, LEGACY_DIFFERENCES
from simulator.execution.translation.time_zones import without_zones
from simulator.execution.working_copy import SCHEMA
from simulator.sql.dialects import BIGQUERY, REDSHIFT

_DIFFERENCES = {REDSHIFT: LEGACY_DIFFERENCES, BIGQUERY: BIGQUERY_DIFFERENCES}
_WRONG_NUMBER = "the query cannot be translated for the engine: a function has too few arguments, or too many"
_OF_SOMETHING = (exp.StrToUnix,)
"""Functions that sqlglot takes for complete without any argument, though they are not."""
_REGRESSIONS = (
    *(exp.RegrSlope, exp.RegrIntercept, exp.RegrR2, exp.RegrAvgx, exp.RegrAvgy),
    *(exp.RegrSxx, exp.RegrSxy, exp.RegrSyy),
)
"""Always give DOUBLE."""
_PICKS = (exp.ArgMax, exp.ArgMin, exp.Mode)
"""Give a value of the type of their first argument, as MAX does."""
_FORBIDDEN: tuple[type[exp.Expr], ...] = (
    exp.ReadCSV,
    exp.ReadParquet,
    exp.Command,
    exp.Parameter,
    exp.SessionParameter,
    *CLOCKS,
    exp.CurrentUser,
)


def to_duckdb(
    tree: exp.Query,
    dialect: str,
    schema: Mapping[str, object],
    *,
    is_private: bool = False,
) -> str:
    """Translate a working copy.

    Args:
        tree: A query whose tables are internal (see `working_copy`); it is not changed.
        dialect: sqlglot's name of the dialect it was written in: "spark", "redshift" or "bigquery".
        schema: Column types of the internal tables: schema to table to column to type.
        is_private: Let nothing depend on the order of rows; see `row_order`.

    Raises:
        NotTranslatableError: DuckDB has no equal for a construct or function, or none that is listed in `functions`.
    """
    _check_arguments(tree)
    if dialect == BIGQUERY:
        refuse_other_functions(tree)
    try:
        with _refusing_what_sqlglot_trips_over():
            typed = _typed(tree.copy(), dialect, schema)
        evened = _evened_out(typed, dialect)
        with _refusing_what_sqlglot_trips_over():
            text = evened.sql("duckdb", identify=True, unsupported_level=sqlglot.ErrorLevel.RAISE)
            translated = sqlglot.parse_one(text, read="duckdb")
    except (SqlglotError, ValueError) as error:
        raise NotTranslatableError(f"the query cannot be translated for the engine: {error}") from error
    _check_tables(translated)
    _check_nodes(translated)
    _check_windows(translated)
    # Fewer than none where the translation wrote some for other functions; a rewrite copies those that there are.
    own_windows = _windows(evened) - _windows(translated)
    refuse_computed_arguments(translated)
    safe = without_zones(translated)
    for rewrite in REWRITES:
        safe = rewrite(safe)
    safe = _typed(safe, dialect, schema)
    for rewrite in TYPED_REWRITES:
        if is_private or rewrite not in IF_PRIVATE:
            safe = rewrite(safe)
    written = safe.sql("duckdb", identify=True)
    check_text(written, windows=own_windows + _windows(safe))
    return written


def _typed(tree: exp.Expr, dialect: str, schema: Mapping[str, object]) -> exp.Expr:
    """Give every value its type, also those of functions of which sqlglot knows none."""
    known: dict[type[exp.Expr], dict[str, Any]] = {**sqlglot.Dialect.get_or_raise(dialect).EXPRESSION_METADATA}
    known |= {function: {"returns": exp.DataType.Type.DOUBLE} for function in _REGRESSIONS}
    known |= dict.fromkeys(_PICKS, known[exp.Max])
    return annotate_types(tree, schema=dict(schema), dialect=dialect, expression_metadata=known)


def _check_arguments(tree: exp.Expr) -> None:
    """Refuse a function that lacks an argument; sqlglot reads it where a dialect has its own way to make the node."""
    for node in tree.find_all(exp.Func):
        if node.error_messages() or (isinstance(node, _OF_SOMETHING) and node.this is None):
            raise NotTranslatableError(_WRONG_NUMBER)


@contextmanager
def _refusing_what_sqlglot_trips_over() -> Iterator[None]:
    """An argument too many stands where sqlglot expects something else, or nothing; it finds out by its own errors."""
    try:
        yield
    except (AttributeError, LookupError, TypeError) as error:
        raise NotTranslatableError(_WRONG_NUMBER) from error


def _evened_out(tree: exp.Expr, dialect: str) -> exp.Expr:
    differences = _DIFFERENCES.get(dialect, DIFFERENCES)
    # Leaves first: a replaced operand must not be visited again inside its replacement.
    for node in reversed(list(tree.walk(bfs=False))):
        current = node
        for difference in differences:
            replacement = difference(current)
            if replacement is not None and replacement is not current:
                if replacement.type is None:
                    replacement.type = current.type
                current = current.replace(replacement)
    return tree


def _check_tables(tree: exp.Expr) -> None:
    named = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        plain = isinstance(table.this, exp.Identifier)
        ours = table.db == SCHEMA or (not table.db and table.name.lower() in named)
        extras = [key for key, value in table.args.items() if value and key not in {"this", "db", "alias", "joins"}]
        if not plain or not ours or table.catalog or extras:
            raise NotTranslatableError(f"{table.sql('duckdb')!r} in FROM cannot be run; allowed: tables of the room")


def _check_nodes(tree: exp.Expr) -> None:
    for node in tree.find_all(*_FORBIDDEN):
        raise NotTranslatableError(f"{node.sql('duckdb')!r} cannot be run")


def _windows(tree: exp.Expr) -> int:
    return sum(1 for _ in tree.find_all(exp.Window))


def _check_windows(tree: exp.Expr) -> None:
    for window in tree.find_all(exp.Window):
        order = window.args.get("order")
        random = order.find(exp.Rand, exp.Uuid) if order is not None else None
        if random is not None:
            raise NotTranslatableError(
                f"{random.sql('duckdb')} in the ORDER BY of a window function cannot be run; "
                "select it under a name in a CTE and order by that name"
            )
