"""Numbers of BigQuery: whole numbers are INT64, numbers with a point FLOAT64, whatever smaller type would hold them.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#numeric_types,
https://cloud.google.com/bigquery/docs/reference/standard-sql/operators
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.bigquery_formulas import name_of_a_function
from simulator.execution.translation.bigquery_numerics import exact_product
from simulator.execution.translation.templates import typed, written

_GENERIC = (
    *(exp.Abs, exp.AggFunc, exp.Array, exp.BitwiseCount, exp.Case, exp.Coalesce, exp.Connector, exp.Greatest),
    *(exp.If, exp.Lag, exp.Lead, exp.Least, exp.Nullif, exp.SafeAdd, exp.SafeMultiply, exp.SafeNegate),
    *(exp.SafeSubtract, exp.Sign, exp.Struct, exp.Unnest),
)
"""Functions that give back a number of the type that they take."""
_PLACES = (
    *(exp.Bracket, exp.DataType, exp.DataTypeParam, exp.Fetch, exp.Group, exp.Interval, exp.Limit, exp.Offset),
    *(exp.Ordered, exp.Slice, exp.Tuple, exp.WindowSpec),
)
"""Where a number is no value: a position, a length, a size of a type."""
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
"""Where it does not matter of what size a number is."""
_OF_A_PLACE = (exp.NthValue, exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.ApproxQuantile, exp.GroupConcat)
_SAFE: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.SafeAdd: exp.Add,
    exp.SafeSubtract: exp.Sub,
    exp.SafeMultiply: exp.Mul,
    exp.SafeNegate: exp.Neg,
}
_SMALLEST = 2**63
"""Its negative is the least INT64, though it is none itself."""
_BITS = 64


def literal_of_64_bits(node: exp.Expr) -> exp.Expr | None:
    """`1000000 * 1000000`: a whole number is an INT64, a number with a point a FLOAT64; DuckDB's are INT32, DECIMAL."""
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and node.this.name == str(_SMALLEST):
        return _cast(node, "BIGINT")
    if not isinstance(node, exp.Literal) or node.is_string or not _is_value(node):
        return None
    if not node.name.isdecimal():
        return None if _is_beside_numeric(node) else _cast(node, "DOUBLE")
    if int(node.name) > _SMALLEST - 1:
        if isinstance(node.parent, exp.Neg) and int(node.name) == _SMALLEST:
            return None
        raise NotTranslatableError(f"{node.name} is no INT64; write it as NUMERIC '{node.name}'")
    return _cast(node, "BIGINT")


def safe_arithmetic(node: exp.Expr) -> exp.Expr | None:
    """`SAFE_ADD(x, y)` is NULL where `x + y` would fail, as every sum of INT64 or NUMERIC is here."""
    operation = _SAFE.get(type(node))
    if operation is None:
        return None
    if node.this.is_type(*exp.DataType.FLOAT_TYPES) or (
        node.args.get("expression") is not None and node.expression.is_type(*exp.DataType.FLOAT_TYPES)
    ):
        raise NotTranslatableError(f"{name_of_a_function(node)} of a FLOAT64 cannot be run here")
    found = operation(**{name: node.args[name].copy() for name in ("this", "expression") if name in node.args})
    found.type = node.this.type
    product = exact_product(found)
    if product is not None:
        return product
    for operand in found.iter_expressions():
        operand.replace(exp.paren(operand))
    return _cast(found, "BIGINT") if node.this.is_type(*exp.DataType.INTEGER_TYPES) else exp.paren(found, copy=False)


def shift_of_64_bits(node: exp.Expr) -> exp.Expr | None:
    """`x << n` and `x >> n` move all 64 bits and fill up with 0; they are 0 from 64 on, and fail below 0."""
    if not isinstance(node, (exp.BitwiseLeftShift, exp.BitwiseRightShift)):
        return None
    bits = "CAST(:x AS HUGEINT) + CASE WHEN :x < 0 THEN 18446744073709551616 ELSE 0 END"
    if isinstance(node, exp.BitwiseLeftShift):
        power = "CAST(1 AS HUGEINT) << CAST(64 - :n AS HUGEINT)"
        moved = f"(({bits}) % ({power})) * (CAST(1 AS HUGEINT) << CAST(:n AS HUGEINT))"
    else:
        moved = f"({bits}) // (CAST(1 AS HUGEINT) << CAST(:n AS HUGEINT))"
    signed = f"({moved}) - CASE WHEN ({moved}) >= 9223372036854775808 THEN 18446744073709551616 ELSE 0 END"
    text = f"CASE WHEN :n >= {_BITS} THEN 0 WHEN :n >= 0 THEN CAST({signed} AS BIGINT) END"
    return typed(written(text, x=node.this, n=node.expression), "BIGINT")


def whole_number_of_64_bits(node: exp.Expr) -> exp.Expr | None:
    """`BIT_COUNT`, `SIGN` and `ASCII` give an INT64; ASCII fails beyond ASCII."""
    if isinstance(node, exp.Ascii):
        return typed(written("CASE WHEN ASCII(:x) < 128 THEN CAST(ASCII(:x) AS BIGINT) END", x=node.this), "BIGINT")
    if isinstance(node, exp.BitwiseCount):
        return _cast(node, "BIGINT")
    if isinstance(node, exp.Sign):
        return _cast(node, "BIGINT") if node.this.is_type(*exp.DataType.INTEGER_TYPES) else None
    return None


def rounded_whole_number(node: exp.Expr) -> exp.Expr | None:
    """`ROUND`, `TRUNC`, `CEIL` and `FLOOR` of an INT64 are a FLOAT64."""
    if not isinstance(node, (exp.Round, exp.Trunc, exp.Ceil, exp.Floor)):
        return None
    if node.args.get("truncate") or node.args.get("to"):
        raise NotTranslatableError(f"{node.key.upper()} with a mode or a unit cannot be run here")
    digits = node.args.get("decimals")
    if digits is not None and not isinstance(digits.unnest(), exp.Literal):
        node.set("decimals", exp.TryCast(this=digits.copy(), to=exp.DataType.build("INT")))
    return _cast(node, "DECIMAL(38, 9)" if node.this.is_type(exp.DataType.Type.DECIMAL) else "DOUBLE")


def _is_value(literal: exp.Literal) -> bool:
    parent = literal.parent
    while isinstance(parent, (exp.Paren, exp.Neg)):
        parent = parent.parent
    if isinstance(parent, (*_PLACES, *_OF_A_PLACE)):
        return False
    if not literal.name.isdecimal():
        return not isinstance(parent, exp.Cast)
    if isinstance(parent, _COMPARISONS) or (isinstance(parent, exp.If) and literal.arg_key == "this"):
        return False
    if isinstance(parent, (exp.Add, exp.Sub)) and any(map(_is_of_another_type, parent.iter_expressions())):
        return False
    return not isinstance(parent, exp.Func) or isinstance(parent, _GENERIC)


def _is_of_another_type(value: exp.Expr) -> bool:
    return value.type is None or value.is_type(exp.DataType.Type.UNKNOWN, *exp.DataType.TEMPORAL_TYPES)


def _is_beside_numeric(literal: exp.Literal) -> bool:
    """Tell whether the number is part of an operation with a NUMERIC, and so becomes one."""
    parent = literal.parent
    while isinstance(parent, (exp.Paren, exp.Neg)):
        parent = parent.parent
    return parent is not None and any(
        part.is_type(exp.DataType.Type.DECIMAL) for part in parent.iter_expressions() if part is not literal
    )


def _cast(node: exp.Expr, kind: str) -> exp.Expr:
    target = exp.DataType.build(kind, dialect="duckdb")
    return typed(exp.TryCast(this=node.copy(), to=target), kind)
