"""Which constant texts are a value of a type: a day, a moment, a time of day, a number, a condition.

A text that may be one counts as one: the engines take more forms than their pages name.

Source: https://spark.apache.org/docs/latest/sql-ref-literals.html and sql-ref-datetime-pattern.html;
https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/lexical-elements#date_literals
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from declarations.bigquery.column_types import base_type
from simulator.sql.dialects import BIGQUERY
from simulator.sql.type_families import spark_name

_DAY = r"[+-]?(?P<year>[0-9]{4,7})(-(?P<month>[0-9]{1,2})(-(?P<day>[0-9]{1,2}))?)?"
_CLOCK = r"[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]*)?)?"
_ZONE = r" ?(Z|[+-][0-9]{1,2}(:?[0-9]{1,2}){0,2}|[A-Z]+([/_+-][A-Z0-9]+)*([+-][0-9:]+)?)?"
_FORMS: Final = {
    "a date": re.compile(rf"{_DAY}([ T].*)?", re.IGNORECASE | re.DOTALL),
    "a timestamp": re.compile(rf"{_DAY}([ T]{_CLOCK})?[ T]?{_ZONE}|T?{_CLOCK}{_ZONE}", re.IGNORECASE),
    "a time": re.compile(rf"{_CLOCK}{_ZONE}", re.IGNORECASE),
    "a number": re.compile(
        r"[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?[dfl]?|inf(inity)?|nan|0x[0-9a-f]+)", re.IGNORECASE
    ),
    "a BOOLEAN": re.compile(r"t|true|y|yes|1|f|false|n|no|0", re.IGNORECASE),
}
EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "a date": "'2026-01-31'",
        "a timestamp": "'2026-01-31 23:59:00'",
        "a time": "'23:59:00'",
        "a number": "12.5",
        "a BOOLEAN": "TRUE",
    }
)
"""How a value of each kind is written."""

_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")
_OF_SPARK: Final = {
    "date": "a date",
    "timestamp": "a timestamp",
    "timestamptz": "a timestamp",
    **dict.fromkeys(_NUMBERS, "a number"),
    "boolean": "a BOOLEAN",
}
_OF_BIGQUERY: Final = {"DATE": "a date", "DATETIME": "a timestamp", "TIMESTAMP": "a timestamp", "TIME": "a time"}


def kind_of_type(column_type: str, dialect: str) -> str | None:
    """Return the kind of values that texts compared with a type must be, a key of EXAMPLES; None for other types.

    In BigQuery a text is never compared with a number or a BOOL.
    """
    if dialect == BIGQUERY:
        return _OF_BIGQUERY.get(base_type(column_type))
    return _OF_SPARK.get(spark_name(column_type))


def is_one(text: str, kind: str, dialect: str) -> bool:
    """Tell whether *text* may be a value of *kind*, blanks around it aside.

    A day must be in the calendar, and in BigQuery must be whole: Spark also reads a year, or a year and a month.
    """
    found = _FORMS[kind].fullmatch(text.strip())
    if found is None:
        return False
    named = found.groupdict()
    if not named.get("year"):
        return True
    if dialect == BIGQUERY and not named["day"]:
        return False
    year, month, day = (int(named[part] or 1) for part in ("year", "month", "day"))
    return 1 <= month <= 12 and 1 <= day <= (monthrange(year, month)[1] if 1 <= year <= 9999 else 31)  # noqa: PLR2004 - of the calendar
