"""The types of BigQuery's columns, and what they mean for analysis rules.

Source: bigquery/docs/reference/standard-sql/data-types.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from declarations.naming import did_you_mean, listed

NAMES: Final = (
    *("STRING", "BYTES", "INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "TIME"),
    *("TIMESTAMP", "INTERVAL", "GEOGRAPHY", "JSON", "RANGE", "ARRAY", "STRUCT"),
)
"""The types, by the names that BigQuery's pages use."""

_SYNONYMS: Final = {
    **dict.fromkeys(("INT", "SMALLINT", "INTEGER", "BIGINT", "TINYINT", "BYTEINT"), "INT64"),
    "FLOAT": "FLOAT64",
    "BOOLEAN": "BOOL",
    "DECIMAL": "NUMERIC",
    "BIGDECIMAL": "BIGNUMERIC",
    "RECORD": "STRUCT",
}
_TYPE = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>\s*[<(].*[>)])?", re.DOTALL)


def base_type(column_type: str) -> str:
    """Return the type's name without parameters, synonyms replaced: `decimal(10, 2)` is `NUMERIC`; "" if it is none."""
    match = _TYPE.fullmatch(column_type.strip())
    if match is None:
        return ""
    name = match["name"].upper()
    found = _SYNONYMS.get(name, name)
    return found if found in NAMES else ""


def is_groupable(column_type: str) -> bool:
    """Tell whether values can be grouped by: what a privacy unit must be."""
    return base_type(column_type) not in {"ARRAY", "GEOGRAPHY", "JSON", "STRUCT"}


def _known(value: str) -> str:
    if not base_type(value):
        message = f"{value!r} is no type of BigQuery{did_you_mean(value, NAMES)} (types: {listed(NAMES)})"
        raise PydanticCustomError("unknown_type", "{message}", {"message": message})
    return value


BigQueryType = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_known)]
"""A column's type as in CREATE TABLE, such as `STRING`, `NUMERIC(10, 2)`, `ARRAY<STRUCT<id INT64>>`."""
