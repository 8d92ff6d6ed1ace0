"""Which declared column types (Glue, Spark, Redshift, Snowflake) are one family, whatever each calls them."""

from __future__ import annotations

import re

from declarations.column_types import TEXTS, WHOLE_NUMBERS

_TEXTS = (*TEXTS, "text", "bpchar", "nvarchar", "character varying")
_TEXT = re.compile(rf"({'|'.join(_TEXTS)})\s*(\(.*\))?")
_WHOLE_NUMBERS = frozenset({*WHOLE_NUMBERS, "int2", "int4", "int8"})
_SPARK_NAMES = {
    "byte": "tinyint",
    "short": "smallint",
    "int2": "smallint",
    "integer": "int",
    "int4": "int",
    "long": "bigint",
    "int8": "bigint",
    "real": "float",
    "float4": "float",
    "float8": "double",
    "double precision": "double",
    "dec": "decimal",
    "numeric": "decimal",
    "number": "decimal",
    "timestamp_ltz": "timestamp",
    "timestamp_ntz": "timestamp",
    "datetime": "timestamp",
}


def is_text_type(declared: str) -> bool:
    """Tell whether the declared type, in any case, is character data, of whatever length."""
    return _TEXT.fullmatch(plain_name(declared)) is not None


def is_whole_number_type(declared: str) -> bool:
    """Tell whether the declared type, in any case, is a whole number, of whatever size."""
    return plain_name(declared) in _WHOLE_NUMBERS


def is_array_type(declared: str) -> bool:
    """Tell whether the declared type, in any case, is an array or a map: a value that holds any number of others."""
    return plain_name(declared).startswith(("array", "map", "list", "super"))


def field_type(declared: str, field: str) -> str:
    """Return the declared type of the fields named *field* of a structure, and what follows it; "" without one."""
    found = re.search(rf"[<,\s`]{re.escape(field.lower())}`?\s*:\s*(.*)", declared.lower())
    return found.group(1) if found is not None else ""


def spark_name(declared: str) -> str:
    """Return Spark's own name of a number or time, without length or precision; of others, what is declared."""
    name = plain_name(declared).partition("(")[0].strip()
    return _SPARK_NAMES.get(name, name)


def plain_name(declared: str) -> str:
    """Return a declared type in lower case, with one blank wherever there are some: `Double  Precision` has one."""
    return " ".join(declared.lower().split())
