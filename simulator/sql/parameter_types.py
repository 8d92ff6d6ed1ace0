"""The types of template parameters: what their values look like, and the one SQL literal that a value becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_ZONE = r"( ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?|[A-Za-z]+/[A-Za-z_]+))?"
_TRUE = frozenset({"true", "t", "yes", "y", "1"})


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """Types whose values are written alike.

    Attributes:
        form: What a whole value matches.
        example: A value, for messages.
        literal: Makes the literal, for the engine, of a value that matches *form*.
    """

    form: re.Pattern[str]
    example: str
    literal: Callable[[str], exp.Expr]

    def fits(self, value: str) -> bool:
        """Tell whether *value* is one of the type."""
        return self.form.fullmatch(value) is not None


def _number(value: str) -> exp.Expr:
    number = exp.Literal.number(value.lstrip("+-"))
    return exp.Paren(this=exp.Neg(this=number)) if value.startswith("-") else number


def _boolean(value: str) -> exp.Expr:
    return exp.Boolean(this=value.lower() in _TRUE)


def _cast_to(target: exp.DType) -> Callable[[str], exp.Expr]:
    def cast(value: str) -> exp.Expr:
        return exp.TryCast(this=exp.Literal.string(value), to=exp.DataType(this=target))

    return cast


_ANY = re.compile(r"(?s).*")
_TEXT = ParameterKind(_ANY, "text", exp.Literal.string)
_BYTES = ParameterKind(_ANY, "bytes", _cast_to(exp.DType.VARBINARY))
_WHOLE = ParameterKind(re.compile(r"[+-]?[0-9]{1,19}"), "-12", _number)
_DECIMAL = ParameterKind(re.compile(r"[+-]?([0-9]{1,38}(\.[0-9]{0,38})?|\.[0-9]{1,38})"), "12.50", _number)
_DOUBLE = ParameterKind(
    re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,3})?"), "1.5e3", _number
)
_TIME_FORM, _TIME_EXAMPLE = re.compile(_CLOCK + _ZONE), "23:59:00"
_MOMENT_FORM, _MOMENT_EXAMPLE = re.compile(rf"{_DATE}([ T]{_CLOCK}{_ZONE})?"), "2026-01-31 23:59:00"
_MOMENT = ParameterKind(_MOMENT_FORM, _MOMENT_EXAMPLE, _cast_to(exp.DType.TIMESTAMP))
_MOMENT_IN_ZONE = ParameterKind(_MOMENT_FORM, _MOMENT_EXAMPLE, _cast_to(exp.DType.TIMESTAMPTZ))

PARAMETER_KINDS: dict[str, ParameterKind] = {
    "TINYINT": _WHOLE,
    "BYTE": _WHOLE,
    "SMALLINT": _WHOLE,
    "SHORT": _WHOLE,
    "INTEGER": _WHOLE,
    "INT": _WHOLE,
    "BIGINT": _WHOLE,
    "LONG": _WHOLE,
    "DECIMAL": _DECIMAL,
    "NUMERIC": _DECIMAL,
    "REAL": _DOUBLE,
    "FLOAT": _DOUBLE,
    "DOUBLE": _DOUBLE,
    "DOUBLE_PRECISION": _DOUBLE,
    # What Spark's cast of text to BOOLEAN takes, in any case.
    "BOOLEAN": ParameterKind(re.compile(r"(?i:true|false|t|f|yes|no|y|n|1|0)"), "true", _boolean),
    "CHAR": _TEXT,
    "CHARACTER": _TEXT,
    "VARCHAR": _TEXT,
    "STRING": _TEXT,
    "BINARY": _BYTES,
    "VARBYTE": _BYTES,
    "DATE": ParameterKind(re.compile(_DATE), "2026-01-31", _cast_to(exp.DType.DATE)),
    "TIME": ParameterKind(_TIME_FORM, _TIME_EXAMPLE, _cast_to(exp.DType.TIME)),
    "TIMETZ": ParameterKind(_TIME_FORM, _TIME_EXAMPLE, _cast_to(exp.DType.TIMETZ)),
    "TIMESTAMP": _MOMENT,
    "TIMESTAMP_LTZ": _MOMENT_IN_ZONE,
    "TIMESTAMP_NTZ": _MOMENT,
    "TIMESTAMPTZ": _MOMENT_IN_ZONE,
}
"""Every type of a parameter, by its name. The API lists them apart: columns have types that parameters have not.

Source: API ParameterType; Spark's sql-ref-literals for the forms.
"""

WHOLE_NUMBER_PARAMETERS = frozenset(name for name, kind in PARAMETER_KINDS.items() if kind is _WHOLE)
"""The types whose values are whole numbers."""

TEXT_PARAMETERS = frozenset(name for name, kind in PARAMETER_KINDS.items() if kind is _TEXT)
"""The types whose values are characters."""
