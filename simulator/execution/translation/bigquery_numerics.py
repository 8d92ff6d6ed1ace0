"""NUMERIC of BigQuery: 29 digits before the point and 9 after it, exact, and rounded half away from zero.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_DECIMALS = {exp.DataType.Type.DECIMAL, exp.DataType.Type.BIGDECIMAL}
_DIGITS = "CAST(REPLACE(CAST(CAST(:x AS DECIMAL(38, 9)) AS VARCHAR), '.', '') AS HUGEINT)"
"""A NUMERIC as a whole number of its least digit."""
_SIGNED = """
    CAST(CASE WHEN (:x < 0) <> (:y < 0) THEN '-' ELSE '' END || CAST(:number // 1000000000 AS VARCHAR) || '.'
    || LPAD(CAST(:number % 1000000000 AS VARCHAR), 9, '0') AS DECIMAL(38, 9))
"""
_PRODUCT = """
    :a * (:b // 1000000000) + (:a // 1000000000) * (:b % 1000000000)
    + ((:a % 1000000000) * (:b % 1000000000) + 500000000) // 1000000000
"""
"""Of two such numbers of at most 38 digits: no step has more than the result, unless that is no NUMERIC."""
_QUOTIENT = """
    (:a // :b) * 1000000000 + CASE WHEN :b < CAST('10000000000000000000000000000' AS HUGEINT)
    THEN (2 * (:a % :b) * 1000000000 + :b) // (2 * :b)
    ELSE (:a % :b) // (:b // 1000000000) + CASE WHEN
        ((:a % :b) % (:b // 1000000000)) * 1000000000
        - ((:a % :b) // (:b // 1000000000)) * (:b % 1000000000)
        >= :b - (((:a % :b) % (:b // 1000000000)) * 1000000000
        - ((:a % :b) // (:b // 1000000000)) * (:b % 1000000000)) THEN 1 ELSE 0 END END
"""
"""Nine digits after the point, rounded; of a great divisor the first 29 digits give all but the last unit."""


def exact_product(node: exp.Expr) -> exp.Expr | None:
    """`NUMERIC * NUMERIC` is rounded to 9 digits after the point; DuckDB's has 18, and so fails from 1e20 on."""
    if not isinstance(node, exp.Mul) or not _is_numeric(node):
        return None
    if any(operand.is_type(*exp.DataType.INTEGER_TYPES) for operand in (node.this, node.expression)):
        return None
    return _of_digits(_PRODUCT, node)


def exact_quotient(node: exp.Expr) -> exp.Expr | None:
    """`NUMERIC / INT64` is a NUMERIC of 9 digits after the point, which DuckDB divides as DOUBLE; DIV is refused."""
    if not isinstance(node, (exp.Div, exp.SafeDivide, exp.IntDiv)) or not _is_numeric(node):
        return None
    if isinstance(node, exp.IntDiv):
        raise NotTranslatableError("DIV of NUMERIC cannot be run here; divide with / and TRUNC")
    return _of_digits(_QUOTIENT, node)


def no_wide_numeric(node: exp.Expr) -> exp.Expr | None:
    """A BIGNUMERIC has up to 77 digits, DuckDB's DECIMAL 38: a value of one is refused."""
    if isinstance(node, exp.Cast) and node.to.this is exp.DataType.Type.BIGDECIMAL:
        raise NotTranslatableError("BIGNUMERIC cannot be run here; write NUMERIC")
    return None


def numeric_of_a_float(node: exp.Expr) -> exp.Expr | None:
    """`CAST(1e20 AS NUMERIC)`: of the digits that a FLOAT64 has; DuckDB multiplies it before it looks."""
    if not isinstance(node, exp.Cast) or node.to.this is not exp.DataType.Type.DECIMAL or node.to.expressions:
        return None
    if not node.this.is_type(*exp.DataType.FLOAT_TYPES):
        return None
    text = "CAST(FORMAT('{:.30f}', CAST(:x AS DOUBLE)) AS DECIMAL(38, 9))"
    return typed(written(text, x=node.this), "DECIMAL(38, 9)")


def _is_numeric(node: exp.Expr) -> bool:
    operands = [operand for operand in (node.this, node.expression) if not isinstance(operand.unnest(), exp.Literal)]
    kinds = [operand.type.this for operand in operands if operand.type is not None]
    if exp.DataType.Type.BIGDECIMAL in kinds:
        raise NotTranslatableError("BIGNUMERIC cannot be run here; write NUMERIC")
    return bool(_DECIMALS.intersection(kinds)) and not exp.DataType.FLOAT_TYPES & {*kinds}


def _of_digits(formula: str, node: exp.Expr) -> exp.Expr:
    digits = {name: written(_DIGITS, x=operand) for name, operand in (("a", node.this), ("b", node.expression))}
    signed = {"x": node.this, "y": node.expression}
    number = written(formula, **{name: written("ABS(:x)", x=part) for name, part in digits.items()})
    return typed(written(_SIGNED, number=number, **signed), "DECIMAL(38, 9)")
