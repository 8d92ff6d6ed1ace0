"""Arguments that must be written out, since the engine fails on a wrong one even inside TRY.

Computed from a row, such an argument would let a query ask by failing whether the row is there. Spark takes constants
in the first two places, too.
"""

from __future__ import annotations

from functools import cache

import duckdb
from sqlglot import exp

from simulator.execution.errors import NotTranslatableError


def refuse_computed_arguments(tree: exp.Expr) -> None:
    """Refuse computed buckets of NTILE, bounds of window frames, patterns of LIKE beside ESCAPE, and time zones.

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
    for name in ("start", "end"):
        bound = node.args.get(name)
        number = bound.this if isinstance(bound, exp.Interval) else bound
        if isinstance(bound, exp.Expr) and not isinstance(number, exp.Literal):
            raise NotTranslatableError(
                f"the frame bound {bound.sql('duckdb')} cannot be run; write a number, as in ROWS 2 PRECEDING"
            )


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
