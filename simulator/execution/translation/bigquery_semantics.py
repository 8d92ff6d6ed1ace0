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
from simulator.execution.translation.spark_semantics import (
    Difference,
    count_of_conditions,
    default_of_another_type,
    like_escapes,
    logarithm_of_no_positive_number,
    modulo_by_zero,
    substring_from_zero,
    sum_of_whole_numbers,
)


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


BIGQUERY_DIFFERENCES: tuple[Difference, ...] = (
    safe_call,
    numeric_of_bigquery,
    count_of_conditions,
    element_of_array,
    default_of_another_type,
    modulo_by_zero,
    logarithm_of_no_positive_number,
    substring_from_zero,
    like_escapes,
    sum_of_wide_numbers,
    sum_of_whole_numbers,
    padded_to_a_bounded_length,
    repeated_to_a_bounded_length,
    product_of_bounded_lengths,
)
"""Every difference of BigQuery, in the order in which they are evened out."""
