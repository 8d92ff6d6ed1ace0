"""Formats of BigQuery's dates and times, element by element.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements#format_elements_date_time
"""

from __future__ import annotations

import re

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_KIND = exp.DataType.Type
_ZONED = (_KIND.TIMESTAMPTZ, _KIND.TIMESTAMPLTZ)
_ELEMENT = re.compile(r"%a %b %e %H:%M:%S %Y|%Y-%m-%d|%(?:E\*S|E[0-9]S|E4Y|Ez|-?.|$)", re.DOTALL)
_YEAR = "EXTRACT(YEAR FROM :x)"
_FRACTION = "STRFTIME(:x, '%f')"
_HOUR = "EXTRACT(HOUR FROM :x)"

_OF_DATES = {
    **{name: name for name in ("%a", "%A", "%b", "%B", "%d", "%j", "%m", "%u", "%U", "%w", "%W", "%y", "%%")},
    "%Y-%m-%d": "%Y-%m-%d",
    "%E4Y": "%Y",
    "%h": "%b",
    "%n": "\n",
    "%t": "\t",
}
_OF_HOURS = {
    **{name: name for name in ("%H", "%I", "%M", "%S", "%p")},
    "%R": "%H:%M",
    "%r": "%I:%M:%S %p",
    "%X": "%H:%M:%S",
    "%f": "%f",
}
"""Elements to those of the engine, which mean the same. The parser writes `%F`, `%c` and `%E6S` (`%S.%f`) in full."""
_FORMULAS_OF_DATES = {
    "%C": f"LPAD(CAST({_YEAR} // 100 AS VARCHAR), 2, '0')",
    "%-d": "LPAD(CAST(EXTRACT(DAY FROM :x) AS VARCHAR), 2, ' ')",
    "%e": "LPAD(CAST(EXTRACT(DAY FROM :x) AS VARCHAR), 2, ' ')",
    "%G": "LPAD(CAST(EXTRACT(ISOYEAR FROM :x) AS VARCHAR), 4, '0')",
    "%g": "LPAD(CAST(EXTRACT(ISOYEAR FROM :x) % 100 AS VARCHAR), 2, '0')",
    "%Q": "CAST(EXTRACT(QUARTER FROM :x) AS VARCHAR)",
    "%V": "LPAD(CAST(EXTRACT(WEEK FROM :x) AS VARCHAR), 2, '0')",
    "%Y": f"CAST({_YEAR} AS VARCHAR)",
}
_FORMULAS_OF_HOURS = {
    "%a %b %e %H:%M:%S %Y": (
        "STRFTIME(:x, '%a %b ') || LPAD(CAST(EXTRACT(DAY FROM :x) AS VARCHAR), 2, ' ') || STRFTIME(:x, ' %H:%M:%S %Y')"
    ),
    "%k": f"LPAD(CAST({_HOUR} AS VARCHAR), 2, ' ')",
    "%l": f"LPAD(CAST(({_HOUR} + 11) % 12 + 1 AS VARCHAR), 2, ' ')",
    "%P": "LOWER(STRFTIME(:x, '%p'))",
    "%E*S": f"STRFTIME(:x, '%S') || RTRIM(RTRIM('.' || {_FRACTION}, '0'), '.')",
    **{f"%E{digits}S": f"STRFTIME(:x, '%S.') || LEFT({_FRACTION}, {digits})" for digits in range(1, 7)},
}
_FORMULAS_OF_ZONES = {
    "%Ez": "'+00:00'",
    "%z": "'+0000'",
    "%Z": "'UTC'",
    "%s": "CAST((EPOCH_US(:x) - (EPOCH_US(:x) % 1000000 + 1000000) % 1000000) // 1000000 AS VARCHAR)",
}
_READ_ALIKE = frozenset("YmdHMS%")
"""Elements by which both engines read."""


def formatted_time(node: exp.Expr) -> exp.Expr | None:
    """`FORMAT_DATE('%Y', d)`, `FORMAT_TIMESTAMP('%E3S', ts)`: a text of the texts of its elements."""
    if not isinstance(node, exp.TimeToStr):
        return None
    pattern = _pattern(node)
    zone = node.args.get("zone")
    if zone is not None and zone.name not in {"UTC", "Etc/UTC", "+00", "+00:00"}:
        raise NotTranslatableError(f"FORMAT_TIMESTAMP in the zone {zone.sql('bigquery')} cannot be run here")
    alike, formulas, value = _elements_of(node)
    found: list[str] = []
    piece = ""
    for between, element in _split(pattern):
        piece += between.replace("%", "%%") + alike.get(element, "")
        if element in formulas:
            found += [*_shown(piece), f"({formulas[element]})"]
            piece = ""
        elif element and element not in alike:
            raise NotTranslatableError(
                f"the format {pattern!r} of a time cannot be run here: {element} is no element that is known"
            )
    found += _shown(piece)
    return typed(written(" || ".join(found or ["CASE WHEN NOT :x IS NULL THEN '' END"]), x=value), "VARCHAR")


def read_time(node: exp.Expr) -> exp.Expr | None:
    """`PARSE_DATE('%Y', s)`: elements of a format by which both engines read the same."""
    if not isinstance(node, (exp.StrToDate, exp.StrToTime, exp.ParseDatetime, exp.ParseTime)):
        return None
    pattern = _pattern(node)
    unknown = [element for element in re.findall(r"%(.?)", pattern) if element not in _READ_ALIKE]
    if unknown or node.args.get("zone"):
        raise NotTranslatableError(f"the format {pattern!r} of a time cannot be run here")
    if isinstance(node, exp.ParseTime):
        return typed(written("CAST(STRPTIME(:x, :form) AS TIME)", x=node.this, form=node.args["format"]), "TIME")
    return None


def _pattern(node: exp.Expr) -> str:
    pattern = node.args.get("format")
    if not isinstance(pattern, exp.Literal):
        raise NotTranslatableError("a format of a time that is not written out cannot be run here")
    if pattern.name == str(None):
        raise NotTranslatableError("an empty format of a time cannot be run here")  # the parser writes it so
    return pattern.name


def _split(pattern: str) -> list[tuple[str, str]]:
    """Return the text before each element, and the element; "" for none at the end."""
    texts, elements = _ELEMENT.split(pattern), _ELEMENT.findall(pattern)
    return list(zip(texts, [*elements, ""], strict=True))


def _elements_of(node: exp.TimeToStr) -> tuple[dict[str, str], dict[str, str], exp.Expr]:
    """Return the elements that a value of its type has, those that are formulas, and the value as a date or time."""
    value = node.this
    if value.is_type(_KIND.DATE):
        return _OF_DATES, _FORMULAS_OF_DATES, value
    if value.is_type(_KIND.TIME):
        moment = written("CAST('1970-01-01' AS DATE) + CAST(:x AS TIME)", x=value)
        return {**_OF_HOURS, "%%": "%%", "%n": "\n", "%t": "\t"}, _FORMULAS_OF_HOURS, moment
    is_zoned = isinstance(value, exp.TsOrDsToTimestamp) or value.is_type(*_ZONED)
    formulas = {**_FORMULAS_OF_DATES, **_FORMULAS_OF_HOURS, **(_FORMULAS_OF_ZONES if is_zoned else {})}
    return {**_OF_DATES, **_OF_HOURS}, formulas, written("CAST(:x AS TIMESTAMP)", x=value).unnest()


def _shown(piece: str) -> list[str]:
    """Return the text of elements that are alike, if there are any."""
    return [f"STRFTIME(:x, {exp.Literal.string(piece).sql('duckdb')})"] if piece else []
