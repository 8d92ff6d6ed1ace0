"""The types that a column can have: names, sizes and nesting, as Glue, Hive, Spark, Redshift and Snowflake write them.

Source: sql-reference/c_Supported_data_types (the old engine), API ParameterType (Spark's names),
API SnowflakeTableSchemaV1.columnType, https://spark.apache.org/docs/latest/sql-ref-datatypes.html,
https://docs.aws.amazon.com/athena/latest/ug/data-types.html (Glue, Hive).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from declarations.naming import closest

MOST_DIGITS: Final = 38
"""Most digits of a decimal."""

TEXTS: Final = ("string", "char", "varchar", "character")
"""Character types."""

WHOLE_NUMBERS: Final = ("tinyint", "byte", "smallint", "short", "int", "integer", "bigint", "long")
"""Whole numbers, with a sign."""

LAKE_TYPES: Final = (
    *(*TEXTS, *WHOLE_NUMBERS, "float", "real", "double", "decimal", "dec", "numeric"),
    *("boolean", "binary", "date", "timestamp", "timestamp_ltz", "timestamp_ntz", "array", "map", "struct"),
)
"""What tables on S3 have, as Glue, Hive and Spark name it."""

LEGACY_TYPES: Final = ("double precision", "super", "time", "timetz", "timestamptz", "varbyte")
"""Type names that only the old engine (CLEAN_ROOMS_SQL) knows, in addition to LAKE_TYPES."""

SNOWFLAKE_TYPES: Final = (
    *("array", "bigint", "boolean", "char", "date", "decimal", "double", "double precision", "float", "float4", "int"),
    *("integer", "map", "numeric", "number", "real", "smallint", "string", "timestamp", "timestamp_ltz"),
    *("timestamp_ntz", "datetime", "tinyint", "varchar", "text", "character"),
)
"""What a table in Snowflake may have."""

_MEANT: Final = {
    "bool": "boolean",
    "datetime": "timestamp",
    "float32": "float",
    "float4": "float",
    "float64": "double",
    "float8": "double",
    "int16": "smallint",
    "int2": "smallint",
    "int32": "int",
    "int4": "int",
    "int64": "bigint",
    "int8": "bigint",
    "list": "array",
    "number": "decimal",
    "object": "struct",
    "str": "string",
    "text": "string",
    "utf8": "string",
    "uuid": "string",
}
"""Names of types in other systems -> the name here, for suggestions."""

_DECIMALS: Final = frozenset({"decimal", "dec", "numeric", "number"})
_LENGTHS: Final = frozenset({"char", "varchar", "character", "varbyte"})
_SNOWFLAKE_LENGTHS: Final = frozenset({*_LENGTHS, "text", "string"})
_SNOWFLAKE_TIMES: Final = frozenset({"timestamp", "timestamp_ltz", "timestamp_ntz", "datetime"})
"""Types that take a size; some types of the same family take none."""
_MOST_FRACTION_DIGITS: Final = 9
_TOKEN: Final = re.compile(r"\s*(?:([\w$-]+|`[^`]*`)|([<>(),:])|(\S))")


class _Refused(Exception):  # noqa: N818 - not a program error: it carries the sentence to show
    """What is wrong with a type."""


def type_problem(column_type: str, names: Collection[str]) -> str | None:
    """Return what is wrong with a column's type; None if it is valid.

    Args:
        column_type: The type as written, in any case, such as `decimal(10,2)` or `array<struct<a:int>>`.
        names: The names allowed: LAKE_TYPES, with LEGACY_TYPES or SNOWFLAKE_TYPES where these apply.
    """
    reader = _Reader(column_type, names)
    try:
        reader.whole()
    except _Refused as refused:
        return f"{column_type!r} is not a column type: {refused}"
    return None


def uses_type(column_type: str, names: Collection[str]) -> str | None:
    """Return the first of *names* that *column_type* names, alone or nested; None when there is none."""
    reader = _Reader(column_type, (*LAKE_TYPES, *LEGACY_TYPES, *SNOWFLAKE_TYPES))
    reader.whole()
    return next((name for name in reader.named if name in names), None)


def schema_pattern() -> str:
    """Return a JSON Schema pattern for any type name in any case, followed by anything in brackets."""
    names = sorted({*LAKE_TYPES, *LEGACY_TYPES, *SNOWFLAKE_TYPES})
    spelled = (
        "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in name).replace(" ", r"\s+")
        for name in names
    )
    return rf"^\s*({'|'.join(spelled)})\s*([<(].*)?$"


class _Reader:
    """A position in a type, moved forward by reading its parts."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.tokens = [word or sign or rest for word, sign, rest in _TOKEN.findall(text)]
        self.names = names
        self.snowflake = "number" in names
        self.at = 0
        self.named: list[str] = []

    @property
    def next(self) -> str:
        """The next word or sign; empty at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token, self.at = self.next, self.at + 1
        return token

    def expect(self, sign: str, where: str) -> None:
        if self.take() != sign:
            self.at -= 1
            raise _Refused(f"{sign!r} is expected {where}; found {self.next or 'the end'!r}")

    def whole(self) -> None:
        self.type()
        if self.next:
            raise _Refused(f"nothing can follow the type; found {self.next!r}")

    def type(self) -> None:
        name = self._name()
        nested = name == "struct" or (name in {"array", "map"} and not self.snowflake)
        if self.next == "<" or nested:
            self._inner(name)
        elif self.next == "(" and name in {"array", "map"}:
            self._listed("(", ")", 1 if name == "array" else 2, name)
        elif self.next == "(":
            self._sizes(name)

    def _name(self) -> str:
        words = [self.take().lower()]
        while self.next and self.next not in "<>(),:" and f"{words[0]} " in " ".join(self.names):
            words.append(self.take().lower())
        name = " ".join(words)
        if name in self.names:
            self.named.append(name)
            return name
        if not name:
            raise _Refused("a type is expected at the end")
        meant = _MEANT.get(name)
        near = meant if meant in self.names else closest(name, self.names)
        raise _Refused(f"there is no {name!r}" + (f"; did you mean {near!r}?" if near else ""))

    def _inner(self, name: str) -> None:
        if name not in {"array", "map", "struct"}:
            raise _Refused(f"{name!r} holds no other types")
        if name != "struct":
            self._listed("<", ">", 1 if name == "array" else 2, name)
            return
        self.expect("<", "after 'struct'")
        while True:
            field = self.take()
            if not field or field in "<>(),:":
                raise _Refused(f"a field's name is expected in 'struct'; found {field or 'the end'!r}")
            if self.next == ":":
                self.take()
            self.type()
            if self.next != ",":
                break
            self.take()
        self.expect(">", "to end 'struct'")

    def _listed(self, opening: str, closing: str, count: int, name: str) -> None:
        self.expect(opening, f"after {name!r}")
        for index in range(count):
            if index:
                self.expect(",", f"in {name!r}")
            self.type()
        self.expect(closing, f"to end {name!r}")

    def _sizes(self, name: str) -> None:
        self.expect("(", f"after {name!r}")
        sizes = [self._number(name)]
        while self.next == ",":
            self.take()
            sizes.append(self._number(name))
        self.expect(")", f"to end {name!r}")
        if name in _DECIMALS:
            _check_decimal(name, sizes)
        elif name in (_SNOWFLAKE_LENGTHS if self.snowflake else _LENGTHS):
            _check_size(name, sizes, 1, None)
        elif self.snowflake and name in _SNOWFLAKE_TIMES:
            _check_size(name, sizes, 0, _MOST_FRACTION_DIGITS)
        else:
            raise _Refused(f"{name!r} takes no size")

    def _number(self, name: str) -> int:
        written = self.take()
        if not (written.isascii() and written.isdigit()):
            raise _Refused(f"a whole number is expected in {name!r}; found {written or 'the end'!r}")
        return int(written)


def _check_size(name: str, sizes: list[int], least: int, most: int | None) -> None:
    if len(sizes) > 1:
        raise _Refused(f"{name!r} takes one size; found {len(sizes)}")
    if sizes[0] < least or (most is not None and sizes[0] > most):
        allowed = f"at least {least}" if most is None else f"{least} to {most}"
        raise _Refused(f"the size of {name!r} is {allowed}; found {sizes[0]}")


def _check_decimal(name: str, sizes: list[int]) -> None:
    digits, scale = [*sizes, 0][:2]
    if len(sizes) > 2:  # noqa: PLR2004 - precision and scale, as the message says
        raise _Refused(f"{name!r} has a precision and a scale; found {len(sizes)} sizes")
    if not 1 <= digits <= MOST_DIGITS:
        raise _Refused(f"{name!r} has 1 to {MOST_DIGITS} digits; found {digits}")
    if scale > digits:
        raise _Refused(f"the scale of {name!r} is at most its precision, {digits}; found {scale}")
