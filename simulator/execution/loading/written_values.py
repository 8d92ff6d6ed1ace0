"""The texts that each type accepts in CSV and JSON files: those that it holds exactly, nothing guessed or rounded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.execution.engines.number_types import FLOATS, SIGNED, decimal_digits

_DATE: Final = r"\d{4}-\d{1,2}-\d{1,2}"
_CLOCK: Final = r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,6}0*)?)?"
_ZONE: Final = r" ?(Z|UTC|[+-]\d{2}(:?\d{2})?)"
_WHOLE: Final = r"[+-]?\d+(\.0*)?"
_NUMBER: Final = r"(?i)[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|nan|[+-]?inf(inity)?"

_FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(SIGNED, _WHOLE),
        **dict.fromkeys(FLOATS, _NUMBER),
        "DATE": rf"{_DATE}([ T]0?0:00(:00(\.0+)?)?)?",
        "TIMESTAMP": rf"{_DATE}([ T]{_CLOCK}({_ZONE})?)?",
        "TIMESTAMPTZ": rf"{_DATE}([ T]{_CLOCK}({_ZONE})?)?",
    }
)

_WRITTEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: f"whole numbers that fit {name}" for name in SIGNED},
        **dict.fromkeys(FLOATS, "numbers with a point, such as 12.5"),
        "BOOLEAN": "true or false",
        "DATE": "dates as YYYY-MM-DD",
        "TIMESTAMP": "times as YYYY-MM-DD HH:MM:SS",
        "TIMESTAMPTZ": "times as YYYY-MM-DD HH:MM:SS",
    }
)


def written_form(declared: str) -> str | None:
    """Return a regular expression for the texts that a type accepts; None where the engine's cast is strict enough.

    Integers and decimals are digits; any beyond the scale of the type must be zeros. Dates are YYYY-MM-DD, with no time
    of day but midnight.

    Args:
        declared: The column's type as DuckDB writes it.
    """
    if decimal := decimal_digits(declared):
        _, kept = decimal
        return rf"[+-]?(\d+(\.\d{{0,{kept}}}0*)?|\.\d{{0,{kept}}}0*)"
    return _FORMS.get(declared)


def how_to_write(declared: str) -> str:
    """Return how values of a type are written in CSV and JSON files, as "; write ..."; "" where that is plain.

    Args:
        declared: The column's type as DuckDB writes it.
    """
    if decimal := decimal_digits(declared):
        digits, kept = decimal
        behind = f"before a point and at most {kept} behind it" if kept else "and none behind a point"
        return f"; write digits, at most {digits - kept} {behind}"
    return f"; write {_WRITTEN[declared]}" if declared in _WRITTEN else ""
