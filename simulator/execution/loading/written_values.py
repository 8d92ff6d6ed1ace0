"""How a value is written in a file of text: what its type holds as it stands there, with nothing guessed or rounded."""

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


def written_form(declared: str) -> str | None:
    """Return the regular expression of what a column of text may hold; None where the engine's cast says it all.

    Whole numbers and decimals are digits, with no more of them behind the point than the type keeps but zeros; dates
    are YYYY-MM-DD, with no time but midnight.

    Args:
        declared: The column's type as DuckDB writes it.
    """
    if decimal := decimal_digits(declared):
        _, kept = decimal
        return rf"[+-]?(\d+(\.\d{{0,{kept}}}0*)?|\.\d{{0,{kept}}}0*)"
    return _FORMS.get(declared)
