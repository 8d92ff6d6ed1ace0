"""BigQuery's column types as Spark or DuckDB types, which `loading` understands."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from declarations.bigquery.column_types import base_type
from simulator.request import Table

_OWN_NAMES = {
    "NUMERIC": "decimal(38, 9)",
    "BIGNUMERIC": "decimal(38, 18)",
    "TIME": "time",
    "JSON": "super",
    "GEOGRAPHY": "string",
}


def with_loadable_types(table: Table) -> Table:
    """Return *table* with column types that `loading` understands."""
    return replace(table, columns={name: _loadable_type(kind) for name, kind in table.columns.items()})


def _loadable_type(declared: str) -> str:
    own = _OWN_NAMES.get(declared.upper())
    if own is not None:
        return own
    if base_type(declared) in {"BIGNUMERIC", "BIGDECIMAL"}:
        return _OWN_NAMES["BIGNUMERIC"]
    return exp.DataType.build(declared, dialect="bigquery").sql("spark")
