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

DECIMALS: Final = ("NUMERIC", "BIGNUMERIC")
"""Exact decimal types."""

NUMBERS: Final = ("INT64", *DECIMALS, "FLOAT64")
"""The types of numbers."""

TIMES: Final = ("DATE", "DATETIME", "TIME", "TIMESTAMP")
"""Types of points in time. An INTERVAL, the distance between two of them, is not one."""

NAMES: Final = (
    *("STRING", "BYTES", "INT64", "FLOAT64", *DECIMALS, "BOOL", *TIMES),
    *("INTERVAL", "GEOGRAPHY", "JSON", "RANGE", "ARRAY", "STRUCT"),
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
_UNGROUPABLE: Final = frozenset({"GEOGRAPHY", "JSON"})
_COMPOUND: Final = frozenset({"ARRAY", "STRUCT"})
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
    """Return whether GROUP BY accepts a type: an ARRAY or STRUCT if it accepts all its element types.

    Source: bigquery/docs/reference/standard-sql/data-types#groupable_data_types.
    """
    return base_type(column_type) not in _UNGROUPABLE and all(map(is_groupable, _inner_types(column_type)))


def is_same_type(first: str, second: str) -> bool:
    """Return whether two types are equal apart from parameters and field names: `STRING(10)` is `STRING`."""
    inner, other = _inner_types(first), _inner_types(second)
    is_alike = base_type(first) == base_type(second) and (not inner or not other or len(inner) == len(other))
    return is_alike and all(map(is_same_type, inner, other))


def can_be_privacy_unit(column_type: str) -> bool:
    """Return whether values of a type can be privacy units: groupable, and neither ARRAY nor STRUCT.

    GROUP BY and DISTINCT accept arrays and structs, but distinct values of them cannot be counted.
    """
    return is_groupable(column_type) and base_type(column_type) not in _COMPOUND


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


def lacks_field(column_type: str, field: str) -> bool:
    """Return whether a type certainly has no field of that name (in any case); "" stands for an unknown type."""
    kind = base_type(column_type)
    if kind != "STRUCT":
        return kind not in {"", "JSON"}
    parts, named = _parts(column_type), _fields(column_type)
    return bool(parts) and len(named) == len(parts) and field.lower() not in named


def _fields(column_type: str) -> dict[str, str]:
    """Return the types of a STRUCT's named fields by their names in lower case; nothing for other types."""
    named = map(_FIELD.fullmatch, _parts(column_type) if base_type(column_type) == "STRUCT" else ())
    return {field["name"].lower(): field["type"] for field in named if field}


def _inner_types(column_type: str) -> list[str]:
    """Return the element types of an ARRAY or STRUCT; empty for other types."""
    named = {part: _FIELD.fullmatch(part) for part in _parts(column_type)}
    return [field["type"] if field and not base_type(part) else part for part, field in named.items()]


def _parts(column_type: str) -> list[str]:
    """Return what stands between the commas of `ARRAY<...>` and `STRUCT<...>`."""
    written = column_type.strip()
    if base_type(written) not in _COMPOUND or "<" not in written:
        return []
    return list(_listed(written[written.index("<") + 1 : -1]))


def _listed(types: str) -> Iterator[str]:
    """Split *types* at its commas, except those inside brackets."""
    depth = start = 0
    for at, letter in enumerate(types):
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and depth == 0:
            yield types[start:at].strip()
            start = at + 1
    yield types[start:].strip()


def _known(value: str) -> str:
    if not base_type(value):
        message = f"{value!r} is not a BigQuery type{did_you_mean(value, NAMES)} (types: {listed(NAMES)})"
        raise PydanticCustomError("unknown_type", "{message}", {"message": message})
    return value


BigQueryType = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_known)]
"""A column's type as in CREATE TABLE, such as `STRING`, `NUMERIC(10, 2)`, `ARRAY<STRUCT<id INT64>>`."""
