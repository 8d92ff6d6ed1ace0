"""Operations on the values of single rows that can fail at run time: an error, or its absence, reveals a row.

Operations that queries under differential privacy need, and whose failure an author cannot provoke, are left out: SUM
and AVG of columns, arithmetic without a large literal, and divisions by a divisor that cannot be zero.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-limitations.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress

from sqlglot import exp

from declarations.query_facts import Failure, FallibleOperation
from simulator.explaining.used_columns import position, used
from simulator.sql.brackets import around_brackets, within_brackets
from simulator.sql.resolved import Origins, Script
from simulator.sql.tracing import parts, unchanged
from simulator.sql.type_families import is_text_type, spark_name
from simulator.sql.values import Values

_LARGE = 1e6
"""A literal factor or summand of at least this size is suspicious; prices in cents times 100 are smaller."""

_CONVERSIONS = (exp.Cast, exp.TsOrDsToDate, exp.TsOrDsToTimestamp, exp.StrToDate, exp.StrToTime, exp.ToNumber)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul)
_GROWING = (exp.Pow, exp.Exp, exp.Factorial, exp.BitwiseLeftShift, exp.Repeat, exp.Space)
_SHIFTS = (exp.AddMonths, exp.TsOrDsAdd, exp.TimestampAdd, exp.DateAdd)
_DIVISIONS = (exp.Div, exp.IntDiv, exp.Mod)
_OF_NUMBERS = (*_ARITHMETIC, *_DIVISIONS)
_COMPARED = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In),
)

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
    exp.TsOrDsAdd: "DATE_ADD",
    exp.TimestampAdd: "DATEADD",
    exp.DateAdd: "DATE_ADD",
    exp.AddMonths: "ADD_MONTHS",
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.NullSafeEQ: "<=>",
    exp.Pow: "POWER",
    exp.BitwiseLeftShift: "SHIFTLEFT",
}
"""SQL names of operations whose key in the syntax tree differs."""

_NUMBERS = frozenset({"tinyint", "smallint", "int", "bigint", "decimal", "float", "double"})
"""Spark's own names, as the parser gives the target of a cast."""
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
"""The types to which each type converts without failing, besides itself and text."""


def fallible_operations(script: Script, values: Values) -> Iterator[FallibleOperation]:
    """Yield every operation of *script* through which one row can make the query fail.

    Args:
        script: The resolved SQL.
        values: The origins of its expressions' values.
    """
    for statement in script.statements:
        for node in parts(statement):
            failure = _failure(script, values, node)
            if failure is not None:
                yield FallibleOperation(failure, _called(node), used(_rows(values, node)), position(script, node))


def _failure(script: Script, values: Values, node: exp.Expression) -> Failure | None:
    if isinstance(node, _CONVERSIONS):
        return Failure.CONVERSION if _rows(values, node.this) and _may_not_convert(script, node) else None
    if isinstance(node, (*_OF_NUMBERS, *_COMPARED)) and _takes_text_for_number(script, node):
        return Failure.CONVERSION
    if isinstance(node, _DIVISIONS):
        divisor = node.expression
        return (
            Failure.DIVISION
            if _rows(values, divisor) and not isinstance(within_brackets(divisor), exp.Nullif)
            else None
        )
    return Failure.OVERFLOW if _may_overflow(values, node) else None


def _may_overflow(values: Values, node: exp.Expression) -> bool:
    rows = _rows(values, node)
    if isinstance(node, _GROWING):
        return bool(rows)
    if isinstance(node, _SHIFTS):
        return bool(_rows(values, node.expression)) or (bool(rows) and _growth(node.expression) >= _LARGE)
    in_full = isinstance(node, _ARITHMETIC) and not isinstance(around_brackets(node), _ARITHMETIC)
    return in_full and bool(rows) and _growth(node) >= _LARGE


def _rows(values: Values, node: exp.Expression) -> Origins:
    """Return the columns whose values in single rows determine *node*; those inside aggregates do not count."""
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
        return False  # TRY_CAST returns NULL
    target = node.args["to"].this.value.lower() if isinstance(node, exp.Cast) else "timestamp"
    sources = _types(script, within_brackets(node.this))
    return not is_text_type(target) and not all(target in (kind, *_WIDER.get(kind, ())) for kind in sources or ("?",))


def _takes_text_for_number(script: Script, node: exp.Expression) -> bool:
    """Tell whether *node* combines a text column with a number, so that the engine converts the text of each row."""
    operands = [within_brackets(one) for one in node.iter_expressions()]
    text = any(kinds and all(map(is_text_type, kinds)) for kinds in (_types(script, one) for one in operands))
    return text and any(_is_number(script, one) for one in operands)


def _is_number(script: Script, node: exp.Expression) -> bool:
    if isinstance(node, exp.Neg):
        return _is_number(script, node.this)
    kinds = _types(script, node)
    return (isinstance(node, exp.Literal) and not node.is_string) or bool(kinds and kinds <= _NUMBERS)


def _types(script: Script, node: exp.Expression) -> frozenset[str]:
    """Return the declared types of the columns whose values *node* shows unchanged; empty when it is computed."""
    origins = unchanged(script.use(node)) if isinstance(node, exp.Column) else frozenset()
    return frozenset(spark_name(origin.table.columns[origin.column]) for origin in origins)


def _growth(node: exp.Expression) -> float:
    """Return the product of all literals in *node* above 1 in magnitude; infinite with a parameter."""
    growth = 1.0
    for part in parts(node, exp.Literal, exp.Placeholder, exp.Parameter):
        if not isinstance(part, exp.Literal):
            return math.inf
        with suppress(ValueError):
            growth *= max(1.0, abs(float(part.name)))
    return growth


def _called(node: exp.Expression) -> str:
    return "CAST" if isinstance(node, exp.Cast) else _NAMES.get(type(node), node.key.upper())
