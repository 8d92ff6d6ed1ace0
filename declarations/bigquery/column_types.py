"""The types of BigQuery's columns, and what they mean for analysis rules.

Source: bigquery/docs/reference/standard-sql/data-types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
_FIELD = re.compile(r"`?(?P<name>\w+)`?\s+(?P<type>.+)", re.DOTALL)
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


def path_type(columns: Mapping[str, str], path: str) -> str | None:
    """Return the type of a column, or of a field of a STRUCT column.

    Args:
        columns: The columns' types, by their names in lower case; "" for a type that is not known.
        path: The column, and fields behind dots, in any case.

    Returns:
        The type; "" when it is not known; None when there is no such column or field.
    """
    name, *fields = path.lower().split(".")
    found = columns.get(name)
    for field in fields:
        if found and base_type(found) != "JSON":
            found = _fields(found).get(field) if "<" in found or base_type(found) != "STRUCT" else ""
    return found


def _fields(column_type: str) -> dict[str, str]:
    """Return the types of a STRUCT's named fields by their names in lower case; nothing for other types."""
    if base_type(column_type) != "STRUCT":
        return {}
    inner = column_type.strip()[column_type.strip().index("<") + 1 : -1]
    named = (_FIELD.fullmatch(field) for field in _listed(inner))
    return {field["name"].lower(): field["type"] for field in named if field}


def _listed(types: str) -> Iterator[str]:
    """Yield what stands between the commas of *types*, those within brackets left alone."""
    depth = start = 0
    for at, letter in enumerate(types):
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and depth == 0:
            yield types[start:at].strip()
            start = at + 1
    yield types[start:].strip()


def _known(value: str) -> str:
    if not base_type(value):
        message = f"{value!r} is no type of BigQuery{did_you_mean(value, NAMES)} (types: {listed(NAMES)})"
        raise PydanticCustomError("unknown_type", "{message}", {"message": message})
    return value


BigQueryType = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_known)]
"""A column's type as in CREATE TABLE, such as `STRING`, `NUMERIC(10, 2)`, `ARRAY<STRUCT<id INT64>>`."""
