"""Sums that few rows could make overflow are bounded before they are added up.

DuckDB adds whole numbers and decimals up in 38 digits, and fails beyond. Two rows of 9e37 are enough, so that a query
could ask by failing whether a group has two rows: an answer without noise and without a threshold. A join with other
tables makes many rows of one. Values of more than 26 digits are therefore left out as NULL, as a value that fails by
itself is; then only a million million rows overflow, and whoever makes so many of one row is told by the time it takes.
"""

from __future__ import annotations

from sqlglot import exp

_DIGITS = 26
"""Most digits of a value that is summed, those after the point included."""
_SPARE = 10 ** (38 - _DIGITS)
"""What a value of at most `_DIGITS` digits can be multiplied by."""
_MOST_DIGITS_OF_BIGINT = 18
_LARGEST = "1e50"
"""The fourth power of a DOUBLE below it, and sums of it, are finite: SKEWNESS and KURTOSIS fail on what is not."""
_NARROW = {*exp.DataType.INTEGER_TYPES, *exp.DataType.FLOAT_TYPES, exp.DataType.Type.BOOLEAN} - {
    exp.DataType.Type.INT128,
    exp.DataType.Type.UINT128,
    exp.DataType.Type.INT256,
    exp.DataType.Type.UINT256,
}

_TAKE_NO_TRY = (exp.AggFunc, exp.Query, exp.Rand, exp.Uuid)
"""What the engine allows no TRY around."""


def sum_of_wide_numbers(node: exp.Expr) -> exp.Expr | None:
    """`SUM` and `AVG` leave out values of more than `_DIGITS` digits."""
    if not isinstance(node, (exp.Sum, exp.Avg)):
        return None
    holder, value = _argument(node)
    if _is_narrow(value):
        return None
    if value.find(*_TAKE_NO_TRY):
        bounded: exp.Expr = exp.TryCast(this=value.copy(), to=exp.DataType.build("DOUBLE"))
    else:
        spare = exp.Cast(this=exp.Literal.number(_SPARE), to=exp.DataType.build("INT128"))
        product = exp.Try(this=exp.Mul(this=exp.paren(value), expression=spare))
        fits = exp.Not(this=exp.Is(this=product, expression=exp.null()))
        bounded = exp.Case(ifs=[exp.If(this=fits, true=value.copy())])
    _set_argument(holder, bounded)
    return node


def moments_of_huge_numbers(node: exp.Expr) -> exp.Expr | None:
    """`SKEWNESS` and `KURTOSIS` leave out NaN and values from 1e50 on."""
    if not isinstance(node, (exp.Skewness, exp.Kurtosis)):
        return None
    holder, value = _argument(node)
    number = exp.TryCast(this=value.copy(), to=exp.DataType.build("DOUBLE"))
    fits = exp.LT(this=exp.Abs(this=number), expression=exp.Literal.number(_LARGEST))
    _set_argument(holder, exp.Case(ifs=[exp.If(this=fits, true=number.copy())]))
    return node


def _argument(aggregate: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    """Return what holds the argument, the function or its DISTINCT, and the argument."""
    argument: exp.Expr = aggregate.this
    return (argument, argument.expressions[0]) if isinstance(argument, exp.Distinct) else (aggregate, argument)


def _set_argument(holder: exp.Expr, value: exp.Expr) -> None:
    if isinstance(holder, exp.Distinct):
        holder.set("expressions", [value])
    else:
        holder.set("this", value)


def _is_narrow(value: exp.Expr) -> bool:
    """Tell whether the value surely has at most `_DIGITS` digits, or is a DOUBLE.

    Only what is stored or cast has the type that is stated here: for CASE, UNION and arithmetic the engine takes a
    wider one than the parser tells.
    """
    inner = value.unnest()
    if isinstance(inner, exp.Literal):
        return len(inner.name) <= _MOST_DIGITS_OF_BIGINT
    if not (isinstance(inner, exp.Cast) or (isinstance(inner, exp.Column) and _is_stored(inner))):
        return False
    kind = inner.to if isinstance(inner, exp.Cast) else inner.type
    if kind is None:
        return False
    if kind.this is exp.DataType.Type.DECIMAL:
        sizes = [int(size.name) for size in kind.expressions]
        return bool(sizes) and sizes[0] <= _DIGITS
    return kind.this in _NARROW


def _is_stored(column: exp.Column) -> bool:
    """Tell whether the column is surely one of a table that was loaded, and not of a CTE or a nested query."""
    select = column.find_ancestor(exp.Select)
    parts = [] if select is None else [select.args.get("from_"), *(select.args.get("joins") or ())]
    sources = [part.this for part in parts if part is not None]
    named = [source for source in sources if source.alias_or_name == column.table] if column.table else sources
    return len(named) == 1 and isinstance(named[0], exp.Table) and bool(named[0].db)
