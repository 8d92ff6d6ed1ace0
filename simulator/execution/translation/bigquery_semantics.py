"""Where DuckDB answers otherwise than BigQuery, the tree is changed so that it answers the same.

Most differences are Spark's, too; see `spark_semantics`. Where a value makes BigQuery's query fail, it is NULL here, as
everywhere.
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.one_row_oracles.long_texts import (
    padded_to_a_bounded_length,
    product_of_bounded_lengths,
    repeated_to_a_bounded_length,
)
from simulator.execution.one_row_oracles.wide_sums import sum_of_wide_numbers
from simulator.execution.translation.array_elements import element_of_array
from simulator.execution.translation.bigquery_arrays import (
    generated_array,
    joined_arrays,
    offset_from_0,
    text_of_an_array,
    type_of_element,
)
from simulator.execution.translation.bigquery_casts import (
    cast_as_bigquery,
    text_of_a_number,
    time_of_a_text,
)
from simulator.execution.translation.bigquery_formats import formatted_time, read_time
from simulator.execution.translation.bigquery_formulas import formula_of_a_function
from simulator.execution.translation.bigquery_json import value_as_json, value_in_json
from simulator.execution.translation.bigquery_numbers import (
    literal_of_64_bits,
    rounded_whole_number,
    safe_arithmetic,
    shift_of_64_bits,
    whole_number_of_64_bits,
)
from simulator.execution.translation.bigquery_numerics import (
    exact_product,
    exact_quotient,
    no_wide_numeric,
    numeric_of_a_float,
)
from simulator.execution.translation.bigquery_texts import (
    formatted_text,
    length_in_bytes,
    no_bytes,
    no_distance_of_bytes,
    no_negative_length,
    parts_between,
    pattern_of_like,
    place_of_a_part,
    substring_by_position,
    trimmed_of_all_spaces,
    upper_case_of_sharp_s,
)
from simulator.execution.translation.bigquery_times import (
    date_that_stays_one,
    part_of_a_time,
    time_of_day,
    type_of_a_datetime,
    units_since_1970,
    whole_units_between,
)
from simulator.execution.translation.spark_semantics import (
    Difference,
    count_of_conditions,
    default_of_another_type,
    like_escapes,
    logarithm_of_no_positive_number,
    modulo_by_zero,
)
from simulator.execution.translation.templates import typed

_MAY_BE_NO_NUMBER = (exp.Acos, exp.Asin, exp.Exp, exp.Log, exp.Pow, exp.Sqrt)
"""Functions of numbers that have a value for some only, or none that a FLOAT64 can hold."""


def numeric_of_bigquery(node: exp.Expr) -> exp.Expr | None:
    """`CAST(x AS NUMERIC)` is NUMERIC(38, 9)."""
    if isinstance(node, exp.Cast) and node.to.this is exp.DataType.Type.DECIMAL and not node.to.expressions:
        kind = exp.DataType.build("DECIMAL(38, 9)", dialect="duckdb")
        cast = exp.TryCast(this=node.this.copy(), to=kind)
        cast.type = kind
        return cast
    return None


def safe_call(node: exp.Expr) -> exp.Expr | None:
    """`SAFE.SUBSTR(x, 1)` is NULL where SUBSTR would fail, as every call is here."""
    return node.this.copy() if isinstance(node, exp.SafeFunc) else None


def quotient_by_zero(node: exp.Expr) -> exp.Expr | None:
    """`x / 0` is NULL, and no infinity."""
    if isinstance(node, exp.Div) and not node.args.get("safe") and not isinstance(node.expression, exp.Nullif):
        node.set("expression", exp.Nullif(this=node.expression, expression=exp.Literal.number(0)))
        return node
    return None


def no_number(node: exp.Expr) -> exp.Expr | None:
    """`SQRT(-1)` and `EXP(1000)` are NULL; to DuckDB NaN equals itself."""
    if not isinstance(node, _MAY_BE_NO_NUMBER) or isinstance(node.parent, exp.Nullif):
        return None
    found: exp.Expr = node.copy()
    for wrong in ("NaN", "Infinity", "-Infinity"):
        number = exp.Cast(this=exp.Literal.string(wrong), to=exp.DataType.build("DOUBLE"))
        found = exp.Nullif(this=found, expression=number)
    return found


def logarithm_to_a_base(node: exp.Expr) -> exp.Expr | None:
    """`LOG(x, 0)` is NULL."""
    if not isinstance(node, exp.Log) or not node.args.get("expression") or isinstance(node.this, exp.Case):
        return None
    positive = exp.GT(this=node.this.copy(), expression=exp.Literal.number(0))
    node.set("this", exp.Case(ifs=[exp.If(this=positive, true=node.this)]))
    return node


def approximate_count(node: exp.Expr) -> exp.Expr | None:
    """`APPROX_COUNT_DISTINCT(x)`: the number itself, since how far BigQuery's is from it is not published."""
    if not isinstance(node, exp.ApproxDistinct):
        return None
    return typed(exp.Count(this=exp.Distinct(expressions=[node.this.copy()])), "BIGINT")


def sum_of_int64(node: exp.Expr) -> exp.Expr | None:
    """`SUM` of INT64 is an INT64: beyond it NULL, in a window as well."""
    if isinstance(node, exp.Window) and isinstance(node.this, exp.Sum):
        return _as_int64(node) if _is_int64(node.this) else None
    if not isinstance(node, exp.Sum) or isinstance(node.parent, (exp.Filter, exp.Window)) or not _is_int64(node):
        return None
    return _as_int64(sum_of_wide_numbers(node) or node)


def _is_int64(total: exp.Sum) -> bool:
    kind = total.type
    return kind is not None and kind.this in exp.DataType.INTEGER_TYPES


def _as_int64(total: exp.Expr) -> exp.Expr:
    kind = exp.DataType.build("BIGINT", dialect="duckdb")
    cast = exp.TryCast(this=total.copy(), to=kind)
    cast.type = kind
    return cast


BIGQUERY_DIFFERENCES: tuple[Difference, ...] = (
    type_of_element,
    type_of_a_datetime,
    safe_call,
    no_bytes,
    length_in_bytes,
    literal_of_64_bits,
    cast_as_bigquery,
    text_of_a_number,
    time_of_a_text,
    no_wide_numeric,
    numeric_of_a_float,
    numeric_of_bigquery,
    exact_product,
    exact_quotient,
    safe_arithmetic,
    shift_of_64_bits,
    whole_number_of_64_bits,
    rounded_whole_number,
    part_of_a_time,
    time_of_day,
    date_that_stays_one,
    whole_units_between,
    units_since_1970,
    formatted_time,
    read_time,
    formatted_text,
    formula_of_a_function,
    value_in_json,
    value_as_json,
    generated_array,
    joined_arrays,
    text_of_an_array,
    offset_from_0,
    approximate_count,
    count_of_conditions,
    element_of_array,
    default_of_another_type,
    modulo_by_zero,
    quotient_by_zero,
    logarithm_of_no_positive_number,
    logarithm_to_a_base,
    no_number,
    substring_by_position,
    no_negative_length,
    place_of_a_part,
    parts_between,
    no_distance_of_bytes,
    upper_case_of_sharp_s,
    trimmed_of_all_spaces,
    pattern_of_like,
    like_escapes,
    sum_of_int64,
    sum_of_wide_numbers,
    padded_to_a_bounded_length,
    repeated_to_a_bounded_length,
    product_of_bounded_lengths,
)
"""Every difference of BigQuery, in the order in which they are evened out."""
