"""Dates and times of BigQuery: weeks begin on Sunday, a TIMESTAMP is a point in time, and a date stays a date.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions and timestamp_functions
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_KIND = exp.DataType.Type
_DATES = (_KIND.DATE,)
_MOMENTS = (_KIND.TIMESTAMP, _KIND.DATETIME, _KIND.TIMESTAMPTZ, _KIND.TIMESTAMPLTZ)
_ZONED = (_KIND.TIMESTAMPTZ, _KIND.TIMESTAMPLTZ)
_DAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
_MICROSECONDS = {
    "MICROSECOND": 1,
    "MILLISECOND": 1_000,
    "SECOND": 1_000_000,
    "MINUTE": 60_000_000,
    "HOUR": 3_600_000_000,
    "DAY": 86_400_000_000,
}
_PART = "EXTRACT({} FROM :x)"
_WEEK = "(DAYOFYEAR(:x) + 6 - (DAYOFWEEK(:x) + 7 - {}) % 7) // 7"
"""Weeks that begin on a weekday, of which the first is number 1."""
_PARTS = {
    **{name: _PART.format(name) for name in ("YEAR", "QUARTER", "MONTH", "DAY", "DAYOFYEAR", "ISOYEAR")},
    **{name: _PART.format(name) for name in ("HOUR", "MINUTE", "SECOND")},
    "DAYOFWEEK": "DAYOFWEEK(:x) + 1",
    "ISOWEEK": "EXTRACT(WEEK FROM :x)",
    "WEEK": _WEEK.format(0),
    "MILLISECOND": "EXTRACT(MILLISECOND FROM :x) % 1000",
    "MICROSECOND": "EXTRACT(MICROSECOND FROM :x) % 1000000",
}
"""What EXTRACT means by DuckDB's parts."""


_DAY = _MICROSECONDS["DAY"]
_MOVED = (
    f"CAST(MAKE_TIMESTAMP(CAST(((EPOCH_US(:x) {{}} CAST(:y AS HUGEINT) * :size) % {_DAY} + {_DAY}) % {_DAY} "
    "AS BIGINT)) AS TIME)"
)
_OF_A_TIME: dict[type[exp.Expr], str] = {
    exp.TimeAdd: _MOVED.format("+"),
    exp.TimeSub: _MOVED.format("-"),
    exp.TimeDiff: "EPOCH_US(:x) // :size - EPOCH_US(:y) // :size",
    exp.TimeTrunc: "CAST(MAKE_TIMESTAMP(EPOCH_US(:x) - EPOCH_US(:x) % :size) AS TIME)",
}
"""Functions of a TIME, whose unit has `size` microseconds."""


def part_of_a_time(node: exp.Expr) -> exp.Expr | None:
    """`EXTRACT(part FROM x)`: the first day of the week is Sunday, number 1; WEEK is 0 before the first Sunday."""
    if not isinstance(node, exp.Extract):
        return None
    if isinstance(node.expression, exp.AtTimeZone):
        raise NotTranslatableError("EXTRACT .. AT TIME ZONE cannot be run here")
    value, unit = _in_utc(node.expression), node.this
    if unit.name.upper() in {"DATE", "TIME"}:
        return typed(written(f"CAST(:x AS {unit.name.upper()})", x=value), unit.name.upper())
    if isinstance(unit, exp.WeekStart):
        return typed(written(_WEEK.format(_DAYS.index(_weekday(unit))), x=value), "BIGINT")
    text = _PARTS.get(unit.name.upper())
    if text is None:
        raise NotTranslatableError(f"EXTRACT({unit.sql('bigquery')} FROM ..) cannot be run here")
    return typed(written(f"CAST({text} AS BIGINT)", x=value), "BIGINT")


def type_of_a_datetime(node: exp.Expr) -> exp.Expr | None:
    """`DATETIME(x)` is a DATETIME, which the parser does not know."""
    if isinstance(node, (exp.Datetime, exp.TsOrDsToDatetime)):
        node.type = exp.DataType.build("TIMESTAMP", dialect="duckdb")
    return None


def date_that_stays_one(node: exp.Expr) -> exp.Expr | None:
    """`DATE_ADD`, `DATE_SUB` and `DATE_TRUNC` of a DATE are a DATE; DuckDB's are a TIMESTAMP."""
    if isinstance(node, (exp.DateAdd, exp.DateSub, exp.DateTrunc)):
        value = node.this
        if value.is_type(*_DATES):
            return typed(exp.TryCast(this=node.copy(), to=exp.DataType.build("DATE")), "DATE")
        if not value.is_type(*_MOMENTS):
            raise NotTranslatableError(
                f"{node.key.upper()} of {value.sql('bigquery')!r}, whose type is not known, cannot be run here"
            )
    if isinstance(node, exp.DateFromUnixDate):
        return typed(exp.TryCast(this=node.copy(), to=exp.DataType.build("DATE")), "DATE")
    return None


def whole_units_between(node: exp.Expr) -> exp.Expr | None:
    """`TIMESTAMP_DIFF` counts whole units; that of two DATETIMEs, as DuckDB's, how many begin between them."""
    is_difference = isinstance(node, exp.TimestampDiff) or (
        isinstance(node, exp.DateDiff) and node.this.is_type(*_ZONED)
    )
    if not is_difference:
        if isinstance(node, exp.DateDiff) and not all(
            value.is_type(*_DATES, _KIND.TIMESTAMP, _KIND.DATETIME) for value in (node.this, node.expression)
        ):
            raise NotTranslatableError("DATE_DIFF cannot be run here unless both are known to be DATE, or DATETIME")
        return None
    if not all(value.is_type(*_ZONED) for value in (node.this, node.expression)):
        raise NotTranslatableError("TIMESTAMP_DIFF cannot be run here unless both times are known to be TIMESTAMP")
    unit = node.args["unit"].name.upper()
    if unit not in _MICROSECONDS:
        raise NotTranslatableError(f"TIMESTAMP_DIFF in {unit} cannot be run here; allowed: {', '.join(_MICROSECONDS)}")
    text = f"(EPOCH_US(:x) - EPOCH_US(:y)) // {_MICROSECONDS[unit]}"
    return typed(written(text, x=node.this, y=node.expression), "BIGINT")


def units_since_1970(node: exp.Expr) -> exp.Expr | None:
    """`UNIX_SECONDS` and `UNIX_MILLIS` cut off, towards the past."""
    for kind, size in ((exp.UnixSeconds, 1_000_000), (exp.UnixMillis, 1_000)):
        if isinstance(node, kind):
            text = f"(EPOCH_US(:x) - (EPOCH_US(:x) % {size} + {size}) % {size}) // {size}"
            return typed(written(text, x=node.this), "BIGINT")
    return None


def time_of_day(node: exp.Expr) -> exp.Expr | None:
    """`TIME_ADD`, `TIME_SUB`, `TIME_DIFF` and `TIME_TRUNC`; a TIME goes round at midnight."""
    text = _OF_A_TIME.get(type(node))
    if text is None:
        return None
    size = _MICROSECONDS.get(node.args["unit"].name.upper())
    if size is None or node.args["unit"].name.upper() == "DAY":
        raise NotTranslatableError(f"{node.key.upper()} in {node.args['unit'].name} cannot be run here")
    others = (node.expression,) if isinstance(node, exp.TimeDiff) else ()
    if not all(value.is_type(_KIND.TIME) or isinstance(value, exp.Null) for value in (node.this, *others)):
        raise NotTranslatableError(f"{node.key.upper()} cannot be run here unless its times are known to be TIME")
    parts = {"x": node.this, "size": exp.Literal.number(size)}
    if node.args.get("expression") is not None:
        parts["y"] = node.expression
    return typed(written(text, **parts), "BIGINT" if isinstance(node, exp.TimeDiff) else "TIME")


def _weekday(unit: exp.WeekStart) -> str:
    name = str(unit.this.name).upper()
    if name not in _DAYS:
        raise NotTranslatableError(f"WEEK({name}) is no week; allowed: {', '.join(_DAYS)}")
    return name


def _in_utc(value: exp.Expr) -> exp.Expr:
    if value.is_type(*_ZONED):
        return exp.TryCast(this=value.copy(), to=exp.DataType.build("TIMESTAMP", dialect="duckdb"))
    if not value.is_type(*_DATES, *_MOMENTS, _KIND.TIME):
        raise NotTranslatableError(
            f"EXTRACT from {value.sql('bigquery')!r}, whose type is not known, cannot be run here"
        )
    return value
