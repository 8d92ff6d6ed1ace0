"""Operations on the values of single rows that can fail at run time: an error, or its absence, tells about a row.

Left out is what every query under differential privacy needs and what no one can steer: SUM and AVG of columns,
arithmetic without a large literal, divisions by what cannot be zero.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-limitations.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress

from sqlglot import exp

from declarations.query_facts import Failure, FallibleOperation
from simulator.explaining.used_columns import position, used
from simulator.sql.resolved import Origins, Script
from simulator.sql.tracing import parts, unchanged
from simulator.sql.values import Values

_LARGE = 1e6
"""From here on a factor or summand of the author's choice is suspicious: prices in cents times 100 stay below."""

_CONVERSIONS = (exp.Cast, exp.TsOrDsToDate, exp.TsOrDsToTimestamp, exp.StrToDate, exp.StrToTime, exp.ToNumber)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul)
_GROWING = (exp.Pow, exp.Exp, exp.Factorial, exp.BitwiseLeftShift, exp.Repeat)
_DIVISIONS = (exp.Div, exp.IntDiv, exp.Mod)

_NAMES: dict[type[exp.Expression], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.IntDiv: "DIV",
    exp.Mod: "%",
    exp.TsOrDsToDate: "TO_DATE",
    exp.TsOrDsToTimestamp: "TO_TIMESTAMP",
    exp.StrToDate: "TO_DATE",
    exp.StrToTime: "TO_TIMESTAMP",
    exp.ToNumber: "TO_NUMBER",
    exp.Pow: "POWER",
    exp.BitwiseLeftShift: "SHIFTLEFT",
}
"""What queries call operations whose key in the tree is another."""

_TEXT = ("string", "varchar", "char", "text")
_WIDER = {
    "tinyint": ("smallint", "int", "bigint", "decimal", "float", "double"),
    "smallint": ("int", "bigint", "decimal", "float", "double"),
    "int": ("bigint", "decimal", "float", "double"),
    "bigint": ("float", "double"),
    "decimal": ("double",),
    "float": ("double",),
    "date": ("timestamp",),
    "timestamp": ("date",),
}
"""To what each type converts without failing, besides itself and text."""


def fallible_operations(script: Script, values: Values) -> Iterator[FallibleOperation]:
    """Yield every operation of *script* by which one row can make the query fail.

    Args:
        script: The resolved SQL.
        values: What its expressions are made of.
    """
    for statement in script.statements:
        for node in parts(statement):
            failure = _failure(script, values, node)
            if failure is not None:
                yield FallibleOperation(failure, _called(node), used(_rows(values, node)), position(script, node))


def _failure(script: Script, values: Values, node: exp.Expression) -> Failure | None:
    if isinstance(node, _CONVERSIONS):
        return Failure.CONVERSION if _rows(values, node.this) and _may_not_convert(script, node) else None
    if isinstance(node, _DIVISIONS):
        divisor = node.expression
        return Failure.DIVISION if _rows(values, divisor) and not isinstance(_inner(divisor), exp.Nullif) else None
    if isinstance(node, _GROWING):
        return Failure.OVERFLOW if _rows(values, node) else None
    if isinstance(node, _ARITHMETIC) and not isinstance(_outer(node), _ARITHMETIC):
        return Failure.OVERFLOW if _rows(values, node) and _growth(node) >= _LARGE else None
    return None


def _rows(values: Values, node: exp.Expression) -> Origins:
    """Return the columns whose values in single rows decide what *node* is; those inside sums and counts do not."""
    found: Origins = frozenset()
    for column in parts(node, exp.Column):
        value = values.of(column)
        if not value.summed and not _is_within_aggregate(column, node):
            found |= value.origins
    return found


def _is_within_aggregate(column: exp.Expression, node: exp.Expression) -> bool:
    outer = column.parent
    while column is not node and outer is not None and not isinstance(outer, exp.AggFunc) and outer is not node:
        outer = outer.parent
    return isinstance(outer, exp.AggFunc) and column is not node


def _may_not_convert(script: Script, node: exp.Expression) -> bool:
    if isinstance(node, exp.Cast) and node.args.get("safe"):
        return False  # TRY_CAST answers NULL
    target = node.args["to"].this.value.lower() if isinstance(node, exp.Cast) else "timestamp"
    sources = _types(script, _inner(node.this))
    return target not in _TEXT and not all(target in (kind, *_WIDER.get(kind, ())) for kind in sources or ("?",))


def _types(script: Script, node: exp.Expression) -> frozenset[str]:
    """Return the declared types of the columns that *node* is, unchanged; none when it is computed."""
    origins = unchanged(script.use(node)) if isinstance(node, exp.Column) else frozenset()
    return frozenset(origin.table.columns[origin.column].partition("(")[0].strip().lower() for origin in origins)


def _growth(node: exp.Expression) -> float:
    """Return the product of all literals in *node* that are larger than 1; a parameter can be as large as one likes."""
    growth = 1.0
    for part in parts(node, exp.Literal, exp.Placeholder, exp.Parameter):
        if not isinstance(part, exp.Literal):
            return math.inf
        with suppress(ValueError):
            growth *= max(1.0, abs(float(part.name)))
    return growth


def _inner(node: exp.Expression) -> exp.Expression:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _outer(node: exp.Expression) -> exp.Expr | None:
    outer = node.parent
    while isinstance(outer, exp.Paren):
        outer = outer.parent
    return outer


def _called(node: exp.Expression) -> str:
    return "CAST" if isinstance(node, exp.Cast) else _NAMES.get(type(node), node.key.upper())
