"""Arguments that must be written out, since the engine fails on a wrong one even inside TRY.

Computed from a row, such an argument would let a query ask by failing whether the row is there. Spark takes constants
in the first two places, too.
"""

from __future__ import annotations

from functools import cache

import duckdb
from sqlglot import exp

from simulator.execution.errors import NotTranslatableError

_MOST_ROWS = 2**31 - 1
"""Largest bound of a window frame, which Spark takes as an INT."""


def refuse_computed_arguments(tree: exp.Expr) -> None:
    """Refuse computed buckets of NTILE, patterns of LIKE beside ESCAPE, time zones, and most bounds of window frames.

    Args:
        tree: A DuckDB tree; it is not changed.

    Raises:
        NotTranslatableError: An argument is computed, or is not valid.
    """
    for node in tree.find_all(exp.Ntile, exp.WindowSpec, exp.Escape, exp.AtTimeZone):
        if isinstance(node, exp.Ntile):
            _check_buckets(node)
        elif isinstance(node, exp.WindowSpec):
            _check_frame(node)
        elif isinstance(node, exp.Escape):
            _check_pattern(node)
        elif isinstance(node, exp.AtTimeZone):
            _check_zone(node)


def _check_buckets(node: exp.Ntile) -> None:
    buckets = node.this
    if not (isinstance(buckets, exp.Literal) and buckets.is_int and int(buckets.name) > 0):
        raise NotTranslatableError(f"{node.sql('duckdb')} cannot be run; NTILE takes a number above 0, as in NTILE(4)")


def _check_frame(node: exp.WindowSpec) -> None:
    """In RANGE the engine adds the bound to each row's value, outside of any TRY, and fails where that overflows."""
    for name in ("start", "end"):
        bound = node.args.get(name)
        if isinstance(bound, exp.Expr) and not (node.args.get("kind") == "ROWS" and _is_whole(bound)):
            raise NotTranslatableError(
                f"the frame bound {bound.sql('duckdb')} cannot be run; allowed are UNBOUNDED, CURRENT ROW and, in "
                f"ROWS, a number up to {_MOST_ROWS}, as in ROWS 2 PRECEDING"
            )


def _is_whole(bound: exp.Expr) -> bool:
    return isinstance(bound, exp.Literal) and bound.is_int and int(bound.name) <= _MOST_ROWS


def _check_pattern(node: exp.Escape) -> None:
    pattern, escape = node.this.expression, node.expression
    if not all(isinstance(part, exp.Literal) and part.is_string for part in (pattern, escape)):
        raise NotTranslatableError(
            f"the pattern {pattern.sql('duckdb')} beside ESCAPE cannot be run; write pattern and escape as text"
        )
    if len(escape.name) != 1 or _ends_escaping(pattern.name, escape.name):
        raise NotTranslatableError(
            f"LIKE {pattern.sql('duckdb')} ESCAPE {escape.sql('duckdb')} cannot be run; "
            "the escape is one character, and another one follows it in the pattern"
        )


def _check_zone(node: exp.AtTimeZone) -> None:
    zone = node.args["zone"]
    if not (isinstance(zone, exp.Literal) and zone.is_string and zone.name.lower() in _time_zones()):
        raise NotTranslatableError(
            f"the time zone {zone.sql('duckdb')} cannot be run; write the name of one as text, as in 'Europe/Berlin'"
        )


@cache
def _time_zones() -> frozenset[str]:
    """Names of the time zones that the engine knows, in lower case."""
    with duckdb.connect() as connection:
        return frozenset(
            name.lower() for (name,) in connection.execute("SELECT name FROM pg_timezone_names()").fetchall()
        )


def _ends_escaping(pattern: str, escape: str) -> bool:
    return (len(pattern) - len(pattern.rstrip(escape))) % 2 == 1
